//===- Importance.cpp - How much worse it is without a column -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/Importance.h"

#include "Explain/ColumnCells.h"
#include "Metrics/Judgement.h"
#include "Program/KeptAnswers.h"
#include "Program/Random.h"
#include "System/Interrupt.h"
#include "Text/DocumentPipeline.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace mlc::runtime {

/// Rows that are predicted at once.
static constexpr std::int64_t rowsAtOnce = 1024;

/// The outputs of all rows, whose chunks are shared out to threads.
static std::vector<float> predictAll(const Predictor &predictor,
                                     const Dataset &data,
                                     std::int64_t threads) {
  const std::int64_t width = columnsOf(predictor.program());
  const std::int64_t chunks = (data.rows() + rowsAtOnce - 1) / rowsAtOnce;
  std::vector<float> outputs(std::size_t(data.rows() * width));
  std::atomic<std::int64_t> next = 0;
  runThreads(std::min(threads, chunks), [&](std::int64_t) {
    Predictor::Workspace workspace(predictor);
    for (std::int64_t chunk; (chunk = next++) < chunks;) {
      const std::int64_t begin = chunk * rowsAtOnce;
      const std::int64_t end = std::min(data.rows(), begin + rowsAtOnce);
      const RowBatch batch(predictor.program(), rowsOf(data, begin, end));
      predictor.predict(
          batch.view(),
          std::span(outputs).subspan(std::size_t(begin * width),
                                     std::size_t((end - begin) * width)),
          workspace);
    }
  });
  return outputs;
}

namespace {
/// Measures what changed columns are worth; each thread has its own.
class Permuter {
public:
  /// `outputs` are those of all rows as they are.
  Permuter(const Predictor &predictor, const Examples &examples,
           const InputColumns &columns, const Measure &measure,
           const Decision &decision, std::span<const float> outputs)
      : predictor_(predictor), examples_(examples), columns_(columns),
        measure_(measure), kept_(predictor.program(), examples),
        decision_(decision), outputs_(outputs), workspace_(predictor) {}

  /// The figure of outputs of all rows.
  double figureOf(std::span<const float> outputs) {
    const std::vector<std::int32_t> rows = allRows(examples_.rows());
    kept_.clear();
    kept_.add({rows, outputs, {}});
    Judgement judgement(kept_.judged(decision_));
    return measure_.of(judgement);
  }

  /// The figure where the column's values are those of the permuted rows.
  double figureOf(const CellsOfColumn &cells, std::int64_t column,
                  const Permutation &order) {
    std::vector<float> changed(outputs_.begin(), outputs_.end());
    std::vector<RowOfData> rows;
    std::vector<std::int64_t> numbers;
    static const std::vector<Cell> none;
    for (std::int64_t row = 0; row < examples_.rows(); ++row) {
      const std::vector<Cell> *got = findCells(cells, order(row));
      // Rows that neither give nor get a value stay as they are.
      if (!got && !findCells(cells, row))
        continue;
      rows.push_back(withCells(rowOf(examples_.data(), row), got ? *got : none,
                               columns_, column, examples_.data().isSparse()));
      numbers.push_back(row);
      if (std::ssize(rows) == rowsAtOnce)
        predict(rows, numbers, changed);
    }
    predict(rows, numbers, changed);
    return figureOf(changed);
  }

private:
  /// Puts the rows' outputs where their numbers say, and empties both.
  void predict(std::vector<RowOfData> &rows, std::vector<std::int64_t> &numbers,
               std::vector<float> &outputs) {
    const auto width = std::size_t(columnsOf(predictor_.program()));
    std::vector<float> now(rows.size() * width);
    if (!rows.empty())
      predictor_.predict(RowBatch(predictor_.program(), rows).view(), now,
                         workspace_);
    for (std::size_t at = 0; at < rows.size(); ++at)
      std::copy_n(now.begin() + std::ptrdiff_t(at * width), width,
                  outputs.begin() +
                      std::ptrdiff_t(std::size_t(numbers[at]) * width));
    rows.clear();
    numbers.clear();
  }

  const Predictor &predictor_;
  const Examples &examples_;
  const InputColumns &columns_;
  const Measure &measure_;
  KeptAnswers kept_;
  Decision decision_;
  std::span<const float> outputs_;
  Predictor::Workspace workspace_;
};
} // namespace

/// Mean and standard deviation of how far a figure fell.
static ColumnImportance importanceOf(std::int64_t column,
                                     std::span<const double> falls) {
  double mean = 0, squares = 0;
  for (double fall : falls)
    mean += fall / double(falls.size());
  for (double fall : falls)
    squares += (fall - mean) * (fall - mean);
  return {column, mean,
          falls.size() > 1 ? std::sqrt(squares / double(falls.size() - 1)) : 0};
}

std::optional<std::vector<ColumnImportance>>
permutationImportance(const Predictor &predictor, const Examples &examples,
                      const InputColumns &columns, const Measure &measure,
                      const Decision &decision,
                      const ImportanceOptions &options) {
  const std::map<std::int64_t, CellsOfColumn> cells =
      cellsOf(examples.data(), columns);
  std::vector<std::int64_t> numbers;
  for (const auto &[column, list] : cells)
    numbers.push_back(column);
  const std::vector<float> outputs =
      predictAll(predictor, examples.data(), options.threads);
  auto makePermuter = [&] {
    return Permuter(predictor, examples, columns, measure, decision, outputs);
  };
  const double whole = makePermuter().figureOf(outputs);
  std::vector<ColumnImportance> result(numbers.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> isStopped = false;
  auto work = [&](std::int64_t) {
    Permuter permuter = makePermuter();
    for (std::size_t at; (at = next++) < numbers.size();) {
      if (pendingSignal())
        isStopped = true;
      if (isStopped)
        return;
      std::vector<double> falls;
      for (std::int64_t repeat = 0; repeat < options.repeats; ++repeat) {
        // Columns and repeats share the permutation's index.
        const Permutation order(
            examples.rows(), options.seed + std::uint64_t(repeat),
            RandomPurpose::Importance, std::uint32_t(numbers[at]));
        const double figure =
            permuter.figureOf(cells.at(numbers[at]), numbers[at], order);
        falls.push_back(measure.isHigherBetter() ? whole - figure
                                                 : figure - whole);
      }
      result[at] = importanceOf(numbers[at], falls);
    }
  };
  runThreads(
      std::min<std::int64_t>(options.threads,
                             std::max<std::int64_t>(std::ssize(numbers), 1)),
      work);
  if (isStopped)
    return std::nullopt;
  std::ranges::stable_sort(
      result, [](const auto &a, const auto &b) { return a.mean > b.mean; });
  return result;
}

} // namespace mlc::runtime
