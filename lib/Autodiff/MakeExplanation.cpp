//===- MakeExplanation.cpp - The step of explanation ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Mlc/Mlc.h"
#include "lib/Autodiff/PathMode.h"
#include "lib/Autodiff/StepBuilder.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlc {
#define GEN_PASS_DEF_MAKEEXPLANATION
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

RankedTensorType listOf(MLIRContext *context, int64_t size) {
  return RankedTensorType::get({size}, Float32Type::get(context));
}

/// Elements of a row.
int64_t elementsOfRow(Value batch) {
  int64_t elements = 1;
  for (int64_t size :
       cast<RankedTensorType>(batch.getType()).getShape().drop_front())
    elements *= size;
  return elements;
}

/// A batch of the type of `like`, each row of which has the elements of `list`.
Value batchOf(OpBuilder &b, Location loc, Value list, Value like) {
  Value matrix = repeatRow(b, loc, list, like);
  auto type = cast<RankedTensorType>(like.getType());
  if (matrix.getType() == type)
    return matrix;
  return ReshapeOp::create(b, loc, type, matrix);
}

class Explanation {
public:
  explicit Explanation(ProgramOp program)
      : loc_(program.getLoc()), step_(program, steps::kExplain),
        b_(step_.getBuilder()) {}

  LogicalResult build() {
    MLIRContext *context = b_.getContext();
    step_.setAlone();
    step_.addRows();
    input_ = step_.addInput();
    const bool isSparse = isCsr(input_.getType());
    if (!isSparse)
      baseline_ =
          rowsLike(step_.addArgument(input_.getType(), loc_, steps::kBaseline));
    Value path = step_.addArgument(listOf(context, 2), loc_, steps::kPath);
    begin_ = elementOf(path, 0);
    end_ = elementOf(path, 1);
    step_.addParameters();
    output_ = step_.predict(input_);
    Value direction = step_.addArgument(listOf(context, elementsOfRow(output_)),
                                        loc_, steps::kDirection);
    PathValues values = follow();
    if (!values.moves(output_) || !canDifferentiate(values)) {
      step_.getFunction().erase();
      return success();
    }
    PathMode mode = PathMode::make(b_, values, input_, baseline_, begin_, end_,
                                   step_.getBody());
    if (failed(mode.run(output_, batchOf(b_, loc_, direction, output_))))
      return failure();
    Value gradient = mode.of(input_);
    assert(gradient && "each op on the way has a rule");
    if (values.areClosed)
      step_.getFunction()->setAttr(steps::kPaths, b_.getUnitAttr());
    step_.finish(gradient, {isSparse ? StringRef(steps::kEntryGradient)
                                     : StringRef(steps::kInputGradient)});
    return success();
  }

private:
  /// A batch like the input's, each row of which is the only one of `data`.
  Value rowsLike(Value data) {
    Value count = tensor::DimOp::create(b_, loc_, input_, 0);
    Value first = arith::ConstantOp::create(b_, loc_, b_.getI32IntegerAttr(0));
    auto type = RankedTensorType::get({ShapedType::kDynamic}, b_.getI32Type());
    Value rows = tensor::SplatOp::create(b_, loc_, type, first, count);
    return GatherOp::create(b_, loc_, data, rows);
  }

  Value elementOf(Value list, int64_t place) {
    Value index = arith::ConstantIndexOp::create(b_, loc_, place);
    return tensor::ExtractOp::create(b_, loc_, list, index);
  }

  /// Where there is no closed form, composite ops without a gradient rule
  /// become what they stand for.
  PathValues follow() {
    PathValues values(step_.getBody(), input_);
    if (values.areClosed)
      return values;
    output_ = step_.decompose(output_, [](Operation *op) {
      return isa<DifferentiableOpInterface>(op);
    });
    PathValues decomposed(step_.getBody(), input_);
    decomposed.areClosed = false;
    return decomposed;
  }

  /// Whether each op on the way has a rule; one that has none is named.
  static bool canDifferentiate(const PathValues &values) {
    for (Operation *op : values.otherOps) {
      if (values.areClosed && isa<CurvedOpInterface>(op))
        continue;
      if (isa<DifferentiableOpInterface>(op) ||
          !values.curved.contains(op->getResult(0)))
        continue;
      op->emitWarning("the program cannot explain its predictions, since '")
          << op->getName() << "' has no gradient rule";
      return false;
    }
    return true;
  }

  Location loc_;
  StepBuilder step_;
  OpBuilder &b_;
  Value input_, baseline_, begin_, end_, output_;
};

class MakeExplanationPass
    : public mlc::impl::MakeExplanationBase<MakeExplanationPass> {
  void runOnOperation() override {
    FailureOr<ProgramOp> program = programOf(getOperation(), {steps::kExplain});
    if (failed(program))
      return signalPassFailure();
    if (failed(Explanation(*program).build()))
      signalPassFailure();
  }
};

} // namespace
