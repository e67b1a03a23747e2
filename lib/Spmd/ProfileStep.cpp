//===- ProfileStep.cpp - A step that tells where its time goes ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WorkerNumber.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

#include <array>
#include <string>
#include <vector>

namespace mlc {
#define GEN_PASS_DEF_PROFILESTEP
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

constexpr StringLiteral kWaiting = "waiting for other workers";
/// What no op of the model stands for: parameters that are laid out for a call.
constexpr StringLiteral kOther = "rows of the batch, layout of parameters";
constexpr size_t kWorkNumbers = 6;

using Numbers = llvm::SmallSetVector<int64_t, 4>;

/// Whether an op is of a computation and not of the loops around it, which
/// several computations may share.
bool computes(Operation *op) {
  return llvm::any_of(op->getResultTypes(),
                      [](Type type) {
                        return isa<FloatType>(getElementTypeOrSelf(type));
                      }) ||
         !isMemoryEffectFree(op);
}

/// The numbers of `mlc-note-work` in an op and what is inside of it.
Numbers numbersIn(Operation *outer) {
  Numbers numbers;
  outer->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!computes(op) || op->hasTrait<OpTrait::ConstantLike>())
      return;
    op->getLoc()->walk([&](Location part) {
      auto fused = dyn_cast<FusedLoc>(part);
      if (auto number = fused
                            ? dyn_cast_or_null<IntegerAttr>(fused.getMetadata())
                            : IntegerAttr())
        numbers.insert(number.getInt());
      return WalkResult::advance();
    });
  });
  return numbers;
}

/// The regions of a step: those of the same name are one.
class Regions {
public:
  explicit Regions(ArrayAttr work) : work_(work) {}

  int64_t of(Operation *op) {
    if (isa<func::CallOp>(op))
      return named(kWaiting.str());
    const Numbers numbers = numbersIn(op);
    llvm::SmallSetVector<StringRef, 4> names;
    for (int64_t number : numbers)
      for (Attribute name : entry(number).getAs<ArrayAttr>("names"))
        names.insert(cast<StringAttr>(name).getValue());
    const int64_t region =
        named(names.empty() ? kOther.str() : llvm::join(names, " "));
    for (int64_t number : numbers)
      if (counted_.insert(number).second)
        for (auto [sum, more] : llvm::zip_equal(
                 sums_[region],
                 entry(number).getAs<DenseF64ArrayAttr>("work").asArrayRef()))
          sum += more;
    return region;
  }

  ArrayAttr toAttribute(Builder &b) const {
    SmallVector<Attribute> regions;
    for (auto [name, numbers] : llvm::zip_equal(texts_, sums_))
      regions.push_back(b.getDictionaryAttr(
          {b.getNamedAttr("name", b.getStringAttr(name)),
           b.getNamedAttr("work", b.getDenseF64ArrayAttr(numbers))}));
    return b.getArrayAttr(regions);
  }

private:
  DictionaryAttr entry(int64_t number) const {
    return cast<DictionaryAttr>(work_[number]);
  }

  int64_t named(std::string name) {
    auto found = llvm::find(texts_, name);
    if (found == texts_.end()) {
      texts_.push_back(std::move(name));
      sums_.push_back({});
      return texts_.size() - 1;
    }
    return found - texts_.begin();
  }

  ArrayAttr work_;
  /// Of each region: its name and work.
  std::vector<std::string> texts_;
  std::vector<std::array<double, kWorkNumbers>> sums_;
  DenseSet<int64_t> counted_;
};

class ProfileStepPass : public mlc::impl::ProfileStepBase<ProfileStepPass> {
  void runOnOperation() override {
    auto step = getOperation().lookupSymbol<func::FuncOp>(steps::kTrain);
    auto work =
        step ? step->getAttrOfType<ArrayAttr>(steps::kWork) : ArrayAttr();
    if (!work) {
      getOperation().emitError("expected the step ")
          << steps::kTrain << " with its " << steps::kWork;
      return signalPassFailure();
    }
    step->removeAttr(steps::kWork);
    OpBuilder b(&getContext());
    b.setInsertionPointAfter(step);
    auto copy = cast<func::FuncOp>(b.clone(*step));
    copy.setName(steps::kProfiledTrain);
    Regions regions(work);
    if (failed(tellRegions(copy, regions)))
      return signalPassFailure();
    copy->setAttr(steps::kWork, regions.toAttribute(b));
    b.setInsertionPointToEnd(getOperation().getBody());
    auto pointer = LLVM::LLVMPointerType::get(&getContext());
    auto tell = func::FuncOp::create(
        b, step.getLoc(), steps::kProfileFunction,
        b.getFunctionType({pointer, b.getI64Type(), b.getI64Type()}, {}));
    tell.setPrivate();
  }

  /// Calls `mlc_profile` where one region ends and the next begins.
  LogicalResult tellRegions(func::FuncOp step, Regions &regions) {
    if (!steps::findArgument(step, steps::kWorker))
      return step.emitError("expected an argument with the role ")
             << steps::kWorker;
    Value profile = steps::addArgument(
        step, LLVM::LLVMPointerType::get(&getContext()), steps::kProfile);
    OpBuilder b(step.getBody());
    Value worker = numberOfWorker(b, step);
    Operation *last = nullptr;
    int64_t lastRegion = 0;
    auto tell = [&] {
      if (!last)
        return;
      b.setInsertionPointAfter(last);
      Location loc = last->getLoc();
      Value number = arith::IndexCastOp::create(b, loc, b.getI64Type(), worker);
      Value region =
          arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(lastRegion));
      func::CallOp::create(b, loc, steps::kProfileFunction, TypeRange(),
                           ValueRange{profile, number, region});
    };
    SmallVector<Operation *> ops;
    // Others take no time of their own.
    for (Operation &op : step.getBody().front().without_terminator())
      if (op.getNumRegions() > 0 || isa<func::CallOp>(op))
        ops.push_back(&op);
    for (Operation *op : ops) {
      const int64_t region = regions.of(op);
      if (last && region != lastRegion)
        tell();
      last = op;
      lastRegion = region;
    }
    tell();
    return success();
  }
};

} // namespace
