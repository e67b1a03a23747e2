//===- ForwardPass.cpp - Runs a program without training it ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/ForwardPass.h"

#include "Program/KeptAnswers.h"

#include "System/Interrupt.h"

#include <algorithm>
#include <bit>
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
      std::clamp(outputElements / program.batch / columnsOf(program),
                 8 * workers, 64 * workers);
  return std::min(wanted, (rows - 1) / program.batch + 1);
}

/// The same where outputs stay on a GPU: 64 MB.
static std::int64_t countLimit(const MlcProgram &program, std::int64_t rows) {
  constexpr std::int64_t outputElements = 1 << 24;
  const std::int64_t wanted = std::max<std::int64_t>(
      outputElements / program.batch / columnsOf(program), 1);
  return std::min(wanted, (rows - 1) / program.batch + 1);
}

ForwardPass::ForwardPass(Executor &executor, const Examples &examples)
    : executor_(executor), call_(executor.callOn(examples)),
      batchLimit_(
          batchLimit(executor.program(), executor.threads(), examples.rows())),
      outputs_(batchLimit_ * executor.program().batch *
               columnsOf(executor.program())),
      losses_(batchLimit_), chunk_(batchLimit_, executor.threads()),
      countLimit_(executor.device()
                      ? countLimit(executor.program(), examples.rows())
                      : 1),
      countedLosses_(countLimit_), scores_(countLimit_),
      countChunk_(countLimit_) {}

std::int64_t ForwardPass::batchesOf(std::int64_t rows) const {
  const std::int64_t batch = executor_.program().batch;
  return (rows + batch - 1) / batch;
}

bool ForwardPass::forEachChunk(
    std::span<const std::int32_t> rows, ChunkSize &chunk,
    const std::function<void(std::span<const std::int32_t>)> &run) {
  while (!rows.empty()) {
    if (pendingSignal())
      return false;
    const std::size_t count = std::min<std::size_t>(
        chunk.steps() * executor_.program().batch, rows.size());
    call_.rows = rows.data();
    call_.row_count = count;
    run(rows.first(count));
    rows = rows.subspan(count);
  }
  return true;
}

bool ForwardPass::run(
    ProgramStep step, std::span<const std::int32_t> rows,
    const std::function<void(const ForwardChunk &)> &consume) {
  outputTable_[0] = outputs_.data();
  call_.outputs = outputTable_;
  call_.losses = losses_.data();
  return forEachChunk(rows, chunk_, [&](std::span<const std::int32_t> some) {
    const std::int64_t batches = batchesOf(some.size());
    const auto start = ChunkSize::Clock::now();
    executor_.run(step, call_);
    chunk_.observe(batches, ChunkSize::Clock::now() - start);
    consume({some,
             std::span(outputs_).first(some.size() *
                                       columnsOf(executor_.program())),
             std::span(losses_).first(batches)});
  });
}

/// What the loss of all `rows` is divided by: their weights, or their number.
static double totalWeight(const Examples &examples,
                          std::span<const std::int32_t> rows) {
  const std::span<const float> weights = examples.weights();
  if (weights.empty())
    return double(rows.size());
  double sum = 0;
  for (std::int32_t row : rows)
    sum += weights[std::size_t(row)];
  return sum;
}

/// The mean losses of batches, each weighted with its rows.
static void addLosses(std::span<const float> losses, std::int64_t rows,
                      std::int64_t batch, Tally &tally) {
  for (float loss : losses) {
    tally.loss += double(loss) * std::min(batch, rows);
    rows -= batch;
  }
}

bool ForwardPass::count(std::span<const std::int32_t> rows, Tally &tally) {
  const MlcProgram &program = executor_.program();
  call_.outputs = nullptr;
  call_.losses = countedLosses_.data();
  return forEachChunk(
      rows, countChunk_, [&](std::span<const std::int32_t> some) {
        const std::int64_t batches = batchesOf(some.size());
        const auto start = ChunkSize::Clock::now();
        executor_.run(ProgramStep::Evaluate, call_, scores_.data());
        countChunk_.observe(batches, ChunkSize::Clock::now() - start);
        addLosses(std::span(countedLosses_).first(batches), some.size(),
                  program.batch, tally);
        for (std::int32_t score : std::span(scores_).first(batches))
          if (labelKindOf(program) == MLC_LABEL_REAL)
            tally.squares += std::bit_cast<float>(score);
          else
            tally.right += score;
      });
}

