//===- TableFile.cpp - A table's transform in files -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/ClassNames.h"
#include "Error.h"
#include "Table/Table.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <iterator>
#include <unordered_set>

using namespace mlc::runtime;
namespace json = boost::json;

static constexpr std::int64_t version = 1;

static constexpr std::pair<const char *, LabelForm> formNames[] = {
    {"numbers", LabelForm::Numbers}, {"guess", LabelForm::Guess},
    {"words", LabelForm::Words},     {"several", LabelForm::Several},
    {"columns", LabelForm::Columns},
};

template <typename Names, typename Kind>
static const char *spell(const Names &names, Kind kind) {
  return std::ranges::find(names, kind, [](auto &name) { return name.second; })
      ->first;
}

static json::array listOf(std::span<const std::string> texts) {
  json::array list;
  for (const std::string &text : texts)
    list.emplace_back(text);
  return list;
}

static json::object describe(const LabelRule &rule) {
  json::object root = {{"kind", spell(labelNames, rule.kind)},
                       {"form", spell(formNames, rule.form)}};
  if (rule.positiveFrom)
    root["positive_from"] = fmt::format("{}", *rule.positiveFrom);
  if (!rule.separator.empty())
    root["separator"] = rule.separator;
  if (rule.kind == LabelKind::Stars)
    root["scores"] = json::array(rule.scores.begin(), rule.scores.end());
  return root;
}

void Table::store(SafetensorsContents &contents) const {
  json::array columns;
  for (const TableColumn &column : columns_) {
    json::object entry = {{"name", column.name},
                          {"type", spell(columnTypeNames, column.type)}};
    if (column.type == ColumnType::Number) {
      entry["median"] = fmt::format("{}", column.median);
      entry["center"] = fmt::format("{}", column.center);
      entry["factor"] = fmt::format("{}", column.factor);
      entry["missing"] = column.hasMissing;
    } else {
      entry["values"] = listOf(column.values);
    }
    columns.push_back(std::move(entry));
  }
  contents.metadata["table"] = json::serialize(
      json::object{{"version", version},
                   {"scale", spell(scalingNames, settings_.scaling)},
                   {"missing", listOf(settings_.missing)},
                   {"text_columns", listOf(settings_.textColumns)},
                   {"label_columns", listOf(settings_.labelColumns)},
                   {"labels", describe(settings_.labels)},
                   {"columns", std::move(columns)}});
  if (!settings_.labels.names.empty())
    contents.metadata["class_names"] = classNamesEntry(settings_.labels.names);
  if (target_) {
    contents.metadata["target_mean"] = fmt::format("{}", target_->mean);
    contents.metadata["target_sd"] = fmt::format("{}", target_->deviation);
  }
}

namespace {
/// Reads the JSON; whatever is not as written is a damaged file.
class Loader {
public:
  explicit Loader(const SafetensorsFile &file) : file_(file) {}

  [[noreturn]] void fail(const char *what) const {
    throw InputError(fmt::format("{}: its table {}; make the training set "
                                 "again with `mlc data`",
                                 file_.path(), what));
  }

