//===- EntryPoints.cpp - Steps as the functions that the runtime calls ----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Descriptor.h"
#include "lib/Lowering/MemRefAt.h"
#include "mlc/Passes.h"
#include "mlc/RuntimeABI.h"
#include "mlc/Steps.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlc {
#define GEN_PASS_DEF_ENTRYPOINTS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

namespace {

/// The first size of a buffer whose rows the callee never counts: a data set.
constexpr int64_t kUncounted = std::numeric_limits<int32_t>::max();

/// Builds the function that unpacks an MlcCall and runs a step a batch.
class EntryBuilder {
public:
  EntryBuilder(OpBuilder &b, func::FuncOp step, StringRef name)
      : b(b), loc(step.getLoc()), step(step), types(b.getContext()),
        pointer(LLVM::LLVMPointerType::get(b.getContext())) {
    // An llvm.func, because the descriptor takes its address.
    auto entry = LLVM::LLVMFuncOp::create(
        b, loc, name,
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                    {pointer}));
    b.setInsertionPointToStart(entry.addEntryBlock(b));
    call = entry.getArgument(0);
  }

  LogicalResult build() {
    auto batchAttr = step->getAttrOfType<IntegerAttr>(steps::kBatch);
    if (!batchAttr)
      return step.emitError("expected the attribute ") << steps::kBatch;
    Value rows = index(field(MLC_CALL_ROW_COUNT, b.getI64Type()));
    Value zero = constant(0), one = constant(1);
    Value batch = constant(batchAttr.getInt());
    count = arith::CeilDivUIOp::create(b, loc, rows, batch);
    Value begin = zero, end = count;
    if (step->hasAttr(steps::kIndependent)) { // a share of the steps
      Value worker = index(field(MLC_CALL_WORKER, b.getI64Type()));
      Value workers = index(field(MLC_CALL_WORKERS, b.getI64Type()));
      auto firstOf = [&](Value number) -> Value {
        Value scaled = arith::MulIOp::create(b, loc, number, count);
        return arith::DivUIOp::create(b, loc, scaled, workers);
      };
      begin = firstOf(worker);
      end = firstOf(arith::AddIOp::create(b, loc, worker, one));
    }
    auto loop = scf::ForOp::create(b, loc, begin, end, one);
    LLVM::ReturnOp::create(b, loc, ValueRange());

    b.setInsertionPointToStart(loop.getBody());
    number = loop.getInductionVar();
    first = arith::MulIOp::create(b, loc, number, batch);
    Value rest = arith::SubIOp::create(b, loc, rows, first);
    size = arith::MinUIOp::create(b, loc, rest, batch);
    SmallVector<Value> arguments;
    for (BlockArgument argument : step.getArguments()) {
      Value value = valueOf(steps::roleOf(argument), argument.getType());
      if (!value)
        return emitError(argument.getLoc(), "expected a role that the runtime "
                                            "knows for argument ")
               << argument.getArgNumber();
      arguments.push_back(value);
    }
    func::CallOp::create(b, loc, step, arguments);
    return success();
  }

private:
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value index(Value value) {
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), value);
  }
  Value integer(Value value) {
    return arith::IndexCastOp::create(b, loc, b.getI64Type(), value);
  }

  /// Element `place` of type `type` of the array at `base`.
  Value load(Value base, int32_t place, Type type) {
    Value address = LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(), base,
                                        ArrayRef<LLVM::GEPArg>{place});
    return LLVM::LoadOp::create(b, loc, type, address);
  }
  Value field(MlcCallField which, Type type) { return load(call, which, type); }

  /// The memref at `address`, moved by `skipped` rows; `rows` of them, or the
  /// type's own number.
  Value buffer(Value address, Type memref, Value skipped, Value rows) {
    auto type = cast<MemRefType>(memref);
    Type element = type.getElementType();
    if (skipped) {
      Value elements = integer(arith::MulIOp::create(
          b, loc, skipped, constant(elementsOfRow(type))));
      address = LLVM::GEPOp::create(b, loc, pointer, element, address,
                                    ArrayRef<LLVM::GEPArg>{elements});
    }
    return memrefAt(b, loc, types, address, type, rows);
  }

  Value fieldBuffer(MlcCallField which, Type memref) {
    Value rows = constant(kUncounted);
    return buffer(field(which, pointer), memref, Value(), rows);
  }

  Value valueOf(StringRef role, Type type) {
    if (role == steps::kRows)
      return buffer(field(MLC_CALL_ROWS, pointer), type, first, size);
    if (role == steps::kIndptr)
      return fieldBuffer(MLC_CALL_INDPTR, type);
    if (role == steps::kIndices)
      return fieldBuffer(MLC_CALL_INDICES, type);
    if (role == steps::kValues)
      return fieldBuffer(MLC_CALL_VALUES, type);
    if (role == steps::kOnes) {
      Value null = LLVM::ZeroOp::create(b, loc, pointer);
      return LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq,
                                  field(MLC_CALL_VALUES, pointer), null);
    }
    if (role == steps::kData)
      return fieldBuffer(MLC_CALL_FEATURES, type);
    if (role == steps::kLabels)
      return fieldBuffer(MLC_CALL_LABELS, type);
    if (role == steps::kWorkspace)
      return fieldBuffer(MLC_CALL_WORKSPACE, type);
    if (role == steps::kLoss)
      return buffer(field(MLC_CALL_LOSSES, pointer), type, number, Value());
    if (role == steps::kPrediction)
      return buffer(field(MLC_CALL_OUTPUTS, pointer), type, first, size);
    if (role == steps::kParameter)
      return buffer(
          load(field(MLC_CALL_PARAMETERS, pointer), parameters++, pointer),
          type, Value(), Value());
    if (role == steps::kState)
      return buffer(load(field(MLC_CALL_STATES, pointer), states++, pointer),
                    type, Value(), Value());
    if (role == steps::kLearningRate)
      return field(MLC_CALL_LEARNING_RATE, b.getF64Type());
    if (role == steps::kStep) { // from 1
      Value next = integer(arith::AddIOp::create(b, loc, number, constant(1)));
      Value before = field(MLC_CALL_STEP, b.getI64Type());
      return arith::AddIOp::create(b, loc, before, next);
    }
    if (role == steps::kPosition) {
      Value skipped = integer(first);
      Value before = field(MLC_CALL_POSITION, b.getI64Type());
      return arith::AddIOp::create(b, loc, before, skipped);
    }
    if (role == steps::kSeed)
      return field(MLC_CALL_SEED, b.getI64Type());
    if (role == steps::kNonzeroCapacity)
      return index(field(MLC_CALL_NONZERO_CAPACITY, b.getI64Type()));
    if (role == steps::kCallBegins)
      return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, number,
                                   constant(0));
    if (role == steps::kCallEnds) {
      Value next = arith::AddIOp::create(b, loc, number, constant(1));
      return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, next,
                                   count);
    }
    if (role == steps::kWorker)
      return index(field(MLC_CALL_WORKER, b.getI64Type()));
    if (role == steps::kWorkers)
      return index(field(MLC_CALL_WORKERS, b.getI64Type()));
    if (role == steps::kExchange)
      return field(MLC_CALL_EXCHANGE, pointer);
    if (role == steps::kProfile)
      return field(MLC_CALL_PROFILE, pointer);
    return {};
  }

  OpBuilder &b;
  Location loc;
  func::FuncOp step;
  LLVMTypeConverter types;
  Type pointer;
  Value call;
  /// Steps of the call.
  Value count;
  /// Of the batch: its number in the call, its first row, its rows.
  Value number, first, size;
  int64_t parameters = 0, states = 0;
};

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
    info.hasEntries = hasEntries;
    info.hasKernels = hasKernels;
    SmallVector<std::pair<StringRef, StringRef>> entries;
    if (hasEntries)
      entries = {{steps::kTrain, "mlc_train"},
                 {steps::kEvaluate, "mlc_evaluate"},
                 {steps::kPredict, "mlc_predict"}};
    if (auto profiled =
            module.lookupSymbol<func::FuncOp>(steps::kProfiledTrain)) {
      entries.emplace_back(steps::kProfiledTrain, "mlc_train_profiled");
      info.regions = profiled->getAttrOfType<ArrayAttr>(steps::kWork);
    }
    OpBuilder b(&getContext());
    for (auto [step, name] : entries) {
      auto function = module.lookupSymbol<func::FuncOp>(step);
      auto bytes = function ? function->getAttrOfType<DenseI64ArrayAttr>(
                                  steps::kWorkspaceBytes)
                            : DenseI64ArrayAttr();
      if (!bytes || bytes.size() != 3) {
        module.emitError("expected the step ") << step << " with its workspace";
        return signalPassFailure();
      }
      info.workspaceShared = std::max(info.workspaceShared, bytes[0]);
      info.workspaceOwn = std::max(info.workspaceOwn, bytes[1]);
      info.workspacePerNonzero = std::max(info.workspacePerNonzero, bytes[2]);
      b.setInsertionPointToEnd(module.getBody());
      if (failed(EntryBuilder(b, function, name).build()))
        return signalPassFailure();
      function->setAttr(
          "llvm.linkage",
          LLVM::LinkageAttr::get(&getContext(), LLVM::Linkage::Internal));
    }
    auto train = module.lookupSymbol<func::FuncOp>(steps::kTrain);
    if (!train) {
      module.emitError("expected the step ") << steps::kTrain;
      return signalPassFailure();
    }
    auto states = steps::statesOf(train);
    if (failed(states))
      return signalPassFailure();
    info.states = std::move(*states);
    b.setInsertionPointToEnd(module.getBody());
    buildDescriptor(b, programs[0], info);
    programs[0].erase();
    if (!hasEntries) // steps that only told the descriptor what they take
      for (auto step :
           llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
        step.erase();
  }
};

} // namespace
