//===- KernelArguments.cpp - A step's arguments inside of kernels ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelArguments.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mlc;

int64_t mlc::slotOf(const RoleInfo &role, int64_t entry,
                    const TableSizes &tables) {
  if (isTable(role.source))
    return tables.slotOf(role.source, entry, role.word);
  assert(role.source != RoleSource::Batch && "that is in no slot");
  return role.source == RoleSource::Call ? MlcDeviceCall_call + role.word
                                         : role.word;
}

KernelArguments::KernelArguments(OpBuilder &b, func::FuncOp step, Value slots,
                                 Value offset, int64_t batch,
                                 const TableSizes &tables)
    : StepArguments(b, step.getLoc(), RoleReader::Gpu), slots_(slots),
      offset_(offset), batch_(batch), argumentCount_(step.getNumArguments()),
      tables_(tables) {}

/// The arguments up to which slots are read once for all steps: each takes two
/// of a thread's 255 registers. More would be spilled, and reading them again
/// takes as long.
static constexpr unsigned kMostHoisted = 64;

void KernelArguments::hoist(Operation *loop) {
  if (argumentCount_ <= kMostHoisted)
    this->loop_ = loop;
  number();
  first();
  size();
}

Value KernelArguments::slot(int64_t number, Type type) {
  if (Value known = read_.lookup({number, type}))
    return known;
  OpBuilder::InsertionGuard guard(b);
  if (loop_)
    b.setInsertionPoint(loop_);
  Type address = LLVM::LLVMPointerType::get(b.getContext());
  Value place =
      LLVM::GEPOp::create(b, loc, address, b.getI64Type(), slots_,
                          ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(number)});
  Value value = LLVM::LoadOp::create(b, loc, type, place);
  if (loop_)
    read_[{number, type}] = value;
  return value;
}

Value KernelArguments::word(const RoleInfo &role, int64_t entry, Type type) {
  return slot(slotOf(role, entry, tables_), type);
}

/// A pointer that is known to point to global memory, as loaded ones are not.
Value KernelArguments::address(const RoleInfo &role, int64_t entry) {
  Type global = LLVM::LLVMPointerType::get(b.getContext(), kGlobalMemory);
  Type generic = LLVM::LLVMPointerType::get(b.getContext());
  return LLVM::AddrSpaceCastOp::create(b, loc, generic,
                                       word(role, entry, global));
}

Value KernelArguments::elementAt(Value base, Type type, Value skipped) {
  return LLVM::GEPOp::create(b, loc, base.getType(), type, base,
                             ArrayRef<LLVM::GEPArg>{skipped},
                             LLVM::GEPNoWrapFlags::inbounds);
}

Value KernelArguments::number() {
  if (!number_)
    number_ = index(arith::AddIOp::create(
        b, loc, slot(MlcDeviceCall_done, b.getI64Type()), offset_));
  return number_;
}
Value KernelArguments::first() {
  if (!first_)
    first_ = arith::MulIOp::create(b, loc, number(), constant(batch_));
  return first_;
}
Value KernelArguments::size() {
  if (!size_) {
    Value rows =
        index(slot(MlcDeviceCall_call + MlcCall_row_count, b.getI64Type()));
    Value rest = arith::SubIOp::create(b, loc, rows, first());
    size_ = arith::MinUIOp::create(b, loc, rest, constant(batch_));
  }
  return size_;
}
Value KernelArguments::count() {
  llvm_unreachable("only roles that CPUs alone have ask for it");
}
