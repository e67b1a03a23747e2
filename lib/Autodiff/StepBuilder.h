//===- StepBuilder.h - Step functions of a program --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_AUTODIFF_STEPBUILDER_H
#define MLC_LIB_AUTODIFF_STEPBUILDER_H

#include "dialects/Graph/Graph.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

namespace mlc {

/// Builds one step function, a private function on tensors behind the program:
/// arguments with their roles (include/mlc/Steps.h) and copies of the
/// program's regions.
class StepBuilder {
public:
  /// A function `name` of no arguments and no results yet.
  StepBuilder(graph::ProgramOp program, llvm::StringRef name);

  /// Says that each worker runs whole steps of its own (steps::kIndependent).
  void setAlone();

  mlir::Value addArgument(mlir::Type type, mlir::Location loc,
                          llvm::StringRef role);
  /// The batch: the numbers of its rows in the data.
  void addRows();
  /// The batch's rows of the data, as graph.predict sees them, and of the
  /// labels, as graph.loss sees them. After addRows().
  mlir::Value addInput();
  mlir::Value addLabel();
  /// The same of how much each row counts, and of what the teacher answered;
  /// null where the loss has none.
  mlir::Value addWeights();
  mlir::Value addTeacher();
  /// Every parameter, in the program's order.
  void addParameters();

  /// Replaces each composite op without a rule, as `hasRule` says, by what it
  /// stands for. Returns what `result` is then.
  mlir::Value decompose(mlir::Value result,
                        llvm::function_ref<bool(mlir::Operation *)> hasRule);

  /// Copies of graph.predict and graph.loss; what they yield. After
  /// addParameters().
  mlir::Value predict(mlir::Value input);
  /// Where `teacher` is null, by the labels alone.
  mlir::Value loss(mlir::Value prediction, mlir::Value label,
                   mlir::Value weights, mlir::Value teacher = nullptr);

  /// Returns `results`, each in its role.
  void finish(mlir::ValueRange results, llvm::ArrayRef<llvm::StringRef> roles);

  mlir::func::FuncOp getFunction() { return function_; }
  mlir::Block &getBody() { return function_.getBody().front(); }
  mlir::ValueRange getParameters() const { return parameters_; }
  /// Stands at the end of the function.
  mlir::OpBuilder &getBuilder() { return builder_; }

private:
  mlir::Value addBatch(mlir::BlockArgument argument, llvm::StringRef role);
  mlir::Value inlineRegion(mlir::Region &region);

  graph::ProgramOp program_;
  mlir::OpBuilder builder_;
  mlir::func::FuncOp function_;
  mlir::IRMapping mapping_;
  mlir::Value rows_;
  llvm::SmallVector<mlir::Value> parameters_;
};

/// The module's graph.program. Fails, with an error, where there is none or
/// more than one, or where a symbol has one of the names `steps` that steps
/// are to get.
mlir::FailureOr<graph::ProgramOp>
programOf(mlir::ModuleOp module, llvm::ArrayRef<llvm::StringRef> steps);

} // namespace mlc

#endif // MLC_LIB_AUTODIFF_STEPBUILDER_H
