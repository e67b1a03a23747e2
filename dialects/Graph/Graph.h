//===- Graph.h - The graph dialect ------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_GRAPH_H
#define MLC_DIALECTS_GRAPH_GRAPH_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <cmath>
#include <optional>

#include "dialects/Graph/GraphDialect.h.inc"
#include "dialects/Graph/GraphEnums.h.inc"

namespace mlc::graph {

/// The most rows that a training step has.
inline constexpr int64_t kMaxBatch = 1 << 20;

/// The most dimensions that a tensor of a model has, the batch's included.
inline constexpr int64_t kMaxRank = 4;

/// A double that attributes can hold: equal and hashed by its bits.
struct Number {
  Number(double value = 0.0) : value_(value) {}
  operator double() const { return value_; }
  friend bool operator==(Number a, Number b) { return a.bits() == b.bits(); }
  friend bool operator==(Number a, double b) { return a.value_ == b; }
  friend llvm::hash_code hash_value(Number number) {
    return llvm::hash_value(number.bits());
  }

private:
  uint64_t bits() const { return llvm::bit_cast<uint64_t>(value_); }
  double value_;
};

/// What labels are: numbers, numbers of at least 0, one of two classes as a
/// number in [0, 1], or the number of a class.
enum class LabelKind { Real, Count, Binary, Class };

/// An optimiser's setting, as GraphAttrs.td declares it.
struct Setting {
  /// `name = 0.1`, `name = true`, or the word alone.
  enum Kind { Number, Switch, Word };
  llvm::StringLiteral name;
  Kind kind;
  /// Unless it is given; nothing where it must be given.
  std::optional<double> otherwise;
};

/// What a gradient rule sees: the engine's sums of gradients.
class Gradients {
public:
  virtual ~Gradients() = default;
  /// Builds at the end of the step that is being made.
  virtual mlir::OpBuilder &builder() = 0;
  /// The gradient of the loss with respect to the op's result; complete, since
  /// all uses of the result have been passed.
  virtual mlir::Value ofResult() = 0;
  /// Whether a parameter's gradient passes through `operand`.
  virtual bool wants(mlir::Value operand) = 0;
  /// Adds `contribution`, of `operand`'s type, to its gradient.
  virtual void add(mlir::Value operand, mlir::Value contribution) = 0;
};

/// What a rule along a path sees: the values of operands at its two ends.
class PathEnds {
public:
  virtual ~PathEnds() = default;
  /// Of an operand where the path begins, and where it ends, of its type. An
  /// operand that does not depend on the data is the same at both.
  virtual mlir::Value atBegin(mlir::Value operand) = 0;
  virtual mlir::Value atEnd(mlir::Value operand) = 0;
};

/// What an optimiser's update is built from.
struct OptimizerStep {
  mlir::OpBuilder &builder;
  mlir::Value parameter, gradient;
  /// One a state name, in order.
  mlir::ValueRange states;
  /// f64, this step's.
  mlir::Value learningRate;
  /// i64, from 1.
  mlir::Value number;
  /// Rows of a parameter from which a pass over all of them takes longer than
  /// to find those that a batch touches.
  int64_t manyRows;
  /// Whether something beside the optimiser changes every row all the same.
  bool changesAllRows = false;
};

struct OptimizerResult {
  mlir::Value parameter;
  llvm::SmallVector<mlir::Value> states;
};

/// A matrix [n, c] whose rows are all `row` [c]; n are the rows of `like`.
mlir::Value repeatRow(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value row, mlir::Value like);

/// Of an op: row n of the result follows from row n of each operand that holds
/// a batch, and from operands that hold none. So nothing passes from one row to
/// another.
template <typename ConcreteType>
class RowWise : public mlir::OpTrait::TraitBase<ConcreteType, RowWise> {};

class SizesAttr;

/// Whether `type` is a tensor with the `#graph.csr` encoding.
bool isCsr(mlir::Type type);

/// The second size of a tensor with that encoding; null of other types.
SizesAttr sizesAttrOf(mlir::Type type);

/// The names of all ops that a context knows with the interface `Interface`,
/// in the alphabet's order.
template <typename Interface>
llvm::SmallVector<llvm::StringRef> opsWith(mlir::MLIRContext *context) {
  llvm::SmallVector<llvm::StringRef> names;
  for (mlir::RegisteredOperationName op : context->getRegisteredOperations())
    if (op.hasInterface<Interface>())
      names.push_back(op.getStringRef());
  llvm::sort(names);
  return names;
}

} // namespace mlc::graph

template <>
struct mlir::FieldParser<mlc::graph::Number> {
  static mlir::FailureOr<mlc::graph::Number> parse(mlir::AsmParser &parser) {
    double value;
    if (parser.parseFloat(value))
      return mlir::failure();
    return mlc::graph::Number(value);
  }
};

namespace mlc::graph {
inline mlir::AsmPrinter &operator<<(mlir::AsmPrinter &printer, Number number) {
  printer.printFloat(llvm::APFloat(static_cast<double>(number)));
  return printer;
}
} // namespace mlc::graph

#include "dialects/Graph/GraphAttrInterfaces.h.inc"
#include "dialects/Graph/GraphOpInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Graph/GraphAttrs.h.inc"

#define GET_OP_CLASSES
#include "dialects/Graph/GraphOps.h.inc"

#endif // MLC_DIALECTS_GRAPH_GRAPH_H
