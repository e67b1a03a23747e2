//===- PartEntry.cpp - Which part of a data set a file is -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/PartEntry.h"

#include "Data/NumbersInText.h"
#include "Data/SafetensorsHeader.h"

#include <filesystem>
#include <fmt/format.h>

namespace mlc::runtime {

std::string entryOf(const PartEntry &part) {
  return fmt::format("{} of {} of {}", part.number, part.count, part.set);
}

std::optional<PartEntry> partEntryOf(const SafetensorsFile &file) {
  const auto found = file.metadata().find("part");
  if (found == file.metadata().end())
    return std::nullopt;
  PartEntry part{};
  constexpr std::string_view before = " of ", digits = "0123456789abcdef";
  const auto rest =
      afterNumbers(found->second, {{"", part.number}, {before, part.count}});
  if (rest && rest->starts_with(before)) {
    part.set = rest->substr(before.size());
    const bool isHash = !part.set.empty() && part.set.size() <= 16 &&
                        part.set.find_first_not_of(digits) == part.set.npos;
    // Read as it was written, and nothing more.
    if (isHash && part.number >= 1 && part.number <= part.count &&
        entryOf(part) == found->second)
      return part;
  }
  failDamaged(file.path(), fmt::format("its \"part\" is {:?}", found->second));
}

std::string textOf(const std::optional<PartEntry> &part) {
  return part ? fmt::format("part {} of {} of the set {}", part->number,
                            part->count, part->set)
              : "no part of a set";
}

/// The path with something between its name and its extension.
static std::string pathWith(const std::string &path, const std::string &what) {
  const std::filesystem::path whole(path);
  std::filesystem::path name = whole.stem();
  name += what;
  name += whole.extension();
  return whole.parent_path() / name;
}

std::string partPath(const std::string &path, std::int64_t number,
                     std::int64_t count) {
  return pathWith(path, fmt::format("-{:05}-of-{:05}", number, count));
}

std::string partsPattern(const std::string &path, std::int64_t count) {
  return pathWith(path, fmt::format("-*-of-{:05}", count));
}

} // namespace mlc::runtime
