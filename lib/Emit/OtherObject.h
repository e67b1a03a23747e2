//===- OtherObject.h - An object file made by another thread ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_OTHEROBJECT_H
#define MLC_LIB_EMIT_OTHEROBJECT_H

#include "CodeGeneration.h"

#include <memory>
#include <optional>
#include <thread>

namespace mlc {

/// An object file that another thread makes of a copy of a module, in a context
/// of its own.
class OtherObject {
public:
  /// Begins. Copies the module and all that it needs of the machine.
  OtherObject(const llvm::Module &module, const llvm::TargetMachine &machine,
              const CodeOptions &options);
  ~OtherObject();

  /// Waits for it. Called once at most.
  llvm::Expected<ObjectBytes> take();

private:
  llvm::Expected<ObjectBytes> make();

  CodeOptions options_;
  std::unique_ptr<llvm::TargetMachine> machine_;
  llvm::SmallVector<char, 0> bitcode_;
  std::optional<llvm::Expected<ObjectBytes>> result_;
  std::thread thread_;
};

} // namespace mlc

#endif // MLC_LIB_EMIT_OTHEROBJECT_H
