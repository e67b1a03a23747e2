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
#include "Explain/PrintedParts.h"
#include "Report/Html.h"
#include "System/Console.h"

#include <fmt/format.h>

namespace mlc::runtime {

std::vector<std::int64_t> outputsToTell(const MlcProgram &program,
                                        const OutputTerms &terms,
                                        const std::string &className) {
  constexpr std::int64_t most = 20;
  if (!className.empty())
    return {columnNamed(program, terms, className, "--class")};
  if (columnsOf(program) > most)
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
  constexpr std::int64_t mostOutputs = 20;
  constexpr std::size_t top = 10;
  const MlcEntryPoint *entry = findEntry(program, "explain");
  if (!entry || !entry->function || !(entry->flags & MLC_ENTRY_PATHS) ||
      columnsOf(program) > mostOutputs)
    return "";
  const InputColumns columns(program, predictor.weights());
  std::string html;
  for (std::int64_t number : outputsToTell(program, terms, "")) {
    const ExplainedOutput output = explainedOutput(program, terms, number);
    const GlobalExplanation all =
        explainAll(predictor, examples, columns, output, threads);
    html += fmt::format("<h3>{}</h3>\n<div class=\"scroll\"><table>\n<tr><th>"
                        "mean part</th><th>total</th><th>rows</th><th>of</th>"
                        "</tr>\n",
                        escapeHtml(output.meaning));
    for (int sign : {+1, -1})
      for (const ColumnInfluence &own :
           largest(all, InfluenceOrder::Mean, sign, leastRowsOf(examples), top))
        html += fmt::format("<tr><td>{:+.4f}</td><td>{:+.2f}</td><td>{}</td>"
                            "<td>{}</td></tr>\n",
                            own.mean(), own.total, own.rows,
                            escapeHtml(columns.name(own.column)));
    html += "</table></div>\n";
  }
  return html + fmt::format("<p>{}</p>\n", escapeHtml(stabilityNote));
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
    const auto up = largest(all, InfluenceOrder::Mean, +1, least, top),
               down = largest(all, InfluenceOrder::Mean, -1, least, top),
               total = largest(all, InfluenceOrder::Total, 0, least, top);
    if (command.json) {
      json += fmt::format(
          "{}{{\"output\": {}, \"rows\": {}, \"least_rows\": {}, "
          "\"largest_gap\": {}, \"positive\": {}, \"negative\": {}, "
          "\"total\": {}}}",
          json.empty() ? "" : ", ", jsonText(output.meaning), all.rows, least,
          all.largestGap, jsonList(columns, up), jsonList(columns, down),
          jsonList(columns, total));
      continue;
    }
    std::string text;
    if (!output.meaning.empty())
      text += fmt::format("{}\n", withoutControls(output.meaning));
    text += fmt::format("{:>12}{:>14}{:>10}\n", "mean part", "total", "rows");
    text += fmt::format("for it, of {} rows and more\n{}", least,
                        lines(columns, up));
    text += fmt::format("against it\n{}", lines(columns, down));
    text += fmt::format("most in total\n{}\n", lines(columns, total));
    printResult(text);
    if (all.largestGap > Explainer::tolerance)
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
