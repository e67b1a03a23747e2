//===- DataCommand.cpp - The command mlc data -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataCommand.h"

#include "Error.h"
#include "Import/DataImport.h"
#include "System/LastWords.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fmt/core.h>
#include <new>

using namespace mlc::runtime;

static constexpr const char *description =
    "Makes a data set file from LIBSVM text, plain, .xz or .gz.\n"
    "\n"
    "Each line is an example: LABEL INDEX:VALUE INDEX:VALUE ... with rising\n"
    "indices from 0; '#' starts a comment. What is learned from a training "
    "set\n"
    "(its features, their weights) is stored in the file, and --like uses it\n"
    "again for another set.";

static constexpr const char *footer =
    "Examples:\n"
    "  mlc data train.feat.xz --positive-from 7 --max-features 1000 "
    "--value binary -o train.safetensors\n"
    "  mlc data test.feat.xz --like train.safetensors -o test.safetensors\n"
    "\n"
    "Values of a feature with count c in a row; df of n rows have it:\n"
    "  count   c\n"
    "  binary  1\n"
    "  log     1 + ln(c)\n"
    "  tfidf   c * (ln((1 + n) / (1 + df)) + 1)\n"
    "\n"
    "Exit status: 0 done, 1 an input is at fault, 2 wrong usage.";

static constexpr int exitDone = 0, exitInput = 1, exitUsage = 2;

namespace {
struct Command {
  ImportOptions import;
  std::int64_t maxFeatures = 0;
  double positiveFrom = 0;
  std::string like, vocabulary;
  HoldOutOptions holdOut;
  bool quiet = false;
};
} // namespace

/// Turns a name into its enumerator, as the number that CLI11 reads.
template <typename Enum, std::size_t count>
static CLI::Validator
oneOf(const std::pair<const char *, Enum> (&names)[count]) {
  auto replace = [&names](std::string &text) {
    std::string choices;
    for (auto [name, value] : names) {
      if (text == name) {
        text = std::to_string(static_cast<int>(value));
        return std::string();
      }
      choices += choices.empty() ? name : fmt::format(", {}", name);
    }
    return fmt::format("expected one of {}, but got {:?}", choices, text);
  };
  return CLI::Validator(replace, "");
}

static void declareOptions(CLI::App &app, Command &command) {
  VectorizerSettings &settings = command.import.settings;
  app.add_option("INPUT", command.import.inputs,
                 "Files of examples, read one after another")
      ->required()
      ->type_name("");
  app.add_option("-o,--output", command.import.output,
                 "The data set to write (safetensors)")
      ->required()
      ->type_name("FILE");
  app.add_option("--like", command.like,
                 "Use the features, weights and label rule of this data set")
      ->type_name("TRAIN_FILE");
  app.add_flag("-q,--quiet", command.quiet, "Print no summary");

  app.add_option("--max-features", command.maxFeatures,
                 "Keep the N features with the largest sums, of equal ones "
                 "the lower index")
      ->type_name("N")
      ->group("Features");
  app.add_option("--value", settings.value,
                 "What becomes of a count: count (default), binary, log or "
                 "tfidf; see below")
      ->transform(oneOf(valueNames))
      ->type_name("KIND")
      ->group("Features");
  app.add_option("--normalize", settings.normalization,
                 "none (default), or l2: divide each row by its length")
      ->transform(oneOf(normalizationNames))
      ->type_name("KIND")
      ->group("Features");
  app.add_option("--vocabulary", command.vocabulary,
                 "Names of the columns, one a line; those of the features "
                 "are stored")
      ->type_name("FILE")
      ->group("Features");

  CLI::Option *labels =
      app.add_option("--labels", settings.labels.kind,
                     "binary (default): 0 or 1, or -1 for 0; classes: 0, 1, "
                     "2, ...; numbers: any")
          ->transform(oneOf(labelNames))
          ->type_name("KIND")
          ->group("Labels");
  app.add_option("--positive-from", command.positiveFrom,
                 "Labels are scores, such as stars; from R on they are 1, "
                 "below 0")
      ->excludes(labels)
      ->type_name("R")
      ->group("Labels");

  CLI::Option *split =
      app.add_option("--split", command.holdOut.share,
                     "Set this share aside, of each label alike; features "
                     "are learned from the rest")
          ->type_name("SHARE")
          ->group("Validation part");
  CLI::Option *output = app.add_option("--split-output", command.holdOut.output,
                                       "The data set to write it to")
                            ->needs(split)
                            ->type_name("FILE")
                            ->group("Validation part");
  split->needs(output);
  app.add_option("--seed", command.holdOut.seed, "Chooses it (default: 0)")
      ->needs(split)
      ->type_name("S")
      ->group("Validation part");
}

/// What was given and what not, once parsing is done.
static void finishOptions(CLI::App &app, Command &command) {
  auto isGiven = [&](const char *name) { return app.count(name) > 0; };
  if (isGiven("--like"))
    for (const char *name :
         {"--max-features", "--value", "--normalize", "--vocabulary",
          "--labels", "--positive-from", "--split"})
      if (isGiven(name))
        throw UsageError(
            fmt::format("{}: --like takes features and labels as {} "
                        "has them; leave it out",
                        name, command.like));
  ImportOptions &import = command.import;
  if (isGiven("--like"))
    import.like = command.like;
  if (isGiven("--max-features"))
    import.settings.maxFeatures = command.maxFeatures;
  if (isGiven("--vocabulary"))
    import.vocabulary = command.vocabulary;
  if (isGiven("--positive-from"))
    import.settings.labels.positiveFrom = command.positiveFrom;
  if (isGiven("--split"))
    import.holdOut = command.holdOut;
  if (isGiven("--max-features") && command.maxFeatures < 1)
    throw UsageError("--max-features: expected a number from 1");
  if (!std::isfinite(command.positiveFrom))
    throw UsageError("--positive-from: expected a finite number");
  if (isGiven("--split") &&
      !(command.holdOut.share > 0 && command.holdOut.share < 1))
    throw UsageError("--split: expected a share between 0 and 1");
}

static std::string describeLabels(const ImportedFile &file) {
  switch (file.labels) {
  case LabelKind::Binary:
    return fmt::format("{:.2f} % positive",
                       100.0 * static_cast<double>(file.positives) /
                           static_cast<double>(file.rows));
  case LabelKind::Classes:
    return fmt::format("{} classes", file.classes);
  case LabelKind::Numbers:
    return "numbers as labels";
  }
  __builtin_unreachable();
}

/// fmt::print would throw where the stream is closed or its disk is full.
static void print(std::FILE *stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

static void printSummary(const std::vector<ImportedFile> &files,
                         double seconds) {
  for (const ImportedFile &file : files)
    print(stderr,
          fmt::format("{}: {} rows, {}, {} features, {} non-zeros ({} "
                      "dropped), {} bytes; {:.2f} s\n",
                      file.path, file.rows, describeLabels(file), file.features,
                      file.nonzeros, file.dropped, file.bytes, seconds));
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
    Command command;
    CLI::App app(description, argv[0]);
    app.footer(footer);
    declareOptions(app, command);
    try {
      app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
      print(stdout, app.help());
      return exitDone;
    } catch (const CLI::ParseError &error) {
      throw UsageError(error.what());
    }
    finishOptions(app, command);
    std::vector<ImportedFile> files = importDataset(command.import);
    std::chrono::duration<double> taken =
        std::chrono::steady_clock::now() - start;
    if (!command.quiet)
      printSummary(files, taken.count());
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
