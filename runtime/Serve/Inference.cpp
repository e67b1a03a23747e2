//===- Inference.cpp - A thread's way from requests to answers ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Inference.h"

#include "Error.h"
#include "Import/TableRows.h"
#include "Import/Utf8.h"
#include "Program/Predictor.h"
#include "Serve/HttpError.h"
#include "Serve/TensorData.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace mlc::runtime {

/// Of one request: what its answer takes stays bounded, whatever its body says
/// in a few bytes a row.
static constexpr std::int64_t mostRows = 65536;
static constexpr std::int64_t mostNumbers = 4 << 20;

Inference::Inference(std::shared_ptr<const ServedModel> model)
    : model_(std::move(model)), workspace_(model_->predictor()) {
  if (model_->vectorizer())
    session_.emplace(*model_->vectorizer());
  if (model_->table())
    cells_.emplace(*model_);
}

/// `numbers`: that are made of a row here, beside the model's outputs.
void Inference::expectRows(std::int64_t rows, std::int64_t numbers) const {
  const std::int64_t most = std::min(
      mostRows,
      mostNumbers / std::max({model_->columns(), numbers, std::int64_t(1)}));
  if (rows > most)
    failRequest(fmt::format("expected at most {} rows in a request", most));
}

/// Empties it, and gives back what a large request needed.
template <typename Element>
static void empty(std::vector<Element> &elements) {
  constexpr std::size_t keptBytes = 1 << 20;
  elements.clear();
  if (elements.capacity() * sizeof(Element) > keptBytes)
    elements.shrink_to_fit();
}

static void empty(FeatureRows &rows) {
  empty(rows.sparse.indptr);
  rows.sparse.indptr.push_back(0);
  empty(rows.sparse.indices);
  empty(rows.sparse.values);
  empty(rows.sparse.labels);
  empty(rows.dense);
}

/// A shape of one dimension, or of several of which the last has `columns`.
static std::int64_t rowsOf(const InputTensor &tensor, std::int64_t columns) {
  if (columns == 1 && tensor.shape.size() == 1)
    return tensor.shape[0];
  if (tensor.shape.size() != 2 || tensor.shape[1] != columns)
    failRequest(fmt::format("input {:?}: expected the shape [rows, {}]{}",
                            tensor.name, columns,
                            columns == 1 ? " or [rows]" : ""));
  return tensor.shape[0];
}

void Inference::appendText(std::string_view text) {
  if (const char *bad = findBadText(text); bad != text.data() + text.size())
    failRequest(
        fmt::format("row {}: expected UTF-8 without NUL, but byte {} is "
                    "neither",
                    count_, bad - text.data()));
  session_->transform(text, 0, rows_);
  texts_.push_back(text);
  ++count_;
}

void Inference::takeTexts(const InputTensor &tensor) {
  if (!session_ || cells_)
    failRequest(
        "input \"text\": this model was not trained on texts, so that it "
        "knows no words; send numbers, as its metadata says");
  expectRows(rowsOf(tensor, 1), model_->isSparse() ? 0 : model_->width());
  rows_.sparse.width = model_->width();
  rows_.isDense = !model_->isSparse();
  readTexts(tensor, [&](std::string_view text) { appendText(text); });
}

void Inference::takeFeatures(const InputTensor &tensor) {
  const MlcProgram &program = model_->predictor().program();
  const bool isBounded = mlc::runtime::isBounded(inputOf(program));
  if (isBounded &&
      (tensor.shape.size() != 2 || !mayHaveWidth(program, tensor.shape[1])))
    failRequest(fmt::format("input {:?}: expected the shape [rows, features] "
                            "with {}",
                            tensor.name, widthText(program)));
  const std::int64_t width = isBounded ? tensor.shape[1] : model_->width();
  const std::int64_t rows = rowsOf(tensor, width);
  expectRows(rows, 0);
  rows_.sparse.width = width;
  rows_.isDense = true;
  readFloats(tensor, rows_.dense);
  count_ = rows;
}

static const InputTensor *find(const InferRequest &request,
                               std::string_view name) {
  for (const InputTensor &tensor : request.inputs())
    if (tensor.name == name)
      return &tensor;
  return nullptr;
}

void Inference::takeSparse(const InferRequest &request) {
  const InputTensor *indptr = find(request, "indptr");
  const InputTensor *indices = find(request, "indices");
  const InputTensor *values = find(request, "values");
  if (!indptr || !indices)
    failRequest(
        "expected the inputs \"indptr\" and \"indices\" and, unless all are "
        "1, \"values\"");
  for (const InputTensor *tensor : {indptr, indices, values})
    if (tensor && tensor->shape.size() != 1)
      failRequest(fmt::format("input {:?}: expected a shape of one dimension",
                              tensor->name));
  if (indptr->elements < 1)
    failRequest("input \"indptr\": expected 0 and then where each row ends");
  expectRows(indptr->elements - 1, 0);
  readWhole(*indptr, rows_.sparse.indptr);
  std::vector<std::int64_t> columns;
  readWhole(*indices, columns);
  for (std::int64_t column : columns) {
    if (column < 0 || column >= model_->width())
      failRequest(
          fmt::format("input \"indices\": expected columns from 0 to {}, but "
                      "got {}",
                      model_->width() - 1, column));
    rows_.sparse.indices.push_back(std::int32_t(column));
  }
  if (values)
    readFloats(*values, rows_.sparse.values);
  if (values && values->elements != indices->elements)
    failRequest("expected as many \"values\" as \"indices\"");
  count_ = indptr->elements - 1;
}

