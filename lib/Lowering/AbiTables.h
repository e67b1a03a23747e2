//===- AbiTables.h - Constants of the runtime's interface -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_LOWERING_ABITABLES_H
#define MLC_LIB_LOWERING_ABITABLES_H

#include "mlc/RuntimeABI.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/bit.h"

#include <array>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

/// The structures of RuntimeABI.def with values that a compiler has: in place
/// of each pointer stands the symbol that it will point to. What is not said is
/// zero or null.
namespace mlc::abi {

/// The address of a global or a function; null without a name.
struct Address {
  std::string symbol;
};

/// What stands for a field's type.
template <typename T>
struct FieldOf {
  using Type = T;
};
template <typename T>
struct FieldOf<T *> {
  using Type = Address;
};
template <typename T, std::size_t size>
struct FieldOf<T[size]> {
  using Type = std::array<T, size>;
};

#define MLC_STRUCT(S) struct S {
#define MLC_FIELD(S, type, name) FieldOf<type>::Type name = {};
#define MLC_END(S)                                                             \
  }                                                                            \
  ;
#include "mlc/RuntimeABI.def"

/// Each structure's name.
#define MLC_STRUCT(S)                                                          \
  inline llvm::StringRef nameOf(const S &) { return #S; }
#define MLC_FIELD(S, type, name)
#define MLC_END(S)
#include "mlc/RuntimeABI.def"

/// The fields of a structure, those of nested ones in their places.
class Words {
public:
  using Word = std::variant<int64_t, double, Address>;

  void add(int64_t value) { words_.push_back(value); }
  void add(double value) { words_.push_back(value); }
  void add(Address value) { words_.push_back(std::move(value)); }
  template <std::size_t size>
  void add(const std::array<int64_t, size> &values) {
    words_.insert(words_.end(), values.begin(), values.end());
  }
#define MLC_STRUCT(S) void add(const S &value) {
#define MLC_FIELD(S, type, name) add(value.name);
#define MLC_END(S) }
#include "mlc/RuntimeABI.def"

  llvm::ArrayRef<Word> get() const { return words_; }

private:
  std::vector<Word> words_;
};

/// Adds constants where a builder stands.
class Tables {
public:
  Tables(mlir::OpBuilder &b, mlir::Location loc, std::string prefix)
      : b_(b), loc_(loc), prefix_(std::move(prefix)) {}

  /// These bytes.
  Address bytes(llvm::StringRef value, uint64_t alignment = 1);
  /// These, and a zero byte.
  Address text(llvm::StringRef value);
  /// These numbers; null for none.
  Address numbers(llvm::ArrayRef<int64_t> values);
  /// A structure of numbers alone.
  Address copy(const ::MlcProduct &product) {
    return numbers(
        llvm::bit_cast<std::array<int64_t, MlcProduct_words>>(product));
  }

  /// These structures, one after another; null for none.
  template <typename S>
  Address table(std::type_identity_t<llvm::ArrayRef<S>> rows) {
    if (rows.empty())
      return {};
    std::vector<Words> words(rows.size());
    for (auto [row, all] : llvm::zip_equal(rows, words))
      all.add(row);
    return addRows(nextName(nameOf(S())), mlir::LLVM::Linkage::Internal, words);
  }

  /// One structure or address, with a symbol that it is found by.
  template <typename S>
  void define(llvm::StringRef symbol, const S &value,
              mlir::LLVM::Linkage linkage) {
    Words words;
    words.add(value);
    addRows(symbol.str(), linkage, words);
  }

private:
  /// A symbol that says what it is of.
  std::string nextName(llvm::StringRef what);
  Address addRows(std::string symbol, mlir::LLVM::Linkage linkage,
                  llvm::ArrayRef<Words> rows);
  mlir::Value build(const Words &row);
  mlir::Value build(const Words::Word &word);

  mlir::OpBuilder &b_;
  mlir::Location loc_;
  std::string prefix_; ///< Of the names of what is not found by name.
  int64_t count_ = 0;
};

} // namespace mlc::abi

#endif // MLC_LIB_LOWERING_ABITABLES_H
