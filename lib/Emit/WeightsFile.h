//===- WeightsFile.h - Weights that go into a program -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_WEIGHTSFILE_H
#define MLC_LIB_EMIT_WEIGHTSFILE_H

#include "Data/Safetensors.h"
#include "dialects/Graph/Graph.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace mlc {

/// A weights file that was checked against a model.
class WeightsFile {
public:
  /// Opens the file. Says what is wrong where it fails: at the parameter's line
  /// where the two do not agree on it, at the prediction's where the file's
  /// vectoriser or table makes other rows than the model takes, and else by the
  /// file's name.
  llvm::LogicalResult read(const std::string &path, graph::ProgramOp program);

  const runtime::SafetensorsFile &file() const { return *opened_; }
  /// The whole file.
  llvm::StringRef bytes() const;

private:
  std::optional<runtime::SafetensorsFile> opened_;
};

} // namespace mlc

#endif // MLC_LIB_EMIT_WEIGHTSFILE_H
