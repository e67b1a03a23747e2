//===- DataOptions.cpp - The options of mlc data --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataOptions.h"

#include "Error.h"
#include "Import/OneOf.h"
#include "Import/ReadingOptions.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/core.h>
#include <thread>

using namespace mlc::runtime;

static constexpr const char *features = "Features", *tokens = "Texts to terms",
                            *reading = "Reading", *tables = "Tables",
                            *labels = "Labels", *validation = "Validation part";

static constexpr std::pair<const char *, LabelChoice> labelChoices[] = {
    {"binary", LabelChoice::Binary},   {"classes", LabelChoice::Classes},
    {"numbers", LabelChoice::Numbers}, {"stars", LabelChoice::Stars},
    {"names", LabelChoice::Names},     {"several", LabelChoice::Several},
};

static constexpr std::pair<const char *, SelectionChoice> selectionChoices[] = {
    {"frequency", SelectionChoice::Frequency},
    {"df", SelectionChoice::Documents},
    {"chi2", SelectionChoice::Chi2},
    {"linear", SelectionChoice::Linear},
    {"auto", SelectionChoice::Auto},
};

static void declareFiles(CLI::App &app, DataOptions &options) {
  ImportOptions &import = options.import;
  import.threads = std::max(1u, std::thread::hardware_concurrency());
  app.add_option("INPUT", import.inputs,
                 "Files or folders of examples, read one after another")
      ->required()
      ->type_name("");
  app.add_option("-o,--output", import.output,
                 "The data set to write (safetensors)")
      ->required()
      ->type_name("FILE");
  app.add_option("--shard-rows", import.shardRows,
                 "Write parts of N rows each, FILE's name with -00001-of-00012 "
                 "and so on: train reads them a few at a time")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t(1), std::int64_t(2147483647))
                  .description(""));
  app.add_option("--like", options.like,
                 "Use the features, weights and label rule of this data set")
      ->type_name("TRAIN_FILE");
  app.add_option("--threads", import.threads,
                 "Threads to run on; never changes results")
      ->type_name("N")
      ->check(CLI::Range(1, 256).description(""));
  app.add_flag("--stats", import.statistics,
               "Print a table: labels, lengths, sparsity, telling words");
  app.add_flag("-q,--quiet", options.quiet, "Print no progress, no summary");
}

static void declareTerms(CLI::App &app, DataOptions &options) {
  TextSettings &text = options.import.settings.text;
  app.add_option("--tokenizer", text.tokenizer.kind,
                 "words (default), imdb, scikit-learn or whitespace; see "
                 "below")
      ->transform(oneOf(tokenizerNames))
      ->type_name("KIND")
      ->group(tokens);
  app.add_option("--min-length", options.minLength,
                 "Drop tokens of fewer characters")
      ->type_name("N")
      ->group(tokens);
  app.add_option("--stop-words", options.stopWords,
                 "Drop the tokens in this file, one a line")
      ->type_name("FILE")
      ->group(tokens);
  app.add_flag("--redact", options.import.redact,
               "Put spaces for e-mail addresses, telephone and card numbers of "
               "texts, and count them; that makes no data anonymous")
      ->group(tokens);
  CLI::Option *ngrams =
      app.add_option("--ngrams", options.ngrams,
                     "Terms are runs of so many tokens: 1 (default), 2, 1..2, "
                     "1..3, ...")
          ->type_name("A..B")
          ->group(tokens);
  app.add_option("--char-ngrams", options.charNgrams,
                 "Terms are runs of so many characters")
      ->excludes(ngrams)
      ->type_name("A..B")
      ->group(tokens);
  CLI::Option *bits =
      app.add_option("--hash-bits", options.hashBits,
                     "A term's column is its hash; 2^N columns, no vocabulary")
          ->type_name("N")
          ->group(tokens);
  app.add_flag("--signed", text.signedHash,
               "Half of the terms count -1, so that collisions cancel out")
      ->needs(bits)
      ->group(tokens);
}

