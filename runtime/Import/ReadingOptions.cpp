//===- ReadingOptions.cpp - Options that say how texts are read -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/ReadingOptions.h"

#include "Import/OneOf.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

using namespace mlc::runtime;

/// A character, or the name of one.
static std::optional<char> delimiterOf(const std::string &text) {
  constexpr std::pair<const char *, char> names[] = {
      {"comma", ','}, {"tab", '\t'}, {"\\t", '\t'}, {"semicolon", ';'}};
  for (auto [name, delimiter] : names)
    if (text == name)
      return delimiter;
  if (text.size() != 1 || text[0] == '"' || text[0] == '\n' || text[0] == '\r')
    return std::nullopt;
  return text[0];
}

void mlc::runtime::addReadingOptions(CLI::App &app, DocumentOptions &options,
                                     bool hasLabels, const char *group) {
  TextFields &fields = options.fields;
  const auto choose = [&](const char *name, const char *what, auto &target,
                          auto &names, const char *kind) {
    using Choice = std::decay_t<decltype(names[0].second)>;
    app.add_option_function<int>(
           name, [&target](int choice) { target = Choice(choice); }, what)
        ->transform(oneOf(names))
        ->type_name(kind)
        ->group(group);
  };
  choose("--format",
         "folder, csv, json, jsonl, fasttext, vw, lines (a text a line) or "
         "libsvm; if not given, told by name and content",
         options.format, formatNames, "FORMAT");
  app.add_option("--text-column", fields.text,
                 "CSV column or JSON field of the text, or several to be "
                 "joined, a,b; without a header their numbers from 0 (default: "
                 "review, or the only one with white space in it)")
      ->type_name("NAME")
      ->group(group);
  if (hasLabels) {
    app.add_option("--label-column", fields.label,
                   "CSV column or JSON field of the label (default: label, or "
                   "the only other one), or several, a,b,c")
        ->type_name("NAME")
        ->group(group);
    app.add_option(
           "--weight-column", fields.weight,
           "CSV column or JSON field of how much each example counts in "
           "training; Vowpal Wabbit's lines say it themselves")
        ->type_name("NAME")
        ->group(group);
    app.add_option("--labels-file", options.labelsFile,
                   "CSV or JSON lines with the labels, in the same order")
        ->type_name("FILE")
        ->group(group);
  }
  app.add_option_function<std::string>(
         "--delimiter",
         [&fields](const std::string &text) {
           fields.delimiter = delimiterOf(text);
           if (!fields.delimiter)
             throw CLI::ValidationError(fmt::format(
                 "--delimiter: expected comma, tab, semicolon or one "
                 "character, but got {:?}",
                 text));
         },
         "What parts fields of CSV: comma, tab, semicolon or a character (told "
         "by the first records)")
      ->type_name("CHARACTER")
      ->group(group);
  app.add_flag_function(
         "--header,!--no-header",
         [&fields](std::int64_t count) { fields.hasHeader = count > 0; },
         "Whether the first record of CSV names the columns (told by the first "
         "records)")
      ->group(group);
  choose("--encoding",
         "auto (default: UTF-16 by its byte order mark, else UTF-8), utf-8, "
         "latin1, utf-16le or utf-16be",
         fields.encoding, encodingNames, "NAME");
  choose("--missing-text",
         "What becomes of JSON without a text, or with null: error (default), "
         "empty or drop",
         fields.missing, missingTextNames, "WHAT");
  app.add_flag_callback(
         "--replace-invalid", [&fields] { fields.check = TextCheck::Replace; },
         "Put U+FFFD for bytes that are not UTF-8, and NUL")
      ->group(group);
}
