//===- Mutation.cpp - Mistakes planted in a train step --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Mutation.h"

#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::test;
using namespace mlc::reference;

/// 1.25 * value + 0.25.
static Value disturb(OpBuilder &b, Value value) {
  if (isa<RankedTensorType>(value.getType()))
    return (graph::TensorExpr(b, value) * 1.25 + 0.25).value();
  auto number = [&](double x) -> Value {
    return arith::ConstantOp::create(b, value.getLoc(),
                                     b.getFloatAttr(value.getType(), x));
  };
  Value scaled = arith::MulFOp::create(b, value.getLoc(), value, number(1.25));
  return arith::AddFOp::create(b, value.getLoc(), scaled, number(0.25));
}

/// The op with operands `i` and `j` exchanged.
static Value swapped(OpBuilder &b, Operation *op, unsigned i, unsigned j) {
  Operation *copy = b.clone(*op);
  copy->setOperand(i, op->getOperand(j));
  copy->setOperand(j, op->getOperand(i));
  return copy->getResult(0);
}

/// The product with one operand transposed the other way; null where its
/// shape does not allow it.
static Value transposed(OpBuilder &b, graph::MatmulOp op, bool lhs) {
  auto type =
      cast<RankedTensorType>((lhs ? op.getLhs() : op.getRhs()).getType());
  if (type.getDimSize(0) != type.getDimSize(1) || type.isDynamicDim(0))
    return nullptr;
  auto copy = cast<graph::MatmulOp>(b.clone(*op.getOperation()));
  if (lhs)
    copy.setTransposeLhs(!op.getTransposeLhs());
  else
    copy.setTransposeRhs(!op.getTransposeRhs());
  return copy.getResult();
}

/// Whether a number is only compared, or measured, or makes what is: another is
/// seen only where inputs happen to lie between the two. What is selected by
/// the comparison is disturbed itself.
static bool isOnlyCompared(Operation *op) {
  return !op->use_empty() && llvm::all_of(op->getUsers(), [](Operation *user) {
    return isa<arith::CmpFOp, tensor::DimOp>(user) || isOnlyCompared(user);
  });
}

namespace {
/// Counts down the mistakes to the one that is wanted.
class Planter {
public:
  Planter(TrainStep &step, int number) : step_(step), left_(number) {}

  Mutation plant() {
    for (Operation *op = step_.lossOp()->getNextNode();
         op && !op->hasTrait<OpTrait::IsTerminator>(); op = op->getNextNode())
      if (op->getNumResults() == 1 && !isOfStatistics(op) &&
          isa<FloatType>(getElementTypeOrSelf(op->getResult(0).getType())) &&
          !isOnlyCompared(op) && plantIn(op))
        return mutation_;
    return Mutation();
  }

private:
  /// Whether an op is there for running statistics alone, which tell nothing of
  /// gradients.
  bool isOfStatistics(Operation *op) {
    return !op->use_empty() && llvm::all_of(op->getUses(), [&](OpOperand &use) {
      return isStatistic(use) ||
             (!use.getOwner()->hasTrait<OpTrait::IsTerminator>() &&
              isOfStatistics(use.getOwner()));
    });
  }

  /// Whether a use is the new value of a parameter that no gradient changes.
  bool isStatistic(OpOperand &use) {
    if (!use.getOwner()->hasTrait<OpTrait::IsTerminator>())
      return false;
    func::FuncOp step = step_.function();
    size_t parameter = 0;
    for (unsigned i = 0; i < use.getOperandNumber(); ++i)
      parameter += steps::resultRole(step, i) == steps::kParameter;
    return steps::resultRole(step, use.getOperandNumber()) ==
               steps::kParameter &&
           !step_.trained()[parameter];
  }

  bool plantIn(Operation *op) {
    OpBuilder b(op->getContext());
    b.setInsertionPointAfter(op);
    Value right = op->getResult(0);
    if (take(op, Mutation::Disturb, "disturbed"))
      return finish(disturb(b, right));
    if (isa<RankedTensorType>(right.getType()) &&
        take(op, Mutation::Negate, "negated"))
      return finish((graph::TensorExpr(b, right) * -1.0).value());
    for (OpOperand &operand : op->getOpOperands())
      if (operand.get().getType() == right.getType() &&
          take(op, Mutation::Drop, "replaced by an operand"))
        return finish(operand.get());
    if (isa<arith::SubFOp, arith::DivFOp, arith::SelectOp>(op)) {
      const unsigned first = isa<arith::SelectOp>(op) ? 1 : 0;
      if (take(op, Mutation::Swap, "with operands swapped"))
        return finish(swapped(b, op, first, first + 1));
    }
    if (auto product = dyn_cast<graph::MatmulOp>(op))
      for (bool lhs : {true, false})
        if (Value wrong = transposed(b, product, lhs)) {
          if (take(op, Mutation::Transpose, "with an operand transposed"))
            return finish(wrong);
          wrong.getDefiningOp()->erase();
        }
    return false;
  }

  bool take(Operation *op, Mutation::Kind kind, StringRef what) {
    if (left_-- != 0)
      return false;
    mutation_.kind = kind;
    mutation_.right = op->getResult(0);
    llvm::raw_string_ostream(mutation_.text) << *op << ' ' << what;
    return true;
  }

  /// Puts `wrong` everywhere but where it is made of `right`.
  bool finish(Value wrong) {
    mutation_.wrong = wrong;
    mutation_.right.replaceUsesWithIf(
        wrong, [&](OpOperand &use) { return !isNew(use.getOwner()); });
    Operation *end = step_.function().getBody().front().getTerminator();
    end->insertOperands(end->getNumOperands(), {mutation_.right, wrong});
    return true;
  }

  /// Whether `op` was made for the mistake: such ops stand between the ops of
  /// the right and of the wrong value.
  bool isNew(Operation *op) {
    Operation *wrong = mutation_.wrong.getDefiningOp();
    Operation *right = mutation_.right.getDefiningOp();
    return wrong && right->isBeforeInBlock(op) &&
           (op == wrong || op->isBeforeInBlock(wrong));
  }

  TrainStep &step_;
  int left_;
  Mutation mutation_;
};
} // namespace

Mutation mlc::test::mutate(TrainStep &step, int number) {
  return Planter(step, number).plant();
}

bool mlc::test::changesValue(TrainStep &step, const Mutation &mutation,
                             const StepInputs &inputs) {
  const std::vector<DatumRef> both = step.run(inputs).others;
  return std::get<Reals>(*both.at(0)).elements !=
         std::get<Reals>(*both.at(1)).elements;
}
