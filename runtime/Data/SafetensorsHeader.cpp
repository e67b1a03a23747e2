//===- SafetensorsHeader.cpp - The JSON header of a safetensors file ------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/SafetensorsHeader.h"

#include "Error.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <fmt/core.h>
#include <limits>
#include <optional>
#include <tuple>

using namespace mlc::runtime;
namespace json = boost::json;

static constexpr std::string_view metadataKey = "__metadata__";
/// Of the header, its tensors, and their shapes.
static constexpr std::size_t maxDepth = 3;
static constexpr std::size_t maxRank = 32;

static constexpr std::array allTypes = {
    ElementType::F32, ElementType::I32, ElementType::I64, ElementType::U16,
    ElementType::U8,  ElementType::F16, ElementType::I8};

void mlc::runtime::failDamaged(const std::string &path,
                               const std::string &what) {
  throw DamagedFile(fmt::format("{}: {}; the file is damaged or is not a "
                                "safetensors file, so make it again",
                                path, what));
}

namespace {
/// Takes the parser's events. Boost's own values would keep the last of two
/// equal keys without a word, and let an array of any size be built.
class HeaderHandler {
public:
  static constexpr std::size_t max_object_size = -1, max_array_size = -1,
                               max_key_size = -1, max_string_size = -1;
  using Error = json::error_code;

  explicit HeaderHandler(const std::string &path) : path_(path) {}

  SafetensorsHeader header;

  bool on_document_begin(Error &) { return true; }
  bool on_document_end(Error &) { return true; }

  bool on_object_begin(Error &) {
    if (++depth_ > 2)
      failValue();
    inMetadata_ = depth_ == 2 && name_ == metadataKey;
    if (inMetadata_ && std::exchange(hasMetadata_, true))
      fail(fmt::format("{:?} is there twice", metadataKey));
    entry_ = {};
    hasType_ = hasShape_ = hasOffsets_ = false;
    return true;
  }
  bool on_object_end(std::size_t, Error &) {
    if (depth_-- == 2 && !inMetadata_)
      finishEntry();
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, Error &) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, Error &) {
    text_.append(part.data(), part.size());
    (depth_ == 1 ? name_ : field_) = std::exchange(text_, {});
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, Error &) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_string(json::string_view part, std::size_t, Error &) {
    text_.append(part.data(), part.size());
    std::string text = std::exchange(text_, {});
    if (depth_ != 2)
      failValue();
    if (inMetadata_) {
      if (!header.metadata.emplace(field_, std::move(text)).second)
        fail(fmt::format("{:?} has {:?} twice", metadataKey, field_));
      return true;
    }
    if (field_ != "dtype")
      failValue();
    once(hasType_);
    for (ElementType type : allTypes)
      if (text == nameOf(type)) {
        entry_.type = type;
        return true;
      }
    for (std::string_view other :
         {"BF16", "F64", "F8_E4M3", "F8_E5M2", "I16", "U32", "U64", "BOOL"})
      if (text == other)
        throw DamagedFile(fmt::format(
            "{}: tensor {:?} has the element type {}, but only F32, I32, I64, "
            "U16 and U8 can be read; convert it to F32, in PyTorch by .float()",
            path_, name_, other));
    fail(fmt::format("tensor {:?} has the element type {:?}, but only F32, "
                     "I32, I64, U16 and U8 can be read",
                     name_, text));
  }
  bool on_array_begin(Error &) {
    if (++depth_ != 3 || inMetadata_)
      failValue();
    if (field_ == "shape")
      once(hasShape_);
    else if (field_ == "data_offsets")
      once(hasOffsets_);
    else
      failValue();
    numbers_.clear();
    return true;
  }
  bool on_array_end(std::size_t, Error &) {
    --depth_;
    if (field_ == "shape") {
      entry_.shape = numbers_;
      return true;
    }
    if (numbers_.size() != 2 || numbers_[0] > numbers_[1])
      fail(fmt::format("tensor {:?}: \"data_offsets\" are not two rising "
                       "numbers",
                       name_));
    entry_.begin = static_cast<std::uint64_t>(numbers_[0]);
    entry_.end = static_cast<std::uint64_t>(numbers_[1]);
    return true;
  }
  bool on_number_part(json::string_view, Error &) { return true; }
  bool on_int64(std::int64_t number, json::string_view, Error &) {
    if (depth_ != 3 || number < 0)
      failValue();
    if (numbers_.size() == maxRank)
      fail(fmt::format("tensor {:?} has more than {} dimensions", name_,
                       maxRank));
    numbers_.push_back(number);
    return true;
  }
  bool on_uint64(std::uint64_t, json::string_view, Error &) { failValue(); }
  bool on_double(double, json::string_view, Error &) { failValue(); }
  bool on_bool(bool, Error &) { failValue(); }
  bool on_null(Error &) { failValue(); }
  bool on_comment_part(json::string_view, Error &) { return true; }
  bool on_comment(json::string_view, Error &) { return true; }

private:
  [[noreturn]] void fail(const std::string &what) const {
    failDamaged(path_, what);
  }
  /// A value of the wrong kind, or one in the wrong place.
  [[noreturn]] void failValue() const {
    if (name_.empty() && depth_ < 2)
      fail("the header is not a JSON object of tensors");
    if (inMetadata_)
      fail(fmt::format("{:?} has a value that is not a string", metadataKey));
    fail(fmt::format("tensor {:?} is not described by \"dtype\" (a string), "
                     "\"shape\" and \"data_offsets\" (whole numbers from 0 "
                     "to 2^63 - 1)",
                     name_));
  }
  void once(bool &seen) const {
    if (std::exchange(seen, true))
      fail(fmt::format("tensor {:?} has {:?} twice", name_, field_));
  }
  void finishEntry() {
    if (!hasType_ || !hasShape_ || !hasOffsets_)
      failValue();
    auto bytes = static_cast<std::int64_t>(sizeOf(entry_.type));
    bool isEmpty = std::ranges::count(entry_.shape, 0) > 0;
    for (std::int64_t extent : entry_.shape)
      if (!isEmpty && __builtin_mul_overflow(bytes, extent, &bytes))
        fail(fmt::format("tensor {:?}: its shape is too large", name_));
    if (isEmpty)
      bytes = 0;
    if (static_cast<std::uint64_t>(bytes) != entry_.end - entry_.begin)
      fail(fmt::format("tensor {:?}: its shape takes {} bytes, but its "
                       "offsets hold {}",
                       name_, bytes, entry_.end - entry_.begin));
    entry_.name = name_;
    header.tensors.push_back(std::move(entry_));
  }

