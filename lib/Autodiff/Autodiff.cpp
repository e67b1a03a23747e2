//===- Autodiff.cpp - From a model to its steps ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Graph.h"
#include "dialects/Graph/TensorExpr.h"
#include "lib/Names.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"

namespace mlc {
#define GEN_PASS_DEF_AUTODIFF
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

//===----------------------------------------------------------------------===//
// Reverse mode
//===----------------------------------------------------------------------===//

/// The gradients of one scalar with respect to the values that lead to it from
/// a set of values, the parameters. Knows no op: rules are asked for through
/// DifferentiableOpInterface.
class ReverseMode final : public Gradients {
public:
  ReverseMode(OpBuilder &builder, ValueRange parameters, Block &block)
      : builder_(builder) {
    active.insert(parameters.begin(), parameters.end());
    for (Operation &op : block) {
      if (llvm::none_of(op.getOperands(), [&](Value operand) {
            return active.contains(operand);
          }))
        continue;
      active.insert(op.result_begin(), op.result_end());
      path.push_back(&op);
    }
  }

  /// Fails at an op on the way that has no rule.
  LogicalResult run(Value loss) {
    Value one = arith::ConstantOp::create(
        builder_, loss.getLoc(),
        DenseElementsAttr::get(cast<ShapedType>(loss.getType()), 1.0f));
    gradients[loss] = one;
    for (Operation *op : llvm::reverse(path)) {
      if (op->getNumResults() != 1 || !gradients.contains(op->getResult(0)))
        continue; // the loss does not depend on it
      auto differentiable = dyn_cast<DifferentiableOpInterface>(op);
      if (!differentiable)
        return op->emitError("expected an op with a gradient rule between the "
                             "parameters and the loss, but '")
               << op->getName() << "' has none";
      ofCurrent = gradients.lookup(op->getResult(0));
      Block &step = *builder_.getInsertionBlock();
      Operation *last = &step.back();
      differentiable.differentiate(*this);
      names::nameOpsAfter(step, last, "grad", op->getLoc());
    }
    return success();
  }

  Value of(Value value) const { return gradients.lookup(value); }

  OpBuilder &builder() override { return builder_; }
  Value ofResult() override { return ofCurrent; }
  bool wants(Value operand) override { return active.contains(operand); }
  void add(Value operand, Value contribution) override {
    Value &sum = gradients[operand];
    sum = sum ? (TensorExpr(builder_, sum) + TensorExpr(builder_, contribution))
                    .value()
              : contribution;
  }

private:
  OpBuilder &builder_;
  DenseSet<Value> active;
  SmallVector<Operation *> path;
  DenseMap<Value, Value> gradients;
  Value ofCurrent;
};

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

/// Builds one step function beside the program.
class StepBuilder {
public:
  StepBuilder(ProgramOp program, StringRef name)
      : program(program), builder(program.getContext()) {
    builder.setInsertionPointAfter(program);
    function = func::FuncOp::create(builder, program.getLoc(), name,
                                    builder.getFunctionType({}, {}));
    function.setPrivate();
    function->setAttr(steps::kBatch,
                      builder.getI64IntegerAttr(program.getTrain().getBatch()));
    if (name != steps::kTrain)
      function->setAttr(steps::kAlone, builder.getUnitAttr());
    builder.setInsertionPointToStart(function.addEntryBlock());
  }

  Value addArgument(Type type, Location loc, StringRef role) {
    return steps::addArgument(function, type, role, loc);
  }

  /// The batch's rows of `argument`, as which a region sees the data.
  Value addBatch(BlockArgument argument, StringRef role) {
    Value data = addArgument(argument.getType(), argument.getLoc(), role);
    return GatherOp::create(builder, argument.getLoc(), data, rows);
  }

  void addRows() {
    auto type =
        RankedTensorType::get({ShapedType::kDynamic}, builder.getI32Type());
    rows = addArgument(type, program.getLoc(), steps::kRows);
  }

  void addParameters() {
    for (ParameterOp parameter : program.getParameters()) {
      Value value = addArgument(parameter.getType(), parameter.getLoc(),
                                steps::kParameter);
      parameters.push_back(value);
      mapping.map(parameter.getValue(), value);
    }
  }

  /// Copies a region's ops and returns what it yields.
  Value inlineRegion(Region &region) {
    for (Operation &op : region.front().without_terminator())
      builder.clone(op, mapping);
    return mapping.lookup(
        cast<YieldOp>(region.front().getTerminator()).getValue());
  }

  Value predict(Value input) {
    mapping.map(program.getPredict().getBody().getArgument(0), input);
    return inlineRegion(program.getPredict().getBody());
  }

  Value loss(Value prediction, Value label) {
    mapping.map(program.getLoss().getBody().getArgument(0), prediction);
    mapping.map(program.getLoss().getBody().getArgument(1), label);
    return inlineRegion(program.getLoss().getBody());
  }

