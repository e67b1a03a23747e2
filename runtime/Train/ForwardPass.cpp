//===- ForwardPass.cpp - Runs a program without training it ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/ForwardPass.h"

#include "Train/Interrupt.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace mlc::runtime {

/// Room for outputs: 4 MB, but at least 8 batches a worker, so that none waits
/// long for the one that is last, at most 64, and no more than `rows` give.
static std::int64_t batchLimit(const MlcProgram &program, std::int64_t workers,
                               std::int64_t rows) {
  constexpr std::int64_t outputElements = 1 << 20;
  const std::int64_t wanted =
      std::clamp(outputElements / program.batch / program.outputs, 8 * workers,
                 64 * workers);
  return std::min(wanted, (rows - 1) / program.batch + 1);
}

ForwardPass::ForwardPass(Executor &executor, const Examples &examples)
    : executor_(executor), call_(executor.callOn(examples)),
      batchLimit_(batchLimit(executor.program(), executor.workers().count(),
                             examples.rows())),
      outputs_(batchLimit_ * executor.program().batch *
               executor.program().outputs),
      losses_(batchLimit_), chunk_(batchLimit_, executor.workers().count()) {
  call_.outputs = outputs_.data();
  call_.losses = losses_.data();
}

bool ForwardPass::run(
    ProgramStep step, std::span<const std::int32_t> rows,
    const std::function<void(const ForwardChunk &)> &consume) {
  const MlcProgram &program = executor_.program();
  while (!rows.empty()) {
    if (pendingSignal())
      return false;
    const std::size_t count =
        std::min<std::size_t>(chunk_.steps() * program.batch, rows.size());
    const std::int64_t batches = (count + program.batch - 1) / program.batch;
    call_.rows = rows.data();
    call_.row_count = count;
    const auto start = ChunkSize::Clock::now();
    executor_.run(step, call_);
    chunk_.observe(batches, ChunkSize::Clock::now() - start);
    consume({rows.first(count),
             std::span(outputs_).first(count * program.outputs),
             std::span(losses_).first(batches)});
    rows = rows.subspan(count);
  }
  return true;
}

const char *scoreName(const MlcProgram &program) {
  return program.label_kind == MLC_LABEL_REAL ? "rmse" : "accuracy";
}

std::string scoreText(const MlcProgram &program, double score) {
  return program.label_kind == MLC_LABEL_REAL
             ? fmt::format("{:.4f}", score)
             : fmt::format("{:.2f} %", 100 * score);
}

Evaluator::Evaluator(Executor &executor, const Examples &examples,
                     std::vector<std::int32_t> rows)
    : program_(executor.program()), examples_(examples), rows_(std::move(rows)),
      pass_(executor, examples) {}

/// What a row adds: right columns, or squared errors.
double Evaluator::scoreOf(std::int32_t row, const float *outputs) const {
  const std::int64_t columns = program_.outputs;
  if (program_.label_kind == MLC_LABEL_CLASS)
    return std::max_element(outputs, outputs + columns) - outputs ==
           examples_.classLabels()[row];
  const float *labels = examples_.realLabels() + row * columns;
  double sum = 0;
  for (std::int64_t i = 0; i < columns; ++i) {
    const double error = double(outputs[i]) - labels[i];
    sum += program_.label_kind == MLC_LABEL_REAL
               ? error * error
               : (outputs[i] > 0) == (labels[i] >= 0.5f);
  }
  return sum / columns;
}

std::optional<Evaluation>
Evaluator::run(const std::function<void(const ForwardChunk &)> &observe) {
  double loss = 0, score = 0;
  const bool complete =
      pass_.run(ProgramStep::Evaluate, rows_, [&](const ForwardChunk &chunk) {
        const std::int64_t rows = chunk.rows.size();
        for (std::size_t i = 0; i < chunk.losses.size(); ++i)
          loss +=
              double(chunk.losses[i]) *
              std::min(program_.batch, rows - program_.batch * std::int64_t(i));
        for (std::int64_t i = 0; i < rows; ++i)
          score += scoreOf(chunk.rows[i], &chunk.outputs[i * program_.outputs]);
        if (observe)
          observe(chunk);
      });
  if (!complete)
    return std::nullopt;
  loss /= rows_.size();
  score /= rows_.size();
  if (program_.label_kind == MLC_LABEL_REAL)
    score = std::sqrt(score);
  return Evaluation{loss, score};
}

std::vector<std::int32_t> allRows(std::int64_t count) {
  std::vector<std::int32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

} // namespace mlc::runtime
