//===- Descriptor.h - The constant that the runtime reads -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_CPU_DESCRIPTOR_H
#define MLC_LIB_LOWERING_CPU_DESCRIPTOR_H

#include "dialects/Graph/Graph.h"
#include "mlc/RuntimeABI.h"
#include "mlc/Steps.h"

#include <string>

namespace mlc {

/// What of MlcProgram is not in the program itself.
struct DescriptorInfo {
  std::string target, features;
  int64_t modelHash = 0;
  /// Whether there are entry points for CPUs, kernels for GPUs.
  bool hasEntries = true, hasKernels = false;
  /// Of the training step; valid as long as that stands.
  llvm::SmallVector<steps::State> states;
  /// The largest need of the steps.
  int64_t workspaceShared = 0, workspaceOwn = 0, workspacePerNonzero = 0;
  /// Of the profiled training step, a dictionary of `name` and `work` each;
  /// null where there is none.
  mlir::ArrayAttr regions;
};

/// Adds the global constant `mlc_program` (MlcProgram of
/// include/mlc/RuntimeABI.h), which refers to the functions `mlc_train`,
/// `mlc_evaluate` and `mlc_predict`, to `mlc_train_profiled` where `info` has
/// regions, and to the constant `mlc_device`, as far as there are such, at the
/// builder's place.
void buildDescriptor(mlir::OpBuilder &builder, graph::ProgramOp program,
                     const DescriptorInfo &info);

} // namespace mlc

#endif // MLC_LIB_LOWERING_CPU_DESCRIPTOR_H