/// As a file's rows are read (Import/TableRows).
void Inference::takeColumns(const InferRequest &request) {
  const std::int64_t rows = cells_->read(request);
  expectRows(rows, model_->isSparse() ? 0 : model_->width());
  SparseRows features;
  features.width = std::int64_t(model_->table()->width());
  if (session_) {
    rows_.sparse.width = model_->vectorizer()->features();
    rows_.isDense = model_->vectorizer()->isDense();
  }
  for (std::int64_t row = 0; row < rows; ++row) {
    if (session_)
      session_->transform(cells_->textOf(row), 0, rows_);
    cells_->encode(row, features);
    features.endRow(0);
  }
  joinTable(rows_, std::move(features), session_.has_value());
  count_ = rows;
}

const Answers &Inference::answer(const InferRequest &request) {
  empty(rows_);
  empty(texts_);
  count_ = 0;
  if (cells_ && (request.inputs().empty() || cells_->areIn(request))) {
    takeColumns(request);
    return predict();
  }
  const bool isText = find(request, "text");
  const bool isDense = find(request, "features");
  for (const InputTensor &tensor : request.inputs()) {
    const bool isKnown = isText               ? tensor.name == "text"
                         : model_->isSparse() ? tensor.name == "indptr" ||
                                                    tensor.name == "indices" ||
                                                    tensor.name == "values"
                                              : tensor.name == "features";
    if (!isKnown)
      failRequest(
          fmt::format("unexpected input {:?}; the model's metadata names "
                      "those that it takes",
                      tensor.name));
  }
  if (isText)
    takeTexts(*find(request, "text"));
  else if (model_->isSparse())
    takeSparse(request);
  else if (isDense)
    takeFeatures(*find(request, "features"));
  else
    failRequest("expected an input \"features\"");
  return predict();
}

const Answers &Inference::answerRaw(std::string_view body) {
  empty(rows_);
  empty(texts_);
  count_ = 0;
  if (session_ && !cells_) {
    rows_.sparse.width = model_->width();
    rows_.isDense = !model_->isSparse();
    appendText(body);
    return predict();
  }
  if (model_->isSparse())
    failRequest("expected JSON: sparse rows are several tensors");
  const MlcProgram &program = model_->predictor().program();
  std::size_t bytes = std::size_t(model_->width()) * sizeof(float);
  // Where rows may differ in size, the bytes alone do not say where one ends.
  if (isBounded(inputOf(program)) && !body.empty()) {
    const std::size_t step = std::size_t(stepOf(inputOf(program)));
    if (body.size() > bytes || body.size() % (step * sizeof(float)) != 0)
      failRequest(fmt::format("expected the bytes of one row of {}, but got {} "
                              "bytes",
                              widthText(program), body.size()));
    bytes = body.size();
  }
  if (body.size() % bytes != 0)
    failRequest(fmt::format("expected rows of {} bytes, but got {} bytes",
                            bytes, body.size()));
  InputTensor tensor;
  tensor.name = "features";
  tensor.shape = {std::int64_t(body.size() / bytes),
                  std::int64_t(bytes / sizeof(float))};
  tensor.elements = std::int64_t(body.size() / sizeof(float));
  tensor.bytes = body;
  takeFeatures(tensor);
  return predict();
}

const Answers &Inference::predict() {
  const std::int64_t columns = model_->columns();
  answers_.rows = count_;
  empty(answers_.outputs);
  empty(answers_.probabilities);
  empty(answers_.labels);
  answers_.outputs.resize(count_ * columns);
  InputRows rows{.count = count_};
  if (model_->isSparse()) {
    rows.starts = rows_.sparse.indptr;
    rows.columns = rows_.sparse.indices;
    rows.values = rows_.sparse.values;
  } else {
    rows.features = rows_.dense;
  }
  try {
    if (count_ > 0)
      model_->predictor().predict(rows, answers_.outputs, workspace_);
  } catch (const InputError &error) {
    failRequest(error.what());
  }
  if (model_->task() == Task::Regression) {
    // In the units of what was learned, as `predict` tells them.
    if (const auto &target = model_->terms().target)
      for (float &output : answers_.outputs)
        output = float(target->undo(output));
    return answers_;
  }
  const Decision &decision = model_->terms().decision;
  const std::int64_t places = placesOf(model_->predictor().program());
  const std::int64_t width = columns / places;
  for (std::int64_t place = 0; place < count_ * places; ++place) {
    const auto outputs =
        std::span<const float>(answers_.outputs).subspan(place * width, width);
    const std::vector<double> probabilities =
        probabilitiesOf(model_->task(), outputs, decision.temperature);
    answers_.probabilities.insert(answers_.probabilities.end(),
                                  probabilities.begin(), probabilities.end());
    if (model_->task() == Task::MultiClass)
      answers_.labels.push_back(classTold(outputs, decision));
    else
      for (std::size_t column = 0; column < outputs.size(); ++column)
        answers_.labels.push_back(isTold(outputs[column], column, decision));
  }
  return answers_;
}

} // namespace mlc::runtime
