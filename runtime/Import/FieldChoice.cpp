//===- FieldChoice.cpp - Which columns are text and label -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/FieldChoice.h"

#include "Import/LabelReader.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>

using namespace mlc::runtime;

/// What columns of labels are often called, the likeliest first.
static constexpr std::string_view usualLabels[] = {
    "label", "labels", "target", "class", "category", "sentiment", "y"};
static constexpr std::size_t shownNames = 10;

static bool has(std::span<const FieldSeen> seen, std::string_view name) {
  return std::ranges::any_of(
      seen, [&](const FieldSeen &field) { return field.name == name; });
}

static std::vector<std::string> split(std::span<const FieldSeen> seen,
                                      std::string_view list) {
  if (list.empty())
    return {};
  if (has(seen, list))
    return {std::string(list)};
  std::vector<std::string> names;
  while (true) {
    const std::size_t comma = list.find(',');
    names.emplace_back(list.substr(0, comma));
    if (comma == list.npos)
      return names;
    list.remove_prefix(comma + 1);
  }
}

static std::string showFields(std::span<const FieldSeen> seen) {
  std::vector<std::string> shown;
  for (const FieldSeen &field : seen)
    if (shown.size() < shownNames)
      shown.push_back(showToken(field.name));
  return fmt::format("{}{}", fmt::join(shown, ", "),
                     seen.size() > shownNames ? ", ..." : "");
}

/// That there is more to learn from; empty where there is not.
static std::string describeUnused(std::span<const FieldSeen> seen,
                                  const FieldChoice &choice) {
  std::vector<FieldSeen> unused;
  for (const FieldSeen &field : seen)
    if (field.isFilled && !field.name.empty() &&
        std::ranges::count(choice.text, field.name) == 0 &&
        std::ranges::count(choice.label, field.name) == 0)
      unused.push_back(field);
  if (unused.empty())
    return "";
  return fmt::format("not used: {}; --numeric and --categorical learn from "
                     "columns beside the text",
                     showFields(unused));
}

FieldChoice mlc::runtime::chooseFields(
    std::span<const FieldSeen> seen, const TextFields &fields,
    const std::function<void(const std::string &)> &fail) {
  const TextFields usual;
  FieldChoice choice = {split(seen, fields.text), split(seen, fields.label)};
  std::string told;
  const auto tell = [&](const char *what, const std::string &name) {
    told += fmt::format("{}{} {:?}", told.empty() ? "" : ", ", what, name);
  };

  if (fields.mayGuess && fields.text == usual.text && !has(seen, usual.text)) {
    std::vector<std::string> texts;
    for (const FieldSeen &field : seen)
      if (field.isText && std::ranges::count(choice.label, field.name) == 0)
        texts.push_back(field.name);
    if (texts.size() != 1)
      fail(fmt::format("expected a column {:?}, or one alone that holds texts, "
                       "but got {}{}; name the text by --text-column",
                       usual.text, showFields(seen),
                       texts.empty() ? std::string()
                                     : fmt::format(", of which {} hold texts",
                                                   fmt::join(texts, " and "))));
    choice.text = texts;
    tell("the text is", texts[0]);
  }
  if (fields.mayGuess && fields.label == usual.label &&
      !has(seen, usual.label)) {
    std::vector<std::string> others;
    for (const FieldSeen &field : seen)
      if (field.isFilled && std::ranges::count(choice.text, field.name) == 0)
        others.push_back(field.name);
    if (others.size() != 1)
      for (std::string_view name : usualLabels)
        if (std::ranges::count(others, name) > 0) {
          others = {std::string(name)};
          break;
        }
    if (others.size() != 1)
      fail(fmt::format("expected a column {:?}, or one alone beside the text, "
                       "but got {}; name the label by --label-column",
                       usual.label, showFields(seen)));
    choice.label = others;
    tell("the label is", others[0]);
  }
  if (!told.empty() && fields.note)
    fields.note(told);

  const std::pair<const std::vector<std::string> *, const char *> asked[] = {
      {&choice.text, "--text-column"}, {&choice.label, "--label-column"}};
  for (const auto &[names, option] : asked)
    for (std::size_t at = 0; at < names->size(); ++at) {
      const std::string &name = (*names)[at];
      if (!has(seen, name))
        fail(fmt::format("expected a column {:?}, but got {}; name the column "
                         "by {}",
                         name, showFields(seen), option));
      if (std::count(names->begin(), names->end(), name) > 1)
        fail(fmt::format("expected different columns, but got {:?} twice; name "
                         "it once in {}",
                         name, option));
    }
  if (fields.mayGuess && fields.note && !choice.label.empty())
    if (const std::string unused = describeUnused(seen, choice);
        !unused.empty())
      fields.note(unused);
  return choice;
}
