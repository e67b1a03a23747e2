//===- ExplainCommand.cpp - PROGRAM explain -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/ExplainCommands.h"
#include "Commands/GlobalReport.h"
#include "Commands/LineObject.h"
#include "Commands/OutputPaths.h"
#include "Commands/TextInput.h"
#include "Commands/TextStream.h"
#include "Error.h"
#include "Explain/ExplanationText.h"
#include "Explain/RowExplainer.h"
#include "Explain/TextExplainer.h"
#include "Program/OwnWeights.h"
#include "Report/Html.h"
#include "System/Console.h"
#include "System/Interrupt.h"

#include <cmath>
#include <fmt/format.h>
#include <memory>

namespace mlc::runtime {

namespace {

ExplainMethod methodOf(const ExplainCommand &command) {
  for (const auto &[name, method] : explainMethodNames)
    if (command.methodName == name)
      return method;
  return ExplainMethod::Path;
}

/// Weights, and what explains rows or texts by them.
class Side {
public:
  Side(const MlcProgram &program, const std::string &weights,
       const ExplainCommand &command)
      : predictor_(program, openWeights(weights)), explainer_(predictor_),
        terms_(outputTermsOf(program, predictor_.weights())) {
    settings_.method = methodOf(command);
    settings_.seeksFlip = command.seeksFlip;
    if (!command.className.empty())
      settings_.column =
          columnNamed(program, terms_, command.className, "--class");
  }

  const Predictor &predictor() const { return predictor_; }
  const SafetensorsFile &weights() const { return predictor_.weights(); }
  const OutputTerms &terms() const { return terms_; }
  const ExplainSettings &settings() const { return settings_; }

  Explanation explain(std::string_view text) {
    if (!texts_) {
      vectorizer_.emplace(Vectorizer::load(weights()));
      texts_ = std::make_unique<TextExplainer>(explainer_, *vectorizer_, terms_,
                                               settings_);
    }
    return texts_->explain(text);
  }
  Explanation explain(const RowOfData &row) {
    if (!rows_) {
      columns_.emplace(predictor_.program(), weights());
      rows_ = std::make_unique<RowExplainer>(explainer_, *columns_, terms_,
                                             settings_);
    }
    return rows_->explain(row);
  }

private:
  Predictor predictor_;
  Explainer explainer_;
  OutputTerms terms_;
  ExplainSettings settings_;
  std::optional<Vectorizer> vectorizer_;
  std::unique_ptr<TextExplainer> texts_;
  std::optional<InputColumns> columns_;
  std::unique_ptr<RowExplainer> rows_;
};

/// Tells one row after another.
class Teller {
public:
  Teller(const ExplainCommand &command, Side &side, Side *other)
      : command_(command), side_(side), other_(other),
        style_{.top = std::size_t(command.top),
               .hasColor = !command.json && hasColor()} {}

  /// `input` is a text or a row, `text` the text or "".
  template <typename Input>
  void tell(const Input &input, std::string_view text, std::int64_t row,
            std::string_view id) {
    const Explanation explanation = side_.explain(input);
    std::optional<Explanation> against;
    if (other_)
      against = other_->explain(input);
    const Explanation *other = against ? &*against : nullptr;
    if (explanation.method == ExplainMethod::Path &&
        std::abs(explanation.gap) > explanation.tolerance && !isWarned_) {
      isWarned_ = true;
      printNote(fmt::format("warning: row {}: the parts of {} points of the "
                            "path miss the score by {:.2g}; see its gap",
                            row, explanation.points, explanation.gap));
    }
    if (!command_.html.empty())
      page_ += fmt::format("<section>\n<h2>Row {}</h2>\n{}</section>\n", row,
                           explanationHtml(explanation, text, style_));
    if (command_.json)
      printResult(explanationJson(explanation, text, row, id, other));
    else
      printResult((row > 0 ? "\n" : "") + explanationText(explanation, text,
                                                          style_, other,
                                                          command_.against));
  }

  void finish() const {
    if (!command_.json)
      printNote(stabilityNote);
    if (command_.html.empty())
      return;
    HtmlPage page("Explanations");
    page.addWarning(stabilityNote);
    page.addSection("Parts of the score", page_);
    writeText(command_.html, page.text());
  }

private:
  const ExplainCommand &command_;
  Side &side_;
  Side *other_;
  ExplanationStyle style_;
  std::string page_;
  bool isWarned_ = false;
};

void explainLines(const ExplainCommand &command, Side &side, Teller &teller) {
  // One thread, by which the texts stay here.
  TextStream stream(*command.text, streamOptions(command.documents, 1),
                    side.weights());
  std::int64_t row = 0;
  std::string firstError;
  while (!pendingSignal()) {
    const bool hasTexts = stream.nextTexts();
    for (std::size_t at = 0; at < stream.texts().size() && !pendingSignal();
         ++at)
      teller.tell(stream.texts()[at], stream.texts()[at], row++,
                  stream.ids()[at]);
    const std::optional<std::string> error = stream.takeError();
    if (!error && !hasTexts)
      break;
    if (error) {
      if (command.json)
        printResult(lineErrorJson(row, stream.errorId(), *error));
      ++row;
      firstError = firstError.empty() ? *error : firstError;
    }
  }
  teller.finish();
  finishOutput();
  if (!firstError.empty())
    throw InputError(firstError);
}

void explainData(const MlcProgram &program, const ExplainCommand &command,
                 Side &side, Side *other, Teller &teller) {
  if (const auto texts =
          openTextDocuments(command.data, command.documents, side.weights())) {
    Document document;
    for (std::int64_t row = 0; texts->next(document) && !pendingSignal(); ++row)
      teller.tell(document.text, document.text, row, "");
  } else {
    const Examples examples =
        openExamples(program, command.data, command.documents, side.weights(),
                     LabelUse::Ignored, command.threads);
    if (other)
      examples.expectSameVectorizer(other->weights());
    for (std::int64_t row = 0; row < examples.rows() && !pendingSignal(); ++row)
      teller.tell(rowOf(examples.data(), row), "", row, "");
  }
  teller.finish();
  finishOutput();
}

} // namespace

int runCommand(const MlcProgram &program, const ExplainCommand &command) {
  expectDistinct("--html", command.html,
                 {command.data, command.weights, command.against,
                  command.text.value_or("")});
  if (!command.html.empty())
    expectWritable(command.html);
  Side side(program, command.weights, command);
  if (command.isGlobal) {
    tellGlobal(program, command, side.predictor(), side.terms());
    finishOutput();
    return 0;
  }
  std::optional<Side> other;
  if (!command.against.empty())
    other.emplace(program, command.against, command);
  Teller teller(command, side, other ? &*other : nullptr);
  if (command.text)
    explainLines(command, side, teller);
  else
    explainData(program, command, side, other ? &*other : nullptr, teller);
  return 0;
}

} // namespace mlc::runtime
