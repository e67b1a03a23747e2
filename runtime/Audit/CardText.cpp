//===- CardText.cpp - Parts that several forms of a card have -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/CardText.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace mlc::runtime {

namespace {

/// `role` of the record's files.
const RecordedFile *sourceOf(const ModelCard &card, const char *role) {
  return card.record ? card.record->source(role) : nullptr;
}

std::string numberPhrase(std::optional<double> value) {
  return value ? cardNumber(*value) : notStated;
}

/// Adds to a list within a line.
void append(std::string &list, const std::string &item) {
  list += (list.empty() ? "" : ", ") + item;
}

} // namespace

std::string cardFact(std::string_view name, std::string_view value) {
  return fmt::format("- **{}**: {}\n", name, value);
}

std::string filePhrase(const RecordedFile *file) {
  return file ? fmt::format("`{}`, SHA-256 `{}`", file->name, file->sha256)
              : notStated;
}

std::string programPhrase(const ModelCard &card) {
  return filePhrase(sourceOf(card, "program"));
}

std::string dataPhrase(const ModelCard &card) {
  std::string files;
  if (card.record)
    for (const RecordedFile *file : card.record->sourcesOf("data"))
      append(files, filePhrase(file));
  return files.empty() ? notStated : files;
}

std::string earlierRunPhrase(const RunRecord &record) {
  return fmt::format("the checkpoint {}, which had learned data of XXH3 `{}`",
                     filePhrase(record.source("earlier run")),
                     record.option("continued_data_hash"));
}

std::string testPhrase(const ModelCard &card) {
  if (!card.test)
    return notStated;
  return card.test->sha256.empty()
             ? fmt::format("`{}`", card.test->name)
             : fmt::format("`{}`, SHA-256 `{}`", card.test->name,
                           card.test->sha256);
}

std::string rowsPhrase(const ModelCard &card) {
  return card.record && card.record->distribution.rows > 0
             ? std::to_string(card.record->distribution.rows)
             : notStated;
}

std::string stepsPhrase(const ModelCard &card) {
  return card.record ? std::to_string(card.record->steps) : notStated;
}

std::string optionsPhrase(const ModelCard &card) {
  std::string options;
  if (card.record)
    for (const char *name :
         {"epochs", "max_steps", "batch", "learning_rate", "seed",
          "class_weight", "skip_outliers", "validation"})
      if (const std::string value = card.record->option(name); !value.empty())
        append(options, fmt::format("{} {}", name, value));
  return options.empty() ? notStated : options;
}

std::string earlierPhrase(const ModelCard &card) {
  if (!card.record)
    return notStated;
  std::string files;
  for (const char *role :
       {"first weights", "word vectors", "earlier weights", "earlier model"})
    if (const RecordedFile *file = card.record->source(role))
      append(files, fmt::format("{}: {}", role, filePhrase(file)));
  if (card.record->source("earlier run"))
    append(files, earlierRunPhrase(*card.record));
  return files.empty() ? "none: it starts from random values" : files;
}

std::string secondsPhrase(const ModelCard &card) {
  return card.record ? cardNumber(card.record->cost.seconds) : notStated;
}

std::string multiplicationsPhrase(const ModelCard &card) {
  return card.record ? numberPhrase(card.record->cost.multiplications)
                     : notStated;
}

std::string joulesPhrase(const ModelCard &card) {
  return card.record ? numberPhrase(card.record->cost.joules) : notStated;
}

std::string figuresPhrase(const ModelCard &card) {
  std::string names;
  if (card.test)
    for (const Figure &figure : card.test->slices.front().figures)
      append(names, fmt::format("`{}`", figure.name));
  return names.empty() ? notStated : names;
}

std::string outlineText(const ModelCard &card, std::string_view heading,
                        std::span<const CardPoint> points,
                        std::string_view absent) {
  std::string text = fmt::format("\n## {}\n", heading);
  for (const CardPoint &point : points) {
    const std::string value =
        point.note ? card.notes.of(point.note) : point.known(card);
    text += cardFact(point.name, value == notStated ? absent : value);
  }
  return text;
}

std::string slicesText(const CardTest &test, std::string_view rows,
                       std::string_view number) {
  std::string text = fmt::format("| {} | {} |", rows, number);
  std::string rule = "|---|---|";
  for (const Figure &figure : test.slices.front().figures) {
    text += fmt::format(" {} |", figure.name);
    rule += "---|";
  }
  text += "\n" + rule + "\n";
  for (const CardSlice &slice : test.slices) {
    text += fmt::format("| {} | {} |", slice.name, slice.rows);
    for (const Figure &wanted : test.slices.front().figures) {
      const auto found =
          std::ranges::find(slice.figures, wanted.name, &Figure::name);
      text += found == slice.figures.end() || !std::isfinite(found->value)
                  ? " |"
                  : fmt::format(" {} |", cardNumber(found->value));
    }
    text += "\n";
  }
  return text;
}

} // namespace mlc::runtime
