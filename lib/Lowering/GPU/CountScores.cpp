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
      : b(b), loc(prediction.getLoc()), prediction(prediction),
        rows(steps::findArgument(step, steps::kRows)),
        labels(steps::findArgument(step, steps::kLabels)) {}

  Value build(graph::LabelKind kind) {
    switch (kind) {
    case graph::LabelKind::Class:
      return ofClasses();
    case graph::LabelKind::Binary:
      return ofElements(b.getI32Type(), [this](Value y, Value t) {
        Value output = isAbove(y), label = isPositive(t);
        return widen(isEqual(output, label));
      });
    case graph::LabelKind::Real:
      return ofElements(b.getF32Type(), [this](Value y, Value t) -> Value {
        Value error = arith::SubFOp::create(b, loc, y, t);
        return arith::MulFOp::create(b, loc, error, error);
      });
    }
    llvm_unreachable("a label is one of the above");
  }

private:
  using Term = llvm::function_ref<Value(Value, Value)>;

  /// The sum of `term` over all elements of the prediction and their labels.
  Value ofElements(Type type, Term term) {
    LoopMaps maps(b.getContext());
    return loops(b, loc, {prediction, rows}, zero(type),
                 {maps.both, maps.rows, AffineMap::get(2, 0, b.getContext())},
                 {kReduction, kReduction},
                 [&](OpBuilder &, ValueRange args) -> Value {
                   Value column = linalg::IndexOp::create(b, loc, 1);
                   Value label = extract(labels, {toIndex(args[1]), column});
                   return add(args[2], term(args[0], label));
                 });
  }

  /// How many rows have their first largest output at their label.
  Value ofClasses() {
    AffineMap row = b.getMultiDimIdentityMap(1);
    return loops(b, loc, rows, zero(b.getI32Type()),
                 {row, AffineMap::get(1, 0, b.getContext())}, {kReduction},
                 [&](OpBuilder &, ValueRange args) -> Value {
                   Value example = linalg::IndexOp::create(b, loc, 0);
                   Value label = extract(labels, {toIndex(args[0])});
                   Value found = firstLargest(example);
                   return add(args[1], widen(isEqual(toIndex(label), found)));
                 });
  }

  Value firstLargest(Value example) {
    Value first = index(0), one = index(1);
    Value columns =
        index(cast<RankedTensorType>(prediction.getType()).getDimSize(1));
    auto loop = scf::ForOp::create(
        b, loc, one, columns, one,
        ValueRange{extract(prediction, {example, first}), first});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value column = loop.getInductionVar();
    Value largest = loop.getRegionIterArg(0), place = loop.getRegionIterArg(1);
    Value next = extract(prediction, {example, column});
    // What is NaN is no larger, and nothing is larger than it.
    Value isLarger =
        arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, next, largest);
    scf::YieldOp::create(
        b, loc,
        ValueRange{arith::SelectOp::create(b, loc, isLarger, next, largest),
                   arith::SelectOp::create(b, loc, isLarger, column, place)});
    return loop.getResult(1);
  }

  Value zero(Type type) {
    Value number = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    return linalg::FillOp::create(b, loc, number, emptyTensor(b, loc, {}, type))
        .getResult(0);
  }
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value toIndex(Value number) {
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), number);
  }
  Value extract(Value tensor, ValueRange place) {
    return tensor::ExtractOp::create(b, loc, tensor, place);
  }
  Value add(Value x, Value y) {
    if (x.getType().isInteger())
      return arith::AddIOp::create(b, loc, x, y);
    return arith::AddFOp::create(b, loc, x, y);
  }
  Value isEqual(Value x, Value y) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, x, y);
  }
  Value widen(Value bit) {
    return arith::ExtUIOp::create(b, loc, b.getI32Type(), bit);
  }
  Value compare(arith::CmpFPredicate predicate, Value x, float y) {
    Value number = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(y));
    return arith::CmpFOp::create(b, loc, predicate, x, number);
  }
  Value isAbove(Value output) {
    return compare(arith::CmpFPredicate::OGT, output, 0.0f);
  }
  Value isPositive(Value label) {
    return compare(arith::CmpFPredicate::OGE, label, 0.5f);
  }

  OpBuilder &b;
  Location loc;
  Value prediction, rows, labels;
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