  /// Returns `results`, each in its role.
  void finish(ValueRange results, ArrayRef<StringRef> roles) {
    func::ReturnOp::create(builder, program.getLoc(), results);
    function.setType(builder.getFunctionType(
        function.getFunctionType().getInputs(), results.getTypes()));
    for (auto [index, role] : llvm::enumerate(roles))
      function.setResultAttr(index, steps::kRole, builder.getStringAttr(role));
  }

  ProgramOp program;
  OpBuilder builder;
  func::FuncOp function;
  IRMapping mapping;
  Value rows;
  SmallVector<Value> parameters;
};

class AutodiffPass : public mlc::impl::AutodiffBase<AutodiffPass> {
  void runOnOperation() override {
    auto programs = llvm::to_vector(getOperation().getOps<ProgramOp>());
    if (failed(verifyOneProgram(programs)) || failed(verifyNamesAreFree()))
      return signalPassFailure();
    buildPredict(programs[0]);
    buildEvaluate(programs[0]);
    if (failed(buildTrain(programs[0])))
      signalPassFailure();
  }

  LogicalResult verifyOneProgram(MutableArrayRef<ProgramOp> programs) {
    if (programs.empty())
      return getOperation().emitError(
          "expected a graph.program in a model file, but found none");
    if (programs.size() > 1)
      return ProgramOp(programs[1])
          .emitError("expected one graph.program in a model file, but this is "
                     "the second");
    return success();
  }

  LogicalResult verifyNamesAreFree() {
    for (StringRef name : {steps::kTrain, steps::kEvaluate, steps::kPredict})
      if (Operation *taken = getOperation().lookupSymbol(name))
        return taken->emitError("expected another name than '")
               << name << "', which the compiler gives to a step";
    return success();
  }

  void buildPredict(ProgramOp program) {
    StepBuilder step(program, steps::kPredict);
    step.addRows();
    Value input = step.addBatch(program.getPredict().getBody().getArgument(0),
                                steps::kData);
    step.addParameters();
    step.finish(step.predict(input), {steps::kPrediction});
  }

  void buildEvaluate(ProgramOp program) {
    StepBuilder step(program, steps::kEvaluate);
    step.addRows();
    Value input = step.addBatch(program.getPredict().getBody().getArgument(0),
                                steps::kData);
    Value label = step.addBatch(program.getLoss().getBody().getArgument(1),
                                steps::kLabels);
    step.addParameters();
    Value prediction = step.predict(input);
    step.finish({prediction, step.loss(prediction, label)},
                {steps::kPrediction, steps::kLoss});
  }

  LogicalResult buildTrain(ProgramOp program) {
    StepBuilder step(program, steps::kTrain);
    OpBuilder &b = step.builder;
    Location loc = program.getLoc();
    step.addRows();
    Value input = step.addBatch(program.getPredict().getBody().getArgument(0),
                                steps::kData);
    Value label = step.addBatch(program.getLoss().getBody().getArgument(1),
                                steps::kLabels);
    Value rate = step.addArgument(b.getF64Type(), loc, steps::kLearningRate);
    Value number = step.addArgument(b.getI64Type(), loc, steps::kStep);
    Value position = step.addArgument(b.getI64Type(), loc, steps::kPosition);
    Value seed = step.addArgument(b.getI64Type(), loc, steps::kSeed);
    step.addParameters();
    Value loss = step.loss(step.predict(input), label);

    int64_t site = 0;
    step.function.walk([&](RandomOpInterface random) {
      random.setKey(seed, position, site++);
    });

    ReverseMode reverse(b, step.parameters, step.function.getBody().front());
    if (failed(reverse.run(loss)))
      return failure();

    // Every parameter's gradient is built before any parameter changes.
    OptimizerAttrInterface optimizer = program.getTrain().getOptimizer();
    SmallVector<Value> results{loss}, states;
    SmallVector<StringRef> roles{steps::kLoss};
    for (auto [parameter, value] :
         llvm::zip_equal(program.getParameters(), step.parameters)) {
      SmallVector<Value> old;
      for (size_t i = 0, e = optimizer.getStateNames().size(); i < e; ++i)
        old.push_back(step.addArgument(parameter.getType(), parameter.getLoc(),
                                       steps::kState));
      Block &body = step.function.getBody().front();
      Operation *last = &body.back();
      OptimizerResult update = optimizer.buildUpdate(
          {b, value, reverse.of(value), old, rate, number});
      names::nameOpsAfter(body, last, "update", parameter.getLoc());
      results.push_back(update.parameter);
      roles.push_back(steps::kParameter);
      llvm::append_range(states, update.states);
    }
    llvm::append_range(results, states);
    roles.append(states.size(), steps::kState);
    step.finish(results, roles);
    return success();
  }
};

} // namespace