  const json::value &at(const json::object &object, const char *key) const {
    const json::value *value = object.if_contains(key);
    if (!value)
      fail(fmt::format("has no {:?}", key).c_str());
    return *value;
  }
  std::string text(const json::value &value) const {
    if (!value.is_string())
      fail("has something else where a text should be");
    return std::string(value.get_string());
  }
  double number(const json::object &object, const char *key) const {
    // Written as text: Boost.JSON may read the last bit of a number wrongly.
    const std::string written = text(at(object, key));
    double number = 0;
    const char *end = written.data() + written.size();
    auto [stop, error] = std::from_chars(written.data(), end, number);
    if (error != std::errc() || stop != end || !std::isfinite(number))
      fail("has something else where a number should be");
    return number;
  }
  std::vector<std::string> texts(const json::value &value) const {
    if (!value.is_array())
      fail("has something else where a list should be");
    std::vector<std::string> list;
    for (const json::value &entry : value.get_array())
      list.push_back(text(entry));
    return list;
  }
  template <typename Names>
  auto choice(const json::value &value, const Names &names) const {
    const std::string name = text(value);
    const auto found = std::ranges::find(
        names, name, [](auto &entry) { return std::string(entry.first); });
    if (found == std::end(names))
      fail("has a word in it that this program does not know");
    return found->second;
  }
  LabelRule labels(const json::value &value) const {
    if (!value.is_object())
      fail("has labels that are no object");
    const json::object &object = value.get_object();
    LabelRule rule = {.kind = choice(at(object, "kind"), labelNames),
                      .form = choice(at(object, "form"), formNames),
                      .isKindGiven = true,
                      .names = classNamesOf(file_)};
    if (object.contains("positive_from"))
      rule.positiveFrom = number(object, "positive_from");
    if (object.contains("separator"))
      rule.separator = text(object.at("separator"));
    if (const json::value *scores = object.if_contains("scores")) {
      if (!scores->is_array())
        fail("has scores that are no list");
      for (const json::value &score : scores->get_array())
        rule.scores.push_back(score.is_number() ? score.to_number<double>()
                                                : NAN);
      const auto isFinite = [](double score) { return std::isfinite(score); };
      if (!std::ranges::all_of(rule.scores, isFinite) ||
          !std::ranges::is_sorted(rule.scores, std::ranges::less_equal{}))
        fail("has scores that do not rise");
    }
    const bool hasNames = !rule.names.empty();
    const bool fits =
        rule.form == LabelForm::Numbers
            ? !hasNames &&
                  (rule.kind != LabelKind::Stars || !rule.scores.empty())
            : hasNames &&
                  (rule.form != LabelForm::Words ||
                   rule.kind == LabelKind::Classes ||
                   (rule.kind == LabelKind::Binary &&
                    rule.names.size() == 2)) &&
                  (rule.form == LabelForm::Words || !rule.hasClasses());
    if (!fits)
      fail("has names of classes that do not go with its labels");
    return rule;
  }
  TableColumn column(const json::value &value) const {
    if (!value.is_object())
      fail("has a column that is no object");
    const json::object &object = value.get_object();
    TableColumn column = {.name = text(at(object, "name")),
                          .type = choice(at(object, "type"), columnTypeNames),
                          .values = {}};
    if (column.type == ColumnType::Number) {
      column.median = number(object, "median");
      column.center = number(object, "center");
      column.factor = number(object, "factor");
      const json::value &missing = at(object, "missing");
      if (!missing.is_bool())
        fail("has a \"missing\" that is neither true nor false");
      column.hasMissing = missing.get_bool();
      return column;
    }
    column.values = texts(at(object, "values"));
    if (column.values.empty() || column.values.size() > maxValues ||
        std::unordered_set<std::string>(column.values.begin(),
                                        column.values.end())
                .size() != column.values.size())
      fail("has a category without values, or with one twice");
    return column;
  }

private:
  const SafetensorsFile &file_;
};

} // namespace

std::optional<Table> Table::load(const SafetensorsFile &file) {
  const auto found = file.metadata().find("table");
  if (found == file.metadata().end())
    return std::nullopt;
  const Loader loader(file);
  json::error_code error;
  const json::value root = json::parse(found->second, error);
  if (error || !root.is_object())
    loader.fail("is not a JSON object");
  const json::object &object = root.get_object();
  const json::value &number = loader.at(object, "version");
  if (!number.is_int64() || number.get_int64() != version)
    loader.fail("is of a version that this program does not know");
  TableSettings settings = {
      .scaling = loader.choice(loader.at(object, "scale"), scalingNames),
      .missing = loader.texts(loader.at(object, "missing")),
      .textColumns = loader.texts(loader.at(object, "text_columns")),
      .labelColumns = loader.texts(loader.at(object, "label_columns")),
      .labels = loader.labels(loader.at(object, "labels"))};
  const json::value &list = loader.at(object, "columns");
  if (!list.is_array() || list.get_array().empty())
    loader.fail("has no columns");
  std::vector<TableColumn> columns;
  std::unordered_set<std::string> names;
  for (const json::value &entry : list.get_array()) {
    columns.push_back(loader.column(entry));
    if (!names.insert(columns.back().name).second)
      loader.fail("has a column twice");
  }
  return Table(std::move(settings), std::move(columns), targetScaleOf(file));
}
