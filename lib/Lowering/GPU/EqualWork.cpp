//===- EqualWork.cpp - One function for equal ops of a step ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EqualWork.h"
#include "KernelArguments.h"
#include "ThreadWork.h"
#include "lib/CostModel.h"
#include "lib/Lowering/MemRefAt.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlc;

/// What `op` uses and is not its own, in an order that equal ops share.
static SetVector<Value> usedBy(Operation *op) {
  SetVector<Value> used(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  return used;
}

static bool isConstant(Value value) {
  return matchPattern(value, m_Constant());
}

/// Whether a function can be given the value: a number, or a buffer that an
/// address and its rows describe.
static bool isPassable(Value value) {
  if (auto type = dyn_cast<MemRefType>(value.getType())) {
    auto sizes = type.getShape();
    return type.getLayout().isIdentity() && !type.getMemorySpace() &&
           (sizes.empty() ||
            !llvm::is_contained(sizes.drop_front(), ShapedType::kDynamic));
  }
  return value.getType().isIntOrIndexOrFloat();
}

/// Whether two ops do the same when each gets its own buffers and numbers.
static bool isEqual(Operation *one, Operation *other) {
  DenseMap<Value, Value> counterparts;
  auto check = [&](Value x, Value y) {
    if (Value known = counterparts.lookup(x))
      return success(known == y);
    if (x.getType() != y.getType() || isConstant(x) != isConstant(y))
      return failure();
    if (isConstant(x)) {
      Attribute of, and_;
      matchPattern(x, m_Constant(&of));
      matchPattern(y, m_Constant(&and_));
      return success(of == and_);
    }
    counterparts[x] = y;
    return success();
  };
  auto mark = [&](Value x, Value y) { counterparts[x] = y; };
  return OperationEquivalence::isEquivalentTo(
      one, other, check, mark, OperationEquivalence::IgnoreLocations);
}

EqualWork::Group &EqualWork::groupOf(Operation *op, int64_t batch) {
  // Sizes that are not fixed decide how many threads share a sum.
  const int64_t team = isa<linalg::LinalgOp, scf::ParallelOp>(op)
                           ? ThreadWork(op, batch).team
                           : 1;
  for (Group &group : groups_)
    if (group.batch == batch && group.team == team && isEqual(group.first, op))
      return group;
  groups_.push_back({op, batch, team});
  return groups_.back();
}

void EqualWork::add(ArrayRef<Operation *> work, int64_t batch) {
  for (Group &group : groups_)
    group.ops = 0;
  for (Operation *op : work) {
    Group &group = groupOf(op, batch);
    ++group.ops;
    groupOfOp_[op] = &group;
  }
  for (Operation *op : work) {
    Group &group = *groupOfOp_[op];
    if (group.ops >= CostModel::of(op).equalOps)
      group.isFunction = llvm::all_of(usedBy(op), [](Value value) {
        return isConstant(value) || isPassable(value);
      });
  }
}

/// A function that nothing but kernels calls, and that LLVM leaves one. Of
/// LLVM's dialect: upstream would give a func.func a wrapper for callers in C.
static LLVM::LLVMFuncOp beginFunction(OpBuilder &b, Location loc,
                                      StringRef name,
                                      ArrayRef<Type> arguments) {
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(b.getContext()), arguments);
  auto function =
      LLVM::LLVMFuncOp::create(b, loc, name, type, LLVM::Linkage::Internal);
  function.setNoInline(true);
  b.setInsertionPointToStart(function.addEntryBlock(b));
  b.setInsertionPoint(LLVM::ReturnOp::create(b, loc, ValueRange()));
  return function;
}

/// The types in which a value is passed: a buffer as an address that is known
/// to be of global memory, and its rows where they vary.
static void addPassedTypes(Value value, SmallVectorImpl<Type> &types) {
  Builder b(value.getContext());
  auto type = dyn_cast<MemRefType>(value.getType());
  if (!type) {
    types.push_back(value.getType().isIndex() ? b.getI64Type()
                                              : value.getType());
    return;
  }
  types.push_back(LLVM::LLVMPointerType::get(b.getContext(), kGlobalMemory));
  if (type.getNumDynamicDims() != 0)
    types.push_back(b.getI64Type());
}

