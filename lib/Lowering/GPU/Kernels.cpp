//===- Kernels.cpp - Steps as kernels -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelArguments.h"
#include "Launches.h"
#include "ThreadWork.h"
#include "dialects/Graph/Graph.h"
#include "mlc/Passes.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlc {
#define GEN_PASS_DEF_KERNELS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Builds the kernel of one launch.
class KernelBuilder {
public:
  KernelBuilder(RewriterBase &b, func::FuncOp step, int64_t batch,
                int64_t parameterCount)
      : b(b), step(step), loc(step.getLoc()), batch(batch),
        parameterCount(parameterCount) {}

  /// Work of one level; `name` is the kernel's. The builder stands where the
  /// kernel goes.
  LogicalResult build(StringRef name, ArrayRef<Operation *> work) {
    Type pointer = LLVM::LLVMPointerType::get(b.getContext());
    kernel = gpu::GPUFuncOp::create(
        b, loc, name, b.getFunctionType({pointer, b.getI64Type()}, {}));
    kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
    kernel->setAttr(kStepName, b.getStringAttr(step.getSymName()));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&kernel.getBody().front());
    KernelArguments builder(b, step, kernel, batch, parameterCount);
    arguments = &builder;
    Value block = gpu::BlockIdOp::create(b, loc, gpu::Dimension::x);
    Value thread = gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x);
    gpu::ReturnOp::create(b, loc);
    Operation *end = kernel.getBody().front().getTerminator();

    int64_t blocks = 0;
    for (Operation *op : work) {
      b.setInsertionPoint(end);
      IRMapping mapping;
      if (failed(materializeUses(op, mapping)))
        return failure();
      b.setInsertionPoint(end);
      ThreadWork shape(op, batch);
      Value from = arith::ConstantIndexOp::create(b, loc, blocks);
      blocks += shape.blocks;
      Block *body = work.size() == 1 ? nullptr : rangeOf(block, from, blocks);
      if (body)
        b.setInsertionPointToStart(body);
      Value own = arith::SubIOp::create(b, loc, block, from);
      if (failed(shape.emit(b, mapping, own, thread)))
        return failure();
    }
    kernel.setKnownBlockSizeAttr(
        b.getDenseI32ArrayAttr({static_cast<int32_t>(kBlockThreads), 1, 1}));
    kernel.setKnownGridSizeAttr(
        b.getDenseI32ArrayAttr({static_cast<int32_t>(blocks), 1, 1}));
    return success();
  }

private:
  /// What the blocks from `from` to `to` do.
  Block *rangeOf(Value block, Value from, int64_t to) {
    Value last = arith::ConstantIndexOp::create(b, loc, to);
    Value isFrom =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, block, from);
    Value isTo =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, block, last);
    Value isOwn = arith::AndIOp::create(b, loc, isFrom, isTo);
    return scf::IfOp::create(b, loc, isOwn).thenBlock();
  }

  /// Makes all that `op` uses from outside known to the kernel.
  LogicalResult materializeUses(Operation *op, IRMapping &mapping) {
    SetVector<Value> used(op->operand_begin(), op->operand_end());
    getUsedValuesDefinedAbove(op->getRegions(), used);
    for (Value value : used) {
      Value known = materialize(value);
      if (!known)
        return failure();
      mapping.map(value, known);
    }
    return success();
  }

  /// The value inside of the kernel; null where an error has been emitted.
  Value materialize(Value value) {
    if (Value known = values.lookup(value))
      return known;
    Value made;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      made = arguments->valueOf(argument);
      if (!made)
        mlir::emitError(argument.getLoc(), "expected a role that the runtime "
                                           "knows for argument ")
            << argument.getArgNumber();
      return values[value] = made;
    }
    Operation *op = value.getDefiningOp();
    if (isThreadWork(*op) || op->getNumRegions() != 0) {
      op->emitError("expected an op that each thread can do for itself");
      return {};
    }
    IRMapping mapping;
    for (Value operand : op->getOperands()) {
      Value known = materialize(operand);
      if (!known)
        return {};
      mapping.map(operand, known);
    }
    Operation *clone = b.clone(*op, mapping);
    for (auto [old, result] :
         llvm::zip_equal(op->getResults(), clone->getResults()))
      values[old] = result;
    return values[value];
  }

  RewriterBase &b;
  func::FuncOp step;
  Location loc;
  int64_t batch, parameterCount;
  gpu::GPUFuncOp kernel;
  KernelArguments *arguments = nullptr;
  DenseMap<Value, Value> values;
};

class KernelsPass : public mlc::impl::KernelsBase<KernelsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto programs = llvm::to_vector(module.getOps<graph::ProgramOp>());
    if (programs.size() != 1) {
      module.emitError("expected one graph.program");
      return signalPassFailure();
    }
    const int64_t parameterCount =
        llvm::range_size(programs[0].getParameters());
    IRRewriter b(&getContext());
    b.setInsertionPointToEnd(module.getBody());
    auto kernels = gpu::GPUModuleOp::create(b, module.getLoc(), kKernels);
    kernels->setAttr(steps::kWorkspaceBytes, workspaceOf(module));
    for (func::FuncOp step :
         llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
      if (step.isExternal())
        continue;
      if (failed(lower(b, kernels, step, parameterCount)))
        return signalPassFailure();
      step.erase();
    }
  }

  /// The largest need of the steps: they never run at the same time.
  static Attribute workspaceOf(ModuleOp module) {
    int64_t bytes = 0;
    for (func::FuncOp step : module.getOps<func::FuncOp>())
      if (auto need =
              step->getAttrOfType<DenseI64ArrayAttr>(steps::kWorkspaceBytes))
        bytes = std::max(bytes, need[0]);
    return Builder(module.getContext()).getI64IntegerAttr(bytes);
  }

  static LogicalResult lower(IRRewriter &b, gpu::GPUModuleOp kernels,
                             func::FuncOp step, int64_t parameterCount) {
    auto batch = step->getAttrOfType<IntegerAttr>(steps::kBatch);
    if (!batch)
      return step.emitError("expected the attribute ") << steps::kBatch;
    SmallVector<SmallVector<Operation *>> levels;
    for (Operation &op : step.getBody().front()) {
      auto level = op.getAttrOfType<IntegerAttr>(kLevel);
      if (!level) {
        if (isThreadWork(op))
          return op.emitError("expected the attribute ") << kLevel;
        continue;
      }
      if (levels.size() <= static_cast<size_t>(level.getInt()))
        levels.resize(level.getInt() + 1);
      levels[level.getInt()].push_back(&op);
    }
    for (auto [number, work] : llvm::enumerate(levels)) {
      b.setInsertionPointToEnd(&kernels.getBodyRegion().front());
      std::string name = (step.getSymName() + "_" + llvm::Twine(number)).str();
      if (failed(KernelBuilder(b, step, batch.getInt(), parameterCount)
                     .build(name, work)))
        return failure();
    }
    return success();
  }
};

} // namespace
