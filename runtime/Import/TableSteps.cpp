//===- TableSteps.cpp - The work for tables -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/ImportSteps.h"

#include "Import/TableImport.h"
#include "Import/TableRows.h"
#include "Text/WholeInputError.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>

using namespace mlc::runtime;

std::vector<ImportedPart> ImportSteps::fromTable() {
  std::vector<ImportedPart> parts;
  if (options_.like) {
    LabelReader labels(settings_.labels);
    parts.push_back(
        {readTableRows(options_.inputs, std::move(first_), options_.documents,
                       *table, transform().vectorizer, &labels,
                       options_.threads),
         {}});
    return parts;
  }
  RawTable raw(options_.inputs, std::move(first_), options_.documents,
               options_.table, settings_.labels);
  std::optional<CountedDocuments> counted;
  GivenTerms given;
  std::vector<double> labels;
  if (raw.hasTexts()) {
    given = readTerms();
    counted.emplace(count(raw));
    labels = raw.finishLabels(counted->labels());
  } else {
    for (Document document; raw.next(document);)
      labels.push_back(document.label);
    labels = raw.finishLabels(labels);
  }
  const auto rows = split(labels, raw.labels().rule());
  try {
    labels = learnLabels(raw.labels(), labels, rows.front());
  } catch (const WholeInputError &error) {
    throw error.at(raw.labelPlace());
  }
  std::optional<TargetScale> target;
  const LabelRule &rule = settings_.labels;
  if (rule.kind == LabelKind::Numbers && !rule.hasColumns() &&
      options_.table.scaling != Scaling::None) {
    std::vector<double> picked;
    for (std::size_t row : rows.front())
      picked.push_back(labels[row]);
    target = learnTarget(picked);
    for (double &label : labels)
      if (target)
        label = static_cast<float>((label - target->mean) / target->deviation);
  }
  table = raw.learn(rows.front(), target);
  if (counted) {
    counted->setLabels(labels);
    vectorizer = Vectorizer::fit(*counted, settings_, given, options_.threads,
                                 std::span(rows.front()));
  }
  for (const std::vector<std::size_t> &numbers : rows) {
    ImportedPart &part = parts.emplace_back();
    part.numbers = numbers;
    if (counted)
      addTexts(*counted, numbers, part);
    joinTable(part.rows, raw.encode(*table, labels, numbers),
              counted.has_value());
    raw.labels().addColumns(part.rows.sparse);
    if (part.rows.isDense)
      if (const auto much = describeMuchMemory(numbers.size(), table->width()))
        note(*much);
  }
  noteScaling();
  return parts;
}

/// How numbers were scaled; where they were not, whose range is wide.
void ImportSteps::noteScaling() const {
  constexpr double wide = 10; // Beyond this a column outweighs others.
  const bool hasNumbers =
      std::ranges::any_of(table->columns(), [](const TableColumn &column) {
        return column.type == ColumnType::Number;
      });
  if (!hasNumbers)
    return;
  if (options_.table.scaling == Scaling::Robust)
    note("numbers are scaled by median and quartiles (--scale)");
  if (options_.table.scaling == Scaling::Standard)
    note("numbers are scaled to mean 0 and deviation 1 (--scale)");
  if (options_.table.scaling == Scaling::None)
    for (const TableColumn &column : table->columns())
      if (column.type == ColumnType::Number && std::abs(column.median) > wide) {
        note(fmt::format("numbers are not scaled, and half of those in {:?} "
                         "are beyond {:.4g}; without --scale none they would "
                         "train better",
                         column.name, column.median));
        break;
      }
}
