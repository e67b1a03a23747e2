//===- ClassNames.cpp - Names of classes in files -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/ClassNames.h"

#include "Error.h"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <unordered_set>

using namespace mlc::runtime;
namespace json = boost::json;

static constexpr std::size_t shownNames = 20;

std::vector<std::string>
mlc::runtime::classNamesOf(const SafetensorsFile &file) {
  const auto found = file.metadata().find("class_names");
  if (found == file.metadata().end())
    return {};
  const auto fail = [&](const char *what) {
    throw InputError(fmt::format("{}: expected `class_names` to be a JSON list "
                                 "of different names, but {}; make the file "
                                 "again with `mlc data`, or correct the "
                                 "program that wrote it",
                                 file.path(), what));
  };
  json::error_code error;
  const json::value root = json::parse(found->second, error);
  if (error || !root.is_array())
    fail("it is none");
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const json::value &entry : root.get_array()) {
    if (!entry.is_string() || entry.get_string().empty())
      fail("it has an entry that is no name");
    names.emplace_back(entry.get_string());
    if (!seen.insert(names.back()).second)
      fail("it has a name twice");
  }
  if (names.empty())
    fail("it is empty");
  return names;
}

std::string mlc::runtime::classNamesEntry(std::span<const std::string> names) {
  json::array list;
  for (const std::string &name : names)
    list.emplace_back(name);
  return json::serialize(list);
}

std::string mlc::runtime::showNames(std::span<const std::string> names) {
  std::string shown;
  for (const std::string &name :
       names.first(std::min(shownNames, names.size())))
    shown += fmt::format("{}{:?}", shown.empty() ? "" : ", ", name);
  if (names.size() > shownNames)
    shown += fmt::format(" and {} more", names.size() - shownNames);
  return shown;
}
