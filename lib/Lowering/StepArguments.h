//===- StepArguments.h - What a step is called with -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_STEPARGUMENTS_H
#define MLC_LIB_LOWERING_STEPARGUMENTS_H

#include "mlc/StepRoles.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// Which entry of its table an argument is: how many arguments before it have
/// the same role.
int64_t entryOf(mlir::BlockArgument argument);

/// Makes the values that the arguments of a step have for one batch of a call,
/// as StepRoles.def says. What is different for a CPU and a GPU, who derive
/// from it, is where words lie and which batch it is.
class StepArguments {
public:
  virtual ~StepArguments() = default;

  /// Null where no such reader passes the argument's role.
  mlir::Value valueOf(mlir::BlockArgument argument);

protected:
  StepArguments(mlir::OpBuilder &b, mlir::Location loc, RoleReader reader);

  /// Loads the 8-byte word of a role, of the given entry where it has a table.
  virtual mlir::Value word(const RoleInfo &role, int64_t entry,
                           mlir::Type type) = 0;
  /// The same for the address of memory that a step works on.
  virtual mlir::Value address(const RoleInfo &role, int64_t entry) = 0;
  /// The address of the element `skipped` elements of `type` after `base`.
  virtual mlir::Value elementAt(mlir::Value base, mlir::Type type,
                                mlir::Value skipped) = 0;
  /// Of the batch, as indices: its number in the call, its first row, and how
  /// many rows it has.
  virtual mlir::Value number() = 0;
  virtual mlir::Value first() = 0;
  virtual mlir::Value size() = 0;
  /// How many batches the call has; for CPUs alone.
  virtual mlir::Value count() = 0;

  mlir::Value constant(int64_t value);
  mlir::Value index(mlir::Value integer);
  mlir::Value integer(mlir::Value index);

  mlir::OpBuilder &b;
  mlir::Location loc;

private:
  mlir::Value buffer(const RoleInfo &role, int64_t entry,
                     mlir::MemRefType type);
  mlir::Value length(const RoleInfo &role, int64_t entry);
  mlir::Value number(const RoleInfo &role, int64_t entry);
  /// Null where the role does not advance.
  mlir::Value advance(const RoleInfo &role);

  RoleReader reader_;
  mlir::LLVMTypeConverter types_;
};

} // namespace mlc

#endif // MLC_LIB_LOWERING_STEPARGUMENTS_H
