//===- GlobalReport.cpp - explain --global --------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/GlobalReport.h"

#include "Commands/TextInput.h"
#include "Error.h"
#include "Explain/ExplanationText.h"
#include "Explain/GlobalExplanation.h"
#include "Report/Html.h"
#include "System/Console.h"
#include "System/Terminal.h"

#include <algorithm>
#include <fmt/format.h>

namespace mlc::runtime {

/// More outputs are not told together.
static constexpr std::int64_t mostOutputs = 20;

std::vector<std::int64_t> outputsToTell(const MlcProgram &program,
                                        const OutputTerms &terms,
                                        const std::string &className) {
  if (!className.empty())
    return {columnNamed(program, terms, className, "--class")};
  if (columnsOf(program) > mostOutputs)
    throw UsageError(
        fmt::format("program '{}' has {} outputs; say of which one "
                    "to tell: --class NAME",
                    program.name, columnsOf(program)));
  std::vector<std::int64_t> all;
  for (std::int64_t column = 0; column < columnsOf(program); ++column)
    all.push_back(column);
  return all;
}

static std::string lines(const InputColumns &columns,
                         const std::vector<ColumnInfluence> &chosen) {
  std::string text;
  for (const ColumnInfluence &own : chosen)
    text += fmt::format("{:>12.4f}{:>14.2f}{:>10}  {}\n", own.mean(), own.total,
                        own.rows, withoutControls(columns.name(own.column)));
  return text;
}

static std::string jsonList(const InputColumns &columns,
                            const std::vector<ColumnInfluence> &chosen) {
  std::string text;
  for (const ColumnInfluence &own : chosen)
    text += fmt::format("{}{{\"name\": {}, \"mean\": {}, \"total\": {}, "
                        "\"rows\": {}}}",
                        text.empty() ? "" : ", ",
                        jsonText(columns.name(own.column)), own.mean(),
                        own.total, own.rows);
  return "[" + text + "]";
}

/// What occurs hardly ever says more of those rows than of the program.
static std::int64_t leastRowsOf(const Examples &examples) {
  return std::clamp<std::int64_t>(examples.rows() / 1000, 1, 50);
}

std::string tellingHtml(const MlcProgram &program, const Predictor &predictor,
                        const OutputTerms &terms, const Examples &examples,
                        std::int64_t threads) {
  constexpr std::size_t top = 10;
  if (!functionOf(program, ProgramStep::Explain) || !hasClosedPaths(program) ||
      columnsOf(program) > mostOutputs)
    return "";
  const InputColumns columns(program, predictor.weights());
  std::string html;
  for (std::int64_t number : outputsToTell(program, terms, "")) {
    const ExplainedOutput output = explainedOutput(program, terms, number);
    const GlobalExplanation all =
        explainAll(predictor, examples, columns, output, threads);
    html += fmt::format(
        "<h3>{}: for it (+), against it (-)</h3>\n<div "
        "class=\"scroll\"><table><thead><tr><th>feature</th><th>mean part</th>"
        "<th>total</th><th>rows</th></tr></thead><tbody>\n",
        escapeHtml(output.meaning));
    for (int sign : {+1, -1})
      for (const ColumnInfluence &own :
           largest(all, InfluenceOrder::Mean, sign, leastRowsOf(examples), top))
        html += fmt::format("<tr><th scope=\"row\">{}</th><td>{:+.4f}</td>"
                            "<td>{:+.2f}</td><td>{}</td></tr>\n",
                            escapeHtml(columns.name(own.column)), own.mean(),
                            own.total, own.rows);
    html += "</tbody></table></div>\n";
  }
  return html + fmt::format("<p>{}</p>\n", escapeHtml(stabilityNote));
}

namespace {
/// What is told of an output.
struct ToldColumns {
  std::vector<ColumnInfluence> up, down, total;
};
} // namespace

static std::string outputJson(const ExplainedOutput &output,
                              const GlobalExplanation &all, std::int64_t least,
                              const InputColumns &columns,
                              const ToldColumns &told) {
  return fmt::format("{{\"output\": {}, \"rows\": {}, \"least_rows\": {}, "
                     "\"largest_gap\": {}, \"positive\": {}, \"negative\": {}, "
                     "\"total\": {}}}",
                     jsonText(output.meaning), all.rows, least, all.largestGap,
                     jsonList(columns, told.up), jsonList(columns, told.down),
                     jsonList(columns, told.total));
}

static std::string outputText(const ExplainedOutput &output, std::int64_t least,
                              const InputColumns &columns,
                              const ToldColumns &told) {
  std::string text;
  if (!output.meaning.empty())
    text += fmt::format("{}\n", withoutControls(output.meaning));
  text += fmt::format("{:>12}{:>14}{:>10}\n", "mean part", "total", "rows");
  text += fmt::format("for it, of {} rows and more\n{}", least,
                      lines(columns, told.up));
  text += fmt::format("against it\n{}", lines(columns, told.down));
  text += fmt::format("most in total\n{}\n", lines(columns, told.total));
  return text;
}

void tellGlobal(const MlcProgram &program, const ExplainCommand &command,
                const Predictor &predictor, const OutputTerms &terms) {
  if (command.methodName != "path")
    throw UsageError(
        "--global: sums up parts of --method path, and of no other");
  const std::vector<std::int64_t> outputs =
      outputsToTell(program, terms, command.className);
  const Examples examples =
      openExamples(program, command.data, command.documents,
                   predictor.weights(), LabelUse::Ignored, command.threads);
  const InputColumns columns(program, predictor.weights());
  const std::int64_t least = leastRowsOf(examples);
  const auto top = std::size_t(command.top);
  std::string json;
  for (std::int64_t number : outputs) {
    const ExplainedOutput output = explainedOutput(program, terms, number);
    const GlobalExplanation all =
        explainAll(predictor, examples, columns, output, command.threads);
    const ToldColumns told = {
        .up = largest(all, InfluenceOrder::Mean, +1, least, top),
        .down = largest(all, InfluenceOrder::Mean, -1, least, top),
        .total = largest(all, InfluenceOrder::Total, 0, least, top)};
    if (command.json) {
      json += (json.empty() ? "" : ", ") +
              outputJson(output, all, least, columns, told);
      continue;
    }
    printResult(outputText(output, least, columns, told));
    if (all.largestGap > output.tolerance())
      printNote(fmt::format("warning: parts of a row miss its score by up to "
                            "{:.2g}",
                            all.largestGap));
  }
  if (command.json)
    printResult(fmt::format("{{\"outputs\": [{}]}}\n", json));
  else
    printNote(stabilityNote);
}

} // namespace mlc::runtime
