//===- CsvReader.cpp - Reads documents from CSV ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/CsvReader.h"

#include "Import/FieldChoice.h"
#include "Import/RowWeight.h"

#include <algorithm>
#include <fmt/core.h>

using namespace mlc::runtime;

CsvShape mlc::runtime::tellCsvShape(LineReader &lines,
                                    const TextFields &fields) {
  CsvHints hints = {.delimiter = fields.delimiter,
                    .hasHeader = fields.hasHeader,
                    .names = {}};
  // A number is that of a column, where there is no header.
  const auto hint = [&](std::string_view name) {
    if (!name.empty() && !isNumber(name))
      hints.names.emplace_back(name);
  };
  for (const std::string &list : {fields.text, fields.label}) {
    hint(list);
    for (std::string_view rest = list; rest.find(',') != rest.npos;) {
      hint(rest.substr(0, rest.find(',')));
      rest.remove_prefix(rest.find(',') + 1);
      if (rest.find(',') == rest.npos)
        hint(rest);
    }
  }
  const std::string_view block = lines.peekBlock(sampleBytes);
  return tellCsvShape(block, block.size() < sampleBytes, hints);
}

static LineReader checked(LineReader lines, TextCheck check) {
  lines.setCheck(check);
  return lines;
}

CsvReader::CsvReader(LineReader lines, const TextFields &fields,
                     LabelReader &labels)
    : CsvReader(std::move(lines), tellCsvShape(lines, fields), fields, labels) {
}

CsvReader::CsvReader(LineReader &&lines, const CsvShape &shape,
                     const TextFields &fields, LabelReader &labels)
    : records_(checked(std::move(lines), fields.check), shape.form),
      labels_(labels), uses_(records_.columns()) {
  const std::vector<std::string> &names = records_.names();
  std::vector<FieldSeen> seen;
  const std::optional<std::size_t> weight =
      fields.weight.empty() ? std::nullopt : findColumn(names, fields.weight);
  if (!fields.weight.empty() && !weight)
    records_.failInHeader({}, fmt::format("expected a column {:?} of weights, "
                                          "but there is none; correct "
                                          "--weight-column",
                                          fields.weight));
  for (std::size_t column = 0; column < names.size(); ++column) {
    // It stands for neither text nor label, unless it is asked for as both.
    if (column == weight)
      continue;
    const bool isKnown = column < shape.columns.size();
    seen.push_back({names[column], isKnown && shape.columns[column].filled > 0,
                    isKnown && shape.columns[column].isText()});
  }
  // A name may be written with spaces around it, or be a number.
  const auto resolved = [&](const std::string &list) {
    if (list.empty() || findColumn(names, list))
      return list.empty() ? list : names[*findColumn(names, list)];
    return list;
  };
  TextFields asked = fields;
  asked.text = resolved(fields.text);
  asked.label = resolved(fields.label);
  const FieldChoice choice =
      chooseFields(seen, asked, [&](const std::string &what) {
        records_.failInHeader({}, what);
      });
  const auto columnOf = [&](const std::string &name) {
    std::size_t count = 0;
    const std::size_t column = *findColumn(names, name, &count);
    if (count > 1)
      records_.failInHeader(findAgain(names, column),
                            describeRepeated(name, count));
    return column;
  };
  for (std::size_t at = 0; at < choice.text.size(); ++at) {
    Use &use = uses_[columnOf(choice.text[at])];
    use.isText = true;
    use.text = at;
  }
  if (choice.text.size() > 1)
    textFields_.resize(choice.text.size());
  for (std::size_t at = 0; at < choice.label.size(); ++at) {
    Use &use = uses_[columnOf(choice.label[at])];
    use.isLabel = true;
    use.label = at;
  }
  if (weight)
    uses_[columnOf(names[*weight])].isWeight = true;
  labelNames_ = choice.label;
  labelViews_.assign(labelNames_.begin(), labelNames_.end());
  labelFields_.resize(labelNames_.size());
}

/// `place`: of the last column of labels.
double CsvReader::labelOf(CsvRecords::Place place) {
  try {
    if (labelFields_.size() == 1)
      return labels_.read(labelFields_[0]);
    fieldViews_.assign(labelFields_.begin(), labelFields_.end());
    return labels_.readColumns(labelViews_, fieldViews_);
  } catch (const LabelError &error) {
    records_.failAt(place, error.what());
  }
}

double CsvReader::weightOf(CsvRecords::Place place) const {
  double weight = 1;
  if (const auto wrong = readRowWeight(weightField_, weight))
    records_.failAt(place, *wrong);
  return weight;
}

void CsvReader::joinTexts(Document &document) const {
  for (std::size_t at = 0; at < textFields_.size(); ++at) {
    if (at > 0)
      document.text += '\n';
    document.text += textFields_[at];
  }
}

bool CsvReader::next(Document &document) {
  document.text.clear();
  document.label = 0;
  document.weight = 1;
  if (!records_.next()) {
    if (isEmpty_)
      records_.failAtEnd(
          "expected documents, but got none; give a file with at least one");
    return false;
  }
  isEmpty_ = false;
  bool more = true;
  std::size_t column = 0, labels = 0;
  for (; more && column < uses_.size(); ++column) {
    const Use use = uses_[column];
    std::string *text = nullptr;
    if (use.isText)
      text = textFields_.empty() ? &document.text : &textFields_[use.text];
    if (text && !textFields_.empty())
      text->clear();
    const CsvRecords::Place place = records_.place();
    if (use.isWeight) {
      weightField_.clear();
      more = records_.readField(&weightField_);
      document.weight = weightOf(place);
      continue;
    }
    if (!use.isLabel) {
      more = records_.readField(text);
      continue;
    }
    labelFields_[use.label].clear();
    more = records_.readField(&labelFields_[use.label]);
    if (++labels == labelFields_.size())
      document.label = labelOf(place);
    if (text)
      *text = labelFields_[use.label];
  }
  records_.expectEnd(column, more);
  joinTexts(document);
  return true;
}