static void declareFeatures(CLI::App &app, DataOptions &options) {
  VectorizerSettings &settings = options.import.settings;
  CLI::Option *most =
      app.add_option("--max-features", options.maxFeatures,
                     "Keep the N features that --select ranks first, of equal "
                     "ones the lower column")
          ->type_name("N")
          ->group(features);
  app.add_option("--select", options.selection,
                 "frequency (default), df, chi2, linear or auto; see below")
      ->needs(most)
      ->transform(oneOf(selectionChoices))
      ->type_name("KIND")
      ->group(features);
  app.add_option("--min-df", options.minDocuments,
                 "Drop features of fewer examples; 2, or 0.01 for a share")
      ->type_name("N|SHARE")
      ->group(features);
  app.add_option("--max-df", options.maxDocuments,
                 "Drop features of more examples")
      ->type_name("N|SHARE")
      ->group(features);
  app.add_option("--vocabulary", options.vocabulary,
                 "The only terms to keep, one a line; of LIBSVM text, names "
                 "of the columns")
      ->type_name("FILE")
      ->group(features);
  app.add_option("--embeddings", options.embeddings,
                 "Word vectors (GloVe, word2vec text): rows are their means")
      ->type_name("FILE")
      ->group(features);
  app.add_option("--value", settings.value,
                 "What becomes of a count: count (default), binary, log or "
                 "tfidf; see below")
      ->transform(oneOf(valueNames))
      ->type_name("KIND")
      ->group(features);
  app.add_option("--normalize", settings.normalization,
                 "none (default), or l2: divide each row by its length")
      ->transform(oneOf(normalizationNames))
      ->type_name("KIND")
      ->group(features);
}

static void declareTable(CLI::App &app, DataOptions &options) {
  TableOptions &table = options.import.table;
  const auto list = [&](const char *name, std::vector<std::string> &names,
                        const char *what) {
    app.add_option(name, names, what)
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("A,B")
        ->group(tables);
  };
  list("--numeric", table.numeric, "Columns of numbers");
  list("--categorical", table.categorical, "Columns of categories");
  list("--ignore", table.ignored, "Columns to leave out");
  list("--missing", table.missing,
       "Cells without a value, beside empty ones, NA, NaN, null, ...");
  app.add_option("--columns", table.columnsFile,
                 "What each column is, as CatBoost describes it: "
                 "INDEX<TAB>TYPE")
      ->type_name("FILE")
      ->group(tables);
  app.add_option("--scale", table.scaling,
                 "How numbers are scaled: robust (default), standard or none")
      ->transform(oneOf(scalingNames))
      ->type_name("KIND")
      ->group(tables);
}

static void declareLabels(CLI::App &app, DataOptions &options) {
  CLI::Option *kind =
      app.add_option("--labels", options.labels,
                     "binary, classes, numbers, stars, names or several; told "
                     "by the first label if not given; see below")
          ->transform(oneOf(labelChoices))
          ->type_name("KIND")
          ->group(labels);
  app.add_option("--positive-from", options.positiveFrom,
                 "Labels are scores, such as stars; from R on they are 1, "
                 "below 0")
      ->excludes(kind)
      ->type_name("R")
      ->group(labels);
  LabelRule &rule = options.import.settings.labels;
  app.add_option("--positive", rule.positive,
                 "Of two names, the one that becomes 1 (default: the last in "
                 "order)")
      ->type_name("NAME")
      ->group(labels);
  app.add_option("--label-separator", rule.separator,
                 "What stands between the names of one example, such as ';'")
      ->type_name("TEXT")
      ->group(labels);
}

static void declareHoldOut(CLI::App &app, DataOptions &options) {
  CLI::Option *split =
      app.add_option("--split", options.holdOut.share,
                     "Set this share aside, of each label alike; features "
                     "are learned from the rest")
          ->type_name("SHARE")
          ->group(validation);
  CLI::Option *fold =
      app.add_option("--fold", options.fold,
                     "Set aside the I-th of K equal parts, of each "
                     "label alike, such as 1/5, as mlc cv does; with --split, "
                     "leave it out and set a share of the others aside")
          ->type_name("I/K")
          ->group(validation);
  app.add_option("--group-column", options.holdOut.fold.groupColumn,
                 "Rows with the same value in this column of CSV or JSON stay "
                 "in one fold; it is no feature")
      ->needs(fold)
      ->type_name("NAME")
      ->group(validation);
  CLI::Option *output = app.add_option("--split-output", options.holdOut.output,
                                       "The data set to write it to")
                            ->type_name("FILE")
                            ->group(validation);
  split->needs(output);
  fold->needs(output);
  app.add_option("--seed", options.holdOut.seed, "Chooses it (default: 0)")
      ->needs(output)
      ->type_name("S")
      ->group(validation);
}

void mlc::runtime::declareOptions(CLI::App &app, DataOptions &options) {
  declareFiles(app, options);
  addReadingOptions(app, options.import.documents, /*hasLabels=*/true, reading);
  declareTerms(app, options);
  declareFeatures(app, options);
  declareTable(app, options);
  declareLabels(app, options);
  declareHoldOut(app, options);
}
