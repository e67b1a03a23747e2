//===- AbiTables.cpp - Constants of the runtime's interface ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AbiTables.h"

using namespace mlir;
using namespace mlc::abi;

std::string Tables::nextName(StringRef what) {
  return (prefix_ + what + "_" + Twine(count_++)).str();
}

Address Tables::bytes(StringRef value, uint64_t alignment) {
  Address address{nextName("bytes")};
  LLVM::GlobalOp::create(b_, loc_,
                         LLVM::LLVMArrayType::get(b_.getI8Type(), value.size()),
                         /*isConstant=*/true, LLVM::Linkage::Internal,
                         address.symbol, b_.getStringAttr(value), alignment);
  return address;
}

Address Tables::text(StringRef value) {
  std::string bytes = value.str();
  bytes.push_back('\0');
  return this->bytes(bytes);
}

Address Tables::numbers(ArrayRef<int64_t> values) {
  if (values.empty())
    return {};
  Address address{nextName("numbers")};
  LLVM::GlobalOp::create(
      b_, loc_, LLVM::LLVMArrayType::get(b_.getI64Type(), values.size()),
      /*isConstant=*/true, LLVM::Linkage::Internal, address.symbol,
      b_.getI64TensorAttr(values));
  return address;
}

Value Tables::build(const Words::Word &word) {
  if (const auto *number = std::get_if<int64_t>(&word))
    return LLVM::ConstantOp::create(b_, loc_, b_.getI64Type(),
                                    b_.getI64IntegerAttr(*number));
  if (const auto *number = std::get_if<double>(&word))
    return LLVM::ConstantOp::create(b_, loc_, b_.getF64Type(),
                                    b_.getF64FloatAttr(*number));
  Type pointer = LLVM::LLVMPointerType::get(b_.getContext());
  const std::string &symbol = std::get<Address>(word).symbol;
  if (symbol.empty())
    return LLVM::ZeroOp::create(b_, loc_, pointer);
  return LLVM::AddressOfOp::create(b_, loc_, pointer, symbol);
}

Value Tables::build(const Words &row) {
  SmallVector<Value> words;
  for (const Words::Word &word : row.get())
    words.push_back(build(word));
  auto type = LLVM::LLVMStructType::getLiteral(
      b_.getContext(), llvm::to_vector(TypeRange(ValueRange(words))));
  Value result = LLVM::UndefOp::create(b_, loc_, type);
  for (auto [index, word] : llvm::enumerate(words))
    result = LLVM::InsertValueOp::create(b_, loc_, result, word, index);
  return result;
}

/// A global that is an array of the rows or, where there is one, the row.
Address Tables::addRows(std::string symbol, LLVM::Linkage linkage,
                        ArrayRef<Words> rows) {
  auto global =
      LLVM::GlobalOp::create(b_, loc_, b_.getI8Type(),
                             /*isConstant=*/true, linkage, symbol, Attribute());
  OpBuilder::InsertionGuard guard(b_);
  b_.createBlock(&global.getInitializerRegion());
  Value value = build(rows[0]);
  if (rows.size() > 1) {
    auto type = LLVM::LLVMArrayType::get(value.getType(), rows.size());
    Value table = LLVM::UndefOp::create(b_, loc_, type);
    for (auto [index, row] : llvm::enumerate(rows))
      table = LLVM::InsertValueOp::create(
          b_, loc_, table, index == 0 ? value : build(row), index);
    value = table;
  }
  global.setGlobalType(value.getType());
  LLVM::ReturnOp::create(b_, loc_, value);
  return {std::move(symbol)};
}