static Value toInteger(OpBuilder &b, Location loc, Value value) {
  return value.getType().isIndex()
             ? arith::IndexCastOp::create(b, loc, b.getI64Type(), value)
             : value;
}
static Value toIndex(OpBuilder &b, Location loc, Value value) {
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), value);
}

static void pass(OpBuilder &b, Location loc, Value value,
                 SmallVectorImpl<Value> &passed) {
  auto type = dyn_cast<MemRefType>(value.getType());
  if (!type) {
    passed.push_back(toInteger(b, loc, value));
    return;
  }
  LLVMTypeConverter types(b.getContext());
  MemRefDescriptor descriptor(
      UnrealizedConversionCastOp::create(b, loc, types.convertType(type), value)
          .getResult(0));
  passed.push_back(LLVM::AddrSpaceCastOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext(), kGlobalMemory),
      descriptor.alignedPtr(b, loc)));
  if (type.getNumDynamicDims() != 0)
    passed.push_back(
        toInteger(b, loc, memref::DimOp::create(b, loc, value, 0)));
}

/// The value that a function got as its next arguments.
static Value receive(OpBuilder &b, Location loc, Value value,
                     MutableArrayRef<BlockArgument> &arguments) {
  auto next = [&] {
    Value argument = arguments.front();
    arguments = arguments.drop_front();
    return argument;
  };
  auto type = dyn_cast<MemRefType>(value.getType());
  if (!type)
    return value.getType().isIndex() ? toIndex(b, loc, next()) : next();
  LLVMTypeConverter types(b.getContext());
  Value address = LLVM::AddrSpaceCastOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext()), next());
  Value rows =
      type.getNumDynamicDims() != 0 ? toIndex(b, loc, next()) : Value();
  return memrefAt(b, loc, types, address, type, rows);
}

LogicalResult EqualWork::build(Group &group) {
  OpBuilder::InsertionGuard guard(b_);
  Operation *op = group.first;
  Location loc = op->getLoc();
  SmallVector<Type> types;
  for (Value value : usedBy(op))
    if (!isConstant(value))
      addPassedTypes(value, types);
  types.append(2, b_.getI64Type()); // block and thread
  const auto number = llvm::count_if(
      groups_, [](const Group &other) { return other.function; });
  b_.setInsertionPointToStart(kernels_.getBody());
  group.function = beginFunction(
      b_, loc, ("equal_work_" + Twine(number) + suffix_).str(), types);
  auto rest = group.function.getArguments();
  IRMapping mapping;
  for (Value value : usedBy(op))
    mapping.map(value, isConstant(value)
                           ? b_.clone(*value.getDefiningOp())->getResult(0)
                           : receive(b_, loc, value, rest));
  Value block = toIndex(b_, loc, rest[0]), thread = toIndex(b_, loc, rest[1]);
  return ThreadWork(op, group.batch).emit(b_, mapping, block, thread);
}

LogicalResult EqualWork::emit(Operation *op, IRMapping &mapping, Value block,
                              Value thread, int64_t batch) {
  Group *group = groupOfOp_.lookup(op);
  if (!group || !group->isFunction)
    return ThreadWork(op, batch).emit(b_, mapping, block, thread);
  if (!group->function && failed(build(*group)))
    return failure();
  Location loc = op->getLoc();
  SmallVector<Value> passed;
  for (Value value : usedBy(op))
    if (!isConstant(value))
      pass(b_, loc, mapping.lookup(value), passed);
  passed.append({toInteger(b_, loc, block), toInteger(b_, loc, thread)});
  LLVM::CallOp::create(b_, loc, group->function, passed);
  return success();
}
