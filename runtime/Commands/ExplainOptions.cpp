//===- ExplainOptions.cpp - The options of explain, importance, dump ------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/ExplainCommands.h"
#include "Commands/NumberOptions.h"
#include "Commands/SharedOptions.h"
#include "Commands/TextOptions.h"

#include <CLI/CLI.hpp>
#include <map>

namespace mlc::runtime {

static constexpr std::int64_t mostTop = 1'000'000;

static void addShared(CLI::App &app, std::int64_t &threads, bool &json,
                      const char *jsonHelp) {
  addThreads(app, threads);
  app.add_flag("--json", json, jsonHelp);
}

static std::vector<std::string> methodNames() {
  std::vector<std::string> names;
  for (const auto &[name, method] : explainMethodNames)
    names.emplace_back(name);
  return names;
}

void addExplainOptions(CLI::App &app, ExplainCommand &command) {
  CLI::Option *data =
      app.add_option("--data", command.data,
                     "data set, or texts or a table as mlc data reads them")
          ->type_name("FILE");
  CLI::Option *text =
      app.add_option("--text", command.text,
                     "texts, one a line, from here or from stdin; or a text")
          ->expected(0, 1)
          ->default_str("-")
          ->type_name("[FILE]")
          ->excludes(data);
  data->excludes(text);
  app.add_option("--method", command.methodName,
                 "path: parts add up to the score; remove: how far the score "
                 "falls without each; gradient: at the row alone")
      ->check(CLI::IsMember(methodNames()))
      ->capture_default_str()
      ->type_name("M");
  addWhole<std::int64_t>(&app, "--top", command.top,
                         "how many words or columns are told by themselves", 1,
                         mostTop)
      ->capture_default_str();
  app.add_option("--class", command.className,
                 "the class, or the output, that is explained, by its name or "
                 "number; that which is told where not given")
      ->type_name("NAME");
  CLI::Option *against =
      app.add_option("--against", command.against,
                     "other weights: also tell which words have another sign "
                     "there")
          ->type_name("FILE");
  CLI::Option *html = app.add_option("--html", command.html,
                                     "write a page with shaded words here")
                          ->type_name("FILE");
  app.add_flag(
         "--global", command.isGlobal,
         "what counts over all rows of --data, for each occurrence and in "
         "total")
      ->needs(data)
      ->excludes(against)
      ->excludes(html);
  app.add_flag_callback(
      "--no-flip", [&command] { command.seeksFlip = false; },
      "do not look for what must go for another answer");
  addTextOptions(app, command.documents, LabelUse::Ignored);
  addShared(app, command.threads, command.json, "print JSON lines");
}

void addImportanceOptions(CLI::App &app, ImportanceCommand &command) {
  app.add_option("--data", command.data,
                 "data set with labels, or texts or a table as mlc data reads "
                 "them")
      ->required()
      ->type_name("FILE");
  addWhole<std::int64_t>(&app, "--repeats", command.repeats,
                         "how often each column is permuted", 1, 1000)
      ->capture_default_str();
  app.add_option(
         "--measure", command.measure,
         "the figure that falls, such as f1; accuracy or rmse where not "
         "given")
      ->type_name("NAME");
  addWhole<std::int64_t>(&app, "--top", command.top,
                         "how many columns are told", 1, mostTop)
      ->capture_default_str();
  addWhole(&app, "--seed", command.seed, "key of the permutations")
      ->capture_default_str();
  addTextOptions(app, command.documents, LabelUse::Needed);
  addShared(app, command.threads, command.json,
            "print a JSON object with all columns");
}

void addDumpOptions(CLI::App &app, DumpCommand &command) {
  addWhole<std::int64_t>(&app, "--top", command.top,
                         "how many features of each class are told, of each "
                         "sign",
                         1, mostTop)
      ->capture_default_str();
  app.add_option("--class", command.className,
                 "only this class or output, by its name or number")
      ->type_name("NAME");
  app.add_flag("--json", command.json, "print a JSON object");
}

} // namespace mlc::runtime
