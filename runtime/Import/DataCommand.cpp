//===- DataCommand.cpp - The command mlc data -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataCommand.h"

#include "Error.h"
#include "Import/DataOptions.h"
#include "Import/HelpText.h"
#include "Import/UnknownArguments.h"
#include "System/Console.h"
#include "System/LastWords.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fmt/core.h>
#include <new>

using namespace mlc::runtime;

static constexpr const char *description =
    "Makes a data set file from texts, or from LIBSVM text; plain, .xz, .gz,\n"
    ".bz2 or .zip.\n"
    "\n"
    "Texts come as CSV, as JSON, as lines of fastText or Vowpal Wabbit, or as "
    "a\n"
    "folder that holds a folder of files for each class. LIBSVM text is "
    "a\n"
    "line LABEL INDEX:VALUE ... for each example, with rising indices from 0.\n"
    "What is learned from a training set (its features, their weights) is\n"
    "stored in the file; --like uses it again for another set, and programs\n"
    "that were trained on it for any text.";

static constexpr const char *footer =
    "Examples:\n"
    "  mlc data train.csv --max-features 1000 --value binary -o train.st\n"
    "  mlc data test.csv --like train.st -o test.st\n"
    "  mlc data aclImdb/train --ngrams 1..2 --min-df 2 --value tfidf "
    "--normalize l2 -o train.st\n"
    "  mlc data train.feat.xz --positive-from 7 --value binary -o train.st\n"
    "\n"
    "Labels:\n"
    "  binary   0 or 1, -1 or 1, true or false, or two words\n"
    "  classes  0, 1, 2, ..., or words\n"
    "  numbers  any\n"
    "  stars    each score that occurs is a class\n"
    "  names    words, also such as look like numbers; the classes are they "
    "in\n"
    "           order, of two the second is 1\n"
    "  several  any number of words a row: lists of JSON, __label__a "
    "__label__b\n"
    "           of fastText, 0,2 of LIBSVM, and what --label-separator parts\n"
    "\n"
    "Tokenizers:\n"
    "  words         no HTML, NFKC, case folded, Unicode words\n"
    "  imdb          as the IMDB Large Movie Review Dataset counts them\n"
    "  scikit-learn  lower case, runs of two and more letters, numbers, _\n"
    "  whitespace    lower case, split at white space\n"
    "\n"
    "Features that --max-features keeps have the largest\n"
    "  frequency     sum of counts\n"
    "  df            number of examples\n"
    "  chi2          chi-squared against the labels\n"
    "  linear        weight in a linear model of the labels\n"
    "  auto          chi2 where examples have one class, else df\n"
    "\n"
    "Values of a feature with count c in a row; df of n rows have it:\n"
    "  count   c\n"
    "  binary  1\n"
    "  log     1 + ln(c)\n"
    "  tfidf   c * (ln((1 + n) / (1 + df)) + 1)\n"
    "\n"
    "Exit status: 0 done, 1 an input is at fault, 2 wrong usage.";

static constexpr int exitDone = 0, exitInput = 1, exitUsage = 2;

static std::string describeLabels(const ImportedFile &file) {
  if (file.labels.hasColumns())
    return fmt::format("{} labels a row", file.labelColumns);
  switch (file.labels.kind) {
  case LabelKind::Binary:
    return fmt::format("{:.2f} % {}",
                       100.0 * static_cast<double>(file.positives) /
                           static_cast<double>(file.rows),
                       file.labels.names.empty() ? "positive"
                                                 : file.labels.names[1]);
  case LabelKind::Classes:
    return fmt::format("{} classes", file.classes);
  case LabelKind::Stars:
    return fmt::format("{} scores as classes", file.labels.scores.size());
  case LabelKind::Numbers:
    return "numbers as labels";
  }
  __builtin_unreachable();
}

