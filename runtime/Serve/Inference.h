//===- Inference.h - A thread's way from requests to answers ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_INFERENCE_H
#define MLC_RUNTIME_SERVE_INFERENCE_H

#include "Serve/HttpMessage.h"
#include "Serve/InferRequest.h"
#include "Serve/ServedModel.h"
#include "Serve/TableCells.h"
#include "Text/FeatureRows.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// What a model says of some rows.
struct Answers {
  std::int64_t rows = 0;
  std::vector<float> outputs;        ///< [rows, columns]
  std::vector<double> probabilities; ///< [rows, columns]; none of Regression.
  /// [rows, columns] or, of classes, [rows, places].
  std::vector<std::int64_t> labels;
};

/// One model and one thread's memory for it.
class Inference {
public:
  explicit Inference(std::shared_ptr<const ServedModel> model);

  const ServedModel &model() const { return *model_; }

  /// The answers to a request's inputs, valid until the next call: the bits
  /// that `predict` prints of the same rows. Throws HttpError (400).
  const Answers &answer(const InferRequest &request);
  /// The same of a single tensor that came as bytes without any JSON: a text,
  /// or rows of features.
  const Answers &answerRaw(std::string_view body);

  /// What was answered last.
  const Answers &answers() const { return answers_; }
  /// The rows that were answered last, as the model takes them.
  const FeatureRows &rows() const { return rows_; }
  /// Where they came as texts alone, these; valid as long as the request.
  const std::vector<std::string_view> &texts() const { return texts_; }

private:
  void takeTexts(const InputTensor &tensor);
  void takeFeatures(const InputTensor &tensor);
  void takeSparse(const InferRequest &request);
  void takeColumns(const InferRequest &request);
  void appendText(std::string_view text);
  const Answers &predict();
  void expectRows(std::int64_t rows, std::int64_t numbers) const;

  std::shared_ptr<const ServedModel> model_;
  Predictor::Workspace workspace_;
  std::optional<Vectorizer::Session> session_;
  std::optional<TableCells> cells_;
  FeatureRows rows_;
  std::vector<std::string_view> texts_;
  std::int64_t count_ = 0; ///< Rows in `rows_`.
  Answers answers_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_INFERENCE_H
