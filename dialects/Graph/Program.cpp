//===- Program.cpp - The frame of a model file ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Losses.h"
#include "dialects/Graph/Shapes.h"
#include "dialects/Graph/Syntax.h"
#include "dialects/Graph/Training.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlc::graph;

//===----------------------------------------------------------------------===//
// ProgramOp
//===----------------------------------------------------------------------===//

template <typename OpTy>
static OpTy firstOf(ProgramOp program) {
  auto ops = program.getBody().front().getOps<OpTy>();
  return ops.empty() ? OpTy() : *ops.begin();
}

PredictOp ProgramOp::getPredict() { return firstOf<PredictOp>(*this); }
LossOp ProgramOp::getLoss() { return firstOf<LossOp>(*this); }
TrainOp ProgramOp::getTrain() { return firstOf<TrainOp>(*this); }

LossOpInterface ProgramOp::getLossFunction() {
  BlockArgument labels = getLoss().getBody().getArgument(1);
  return cast<LossOpInterface>(*labels.getUsers().begin());
}

bool ProgramOp::isQuantized() {
  return llvm::any_of(getParameters(), [](ParameterOp parameter) {
    return !parameter.getType().getElementType().isF32();
  });
}

SmallVector<ParameterOp> ProgramOp::getParameters() {
  return llvm::to_vector(getBody().front().getOps<ParameterOp>());
}

template <typename OpTy>
static LogicalResult verifyExactlyOne(ProgramOp program) {
  auto ops = llvm::to_vector(program.getBody().front().getOps<OpTy>());
  if (ops.empty())
    return program.emitOpError("expected one ")
           << OpTy::getOperationName() << " (C1), but found none";
  if (ops.size() > 1) {
    InFlightDiagnostic diagnostic = ops[1].emitOpError(
        "expected one in a program (C1), but this is the second");
    diagnostic.attachNote(ops[0].getLoc()) << "the first is here";
    return diagnostic;
  }
  return success();
}

/// The values that the loss can change with: those that lead to what `loss`
/// yields. Walks backwards with a list and not by recursion, since a program
/// may be thousands of ops deep.
static DenseSet<Value> leadingToLoss(ProgramOp program) {
  auto yielded = [](Region &region) {
    return cast<YieldOp>(region.front().getTerminator()).getValue();
  };
  DenseSet<Value> leading;
  SmallVector<Value> next{yielded(program.getLoss().getBody())};
  while (!next.empty()) {
    Value value = next.pop_back_val();
    if (!leading.insert(value).second)
      continue;
    if (Operation *op = value.getDefiningOp())
      llvm::append_range(next, op->getOperands());
    // What `predict` yields is the first argument of `loss`.
    if (value == program.getLoss().getBody().getArgument(0))
      next.push_back(yielded(program.getPredict().getBody()));
  }
  return leading;
}

/// What is wrong with how a parameter that is not f32 is used; empty where
/// nothing is.
static StringRef misuseOf(ParameterOp parameter) {
  Value value = parameter.getValue();
  auto read = value.hasOneUse()
                  ? dyn_cast<DequantizeOp>(*value.getUsers().begin())
                  : DequantizeOp();
  if (!read)
    return "one graph.dequantize alone to use it";
  auto numbers = read.getNumbers().getDefiningOp<ParameterOp>();
  auto scales = read.getScales().getDefiningOp<ParameterOp>();
  if (!numbers || !scales)
    return "both operands of its graph.dequantize to be parameters";
  if (scales.getName() != (numbers.getName() + ".scale").str())
    return "the scales of graph.dequantize to be called as its numbers, with "
           "\".scale\" behind, as weights files have them";
  auto product = read->hasOneUse()
                     ? dyn_cast<LinearOp>(*read->getUsers().begin())
                     : LinearOp();
  if (!product || product.getWeight() != read.getResult())
    return "what its graph.dequantize gives to be the weight of one "
           "graph.linear, and nothing else; other ops take f32 weights";
  if (!isCsr(product.getInput().getType()) && scales.getType().getRank() != 2)
    return "a scale for each column, [1, out], where graph.linear multiplies "
           "dense rows by what its graph.dequantize gives; a scale for each "
           "row is for #graph.csr examples";
  return "";
}

