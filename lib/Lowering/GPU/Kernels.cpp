//===- Kernels.cpp - Steps as kernels -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EpochOrder.h"
#include "KernelBuilder.h"
#include "Launches.h"
#include "ProductTable.h"
#include "lib/CostModel.h"
#include "lib/Lowering/Descriptor.h"
#include "lib/Support/Explain.h"
#include "mlc/GpuPasses.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlc {
#define GEN_PASS_DEF_KERNELS
#include "mlc/GpuPasses.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

class KernelsPass : public mlc::impl::KernelsBase<KernelsPass> {
public:
  using KernelsBase::KernelsBase;

private:
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto programs = llvm::to_vector(module.getOps<graph::ProgramOp>());
    if (programs.size() != 1) {
      module.emitError("expected one graph.program");
      return signalPassFailure();
    }
    const TableSizes tables = tableSizes(programs[0]);
    dropChipBesideLibrary(module);
    IRRewriter b(&getContext());
    b.setInsertionPointToEnd(module.getBody());
    auto kernels = gpu::GPUModuleOp::create(b, module.getLoc(), kKernels);
    kernels->setAttr(steps::kWorkspaceBytes, workspaceOf(module));
    products_.clear();
    suffix_ = hasProducts(module) ? StringRef(kBesideLibrary) : StringRef();
    EqualWork equal(b, kernels, suffix_);
    SmallVector<func::FuncOp> steps;
    for (auto step : module.getOps<func::FuncOp>())
      if (!step.isExternal())
        steps.push_back(step);
    for (func::FuncOp step : steps)
      if (failed(lower(b, kernels, step, tables, equal)))
        return signalPassFailure();
    if (failed(lowerChip(b, kernels, tables, equal)))
      return signalPassFailure();
    for (func::FuncOp step : steps)
      step.erase();
    b.setInsertionPointToEnd(&kernels.getBodyRegion().front());
    buildOrderKernel(b, module.getLoc(), (kOrder + suffix_).str());
    if (!products_.empty())
      kernels->setAttr(kProducts, b.getArrayAttr(products_));
  }

  /// The step of `mlc-chip-step`, where there is one.
  LogicalResult lowerChip(IRRewriter &b, gpu::GPUModuleOp kernels,
                          const TableSizes &tables, EqualWork &equal) {
    auto chip = getOperation().lookupSymbol<ModuleOp>(kChip);
    if (!chip)
      return success();
    if (func::FuncOp step = chipStepOf(getOperation())) {
      declareFunctions(b, kernels);
      b.setInsertionPointToEnd(kernels.getBody());
      auto batch = step->getAttrOfType<IntegerAttr>(steps::kBatch);
      KernelBuilder builder(b, step, batch.getInt(), tables, equal);
      const StringRef name =
          step->hasAttr(kByWords) ? kChipStepsByWords : kChipSteps;
      if (failed(builder.buildChip((name + suffix_).str())))
        return failure();
    }
    chip.erase();
    return success();
  }

  static bool hasProducts(Operation *op) {
    return op->walk([](blas::GemmOp) { return WalkResult::interrupt(); })
        .wasInterrupted();
  }

  /// A step with products of the library's stays one of launches: they would
  /// not be computed in a kernel of many steps.
  static void dropChipBesideLibrary(ModuleOp module) {
    auto chip = module.lookupSymbol<ModuleOp>(kChip);
    auto train = module.lookupSymbol<func::FuncOp>(steps::kTrain);
    if (chip && train && hasProducts(train))
      chip.erase();
  }

  static func::FuncOp chipStepOf(ModuleOp module) {
    auto chip = module.lookupSymbol<ModuleOp>(kChip);
    return chip ? chip.lookupSymbol<func::FuncOp>(steps::kTrain)
                : func::FuncOp();
  }

  /// What kernels call where blocks meet and for their memory.
  static void declareFunctions(OpBuilder &b, gpu::GPUModuleOp kernels) {
    if (kernels.lookupSymbol(kGridBarrier))
      return;
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(kernels.getBody());
    Type address = LLVM::LLVMPointerType::get(b.getContext());
    Type number = b.getI32Type(), value = b.getF32Type();
    auto declare = [&](StringRef name, TypeRange arguments, TypeRange results) {
      func::FuncOp::create(b, kernels.getLoc(), name,
                           b.getFunctionType(arguments, results))
          .setPrivate();
    };
    declare(kGridBarrier, {address, b.getI64Type()}, {});
    declare(kSharedAddress, {}, address);
    declare(kPublish, {address, value, number}, {});
    declare(kAwait, {address, number}, value);
  }

  /// The largest need of the steps: they never run at the same time.
  static Attribute workspaceOf(ModuleOp module) {
    int64_t bytes = 0;
    auto all = llvm::to_vector(module.getOps<func::FuncOp>());
    if (func::FuncOp chip = chipStepOf(module))
      all.push_back(chip);
    for (func::FuncOp step : all)
      if (auto need =
              step->getAttrOfType<DenseI64ArrayAttr>(steps::kWorkspaceBytes))
        bytes = std::max(bytes, need[0]);
    return Builder(module.getContext()).getI64IntegerAttr(bytes);
  }

  /// Bytes of what a step updates.
  static int64_t stateBytes(func::FuncOp step) {
    int64_t bytes = 0;
    for (BlockArgument argument : step.getArguments()) {
      StringRef role = steps::roleOf(argument);
      auto type = dyn_cast<MemRefType>(argument.getType());
      if (type && (role == steps::kParameter || role == steps::kState))
        bytes += type.getNumElements() * sizeof(float);
    }
    return bytes;
  }

  bool takesOneKernel(func::FuncOp step) const {
    if (step.getSymName() != steps::kTrain)
      return false;
    const int64_t bytes = stateBytes(step),
                  most = CostModel::of(step).mostStateBytes;
    const bool isOne = gpuSteps == GpuSteps::Kernel ||
                       (gpuSteps != GpuSteps::Launches && bytes <= most);
    explain(step, "kernel") << remark::add(
        "{0}: parameters and states are {1} bytes, at most {2} where one "
        "kernel "
        "runs many steps",
        isOne ? "one for many steps" : "launches for each step", bytes, most);
    return isOne;
  }

  LogicalResult lower(IRRewriter &b, gpu::GPUModuleOp kernels,
                      func::FuncOp step, const TableSizes &tables,
                      EqualWork &equal) {
    auto batch = step->getAttrOfType<IntegerAttr>(steps::kBatch);
    if (!batch)
      return step.emitError("expected the attribute ") << steps::kBatch;
    SmallVector<KernelBuilder::Level> levels;
    SmallVector<Operation *> work;
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
      op.removeAttr(kLevel);
    }
    for (const KernelBuilder::Level &level : levels)
      work.append(level);
    equal.add(work, batch.getInt());
    KernelBuilder builder(b, step, batch.getInt(), tables, equal);
    const size_t productsBefore = products_.size();
    int64_t launch = 0;
    for (auto [number, level] : llvm::enumerate(levels)) {
      SmallVector<blas::GemmOp> gemms;
      for (Operation *op : level)
        if (auto gemm = dyn_cast<blas::GemmOp>(op))
          gemms.push_back(gemm);
      llvm::erase_if(level,
                     [](Operation *op) { return isa<blas::GemmOp>(op); });
      b.setInsertionPointToEnd(&kernels.getBodyRegion().front());
      std::string name =
          (step.getSymName() + "_" + llvm::Twine(number) + suffix_).str();
      if (!level.empty()) {
        if (failed(builder.buildLaunch(name, level)))
          return failure();
        ++launch;
      }
      for (blas::GemmOp gemm : gemms)
        if (failed(addProduct(b, gemm, step, launch++, tables)))
          return failure();
    }
    if (products_.size() > productsBefore || !takesOneKernel(step) ||
        levels.empty())
      return success();
    b.setInsertionPointToEnd(&kernels.getBodyRegion().front());
    declareFunctions(b, kernels);
    return builder.buildSteps((step.getSymName() + "s" + suffix_).str(),
                              levels);
  }

  LogicalResult addProduct(OpBuilder &b, blas::GemmOp gemm, func::FuncOp step,
                           int64_t launch, const TableSizes &tables) {
    FailureOr<MlcProduct> product = describeProduct(gemm, tables);
    if (failed(product))
      return failure();
    products_.push_back(b.getDictionaryAttr(
        {b.getNamedAttr("step", step.getSymNameAttr()),
         b.getNamedAttr("launch", b.getI64IntegerAttr(launch)),
         b.getNamedAttr("fields", toAttribute(*product, b.getContext()))}));
    return success();
  }

  SmallVector<Attribute> products_; ///< See kProducts.
  StringRef suffix_;                ///< Of kernels' names.
};

} // namespace