  const std::string &path_;
  std::size_t depth_ = 0;
  std::string text_, name_, field_;
  std::vector<std::int64_t> numbers_;
  TensorEntry entry_;
  bool inMetadata_ = false, hasMetadata_ = false;
  bool hasType_ = false, hasShape_ = false, hasOffsets_ = false;
};
} // namespace

SafetensorsHeader
mlc::runtime::parseSafetensorsHeader(std::string_view text,
                                     const std::string &path) {
  json::parse_options options;
  options.max_depth = maxDepth;
  json::basic_parser<HeaderHandler> parser(options, path);
  json::error_code error;
  std::size_t used =
      parser.write_some(/*more=*/false, text.data(), text.size(), error);
  if (!error && used < text.size())
    error = json::error::extra_data;
  if (error)
    failDamaged(path, fmt::format("the header is not valid JSON at its byte "
                                  "{} ({})",
                                  used, error.message()));
  SafetensorsHeader header = std::move(parser.handler().header);

  std::ranges::sort(header.tensors, {}, &TensorEntry::name);
  auto twice =
      std::ranges::adjacent_find(header.tensors, {}, &TensorEntry::name);
  if (twice != header.tensors.end())
    failDamaged(path, fmt::format("tensor {:?} is there twice", twice->name));
  std::ranges::stable_sort(header.tensors, {}, [](const TensorEntry &entry) {
    return std::tuple(entry.begin, entry.end);
  });
  return header;
}

std::string
mlc::runtime::printSafetensorsHeader(const SafetensorsHeader &header) {
  json::object root;
  if (!header.metadata.empty()) {
    json::object &metadata = root[metadataKey].emplace_object();
    for (const auto &[key, value] : header.metadata)
      metadata.emplace(key, value);
  }
  for (const TensorEntry &entry : header.tensors) {
    json::object &tensor = root[entry.name].emplace_object();
    tensor.emplace("dtype", nameOf(entry.type));
    tensor.emplace("shape",
                   json::array(entry.shape.begin(), entry.shape.end()));
    tensor.emplace("data_offsets", json::array{entry.begin, entry.end});
  }
  return json::serialize(root);
}
