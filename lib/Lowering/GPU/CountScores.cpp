//===- CountScores.cpp - Evaluation counts what is right ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Mlc/Mlc.h"
#include "lib/Linalg/Loops.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlc {
#define GEN_PASS_DEF_COUNTSCORES
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Builds the score of a batch where `b` stands.
class ScoreBuilder {
public:
  ScoreBuilder(OpBuilder &b, func::FuncOp step, Value prediction)
      : b_(b), loc_(prediction.getLoc()), prediction_(prediction),
        rows_(steps::findArgument(step, steps::kRows)),
        labels_(steps::findArgument(step, steps::kLabels)) {}

  Value build(graph::LabelKind kind) {
    switch (kind) {
    case graph::LabelKind::Class:
      return ofClasses();
    case graph::LabelKind::Binary:
      return ofElements(b_.getI32Type(), [this](Value y, Value t) {
        Value output = isAbove(y), label = isPositive(t);
        return widen(isEqual(output, label));
      });
    case graph::LabelKind::Real:
      return ofElements(b_.getF32Type(), [this](Value y, Value t) -> Value {
        Value error = arith::SubFOp::create(b_, loc_, y, t);
        return arith::MulFOp::create(b_, loc_, error, error);
      });
    }
    llvm_unreachable("a label is one of the above");
  }

private:
  using Term = llvm::function_ref<Value(Value, Value)>;

  /// The sum of `term` over all elements of the prediction and their labels.
  Value ofElements(Type type, Term term) {
    // Each may have lost other dimensions: both as rows and columns.
    Value prediction = asMatrix(b_, loc_, prediction_);
    Value labels = asMatrix(b_, loc_, labels_);
    LoopMaps maps(b_.getContext());
    return loops(b_, loc_, {prediction, rows_}, zero(type),
                 {maps.both, maps.rows, AffineMap::get(2, 0, b_.getContext())},
                 {kReduction, kReduction},
                 [&](OpBuilder &, ValueRange args) -> Value {
                   Value column = linalg::IndexOp::create(b_, loc_, 1);
                   Value label = extract(labels, {toIndex(args[1]), column});
                   return add(args[2], term(args[0], label));
                 });
  }

  /// How many rows have their first largest output at their label.
  Value ofClasses() {
    AffineMap row = b_.getMultiDimIdentityMap(1);
    return loops(b_, loc_, rows_, zero(b_.getI32Type()),
                 {row, AffineMap::get(1, 0, b_.getContext())}, {kReduction},
                 [&](OpBuilder &, ValueRange args) -> Value {
                   Value example = linalg::IndexOp::create(b_, loc_, 0);
                   Value label = extract(labels_, {toIndex(args[0])});
                   Value found = firstLargest(example);
                   return add(args[1], widen(isEqual(toIndex(label), found)));
                 });
  }

  Value firstLargest(Value example) {
    Value first = index(0), one = index(1);
    Value columns =
        index(cast<RankedTensorType>(prediction_.getType()).getDimSize(1));
    auto loop = scf::ForOp::create(
        b_, loc_, one, columns, one,
        ValueRange{extract(prediction_, {example, first}), first});
    OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    Value column = loop.getInductionVar();
    Value largest = loop.getRegionIterArg(0), place = loop.getRegionIterArg(1);
    Value next = extract(prediction_, {example, column});
    // What is NaN is no larger, and nothing is larger than it.
    Value isLarger = arith::CmpFOp::create(b_, loc_, arith::CmpFPredicate::OGT,
                                           next, largest);
    scf::YieldOp::create(
        b_, loc_,
        ValueRange{arith::SelectOp::create(b_, loc_, isLarger, next, largest),
                   arith::SelectOp::create(b_, loc_, isLarger, column, place)});
    return loop.getResult(1);
  }

  Value zero(Type type) {
    Value number = arith::ConstantOp::create(b_, loc_, b_.getZeroAttr(type));
    return linalg::FillOp::create(b_, loc_, number,
                                  emptyTensor(b_, loc_, {}, type))
        .getResult(0);
  }
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b_, loc_, value);
  }
  Value toIndex(Value number) {
    return arith::IndexCastOp::create(b_, loc_, b_.getIndexType(), number);
  }
  Value extract(Value tensor, ValueRange place) {
    return tensor::ExtractOp::create(b_, loc_, tensor, place);
  }
  Value add(Value x, Value y) {
    if (x.getType().isInteger())
      return arith::AddIOp::create(b_, loc_, x, y);
    return arith::AddFOp::create(b_, loc_, x, y);
  }
  Value isEqual(Value x, Value y) {
    return arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::eq, x, y);
  }
  Value widen(Value bit) {
    return arith::ExtUIOp::create(b_, loc_, b_.getI32Type(), bit);
  }
  Value compare(arith::CmpFPredicate predicate, Value x, float y) {
    Value number = arith::ConstantOp::create(b_, loc_, b_.getF32FloatAttr(y));
    return arith::CmpFOp::create(b_, loc_, predicate, x, number);
  }
  Value isAbove(Value output) {
    return compare(arith::CmpFPredicate::OGT, output, 0.0f);
  }
  Value isPositive(Value label) {
    return compare(arith::CmpFPredicate::OGE, label, 0.5f);
  }

  OpBuilder &b_;
  Location loc_;
  Value prediction_, rows_, labels_;
};

class CountScoresPass : public mlc::impl::CountScoresBase<CountScoresPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto programs = llvm::to_vector(module.getOps<graph::ProgramOp>());
    auto step = module.lookupSymbol<func::FuncOp>(steps::kEvaluate);
    if (programs.size() != 1 || !step) {
      module.emitError("expected one graph.program and its steps");
      return signalPassFailure();
    }
    auto end = cast<func::ReturnOp>(step.getBody().front().getTerminator());
    for (auto [number, value] : llvm::enumerate(end.getOperands())) {
      if (steps::resultRole(step, number) != steps::kPrediction)
        continue;
      OpBuilder b(end);
      Value score = ScoreBuilder(b, step, value)
                        .build(programs[0].getLossFunction().getLabelKind());
      end.getOperandsMutable().append(score);
      if (failed(step.insertResult(
              step.getNumResults(), score.getType(),
              steps::roleAttributes(&getContext(), steps::kScore))))
        return signalPassFailure();
      return;
    }
    step.emitError("expected a result with the role ") << steps::kPrediction;
    signalPassFailure();
  }
};

} // namespace
