//===- EntryPoints.cpp - Steps as the functions that the runtime calls ----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Lowering/Descriptor.h"
#include "lib/Lowering/StepArguments.h"
#include "mlc/Passes.h"
#include "mlc/RuntimeABI.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlc {
#define GEN_PASS_DEF_ENTRYPOINTS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// Builds the function that unpacks an MlcCall and runs a step a batch.
class EntryBuilder : private StepArguments {
public:
  EntryBuilder(OpBuilder &b, func::FuncOp step, StringRef name)
      : StepArguments(b, step.getLoc(), RoleReader::Cpu), step_(step),
        pointer_(LLVM::LLVMPointerType::get(b.getContext())) {
    // An llvm.func, because the descriptor takes its address.
    auto entry = LLVM::LLVMFuncOp::create(
        b, loc, name,
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                    {pointer_}),
        LLVM::Linkage::Internal);
    b.setInsertionPointToStart(entry.addEntryBlock(b));
    call_ = entry.getArgument(0);
  }

  LogicalResult build() {
    auto batchAttr = step_->getAttrOfType<IntegerAttr>(steps::kBatch);
    if (!batchAttr)
      return step_.emitError("expected the attribute ") << steps::kBatch;
    Value rows = field(MlcCall_row_count);
    Value zero = constant(0), one = constant(1);
    Value batch = constant(batchAttr.getInt());
    batches_ = arith::CeilDivUIOp::create(b, loc, rows, batch);
    Value begin = zero, end = batches_;
    if (step_->hasAttr(steps::kIndependent)) { // a share of the steps
      Value worker = field(MlcCall_worker), workers = field(MlcCall_workers);
      auto firstOf = [&](Value number) -> Value {
        Value scaled = arith::MulIOp::create(b, loc, number, batches_);
        return arith::DivUIOp::create(b, loc, scaled, workers);
      };
      begin = firstOf(worker);
      end = firstOf(arith::AddIOp::create(b, loc, worker, one));
    }
    auto loop = scf::ForOp::create(b, loc, begin, end, one);
    LLVM::ReturnOp::create(b, loc, ValueRange());

    b.setInsertionPointToStart(loop.getBody());
    batchNumber_ = loop.getInductionVar();
    firstRow_ = arith::MulIOp::create(b, loc, batchNumber_, batch);
    Value rest = arith::SubIOp::create(b, loc, rows, firstRow_);
    batchRows_ = arith::MinUIOp::create(b, loc, rest, batch);
    SmallVector<Value> arguments;
    for (BlockArgument argument : step_.getArguments()) {
      Value value = valueOf(argument);
      if (!value)
        return emitError(argument.getLoc(), "expected a role that the runtime "
                                            "knows for argument ")
               << argument.getArgNumber();
      arguments.push_back(value);
    }
    func::CallOp::create(b, loc, step_, arguments);
    return success();
  }

private:
  /// Word `number` after `base`.
  Value load(Value base, int64_t number, Type type) {
    Value place = LLVM::GEPOp::create(
        b, loc, pointer_, b.getI64Type(), base,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(number)});
    return LLVM::LoadOp::create(b, loc, type, place);
  }
  Value field(int64_t number) {
    return index(load(call_, number, b.getI64Type()));
  }

  Value word(const RoleInfo &role, int64_t entry, Type type) override {
    if (role.source == RoleSource::Call)
      return load(call_, role.word, type);
    assert(isTable(role.source) && "a CPU has no other words");
    const TableInfo &table = infoOf(role.source);
    return load(load(call_, table.field, pointer_),
                entry * table.words + role.word, type);
  }
  Value address(const RoleInfo &role, int64_t entry) override {
    return word(role, entry, pointer_);
  }
  Value elementAt(Value base, Type type, Value skipped) override {
    return LLVM::GEPOp::create(b, loc, pointer_, type, base,
                               ArrayRef<LLVM::GEPArg>{skipped});
  }
  Value number() override { return batchNumber_; }
  Value first() override { return firstRow_; }
  Value size() override { return batchRows_; }
  Value count() override { return batches_; }

  func::FuncOp step_;
  Type pointer_;
  Value call_;
  Value batches_, batchNumber_, firstRow_, batchRows_;
};

