//===- StepArguments.cpp - What a step is called with ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StepArguments.h"
#include "MemRefAt.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mlc;

/// The first size of a buffer whose rows a step never counts: a data set's, or
/// the bytes of the workspace.
static constexpr int64_t kUncounted = std::numeric_limits<int32_t>::max();

int64_t mlc::entryOf(BlockArgument argument) {
  StringRef role = steps::roleOf(argument);
  return llvm::count_if(
      argument.getOwner()->getArguments().take_front(argument.getArgNumber()),
      [&](BlockArgument other) { return steps::roleOf(other) == role; });
}

StepArguments::StepArguments(OpBuilder &b, Location loc, RoleReader reader)
    : b(b), loc(loc), reader_(reader), types_(b.getContext()) {}

Value StepArguments::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}
Value StepArguments::index(Value integer) {
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), integer);
}
Value StepArguments::integer(Value index) {
  return arith::IndexCastOp::create(b, loc, b.getI64Type(), index);
}

Value StepArguments::advance(const RoleInfo &role) {
  switch (role.advance) {
  case RoleAdvance::None:
    return {};
  case RoleAdvance::ByRow:
    return first();
  case RoleAdvance::ByStep:
    return number();
  }
  llvm_unreachable("a role advances in one of these ways");
}

Value StepArguments::buffer(const RoleInfo &role, int64_t entry,
                            MemRefType type) {
  Value base = address(role, entry);
  // What has no input of its own, as an explanation, is like the first one.
  Value rowLength;
  if (type.getNumDynamicDims() > 1)
    rowLength = length(infoOf(Role::Length),
                       role.source == RoleSource::Inputs ? entry : 0);
  if (Value skipped = advance(role)) {
    Value row = constant(elementsOfRow(type));
    if (rowLength)
      row = arith::MulIOp::create(b, loc, row, rowLength);
    Value elements = arith::MulIOp::create(b, loc, skipped, row);
    base = elementAt(base, type.getElementType(), integer(elements));
  }
  SmallVector<Value> sizes;
  if (type.getNumDynamicDims() != 0)
    sizes.push_back(role.advance == RoleAdvance::ByRow ? size()
                                                       : constant(kUncounted));
  if (rowLength)
    sizes.push_back(rowLength);
  return memrefAt(b, loc, types_, base, type, sizes);
}

/// What the first row has of an array of which this one says where rows begin.
Value StepArguments::length(const RoleInfo &role, int64_t entry) {
  Value begins = address(role, entry);
  auto at = [&](int64_t row) -> Value {
    return LLVM::LoadOp::create(
        b, loc, b.getI64Type(),
        elementAt(begins, b.getI64Type(), integer(constant(row))));
  };
  return index(arith::SubIOp::create(b, loc, at(1), at(0)));
}

Value StepArguments::number(const RoleInfo &role, int64_t entry) {
  Value more = advance(role);
  if (role.advance == RoleAdvance::ByStep) // steps are counted from 1
    more = arith::AddIOp::create(b, loc, more, constant(1));
  if (more)
    more = integer(more);
  Value before = word(role, entry, b.getI64Type());
  return more ? arith::AddIOp::create(b, loc, before, more).getResult()
              : before;
}

Value StepArguments::valueOf(BlockArgument argument) {
  const std::optional<Role> role = roleNamed(steps::roleOf(argument));
  if (!role)
    return {};
  const RoleInfo &info = infoOf(*role);
  if (info.reader != RoleReader::Any && info.reader != reader_)
    return {};
  const int64_t entry = entryOf(argument);
  switch (info.form) {
  case RoleForm::DataSet:
  case RoleForm::Buffer:
    return buffer(info, entry, cast<MemRefType>(argument.getType()));
  case RoleForm::Integer:
    return number(info, entry);
  case RoleForm::Index:
    return index(word(info, entry, b.getI64Type()));
  case RoleForm::Length:
    return length(info, entry);
  case RoleForm::Element:
    return LLVM::LoadOp::create(b, loc, argument.getType(),
                                elementAt(address(info, entry),
                                          argument.getType(),
                                          integer(advance(info))));
  case RoleForm::Address:
    return address(info, entry);
  case RoleForm::IsNull: {
    Value null = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0));
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                 word(info, entry, b.getI64Type()), null);
  }
  case RoleForm::IsFirst:
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, number(),
                                 constant(0));
  case RoleForm::IsLast: {
    Value next = arith::AddIOp::create(b, loc, number(), constant(1));
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, next,
                                 count());
  }
  }
  llvm_unreachable("a role has one of these forms");
}
