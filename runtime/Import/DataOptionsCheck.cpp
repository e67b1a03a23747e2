//===- DataOptionsCheck.cpp - What mlc data was told, checked -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataOptions.h"

#include "Error.h"
#include "Import/ReadWhole.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/core.h>

using namespace mlc::runtime;

/// `2` or `1..2`.
static void readRange(const char *option, std::string_view text, int &least,
                      int &most) {
  const std::size_t dots = text.find("..");
  const bool isRange = dots != std::string_view::npos;
  if (!readWhole(text.substr(0, dots), least) ||
      !readWhole(isRange ? text.substr(dots + 2) : text, most))
    throw UsageError(fmt::format("{}: expected a length such as 2 or a range "
                                 "such as 1..2, but got {:?}",
                                 option, text));
}

/// A number of documents, `2`, or a share of them, `0.5`, as scikit-learn has
/// it.
static DocumentLimit readLimit(const char *option, std::string_view text) {
  std::int64_t count;
  if (readWhole(text, count) && count >= 0)
    return {static_cast<double>(count), false};
  double share;
  if (readWhole(text, share) && share >= 0 && share <= 1)
    return {share, true};
  throw UsageError(fmt::format("{}: expected a number of examples such as 2, "
                               "or a share from 0.0 to 1.0, but got {:?}",
                               option, text));
}

static void checkLike(const CLI::App &app, const DataOptions &options) {
  for (const char *name :
       {"--max-features",    "--select",        "--min-df",
        "--max-df",          "--value",         "--normalize",
        "--vocabulary",      "--embeddings",    "--tokenizer",
        "--min-length",      "--stop-words",    "--ngrams",
        "--char-ngrams",     "--hash-bits",     "--signed",
        "--labels",          "--positive-from", "--positive",
        "--label-separator", "--split",         "--fold",
        "--numeric",         "--categorical",   "--ignore",
        "--missing",         "--columns",       "--scale"})
    if (app.count(name) > 0)
      throw UsageError(fmt::format("{}: --like takes features and labels as "
                                   "{} has them; leave it out",
                                   name, options.like));
}

static void finishText(const CLI::App &app, DataOptions &options) {
  auto isGiven = [&](const char *name) { return app.count(name) > 0; };
  TextSettings &text = options.import.settings.text;
  if (isGiven("--min-length"))
    text.tokenizer.minLength = options.minLength;
  if (isGiven("--ngrams"))
    readRange("--ngrams", options.ngrams, text.ngramLeast, text.ngramMost);
  if (isGiven("--char-ngrams")) {
    text.characters = true;
    readRange("--char-ngrams", options.charNgrams, text.ngramLeast,
              text.ngramMost);
  }
  if (isGiven("--hash-bits"))
    text.hashBits = options.hashBits;
  if (isGiven("--hash-bits") && isGiven("--vocabulary"))
    throw UsageError("--vocabulary: --hash-bits has no vocabulary; leave one "
                     "of the two out");
  if (isGiven("--stop-words"))
    options.import.stopWords = options.stopWords;
  if (isGiven("--embeddings")) {
    options.import.embeddings = options.embeddings;
    for (const char *name : {"--vocabulary", "--hash-bits", "--char-ngrams",
                             "--ngrams", "--max-features"})
      if (isGiven(name))
        throw UsageError(fmt::format("{}: --embeddings has features of its "
                                     "own; leave one of the two out",
                                     name));
  }
  for (const char *name :
       {"--min-length",   "--ngrams",      "--char-ngrams",
        "--hash-bits",    "--signed",      "--stop-words",
        "--embeddings",   "--tokenizer",   "--text-column",
        "--label-column", "--labels-file", "--replace-invalid",
        "--delimiter",    "--header",      "--missing-text",
        "--numeric",      "--categorical", "--ignore",
        "--missing",      "--columns",     "--scale",
        "--redact"})
    if (isGiven(name))
      options.import.textOptions.push_back(name);
  for (const char *name : {"--text-column", "--label-column"})
    if (isGiven(name) && app.get_option(name)->as<std::string>().empty())
      throw UsageError(fmt::format("{}: expected a name", name));
}

