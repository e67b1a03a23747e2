//===- Seal.cpp - Safetensors that show any damage ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Seal.h"

#include "Data/Hash.h"
#include "Data/SafetensorsHeader.h"

#include <algorithm>
#include <fmt/core.h>
#include <stdexcept>
#include <string_view>

namespace mlc::runtime {

constexpr const char *headerKey = "xxh3";
constexpr std::size_t digits = 16;

static std::string keyOf(const std::string &tensor) {
  return fmt::format("{}/{}", headerKey, tensor);
}

void addSeal(SafetensorsContents &contents) {
  for (const TensorView &tensor : contents.tensors)
    contents.metadata[keyOf(tensor.name)] = hashText(hashOf(tensor.bytes));
  contents.metadata[headerKey] = hashText(0);
}

/// Where the header's own digits stand; npos where they do not. Quotes within
/// names are escaped, so that this text is nothing but the entry.
static std::size_t findDigits(std::string_view beforeData) {
  static const std::string entry = fmt::format("\"{}\":\"", headerKey);
  const std::size_t found = beforeData.find(entry);
  if (found == std::string_view::npos ||
      found + entry.size() + digits > beforeData.size())
    return std::string_view::npos;
  return found + entry.size();
}

/// The hash of a header whose own digits stand at `place`.
static std::string hashWithout(std::string_view beforeData, std::size_t place) {
  const auto bytesOf = [](std::string_view text) {
    return std::as_bytes(std::span(text));
  };
  RunningHash hash;
  hash.add(bytesOf(beforeData.substr(0, place)));
  hash.add(bytesOf(std::string(digits, '0')));
  hash.add(bytesOf(beforeData.substr(place + digits)));
  return hashText(hash.value());
}

void closeSeal(std::span<char> beforeData) {
  const std::string_view text(beforeData.data(), beforeData.size());
  const std::size_t place = findDigits(text);
  if (place == std::string_view::npos)
    throw std::logic_error("a header without a seal");
  std::ranges::copy(hashWithout(text, place), &beforeData[place]);
}

bool isSealed(const SafetensorsFile &file) {
  return std::ranges::any_of(file.metadata(), [](const auto &entry) {
    return entry.first.starts_with(headerKey);
  });
}

void expectSeal(const SafetensorsFile &file) {
  const std::string_view text(
      reinterpret_cast<const char *>(file.beforeData().data()),
      file.beforeData().size());
  const std::size_t place = findDigits(text);
  if (place == std::string_view::npos)
    failDamaged(file.path(), "its header has no hash");
  if (text.substr(place, digits) != hashWithout(text, place))
    failDamaged(file.path(), "its header does not agree with its hash");
  for (const TensorView &tensor : file.tensors()) {
    const auto hash = file.metadata().find(keyOf(tensor.name));
    if (hash == file.metadata().end())
      failDamaged(file.path(),
                  fmt::format("tensor {:?} has no hash", tensor.name));
    if (hash->second != hashText(hashOf(tensor.bytes)))
      failDamaged(
          file.path(),
          fmt::format("tensor {:?} does not agree with its hash", tensor.name));
  }
}

} // namespace mlc::runtime
