//===- TablePlan.cpp - What each column of a table is for -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/TablePlan.h"

#include "Error.h"
#include "Import/LabelReader.h"
#include "Import/LineReader.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <optional>

using namespace mlc::runtime;

bool mlc::runtime::isTable(const CsvShape &shape, const TextFields &fields,
                           const TableOptions &options) {
  if (options.areGiven())
    return true;
  const TextFields usual;
  if (fields.text != usual.text)
    return false;
  return std::ranges::none_of(shape.columns, [&](const CsvColumn &column) {
    return findColumn(std::span(&column.name, 1), usual.text) ||
           column.isText();
  });
}

namespace {
class Planner {
public:
  Planner(std::span<const std::string> names, const FailInHeader &fail)
      : names_(names), fail_(fail), roles_(names.size()) {}

  void use(const std::string &name, ColumnRole role, const char *option,
           std::vector<std::size_t> *places = nullptr) {
    std::size_t count = 0;
    const auto found = findColumn(names_, name, &count);
    if (!found)
      fail_({}, fmt::format("expected a column {:?}, but got {}; correct {}",
                            name, showHeader(), option));
    if (count > 1)
      fail_(findAgain(names_, *found), describeRepeated(name, count));
    use(*found, role, option);
    if (!places)
      return;
    if (std::ranges::count(*places, *found) > 0)
      fail_(*found, fmt::format("expected different columns, but got {:?} "
                                "twice; name it once in {}",
                                name, option));
    places->push_back(*found);
  }
  void use(std::size_t column, ColumnRole role, const char *option) {
    if (roles_[column] && *roles_[column] != role)
      fail_(column, fmt::format("expected one use of the column {:?}, but {} "
                                "gives it another; name it once",
                                names_[column], option));
    roles_[column] = role;
  }

  bool isFree(std::size_t column) const { return !roles_[column]; }

  std::vector<ColumnRole> roles() const {
    std::vector<ColumnRole> roles;
    for (std::size_t column = 0; column < roles_.size(); ++column)
      roles.push_back(roles_[column].value_or(
          names_[column].empty() ? ColumnRole::None : ColumnRole::Guess));
    return roles;
  }
  std::string showHeader() const {
    constexpr std::size_t shownNames = 10;
    std::vector<std::string> shown;
    for (const std::string &name :
         names_.first(std::min(shownNames, names_.size())))
      shown.push_back(showToken(name));
    return fmt::format("{}{}", fmt::join(shown, ", "),
                       names_.size() > shownNames ? ", ..." : "");
  }

private:
  std::span<const std::string> names_;
  const FailInHeader &fail_;
  std::vector<std::optional<ColumnRole>> roles_;
};

/// Source: https://catboost.ai/docs/en/concepts/input-data_column-descfile
void readColumnsFile(const std::string &path, std::size_t columns,
                     Planner &planner, TablePlan &plan) {
  LineReader lines(path);
  lines.setCheck(TextCheck::Require);
  std::string_view line;
  while (lines.next(line)) {
    if (line.empty())
      continue;
    const std::size_t tab = line.find('\t');
    const std::string_view number = line.substr(0, tab);
    std::size_t column = 0;
    const char *end = number.data() + number.size();
    auto [stop, error] = std::from_chars(number.data(), end, column);
    if (tab == line.npos || error != std::errc() || stop != end)
      lines.fail(line.data(), "expected INDEX<TAB>TYPE, with the number of a "
                              "column from 0; see CatBoost's column "
                              "descriptions");
    if (column >= columns)
      lines.fail(line.data(), fmt::format("expected a column below {}, the "
                                          "number of them in the table, but "
                                          "got {}; give the description of "
                                          "this table",
                                          columns, column));
    std::string_view type = line.substr(tab + 1);
    type = type.substr(0, type.find('\t'));
    constexpr std::pair<std::string_view, ColumnRole> types[] = {
        {"Label", ColumnRole::Label},    {"Num", ColumnRole::Number},
        {"Categ", ColumnRole::Category}, {"Text", ColumnRole::Text},
        {"GroupId", ColumnRole::None},   {"SampleId", ColumnRole::None},
        {"Auxiliary", ColumnRole::None}, {"Weight", ColumnRole::None},
    };
    const auto found =
        std::ranges::find(types, type, [](auto &entry) { return entry.first; });
    if (found == std::end(types))
      lines.fail(type.data(),
                 fmt::format("expected a type such as Label, Num, Categ, Text "
                             "Weight or Auxiliary, but got {}; correct it",
                             showToken(type)));
    if (!planner.isFree(column))
      lines.fail(line.data(), fmt::format("expected one line for a column, but "
                                          "{} has another above; remove one",
                                          column));
    planner.use(column, found->second, "--columns");
    if (type == "Weight")
      plan.weight = column;
    if (found->second == ColumnRole::Label)
      plan.label.push_back(column);
    if (found->second == ColumnRole::Text)
      plan.text.push_back(column);
  }
}
} // namespace

static std::vector<std::string> split(std::span<const std::string> names,
                                      std::string_view list) {
  if (findColumn(names, list))
    return {std::string(list)};
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
  }
  return parts;
}

TablePlan mlc::runtime::planTable(std::span<const std::string> names,
                                  const TextFields &fields,
                                  const TableOptions &options,
                                  const FailInHeader &fail) {
  TablePlan plan;
  Planner planner(names, fail);
  if (!options.columnsFile.empty())
    readColumnsFile(options.columnsFile, names.size(), planner, plan);
  const TextFields usual;
  if (!fields.text.empty() && fields.text != usual.text)
    for (const std::string &name : split(names, fields.text))
      planner.use(name, ColumnRole::Text, "--text-column", &plan.text);
  const bool isLabelAsked = fields.label != usual.label;
  const bool isLabelUsual = findColumn(names, usual.label).has_value();
  if (!fields.label.empty() && plan.label.empty()) {
    if (!isLabelAsked && !isLabelUsual)
      fail({}, fmt::format("expected a column {:?}, but got {}; name what is "
                           "to be learned by --label-column",
                           usual.label, planner.showHeader()));
    for (const std::string &name : split(names, fields.label))
      planner.use(name, ColumnRole::Label, "--label-column", &plan.label);
  }
  for (const std::string &name : options.numeric)
    planner.use(name, ColumnRole::Number, "--numeric");
  for (const std::string &name : options.categorical)
    planner.use(name, ColumnRole::Category, "--categorical");
  for (const std::string &name : options.ignored)
    planner.use(name, ColumnRole::None, "--ignore");
  if (!fields.weight.empty()) {
    std::vector<std::size_t> places;
    planner.use(fields.weight, ColumnRole::None, "--weight-column", &places);
    plan.weight = places.front();
  }
  // The usual column of texts is one in a table too, unless it was given
  // another use.
  if (const auto text = findColumn(names, usual.text);
      text && fields.text == usual.text && options.columnsFile.empty() &&
      planner.isFree(*text)) {
    planner.use(*text, ColumnRole::Text, "--text-column");
    plan.text.push_back(*text);
  }
  plan.roles = planner.roles();
  // Only what was described goes in beside the columns that are numbers.
  if (!options.columnsFile.empty())
    std::ranges::replace(plan.roles, ColumnRole::Guess, ColumnRole::Number);
  return plan;
}
