//===- Descriptor.h - The constant that the runtime reads -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_DESCRIPTOR_H
#define MLC_LIB_LOWERING_DESCRIPTOR_H

#include "AbiTables.h"
#include "dialects/Graph/Graph.h"
#include "mlc/StepRoles.h"
#include "mlc/Steps.h"

#include <string>

namespace mlc {

/// How many entries the program's tables have, as far as kernels find others
/// behind them: not of the last one, the states.
TableSizes tableSizes(graph::ProgramOp program);

/// The MlcElement of a tensor's elements, which are of the graph dialect's.
int64_t elementCodeOf(mlir::Type tensor);

/// The constant of MlcDevice, where there is one.
inline constexpr llvm::StringLiteral kDeviceSymbol = "mlc_device";

/// A program's name as a part of symbols: letters, digits and underscores as
/// they are, any other byte as `$` and two hexadecimal digits.
std::string symbolPart(llvm::StringRef programName);

/// An entry point's name, and what MlcEntryPoint says of it.
struct DescribedEntry {
  std::string name;
  abi::MlcEntryPoint row;
};

/// What of MlcProgram is not in the program itself.
struct DescriptorInfo {
  std::string target, features;
  int64_t modelHash = 0, compilerHash = 0;
  std::vector<DescribedEntry> entries;
  /// Of the training step; valid as long as that stands.
  llvm::SmallVector<steps::State> states;
  /// Whether there is a constant of MlcDevice.
  bool hasKernels = false;
  /// Of the profiled training step, a dictionary of `name` and `work` each;
  /// null where there is none.
  mlir::ArrayAttr regions;
};

/// Adds, at the builder's place, the constant `mlc_program_NAME` (MlcProgram of
/// include/mlc/RuntimeABI.h), and the weak pointer `mlc_program` to it.
void buildDescriptor(mlir::OpBuilder &builder, graph::ProgramOp program,
                     const DescriptorInfo &info);

} // namespace mlc

#endif // MLC_LIB_LOWERING_DESCRIPTOR_H
