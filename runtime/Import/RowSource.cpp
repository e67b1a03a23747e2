//===- RowSource.cpp - Rows of named cells --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/RowSource.h"

#include "Error.h"
#include "Import/CsvReader.h"
#include "Import/JsonObject.h"
#include "Import/JsonSequence.h"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <optional>

using namespace mlc::runtime;
namespace json = boost::json;

namespace {
class CsvRows : public RowSource {
public:
  CsvRows(LineReader lines, CsvForm form)
      : records_(std::move(lines), form), places_(records_.columns()) {}

  const std::vector<std::string> &names() const override {
    return records_.names();
  }
  bool next(std::vector<std::string> &cells) override {
    cells.resize(places_.size());
    if (!records_.next())
      return false;
    bool more = true;
    std::size_t column = 0;
    for (; more && column < cells.size(); ++column) {
      cells[column].clear();
      places_[column] = records_.place();
      more = records_.readField(&cells[column]);
    }
    records_.expectEnd(column, more);
    return true;
  }
  const std::string &path() const override { return records_.path(); }
  TextPlace placeOf(std::size_t column) const override {
    return records_.placeOf(places_[column]);
  }
  [[noreturn]] void fail(std::size_t column,
                         const std::string &what) const override {
    records_.failAt(places_[column], what);
  }
  TextPlace placeOfName(std::size_t column) const override {
    return records_.placeOfName(column);
  }
  [[noreturn]] void failInHeader(std::optional<std::size_t> column,
                                 const std::string &what) const override {
    records_.failInHeader(column, what);
  }
  [[noreturn]] void failAtEnd(const std::string &what) const override {
    records_.failAtEnd(what);
  }

private:
  CsvRecords records_;
  std::vector<CsvRecords::Place> places_;
};

class JsonRows : public RowSource {
public:
  JsonRows(std::unique_ptr<JsonSequence> objects, TextCheck check,
           std::vector<std::string> wanted)
      : objects_(std::move(objects), check), names_(std::move(wanted)) {
    if (!names_.empty())
      return;
    ahead_ = objects_.next();
    if (ahead_)
      for (const auto &entry : *ahead_)
        names_.emplace_back(entry.key());
    if (names_.empty())
      failInHeader({}, "expected JSON objects with columns, but got none; give "
                       "a file with at least one");
  }

  const std::vector<std::string> &names() const override { return names_; }
  bool next(std::vector<std::string> &cells) override {
    cells.resize(names_.size());
    const json::object *const object = ahead_ ? ahead_ : objects_.next();
    ahead_ = nullptr;
    if (!object)
      return false;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const json::value *value = objects_.find(*object, names_[column]);
      cells[column] = value ? cellOf(*value, column) : std::string();
    }
    return true;
  }
  const std::string &path() const override { return objects_.path(); }
  TextPlace placeOf(std::size_t column) const override {
    return objects_.placeOf(names_[column]);
  }
  [[noreturn]] void fail(std::size_t column,
                         const std::string &what) const override {
    objects_.fail(names_[column],
                  fmt::format("in {:?}: {}", names_[column], what));
  }
  TextPlace placeOfName(std::size_t column) const override {
    return objects_.placeOfKey(names_[column]);
  }
  [[noreturn]] void failInHeader(std::optional<std::size_t> column,
                                 const std::string &what) const override {
    const TextPlace place = column ? placeOfName(*column) : objects_.place();
    throw InputError(fmt::format("{}: {}", placeText(path(), place), what));
  }
  [[noreturn]] void failAtEnd(const std::string &what) const override {
    objects_.failAtEnd(what);
  }

private:
  std::string cellOf(const json::value &value, std::size_t column) const {
    if (value.is_null())
      return {};
    if (const auto word = wordOf(value))
      return *word;
    fail(column, fmt::format("expected a number or a text, but got {}; write "
                             "one value",
                             showToken(json::serialize(value))));
  }

  JsonObjects objects_;
  std::vector<std::string> names_;
  const json::object *ahead_ = nullptr; ///< Seen, but not yet given.
};
} // namespace

std::unique_ptr<RowSource>
mlc::runtime::openRows(OpenInput input, const TextFields &fields,
                       std::vector<std::string> wanted) {
  if (!input.lines)
    throw InputError(fmt::format("{}: expected a table, which comes as CSV or "
                                 "JSON, but got a folder; give files",
                                 input.path));
  LineReader &lines = *input.lines;
  switch (input.format) {
  case TextFormat::Csv: {
    const CsvShape shape = tellCsvShape(lines, fields);
    lines.setCheck(fields.check);
    return std::make_unique<CsvRows>(std::move(lines), shape.form);
  }
  case TextFormat::JsonLines:
    lines.setCheck(fields.check);
    return std::make_unique<JsonRows>(makeJsonLines(std::move(lines)),
                                      fields.check, std::move(wanted));
  case TextFormat::Json:
    return std::make_unique<JsonRows>(
        makeJsonArray(std::move(lines), fields.check), fields.check,
        std::move(wanted));
  default:
    throw InputError(fmt::format("{}: expected a table, which comes as CSV or "
                                 "JSON, but got another kind of file; give "
                                 "--format csv, or leave out the options of "
                                 "tables",
                                 input.path));
  }
}
