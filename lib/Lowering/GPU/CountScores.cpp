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
        labels_(steps::findArgument(step, steps::kLabels)) {
    // Each may have lost other dimensions: as rows and columns.
    labels_ = asMatrix(b_, loc_, labels_);
  }

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
    case graph::LabelKind::Count:
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
    Value prediction = asMatrix(b_, loc_, prediction_);
    LoopMaps maps(b_.getContext());
    return loops(b_, loc_, {prediction, rows_}, zero(type),
                 {maps.both, maps.rows, AffineMap::get(2, 0, b_.getContext())},
                 {kReduction, kReduction},
                 [&](OpBuilder &, ValueRange args) -> Value {
                   Value column = linalg::IndexOp::create(b_, loc_, 1);
                   Value label = extract(labels_, {toIndex(args[1]), column});
                   return add(args[2], term(args[0], label));
                 });
  }

  /// How many rows, or places of them, have their first largest output at their
  /// label.
  Value ofClasses() {
    AffineMap row = b_.getMultiDimIdentityMap(1);
    Value outputs = asMatrix(b_, loc_, prediction_);
    return loops(b_, loc_, rows_, zero(b_.getI32Type()),
                 {row, AffineMap::get(1, 0, b_.getContext())}, {kReduction},
                 [&](OpBuilder &, ValueRange args) -> Value {
                   Value example = linalg::IndexOp::create(b_, loc_, 0);
                   Value data = toIndex(args[0]);
                   if (cast<RankedTensorType>(labels_.getType()).getRank() == 2)
                     return ofPlaces(outputs, example, data, args[1]);
                   Value found = firstLargest(outputs, example, Value(),
                                              columnsOf(outputs));
                   return add(args[1], isLabel({data}, found));
                 });
  }

  /// `count` and how many places more are right of a row that has several,
  /// whose outputs stand one behind another.
  Value ofPlaces(Value outputs, Value example, Value data, Value count) {
    const int64_t places = columnsOf(labels_);
    const int64_t classes = columnsOf(outputs) / places;
    auto loop =
        scf::ForOp::create(b_, loc_, index(0), index(places), index(1), count);
    OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    Value place = loop.getInductionVar();
    Value begin = arith::MulIOp::create(b_, loc_, place, index(classes));
    Value found = firstLargest(outputs, example, begin, classes);
    scf::YieldOp::create(
        b_, loc_, add(loop.getRegionIterArg(0), isLabel({data, place}, found)));
    return loop.getResult(0);
  }

  static int64_t columnsOf(Value matrix) {
    return cast<RankedTensorType>(matrix.getType()).getDimSize(1);
  }

  /// 1 where the label is the class that was found.
  Value isLabel(ValueRange place, Value found) {
    return widen(isEqual(toIndex(extract(labels_, place)), found));
  }

  /// Of the first of `classes` outputs from column `begin` (null: 0) on, which
  /// no other one is larger than.
  Value firstLargest(Value outputs, Value example, Value begin,
                     int64_t classes) {
    Value first = index(0), one = index(1);
    auto outputAt = [&](Value place) {
      Value column =
          begin ? arith::AddIOp::create(b_, loc_, begin, place).getResult()
                : place;
      return extract(outputs, {example, column});
    };
    auto loop = scf::ForOp::create(b_, loc_, one, index(classes), one,
                                   ValueRange{outputAt(first), first});
    OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    Value column = loop.getInductionVar();
    Value largest = loop.getRegionIterArg(0), place = loop.getRegionIterArg(1);
    Value next = outputAt(column);
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