const char *scoreName(const MlcProgram &program) {
  return labelKindOf(program) == MLC_LABEL_REAL ? "rmse" : "accuracy";
}

std::string scoreText(const MlcProgram &program, double score) {
  return labelKindOf(program) == MLC_LABEL_REAL
             ? fmt::format("{:.4f}", score)
             : fmt::format("{:.2f} %", 100 * score);
}

Evaluator::Evaluator(Executor &executor, const Examples &examples,
                     std::vector<std::int32_t> rows,
                     std::vector<Measure> measures)
    : executor_(executor), program_(executor.program()), examples_(examples),
      rows_(std::move(rows)), placed_(executor.place(rows_)),
      pass_(executor, examples), measures_(std::move(measures)) {
  if (measures_.empty())
    return;
  kept_ = std::make_unique<KeptAnswers>(program_, examples_);
  kept_->reserve(std::ssize(rows_));
}

Evaluator::~Evaluator() = default;

void Evaluator::addRow(std::int32_t row, const float *outputs,
                       Tally &tally) const {
  const std::int64_t columns = columnsOf(program_);
  if (labelKindOf(program_) == MLC_LABEL_CLASS) {
    const std::int64_t places = placesOf(program_), classes = columns / places;
    for (std::int64_t place = 0; place < places; ++place) {
      const float *own = outputs + place * classes;
      const auto answer = std::max_element(own, own + classes) - own;
      tally.right += answer == examples_.classLabels()[row * places + place];
      tally.addAnswer(answer);
    }
    return;
  }
  if (columns == 1 && labelKindOf(program_) == MLC_LABEL_BINARY)
    tally.addAnswer(outputs[0] > 0);
  const float *labels = examples_.realLabels() + row * columns;
  for (std::int64_t i = 0; i < columns; ++i) {
    const double error = double(outputs[i]) - labels[i];
    tally.squares += error * error;
    tally.right += (outputs[i] > 0) == (labels[i] >= 0.5f);
  }
}

void Evaluator::add(const ForwardChunk &chunk, Tally &tally) const {
  addLosses(chunk.losses, chunk.rows.size(), program_.batch, tally);
  for (std::size_t i = 0; i < chunk.rows.size(); ++i)
    addRow(chunk.rows[i], &chunk.outputs[i * columnsOf(program_)], tally);
}

double Evaluator::scoreOf(const Tally &tally) const {
  const double columns = labelKindOf(program_) == MLC_LABEL_CLASS
                             ? placesOf(program_)
                             : columnsOf(program_);
  const double count = double(rows_.size()) * columns;
  // Errors are told in the units of the targets.
  const auto &target = examples_.data().target();
  const double deviation = target ? target->deviation : 1;
  return labelKindOf(program_) == MLC_LABEL_REAL
             ? std::sqrt(tally.squares / count) * deviation
             : double(tally.right) / count;
}

std::optional<Evaluation>
Evaluator::run(const std::function<void(const ForwardChunk &)> &observe) {
  Tally tally;
  if (kept_)
    kept_->clear();
  const bool complete = executor_.device() && !observe && !kept_
                            ? pass_.count(rows_, tally)
                            : pass_.run(ProgramStep::Evaluate, rows_,
                                        [&](const ForwardChunk &chunk) {
                                          add(chunk, tally);
                                          if (kept_)
                                            kept_->add(chunk);
                                          if (observe)
                                            observe(chunk);
                                        });
  if (!complete)
    return std::nullopt;
  Evaluation result{.loss = tally.loss / totalWeight(examples_, rows_),
                    .score = scoreOf(tally),
                    .onlyAnswer = tally.hasAnswers ? -1 : tally.answer,
                    .figures = {}};
  // Figures of outputs that are no numbers mean nothing.
  if (kept_ && std::isfinite(result.loss)) {
    Judgement judgement(kept_->judged());
    result.figures = figuresOf(judgement, measures_);
  }
  return result;
}

std::vector<std::int32_t> allRows(std::int64_t count) {
  std::vector<std::int32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

} // namespace mlc::runtime
