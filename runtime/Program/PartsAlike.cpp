//===- PartsAlike.cpp - Whether files are parts of one set ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/PartsAlike.h"

#include "Data/ClassNames.h"
#include "Data/PartEntry.h"
#include "Error.h"
#include "Program/Examples.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <vector>

namespace mlc::runtime {

[[noreturn]] static void failPart(const Dataset &part,
                                  const std::string &what) {
  throw InputError(
      fmt::format("{}: {}; the parts of a data set must be alike: make them "
                  "with one mlc data --shard-rows, or each with --like",
                  part.path(), what));
}

static const char *kindOfLabels(const Dataset &part) {
  return part.hasClassLabels() ? "classes" : "numbers (F32)";
}

static void expectLike(const Dataset &first, const Dataset &part) {
  const auto expect = [&](const auto &own, const auto &theirs,
                          const char *what) {
    if (own != theirs)
      failPart(part, fmt::format("has {} {}, but {} has {}", own, what,
                                 first.path(), theirs));
  };
  expect(part.isSparse() ? "sparse" : "dense",
         first.isSparse() ? "sparse" : "dense", "rows");
  expect(part.width(), first.width(), "features");
  expect(kindOfLabels(part), kindOfLabels(first), "as labels");
  expect(part.labelColumns(), first.labelColumns(), "labels a row");
  if (part.classNames() != first.classNames()) {
    const auto namesOf = [](const Dataset &data) {
      return data.classNames().empty() ? "none" : showNames(data.classNames());
    };
    failPart(part, fmt::format("its classes are {}, but those of {} are {}",
                               namesOf(part), first.path(), namesOf(first)));
  }
  if (part.target() != first.target())
    failPart(part, fmt::format("its labels have another scale (target_mean, "
                               "target_sd) than those of {}",
                               first.path()));
  if (vectorizerHash(*part.file()) != vectorizerHash(*first.file()))
    failPart(part, fmt::format("its features were not made as those of {}",
                               first.path()));
  if (part.weights().empty() != first.weights().empty())
    failPart(part,
             fmt::format("its rows have {} weights, but those of {} have {}",
                         part.weights().empty() ? "no" : "", first.path(),
                         first.weights().empty() ? "none" : "some"));
}

/// All that are of one set are there, and none of another.
static void expectWhole(std::span<const Dataset> parts) {
  std::vector<std::optional<PartEntry>> entries;
  for (const Dataset &part : parts)
    entries.push_back(partEntryOf(*part.file()));
  const std::optional<PartEntry> &first = entries.front();
  for (std::size_t at = 0; at < parts.size(); ++at)
    if (entries[at].has_value() != first.has_value() ||
        (first && entries[at]->set != first->set))
      throw InputError(fmt::format(
          "{}: is {}, but {} is {}; give the parts of one set alone, or make "
          "data sets that belong together with --like and without --shard-rows",
          parts[at].path(), textOf(entries[at]), parts[0].path(),
          textOf(first)));
  if (!first)
    return;
  std::vector<std::int64_t> missing;
  for (std::int64_t number = 1; number <= first->count; ++number)
    if (std::ranges::none_of(entries, [&](const auto &entry) {
          return entry->number == number;
        }))
      missing.push_back(number);
  if (!missing.empty())
    throw InputError(fmt::format(
        "{}: is {}, of which {} {} not given: {}; give all of them, as with "
        "--data 'NAME-*.safetensors'",
        parts[0].path(), textOf(first),
        missing.size() == 1 ? "one" : std::to_string(missing.size()),
        missing.size() == 1 ? "is" : "are", fmt::join(missing, ", ")));
}

void expectAlike(std::span<const Dataset> parts) {
  for (std::size_t at = 1; at < parts.size(); ++at) {
    for (std::size_t other = 0; other < at; ++other) {
      std::error_code error;
      if (std::filesystem::equivalent(parts[at].path(), parts[other].path(),
                                      error))
        throw InputError(fmt::format(
            "{}: is given twice, also as {}; its rows would count double: "
            "leave one out",
            parts[at].path(), parts[other].path()));
    }
    expectLike(parts[0], parts[at]);
  }
  expectWhole(parts);
}

} // namespace mlc::runtime
