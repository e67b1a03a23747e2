//===- TextInput.cpp - Raw text as a program's input ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TextInput.h"

#include "Error.h"
#include "Import/LibsvmReader.h"

#include <boost/json.hpp>
#include <filesystem>
#include <fmt/format.h>

namespace mlc::runtime {

Dataset makeDataset(const std::string &path, FeatureRows rows,
                    const Vectorizer &vectorizer) {
  return Dataset(path,
                 {.sparse = std::move(rows.sparse),
                  .isDense = rows.isDense,
                  .dense = std::move(rows.dense),
                  .hasClasses = vectorizer.settings().labels.hasClasses()});
}

std::vector<double> scoresOf(const SafetensorsFile &weights) {
  std::vector<double> scores;
  const auto found = weights.metadata().find("vectorizer");
  if (found == weights.metadata().end())
    return scores;
  boost::json::error_code error;
  const boost::json::value root = boost::json::parse(found->second, error);
  if (error || !root.is_object())
    return scores;
  if (const auto *list = root.get_object().if_contains("scores");
      list && list->is_array())
    for (const boost::json::value &score : list->get_array())
      if (score.is_number())
        scores.push_back(score.to_number<double>());
  return scores;
}

/// The file as texts or counts; nothing where it is to be read as a data set,
/// as whatever is of no known format is.
static std::optional<OpenInput> openText(const std::string &path,
                                         const DocumentOptions &options) {
  if (options.format || std::filesystem::is_directory(path))
    return openInput(path, options.format, options.fields);
  if (guessFormat(path, "", options.fields))
    return openInput(path, {}, options.fields);
  // A data set starts with the length of its header, in binary.
  std::optional<LineReader> lines;
  std::string_view line;
  try {
    lines.emplace(path);
    lines->peek(line);
  } catch (const InputError &) {
    return std::nullopt;
  }
  const auto format = guessFormat(path, line, options.fields);
  if (!format)
    return std::nullopt;
  return OpenInput{path, *format, std::move(lines)};
}

static FeatureRows readRows(OpenInput input, DocumentOptions options,
                            const Vectorizer &vectorizer, LabelUse use,
                            std::int64_t threads) {
  if (input.format == TextFormat::Libsvm) {
    LibsvmReader reader({.labels = vectorizer.settings().labels,
                         .onlyCounts = vectorizer.settings().needsCounts()});
    reader.read(std::move(*input.lines));
    FeatureRows rows;
    rows.sparse = vectorizer.transform(reader.rows());
    return rows;
  }
  if (use == LabelUse::Ignored)
    options.fields.label = "";
  LabelReader labels(vectorizer.settings().labels);
  const std::string path = input.path;
  Documents documents({path}, std::move(input), options, labels);
  return vectorizer.transform(documents, threads);
}

Examples openExamples(const MlcProgram &program, const std::string &path,
                      const DocumentOptions &options,
                      const SafetensorsFile &weights, LabelUse use,
                      std::int64_t threads) {
  std::optional<OpenInput> input = openText(path, options);
  if (!input) {
    Examples examples(program, path, use);
    examples.expectSameVectorizer(weights);
    return examples;
  }
  const Vectorizer vectorizer = Vectorizer::load(weights);
  const bool isText = input->format != TextFormat::Libsvm;
  if (vectorizer.isText() != isText)
    throw InputError(fmt::format(
        "{}: expected {}, as {} was trained on, but got {}; give the same kind "
        "of file, or a data set",
        path, isText ? "LIBSVM text" : "texts", weights.path(),
        isText ? "texts" : "LIBSVM text"));
  return Examples(program,
                  makeDataset(path,
                              readRows(std::move(*input), options, vectorizer,
                                       use, threads),
                              vectorizer),
                  use);
}

} // namespace mlc::runtime
