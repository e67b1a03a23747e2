//===- Explaining.cpp - POST /v2/models/NAME/explain ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Explaining.h"

#include "Error.h"
#include "Explain/ExplanationText.h"
#include "Explain/RowExplainer.h"
#include "Explain/TextExplainer.h"
#include "Serve/HttpError.h"
#include "Serve/TensorData.h"

#include <fmt/format.h>
#include <optional>
#include <vector>

namespace mlc::runtime {

struct Explaining::Parts {
  Explainer explainer;
  InputColumns columns;
  std::optional<TextExplainer> texts;
  std::optional<RowExplainer> rows;
};

Explaining::Explaining(Inference &inference) : inference_(inference) {
  const ServedModel &model = inference.model();
  const Predictor &predictor = model.predictor();
  try {
    parts_.reset(
        new Parts{Explainer(predictor),
                  InputColumns(predictor.program(), predictor.weights()),
                  std::nullopt, std::nullopt});
    parts_->rows.emplace(parts_->explainer, parts_->columns, model.terms(),
                         ExplainSettings{});
    if (model.vectorizer() && !model.table() && model.isSparse())
      parts_->texts.emplace(parts_->explainer, *model.vectorizer(),
                            model.terms(), ExplainSettings{});
  } catch (const InputError &error) {
    throw HttpError(501, error.what());
  }
}

Explaining::~Explaining() = default;

static const InputTensor *findText(const InferRequest &request) {
  for (const InputTensor &tensor : request.inputs())
    if (tensor.name == "text")
      return &tensor;
  return nullptr;
}

std::string Explaining::answer(std::string_view modelName,
                               const InferRequest &request) {
  const ServedModel &model = inference_.model();
  explanations_.clear();
  auto add = [&](const Explanation &explanation, std::string_view text,
                 std::int64_t row) {
    std::string own = explanationJson(explanation, text, row, "");
    own.pop_back(); // the end of the line
    explanations_.push_back(std::move(own));
  };
  // It checks what it is given, and so comes first.
  const Answers &answers = inference_.answer(request);
  if (answers.rows > mostRows)
    throw HttpError(400, fmt::format("expected at most {} rows to explain in a "
                                     "request",
                                     mostRows));
  const InputTensor *text = findText(request);
  if (text && parts_->texts) {
    std::int64_t row = 0;
    readTexts(*text, [&](std::string_view own) {
      if (own.size() > mostTextBytes)
        throw HttpError(400, fmt::format("row {}: expected at most {} bytes of "
                                         "text to explain",
                                         row, mostTextBytes));
      add(parts_->texts->explain(own), own, row);
      ++row;
    });
  } else {
    for (std::int64_t row = 0; row < answers.rows; ++row)
      add(parts_->rows->explain(rowOf(inference_.rows(), row)), "", row);
  }
  return fmt::format(
      "{{\"model_name\":{},\"model_version\":{}{},\"explanations\":[{}]}}",
      jsonText(modelName), jsonText(model.version()),
      request.id() ? fmt::format(",\"id\":{}", jsonText(*request.id())) : "",
      fmt::join(explanations_, ","));
}

} // namespace mlc::runtime
