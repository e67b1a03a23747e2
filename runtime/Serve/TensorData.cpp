//===- TensorData.cpp - Elements of a request's tensors -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/TensorData.h"

#include "Serve/HttpError.h"

#include <bit>
#include <boost/json.hpp>
#include <cstring>
#include <fmt/format.h>

namespace json = boost::json;

namespace mlc::runtime {

static_assert(std::endian::native == std::endian::little,
              "the protocol's tensors are little-endian");

[[noreturn]] static void fail(const InputTensor &tensor,
                              const std::string &message) {
  throw HttpError(400, fmt::format("input {:?}: {}", tensor.name, message));
}

[[noreturn]] static void failCount(const InputTensor &tensor) {
  fail(tensor, fmt::format("expected {} elements, as its shape says, but got "
                           "another number of them",
                           tensor.elements));
}

/// Calls `take` with each element of arrays within arrays.
template <typename Take>
static void forEachLeaf(const json::array &array, Take take) {
  for (const json::value &element : array)
    if (const json::array *inner = element.if_array())
      forEachLeaf(*inner, take);
    else
      take(element);
}

/// Elements of one width, as they stand in the body.
template <typename Element, typename Result>
static void copyBytes(const InputTensor &tensor,
                      std::vector<Result> &elements) {
  if (tensor.bytes.size() % sizeof(Element) != 0 ||
      std::int64_t(tensor.bytes.size() / sizeof(Element)) != tensor.elements)
    failCount(tensor);
  elements.resize(tensor.elements);
  if constexpr (std::is_same_v<Element, Result>) {
    if (!elements.empty())
      std::memcpy(elements.data(), tensor.bytes.data(), tensor.bytes.size());
  } else {
    for (std::size_t i = 0; i < elements.size(); ++i) {
      Element element;
      std::memcpy(&element, tensor.bytes.data() + i * sizeof(Element),
                  sizeof(Element));
      elements[i] = element;
    }
  }
}

void readFloats(const InputTensor &tensor, std::vector<float> &elements) {
  if (tensor.type != Datatype::Fp32)
    fail(tensor, fmt::format("expected the datatype FP32, but got {}",
                             nameOf(tensor.type)));
  if (!tensor.json)
    return copyBytes<float>(tensor, elements);
  elements.clear();
  forEachLeaf(*tensor.json, [&](const json::value &element) {
    if (!element.is_number())
      fail(tensor, "expected numbers");
    elements.push_back(float(element.to_number<double>()));
  });
  if (std::ssize(elements) != tensor.elements)
    failCount(tensor);
}

void readWhole(const InputTensor &tensor, std::vector<std::int64_t> &elements) {
  if (tensor.type != Datatype::Int64 && tensor.type != Datatype::Int32)
    fail(tensor, fmt::format("expected the datatype INT64 or INT32, but got {}",
                             nameOf(tensor.type)));
  if (!tensor.json)
    return tensor.type == Datatype::Int64
               ? copyBytes<std::int64_t>(tensor, elements)
               : copyBytes<std::int32_t>(tensor, elements);
  elements.clear();
  forEachLeaf(*tensor.json, [&](const json::value &element) {
    const std::int64_t *number = element.if_int64();
    if (!number)
      fail(tensor, "expected whole numbers");
    elements.push_back(*number);
  });
  if (std::ssize(elements) != tensor.elements)
    failCount(tensor);
}

/// Each element is its length, 4 bytes, and then its bytes.
static void readTextBytes(const InputTensor &tensor,
                          const std::function<void(std::string_view)> &take) {
  std::string_view bytes = tensor.bytes;
  std::int64_t count = 0;
  for (; !bytes.empty(); ++count) {
    std::uint32_t length = 0;
    if (bytes.size() >= sizeof(length))
      std::memcpy(&length, bytes.data(), sizeof(length));
    if (bytes.size() < sizeof(length) || bytes.size() - sizeof(length) < length)
      fail(tensor, fmt::format("expected the 4 bytes of the length of element "
                               "{} and as many bytes, but the tensor ends "
                               "before",
                               count));
    if (count == tensor.elements)
      failCount(tensor);
    take(bytes.substr(sizeof(length), length));
    bytes.remove_prefix(sizeof(length) + length);
  }
  if (count != tensor.elements)
    failCount(tensor);
}

void readTexts(const InputTensor &tensor,
               const std::function<void(std::string_view)> &take) {
  if (tensor.type != Datatype::Bytes)
    fail(tensor, fmt::format("expected the datatype BYTES, but got {}",
                             nameOf(tensor.type)));
  if (!tensor.json)
    return readTextBytes(tensor, take);
  std::int64_t count = 0;
  forEachLeaf(*tensor.json, [&](const json::value &element) {
    const json::string *text = element.if_string();
    if (!text)
      fail(tensor, "expected strings");
    if (count == tensor.elements)
      failCount(tensor);
    take(*text);
    ++count;
  });
  if (count != tensor.elements)
    failCount(tensor);
}

} // namespace mlc::runtime