LogicalResult ProgramOp::verifyRegions() {
  for (Operation &op : getBody().front())
    if (!isa<ParameterOp, PredictOp, LossOp, TrainOp>(op))
      return op.emitOpError("expected only graph.parameter, graph.predict, "
                            "graph.loss and graph.train in a program (C5); "
                            "move it into graph.predict or graph.loss");
  if (failed(verifyExactlyOne<PredictOp>(*this)) ||
      failed(verifyExactlyOne<LossOp>(*this)) ||
      failed(verifyExactlyOne<TrainOp>(*this)))
    return failure();

  SmallVector<ParameterOp> parameters = getParameters();
  if (parameters.empty())
    return emitOpError("expected at least one graph.parameter (C2)");
  llvm::StringMap<ParameterOp> names;
  for (ParameterOp parameter : parameters) {
    auto [entry, isNew] = names.try_emplace(parameter.getName(), parameter);
    if (!isNew) {
      InFlightDiagnostic diagnostic =
          parameter.emitOpError("expected its own name (C2), but \"")
          << parameter.getName() << "\" is taken";
      diagnostic.attachNote(entry->second.getLoc()) << "by this parameter";
      return diagnostic;
    }
  }

  auto yield = cast<YieldOp>(getPredict().getBody().front().getTerminator());
  Type yielded = yield.getValue().getType();
  Type taken = getLoss().getBody().getArgument(0).getType();
  if (yielded != taken) {
    InFlightDiagnostic diagnostic =
        getLoss().emitOpError("expected its first argument to be ")
        << yielded << ", which graph.predict yields (C3), but got " << taken;
    diagnostic.attachNote(yield.getLoc()) << "yielded here";
    return diagnostic;
  }

  DenseSet<Value> leading = leadingToLoss(*this);
  for (ParameterOp parameter : parameters)
    if (parameter.isTrained() && !leading.contains(parameter.getValue()))
      return parameter.emitOpError("expected the loss to depend on \"")
             << parameter.getName()
             << "\" (C4), but it does not; use it or remove it";
  for (ParameterOp parameter : parameters)
    if (!parameter.getType().getElementType().isF32())
      if (const StringRef misuse = misuseOf(parameter); !misuse.empty())
        return parameter.emitOpError("expected ") << misuse << " (C6)";
  return verifyTraining(*this);
}

//===----------------------------------------------------------------------===//
// ParameterOp
//===----------------------------------------------------------------------===//

/// Whether all that it gives are zeros.
static bool isZero(InitializerAttr initializer) {
  switch (initializer.getKind()) {
  case InitializerKind::Zeros:
    return true;
  case InitializerKind::Constant:
  case InitializerKind::Uniform:
  case InitializerKind::Normal:
    // As the step has it.
    return static_cast<float>(initializer.getValue()) == 0;
  case InitializerKind::UniformFanIn:
  case InitializerKind::Stored:
    return false;
  }
  llvm_unreachable("an initialiser");
}

