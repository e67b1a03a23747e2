//===- CompileSetup.h - What options of mlc compile mean --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_COMPILESETUP_H
#define MLC_LIB_EMIT_COMPILESETUP_H

#include "DeviceCode.h"
#include "Object.h"
#include "StageRunner.h"
#include "Target.h"
#include "mlc/Emit.h"
#include "mlc/GpuPipeline.h"

#include <optional>
#include <vector>

namespace mlc {

/// What the options of `mlc compile` mean for its parts.
struct CompileSetup {
  Sanitizer sanitizer = Sanitizer::None;
  TimeDetail timing = TimeDetail::None;
  std::optional<Target> target;
  std::vector<GpuArchitecture> gpus;
  DeviceCodeOptions device;
  PipelineOptions pipeline;

  /// Reads them all; an error says which is wrong and what is expected.
  llvm::Error configure(const CompileOptions &options);

private:
  llvm::Error readTargets(const CompileOptions &options);
  llvm::Error readGpus(const CompileOptions &options);
  llvm::Error checkLibrary(const CompileOptions &options) const;
  llvm::Error checkStatic(const CompileOptions &options) const;
};

} // namespace mlc

#endif // MLC_LIB_EMIT_COMPILESETUP_H
