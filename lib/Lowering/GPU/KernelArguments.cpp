//===- KernelArguments.cpp - A step's arguments inside of kernels ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelArguments.h"
#include "Launches.h"
#include "lib/Lowering/MemRefAt.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mlc;

/// The first size of a buffer whose rows a step never counts: a data set.
static constexpr int64_t kUncounted = std::numeric_limits<int32_t>::max();
/// PTX's number for memory that all blocks see.
static constexpr unsigned kGlobalMemory = 1;

KernelArguments::KernelArguments(OpBuilder &b, func::FuncOp step, Value slots,
                                 Value offset, int64_t batch,
                                 int64_t parameterCount)
    : b(b), loc(step.getLoc()), step(step), types(b.getContext()), slots(slots),
      offset(offset), batch(batch), parameterCount(parameterCount) {}

void KernelArguments::hoist(Operation *loop) {
  this->loop = loop;
  number();
  first();
  size();
}

Value KernelArguments::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}
Value KernelArguments::index(Value value) {
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), value);
}
Value KernelArguments::integer(Value value) {
  return arith::IndexCastOp::create(b, loc, b.getI64Type(), value);
}

Value KernelArguments::slot(int64_t number, Type type) {
  if (Value known = read.lookup({number, type}))
    return known;
  OpBuilder::InsertionGuard guard(b);
  if (loop)
    b.setInsertionPoint(loop);
  Type address = LLVM::LLVMPointerType::get(b.getContext());
  Value place =
      LLVM::GEPOp::create(b, loc, address, b.getI64Type(), slots,
                          ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(number)});
  Value value = LLVM::LoadOp::create(b, loc, type, place);
  if (loop)
    read[{number, type}] = value;
  return value;
}

/// A pointer that is known to point to global memory, as loaded ones are not.
Value KernelArguments::pointer(int64_t number) {
  Type global = LLVM::LLVMPointerType::get(b.getContext(), kGlobalMemory);
  Type generic = LLVM::LLVMPointerType::get(b.getContext());
  return LLVM::AddrSpaceCastOp::create(b, loc, generic, slot(number, global));
}

Value KernelArguments::buffer(Value address, Type memref, Value skipped,
                              Value rows) {
  auto type = cast<MemRefType>(memref);
  Type element = type.getElementType();
  if (skipped) {
    Value elements = integer(
        arith::MulIOp::create(b, loc, skipped, constant(elementsOfRow(type))));
    address = LLVM::GEPOp::create(b, loc, address.getType(), element, address,
                                  ArrayRef<LLVM::GEPArg>{elements},
                                  LLVM::GEPNoWrapFlags::inbounds);
  }
  return memrefAt(b, loc, types, address, type, rows);
}

Value KernelArguments::fieldBuffer(MlcCallField field, Type memref) {
  return buffer(pointer(field), memref, Value(), constant(kUncounted));
}

Value KernelArguments::number() {
  if (!number_)
    number_ = index(arith::AddIOp::create(
        b, loc, slot(MLC_SLOT_DONE, b.getI64Type()), offset));
  return number_;
}
Value KernelArguments::first() {
  if (!first_)
    first_ = arith::MulIOp::create(b, loc, number(), constant(batch));
  return first_;
}
Value KernelArguments::size() {
  if (!size_) {
    Value rows = index(slot(MLC_CALL_ROW_COUNT, b.getI64Type()));
    Value rest = arith::SubIOp::create(b, loc, rows, first());
    size_ = arith::MinUIOp::create(b, loc, rest, constant(batch));
  }
  return size_;
}

Value KernelArguments::valueOf(BlockArgument argument) {
  StringRef role = steps::roleOf(argument);
  Type type = argument.getType();
  auto addTo = [&](MlcCallField field, Value more) -> Value {
    return arith::AddIOp::create(b, loc, slot(field, b.getI64Type()),
                                 integer(more));
  };
  // How many arguments before this one have its role.
  auto place = [&] {
    return llvm::count_if(
        step.getArguments().take_front(argument.getArgNumber()),
        [&](BlockArgument other) { return steps::roleOf(other) == role; });
  };
  if (role == steps::kRows)
    return buffer(pointer(MLC_CALL_ROWS), type, first(), size());
  if (role == steps::kIndptr)
    return fieldBuffer(MLC_CALL_INDPTR, type);
  if (role == steps::kIndices)
    return fieldBuffer(MLC_CALL_INDICES, type);
  if (role == steps::kValues)
    return fieldBuffer(MLC_CALL_VALUES, type);
  if (role == steps::kOnes) {
    Value values = slot(MLC_CALL_VALUES, b.getI64Type());
    Value null = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0));
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, values,
                                 null);
  }
  if (role == steps::kData)
    return fieldBuffer(MLC_CALL_FEATURES, type);
  if (role == steps::kLabels)
    return fieldBuffer(MLC_CALL_LABELS, type);
  if (role == steps::kWorkspace)
    return fieldBuffer(MLC_CALL_WORKSPACE, type);
  if (role == steps::kLoss)
    return buffer(pointer(MLC_CALL_LOSSES), type, number(), Value());
  if (role == kScore)
    return buffer(pointer(MLC_SLOT_SCORES), type, number(), Value());
  if (role == steps::kPrediction)
    return buffer(pointer(MLC_CALL_OUTPUTS), type, first(), size());
  if (role == steps::kParameter)
    return buffer(pointer(MLC_SLOT_PARAMETERS + place()), type, Value(),
                  Value());
  if (role == steps::kState)
    return buffer(pointer(MLC_SLOT_PARAMETERS + parameterCount + place()), type,
                  Value(), Value());
  if (role == steps::kLearningRate)
    return slot(MLC_CALL_LEARNING_RATE, b.getF64Type());
  if (role == steps::kStep) // from 1
    return addTo(MLC_CALL_STEP,
                 arith::AddIOp::create(b, loc, number(), constant(1)));
  if (role == steps::kPosition)
    return addTo(MLC_CALL_POSITION, first());
  if (role == steps::kSeed)
    return slot(MLC_CALL_SEED, b.getI64Type());
  if (role == steps::kNonzeroCapacity)
    return index(slot(MLC_CALL_NONZERO_CAPACITY, b.getI64Type()));
  return {};
}