LogicalResult ParameterOp::verify() {
  RankedTensorType type = getValue().getType();
  if (type.getRank() < 1 || type.getRank() > kMaxRank ||
      !type.hasStaticShape() || llvm::is_contained(type.getShape(), 0) ||
      type.getEncoding())
    return emitOpError("expected one to four dimensions, each known and above "
                       "0, and no encoding (C1), but got ")
           << type;
  int64_t elements = 1;
  for (int64_t size : type.getShape())
    if (size >= (int64_t(1) << 31) || (elements *= size) >= (int64_t(1) << 31))
      return emitOpError("expected fewer than 2^31 elements (C2), but got ")
             << type;
  if (getName().empty() || !llvm::all_of(getName(), llvm::isPrint))
    return emitOpError("expected a name of printable ASCII characters (C3)");
  if (getName() == "__metadata__")
    return emitOpError("expected another name than \"__metadata__\" (C3), "
                       "which weights files keep for themselves");
  double value = getInitializer().getValue();
  if (!std::isfinite(value))
    return emitOpError("expected a finite number for the initialiser (C4)");
  if (value < 0 && getInitializer().getKind() != InitializerKind::Constant)
    return emitOpError("expected a number of 0 or more for the initialiser "
                       "(C4), but got ")
           << value;
  const bool isStored = getInitializer().getKind() == InitializerKind::Stored;
  if (isStored == type.getElementType().isF32())
    return emitOpError("expected the initialiser 'stored' of ")
           << (isStored ? "i8, i4 or f16 elements only"
                        : "elements that are not f32")
           << " (C5), but got " << type;
  if (getKeepZeros() && isStored)
    return emitOpError("expected 'keep_zeros' of f32 elements only (C6), but "
                       "got ")
           << type;
  if (getKeepZeros() && isZero(getInitializer()))
    return emitOpError("expected an initialiser that gives other numbers than "
                       "0 with 'keep_zeros' (C6), since none of its elements "
                       "would ever change");
  return verifyHowTrained(*this);
}

//===----------------------------------------------------------------------===//
// PredictOp, LossOp
//===----------------------------------------------------------------------===//

/// Graph ops only: the stages know no others in a model.
static LogicalResult verifyOps(Block &block, StringRef constraint) {
  for (Operation &op : block)
    if (!isa_and_nonnull<GraphDialect>(op.getDialect()) ||
        op.getNumRegions() != 0)
      return op.emitError("expected an operation of the graph dialect (")
             << constraint << "), but got '" << op.getName() << "'";
  return success();
}

LogicalResult PredictOp::verifyRegions() {
  Block &block = getBody().front();
  if (block.getNumArguments() != 1)
    return emitOpError("expected one argument, the examples (C1), but got ")
           << block.getNumArguments();
  Type input = block.getArgument(0).getType();
  auto data = dyn_cast<RankedTensorType>(input);
  if (!isBatch(input) && !(sizesAttrOf(input) && mostOfRow(data) < kMaxOfRow))
    return emitOpError("expected the argument to be tensor<?xKxf32>, dense, "
                       "#graph.csr or with #graph.sizes (C1), but got ")
           << input;
  auto yield = cast<YieldOp>(block.getTerminator());
  if (!yield.getValue())
    return emitOpError("expected graph.yield of a dense tensor<?xCxf32> at the "
                       "end (C2)");
  if (!isBatch(yield.getValue().getType()) || isCsr(yield.getValue().getType()))
    return yield.emitOpError("expected a dense tensor<?xCxf32> as the "
                             "prediction (C2), but got ")
           << yield.getValue().getType();
  return verifyOps(block, "C3");
}

/// The argument of `type` behind the prediction and the labels; null where
/// there is none.
static BlockArgument argumentOf(LossOp loss, Type type) {
  for (BlockArgument argument : loss.getBody().getArguments().drop_front(2))
    if (argument.getType() == type)
      return argument;
  return {};
}

BlockArgument LossOp::getWeights() {
  return argumentOf(*this,
                    RankedTensorType::get({ShapedType::kDynamic},
                                          Float32Type::get(getContext())));
}

BlockArgument LossOp::getTeacher() {
  return argumentOf(*this, getBody().getArgument(0).getType());
}