/// What a step's arguments and results say of its entry point.
abi::MlcEntryPoint describe(func::FuncOp step) {
  abi::MlcEntryPoint row;
  if (!step->hasAttr(steps::kIndependent))
    row.flags |= MLC_ENTRY_UPDATES;
  if (step->hasAttr(steps::kPaths))
    row.flags |= MLC_ENTRY_PATHS;
  auto note = [&](StringRef name, int64_t entry) {
    const std::optional<Role> role = roleNamed(name);
    if (!role)
      return;
    const int64_t bit = int64_t(1) << entry;
    const RoleSource source = infoOf(*role).source;
    if (role == Role::Loss)
      row.flags |= MLC_ENTRY_LOSSES;
    else if (role == Role::GradientNorm)
      row.flags |= MLC_ENTRY_NORMS;
    else if (source == RoleSource::Inputs)
      row.inputs |= bit;
    else if (source == RoleSource::Labels)
      row.labels |= bit;
    else if (source == RoleSource::Outputs)
      row.outputs |= bit;
  };
  for (BlockArgument argument : step.getArguments())
    note(steps::roleOf(argument), entryOf(argument));
  // Before bufferization, what is written is a result.
  for (unsigned i = 0, e = step.getNumResults(); i < e; ++i)
    note(steps::resultRole(step, i), 0);
  if (auto products =
          step->getAttrOfType<DenseF64ArrayAttr>(steps::kMultiplications))
    row.multiplications = {products[0], products[1], products[2]};
  return row;
}

class EntryPointsPass : public mlc::impl::EntryPointsBase<EntryPointsPass> {
  using EntryPointsBase::EntryPointsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto programs = llvm::to_vector(module.getOps<graph::ProgramOp>());
    if (programs.size() != 1) {
      module.emitError("expected one graph.program");
      return signalPassFailure();
    }
    DescriptorInfo info;
    info.target = target;
    info.features = features;
    info.modelHash = modelHash;
    info.compilerHash = compilerHash;
    info.hasKernels = hasKernels;
    prefix_ = "mlc_" + symbolPart(programs[0].getSymName()) + "_";
    for (auto [step, name] : steps::kEntryPoints) {
      auto function = module.lookupSymbol<func::FuncOp>(step);
      if (!function)
        continue;
      DescribedEntry entry{name.str(), describe(function)};
      if (hasEntries && failed(addFunctions(function, entry, info)))
        return signalPassFailure();
      info.entries.push_back(std::move(entry));
    }
    if (info.entries.empty()) {
      module.emitError("expected a step");
      return signalPassFailure();
    }
    OpBuilder b(&getContext());
    if (auto train = module.lookupSymbol<func::FuncOp>(steps::kTrain)) {
      auto states = steps::statesOf(train);
      if (failed(states))
        return signalPassFailure();
      info.states = std::move(*states);
    }
    b.setInsertionPointToEnd(module.getBody());
    buildDescriptor(b, programs[0], info);
    programs[0].erase();
    if (!hasEntries) // steps that only told the descriptor what they take
      for (auto step :
           llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
        step.erase();
  }

  /// The function of an entry point, and the profiled one where there is one.
  LogicalResult addFunctions(func::FuncOp step, DescribedEntry &entry,
                             DescriptorInfo &info) {
    if (failed(addFunction(step, entry.name, entry.row.function, entry.row)))
      return failure();
    auto profiled =
        getOperation().lookupSymbol<func::FuncOp>(steps::kProfiledTrain);
    if (step.getSymName() != steps::kTrain || !profiled)
      return success();
    info.regions = profiled->getAttrOfType<ArrayAttr>(steps::kWork);
    return addFunction(profiled, entry.name + "_profiled", entry.row.profiled,
                       entry.row);
  }

  LogicalResult addFunction(func::FuncOp step, const std::string &name,
                            abi::Address &address, abi::MlcEntryPoint &row) {
    auto bytes = step->getAttrOfType<DenseI64ArrayAttr>(steps::kWorkspaceBytes);
    if (!bytes || bytes.size() != 3)
      return step.emitError("expected the attribute ")
             << steps::kWorkspaceBytes << " of three numbers";
    row.workspace.shared = std::max(row.workspace.shared, bytes[0]);
    row.workspace.own = std::max(row.workspace.own, bytes[1]);
    row.workspace.own_per_nonzero =
        std::max(row.workspace.own_per_nonzero, bytes[2]);
    address = {prefix_ + name};
    OpBuilder b(&getContext());
    b.setInsertionPointToEnd(getOperation().getBody());
    if (failed(EntryBuilder(b, step, address.symbol).build()))
      return failure();
    step->setAttr("llvm.linkage", LLVM::LinkageAttr::get(
                                      &getContext(), LLVM::Linkage::Internal));
    return success();
  }

  std::string prefix_; ///< Of the functions' symbols.
};

} // namespace