static void finishLabels(const CLI::App &app, DataOptions &options) {
  auto isGiven = [&](const char *name) { return app.count(name) > 0; };
  LabelRule &rule = options.import.settings.labels;
  if (isGiven("--positive-from"))
    rule.positiveFrom = options.positiveFrom;
  if (!std::isfinite(options.positiveFrom))
    throw UsageError("--positive-from: expected a finite number");
  for (const char *name : {"--positive", "--label-separator"})
    if (isGiven(name) && app.get_option(name)->as<std::string>().empty())
      throw UsageError(fmt::format("{}: expected a text", name));
  const bool areNumbers =
      isGiven("--positive-from") ||
      (isGiven("--labels") && (options.labels == LabelChoice::Numbers ||
                               options.labels == LabelChoice::Stars));
  for (const char *name : {"--positive", "--label-separator"})
    if (areNumbers && isGiven(name))
      throw UsageError(fmt::format(
          "{}: goes with names, but {} reads numbers; "
          "leave one of the two out",
          name, isGiven("--labels") ? "--labels" : "--positive-from"));
  if (isGiven("--label-separator"))
    rule.form = LabelForm::Several;
  if (!isGiven("--labels"))
    return;
  switch (options.labels) {
  case LabelChoice::Binary:
    rule.kind = LabelKind::Binary;
    break;
  case LabelChoice::Classes:
    rule.kind = LabelKind::Classes;
    break;
  case LabelChoice::Numbers:
    rule.kind = LabelKind::Numbers;
    break;
  case LabelChoice::Stars:
    rule.kind = LabelKind::Stars;
    break;
  case LabelChoice::Names:
    rule.form = LabelForm::Words;
    return;
  case LabelChoice::Several:
    rule.form = LabelForm::Several;
    return;
  }
  rule.isKindGiven = true;
}

static void finishHoldOut(const CLI::App &app, DataOptions &options) {
  HoldOutOptions &holdOut = options.holdOut;
  if (app.count("--fold") > 0) {
    const std::string_view text = options.fold;
    const std::size_t slash = text.find('/');
    constexpr std::int64_t mostFolds = 1000;
    if (slash == text.npos ||
        !readWhole(text.substr(0, slash), holdOut.fold.number) ||
        !readWhole(text.substr(slash + 1), holdOut.fold.count) ||
        holdOut.fold.count < 2 || holdOut.fold.count > mostFolds ||
        holdOut.fold.number < 1 || holdOut.fold.number > holdOut.fold.count)
      throw UsageError(fmt::format("--fold: expected which of how many (at "
                                   "most {}) folds, such as 1/5, but got {:?}",
                                   mostFolds, options.fold));
    --holdOut.fold.number; // From 0.
    if (!holdOut.fold.groupColumn.empty())
      options.import.table.ignored.push_back(holdOut.fold.groupColumn);
  } else if (app.count("--split") == 0) {
    if (app.count("--split-output") > 0)
      throw UsageError("--split-output: needs --split or --fold, which say "
                       "what to write there");
    return;
  }
  options.import.holdOut = holdOut;
}

/// Of texts alone; LIBSVM text was counted elsewhere.
void mlc::runtime::finishOptions(const CLI::App &app, DataOptions &options) {
  auto isGiven = [&](const char *name) { return app.count(name) > 0; };
  ImportOptions &import = options.import;
  if (isGiven("--like")) {
    checkLike(app, options);
    import.like = options.like;
  }
  if (isGiven("--max-features"))
    import.settings.maxFeatures = options.maxFeatures;
  // Auto is Chi2 unless the labels turn out to be others.
  import.settings.selection = options.selection == SelectionChoice::Auto
                                  ? Selection::Chi2
                                  : static_cast<Selection>(options.selection);
  import.mayChangeSelection = options.selection == SelectionChoice::Auto;
  if (isGiven("--min-df"))
    import.settings.minDocuments = readLimit("--min-df", options.minDocuments);
  if (isGiven("--max-df"))
    import.settings.maxDocuments = readLimit("--max-df", options.maxDocuments);
  if (isGiven("--vocabulary"))
    import.vocabulary = options.vocabulary;
  finishHoldOut(app, options);
  finishLabels(app, options);
  finishText(app, options);

  if (isGiven("--max-features") && options.maxFeatures < 1)
    throw UsageError("--max-features: expected a number from 1");
  if (isGiven("--split") &&
      !(options.holdOut.share > 0 && options.holdOut.share < 1))
    throw UsageError("--split: expected a share between 0 and 1");
  checkSettings(import.settings);
}