/// `loss` is the op that uses the labels.
static LogicalResult verifyTeacher(LossOp region, LossOpInterface loss) {
  BlockArgument teacher = region.getTeacher();
  for (auto other : region.getBody().front().getOps<LossOpInterface>())
    if (other.getTeacher() && other.getTeacher() != teacher)
      return other->emitOpError("expected its teacher to be an argument of "
                                "graph.loss (C5), as in "
                                "graph.loss(%y: T, %label: T, %teacher: T)");
  if (teacher && (loss.getTeacher() != teacher || !teacher.hasOneUse()))
    return region.emitOpError("expected the loss op that uses the labels, and "
                              "no other op, to use the teacher (C5); leave out "
                              "the argument where there is none");
  return success();
}

static LogicalResult verifyWeights(LossOp region, LossOpInterface loss) {
  BlockArgument weights = region.getWeights();
  for (auto other : region.getBody().front().getOps<LossOpInterface>())
    if (other.getWeight() && other.getWeight() != weights)
      return other->emitOpError(
          "expected its weight to be an argument of graph.loss (C6), as in "
          "graph.loss(%y: T, %label: T, %w: tensor<?xf32>)");
  if (weights && (loss.getWeight() != weights || !weights.hasOneUse()))
    return region.emitOpError("expected the loss op that uses the labels, and "
                              "no other op, to use the weights (C6), as in "
                              "graph.mse %y, %label weight(%w); leave out the "
                              "argument where there are none");
  return success();
}

/// One class a row, or one for each of its places.
static bool isClasses(RankedTensorType type) {
  return type && type.getRank() >= 1 && type.getRank() < kMaxRank &&
         type.isDynamicDim(0) && type.getElementType().isSignlessInteger(32) &&
         !type.getEncoding() &&
         llvm::all_of(
             type.getShape().drop_front(),
             [](int64_t size) { return size > 0; });
}

LogicalResult LossOp::verifyRegions() {
  Block &block = getBody().front();
  if (block.getNumArguments() < 2)
    return emitOpError("expected two arguments, the prediction and the labels "
                       "(C1), but got ")
           << block.getNumArguments();
  for (BlockArgument argument : block.getArguments().drop_front(2))
    if (argument != getTeacher() &&
        (argument != getWeights() || argument.getArgNumber() != 2))
      return emitOpError("expected weights, tensor<?xf32>, and a teacher's "
                         "prediction, ")
             << block.getArgument(0).getType()
             << ", in this order as further arguments (C1), but got "
             << argument.getType();
  BlockArgument label = block.getArgument(1);
  auto type = dyn_cast<RankedTensorType>(label.getType());
  if (!isClasses(type) && !(isBatch(label.getType()) && !isCsr(type)))
    return emitOpError("expected the labels to be tensor<?xCxf32>, or for "
                       "classes tensor<?xi32>, with up to two known sizes more "
                       "where rows have several places (C1), but got ")
           << label.getType();
  auto yield = cast<YieldOp>(block.getTerminator());
  if (!yield.getValue())
    return emitOpError("expected graph.yield of one number, tensor<f32>, at "
                       "the end (C2)");
  if (yield.getValue().getType().getRank() != 0)
    return yield.emitOpError("expected one number, tensor<f32>, as the loss "
                             "(C2), but got ")
           << yield.getValue().getType();
  auto loss = label.hasOneUse()
                  ? dyn_cast<LossOpInterface>(*label.getUsers().begin())
                  : LossOpInterface();
  if (!loss || loss.getLabel() != label || loss.getPrediction() == label) {
    SmallVector<StringRef> losses = opsWith<LossOpInterface>(getContext());
    const std::string last = losses.pop_back_val().str();
    return emitOpError("expected exactly one of ")
           << llvm::join(losses, ", ") << " and " << last
           << " to use the labels (C3)";
  }
  if (failed(verifyTeacher(*this, loss)) || failed(verifyWeights(*this, loss)))
    return failure();
  return verifyOps(block, "C4");
}

#define GET_OP_CLASSES
#include "dialects/Graph/GraphOps.cpp.inc"