/// fmt::print would throw where the stream is closed or its disk is full.
static void print(std::FILE *stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

/// ` (3 dropped)`: what of the texts is in no feature.
static std::string describeDropped(const ImportedFile &file) {
  std::string text;
  if (file.dropped)
    text = fmt::format("{} dropped", *file.dropped);
  else if (file.lookedUp.words > 0)
    text = fmt::format("{} of {} words unknown", file.lookedUp.unknown,
                       file.lookedUp.words);
  if (file.emoji > 0)
    text +=
        fmt::format("{}{} emoji dropped", text.empty() ? "" : ", ", file.emoji);
  return text.empty() ? text : " (" + text + ")";
}

static void printSummary(const std::vector<ImportedFile> &files,
                         double seconds) {
  for (const ImportedFile &file : files)
    print(stderr,
          fmt::format("{}: {} rows, {}, {} features, {} non-zeros{}{}, {} "
                      "bytes; {:.2f} s\n",
                      file.path, file.rows, describeLabels(file), file.features,
                      file.nonzeros, describeDropped(file),
                      file.emptyTexts > 0
                          ? fmt::format(", {} text{} without a token",
                                        file.emptyTexts,
                                        file.emptyTexts == 1 ? "" : "s")
                          : "",
                      file.bytes, seconds));
  for (const ImportedFile &file : files)
    if (file.missingClass && file.labels.names.empty())
      print(stderr, fmt::format("note: {}: no row has the class {}; where "
                                "labels are no numbers from 0, --labels names "
                                "leaves out those that do not occur\n",
                                file.path, *file.missingClass));
}

static void printStatistics(const std::vector<ImportedFile> &files) {
  for (const ImportedFile &file : files)
    printResult(fmt::format("{}\n{}", file.path, file.statistics));
  finishOutput();
}

/// Says now and then how far reading is.
static void showProgress(ProgressLine &line, const Documents &documents,
                         bool done) {
  constexpr std::size_t everyDocuments = 64; // The clock costs time.
  if (done)
    line.clear();
  else if (documents.count() % everyDocuments == 0 && line.isDue())
    line.show(fmt::format("{} texts, {} MB", documents.count(),
                          documents.bytes() / 1000000));
}

static int report(int status, std::string_view message) {
  // In pieces: where memory ran out, none is to be had for the whole.
  print(stderr, "error: ");
  print(stderr, message);
  print(stderr, "\n");
  if (status == exitUsage)
    print(stderr, "`mlc data --help` lists the options\n");
  return status;
}

int mlc::runtime::dataMain(int argc, char **argv) {
  std::signal(SIGXFSZ, SIG_IGN);
  installLastWords();
  try {
    auto start = std::chrono::steady_clock::now();
    DataOptions options;
    CLI::App app(description, argv[0]);
    app.footer(footer);
    declareOptions(app, options);
    try {
      app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
      print(stdout, helpOf(app));
      return exitDone;
    } catch (const CLI::ParseError &error) {
      throw UsageError(describeParseError(app, error));
    }
    finishOptions(app, options);
    ProgressLine line;
    if (!options.quiet)
      options.import.progress = [&](const Documents &documents, bool done) {
        showProgress(line, documents, done);
      };
    if (!options.quiet) {
      options.import.note = [&](const std::string &text) {
        line.clear();
        print(stderr, fmt::format("note: {}\n", text));
      };
      options.import.documents.fields.note = options.import.note;
    }
    std::vector<ImportedFile> files = importDataset(options.import);
    std::chrono::duration<double> taken =
        std::chrono::steady_clock::now() - start;
    if (!options.quiet)
      printSummary(files, taken.count());
    if (options.import.statistics)
      printStatistics(files);
    return exitDone;
  } catch (const UsageError &error) {
    return report(exitUsage, error.what());
  } catch (const InputError &error) {
    return report(exitInput, error.what());
  } catch (const std::bad_alloc &) {
    return report(exitInput, "not enough memory for this input; give fewer "
                             "examples or features");
  } catch (const std::exception &error) {
    return report(exitInput, fmt::format("a mistake in mlc: {}", error.what()));
  }
}
