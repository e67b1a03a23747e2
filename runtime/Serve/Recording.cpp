//===- Recording.cpp - Answers as decisions of a log ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Recording.h"

#include "Serve/HttpError.h"

#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <vector>

namespace mlc::runtime {

/// Of what was answered last: the text or, where it was none, the features.
static DecisionInput inputOfRow(const Inference &inference, std::size_t row) {
  if (!inference.texts().empty())
    return {.kind = DecisionInput::Text,
            .text = inference.texts()[row],
            .values = {},
            .columns = {}};
  const FeatureRows &rows = inference.rows();
  if (!inference.model().isSparse()) {
    const std::size_t width = std::size_t(rows.sparse.width);
    return {.kind = DecisionInput::Dense,
            .text = {},
            .values = std::span(rows.dense).subspan(row * width, width),
            .columns = {}};
  }
  const std::size_t begin = std::size_t(rows.sparse.indptr[row]),
                    size = std::size_t(rows.sparse.indptr[row + 1]) - begin;
  return {.kind = DecisionInput::Sparse,
          .text = {},
          .values = rows.sparse.values.empty()
                        ? std::span<const float>()
                        : std::span(rows.sparse.values).subspan(begin, size),
          .columns = std::span(rows.sparse.indices).subspan(begin, size)};
}

void expectRecordable(const DecisionLog *log) {
  if (log && log->isFailing())
    throw HttpError(503, fmt::format("no decision can be recorded now: {}",
                                     log->failure()));
}

void record(DecisionLog *log, const Inference &inference,
            const Answers &answers, std::span<const std::string> explanations) {
  if (!log || answers.rows == 0)
    return;
  const std::size_t rows = std::size_t(answers.rows);
  const std::size_t outputs = answers.outputs.size() / rows,
                    labels = answers.labels.size() / rows;
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::system_clock::now().time_since_epoch())
          .count();
  std::vector<DecidedRow> decisions(rows);
  for (std::size_t row = 0; row < rows; ++row)
    decisions[row] = {
        .time = now,
        .weights = inference.model().sha256(),
        .input = inputOfRow(inference, row),
        .outputs = std::span(answers.outputs).subspan(row * outputs, outputs),
        .labels = std::span(answers.labels).subspan(row * labels, labels),
        .explanation =
            explanations.empty() ? std::string_view() : explanations[row]};
  if (!log->add(decisions))
    throw HttpError(503, "decisions come faster than the disk can record them; "
                         "try again");
}

} // namespace mlc::runtime
