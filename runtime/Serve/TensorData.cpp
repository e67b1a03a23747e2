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
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <iterator>
#include <type_traits>

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

/// Numbers of a fixed width, as they stand in the body.
template <typename Element>
static void readCellBytes(const InputTensor &tensor,
                          const std::function<void(std::string_view)> &take) {
  std::vector<Element> elements;
  copyBytes<Element>(tensor, elements);
  fmt::memory_buffer cell;
  for (Element element : elements) {
    cell.clear();
    if constexpr (std::is_floating_point_v<Element>) {
      if (!std::isnan(element))
        fmt::format_to(std::back_inserter(cell), "{}", double(element));
    } else {
      fmt::format_to(std::back_inserter(cell), "{}", element);
    }
    take({cell.data(), cell.size()});
  }
}

/// An element of a JSON array, in the words of its datatype.
static void appendCell(const InputTensor &tensor, const json::value &element,
                       fmt::memory_buffer &cell) {
  if (element.is_null())
    return;
  const auto out = std::back_inserter(cell);
  if (tensor.type == Datatype::Bytes) {
    const json::string *text = element.if_string();
    if (!text)
      fail(tensor, "expected strings or null");
    cell.append(text->data(), text->data() + text->size());
  } else if (tensor.type == Datatype::Fp32 || tensor.type == Datatype::Fp64) {
    if (!element.is_number())
      fail(tensor, "expected numbers or null");
    const auto number = element.to_number<double>();
    fmt::format_to(out, "{}",
                   tensor.type == Datatype::Fp32 ? double(float(number))
                                                 : number);
  } else {
    const std::int64_t *number = element.if_int64();
    if (!number)
      fail(tensor, "expected whole numbers or null");
    fmt::format_to(out, "{}", *number);
  }
}

void readCells(const InputTensor &tensor,
               const std::function<void(std::string_view)> &take) {
  if (!tensor.json) {
    switch (tensor.type) {
    case Datatype::Fp32:
      return readCellBytes<float>(tensor, take);
    case Datatype::Fp64:
      return readCellBytes<double>(tensor, take);
    case Datatype::Int32:
      return readCellBytes<std::int32_t>(tensor, take);
    case Datatype::Int64:
      return readCellBytes<std::int64_t>(tensor, take);
    case Datatype::Bytes:
      return readTextBytes(tensor, take);
    }
  }
  std::int64_t count = 0;
  fmt::memory_buffer cell;
  forEachLeaf(*tensor.json, [&](const json::value &element) {
    cell.clear();
    appendCell(tensor, element, cell);
    if (count == tensor.elements)
      failCount(tensor);
    take({cell.data(), cell.size()});
    ++count;
  });
  if (count != tensor.elements)
    failCount(tensor);
}

} // namespace mlc::runtime
