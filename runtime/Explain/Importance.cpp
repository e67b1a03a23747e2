//===- Importance.cpp - How much worse it is without a column -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/Importance.h"

#include "Explain/RowExplainer.h"
#include "Metrics/Judgement.h"
#include "Program/KeptAnswers.h"
#include "Program/Random.h"
#include "System/Interrupt.h"
#include "Text/DocumentPipeline.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>

namespace mlc::runtime {

namespace {
/// A feature of a row.
struct Cell {
  std::int32_t feature;
  float value;
};

/// What the rows have in each column: lists of a row's cells, of rows that have
/// any other than 0.
using CellsOfColumn = std::vector<std::pair<std::int64_t, std::vector<Cell>>>;

class Permuter {
public:
  Permuter(const Predictor &predictor, const Examples &examples,
           const Measure &measure, const Decision &decision)
      : predictor_(predictor), examples_(examples), measure_(measure),
        kept_(predictor.program(), examples), decision_(decision),
        workspace_(predictor), isSparse_(examples.data().isSparse()) {}

  /// The figure of outputs of all rows.
  double figureOf(std::span<const float> outputs) {
    const std::vector<std::int32_t> rows = allRows(examples_.rows());
    kept_.clear();
    kept_.add({rows, outputs, {}});
    Judgement judgement(kept_.judged(decision_));
    return measure_.of(judgement);
  }

  std::vector<float> predict(std::span<const RowOfData> rows) {
    std::vector<std::int64_t> starts{0};
    std::vector<std::int32_t> columns;
    std::vector<float> values;
    for (const RowOfData &row : rows) {
      columns.insert(columns.end(), row.columns.begin(), row.columns.end());
      values.insert(values.end(), row.values.begin(), row.values.end());
      starts.push_back(std::int64_t(columns.size()));
    }
    InputRows input{.count = std::ssize(rows)};
    if (isSparse_) {
      input.starts = starts;
      input.columns = columns;
      input.values = values;
    } else {
      input.features = values;
    }
    std::vector<float> outputs(rows.size() *
                               std::size_t(columnsOf(predictor_.program())));
    predictor_.predict(input, outputs, workspace_);
    return outputs;
  }

  /// The figure where the column's values are those of the permuted rows.
  double figureOf(std::span<const float> outputs, const CellsOfColumn &cells,
                  const InputColumns &columns, std::int64_t column,
                  const Permutation &order) {
    // Rows that give or get a value; others stay as they are.
    std::map<std::int64_t, const std::vector<Cell> *> given;
    for (const auto &[row, own] : cells)
      given[row] = &own;
    static const std::vector<Cell> none;
    std::map<std::int64_t, const std::vector<Cell> *> got;
    for (std::int64_t row = 0; row < examples_.rows(); ++row) {
      const auto from = given.find(order(row));
      if (from != given.end())
        got[row] = from->second;
      else if (given.contains(row))
        got[row] = &none;
    }
    std::vector<float> changed(outputs.begin(), outputs.end());
    const auto width = std::size_t(columnsOf(predictor_.program()));
    constexpr std::size_t some = 1024;
    std::vector<RowOfData> rows;
    std::vector<std::int64_t> numbers;
    auto flush = [&] {
      const std::vector<float> now = predict(rows);
      for (std::size_t at = 0; at < rows.size(); ++at)
        std::copy_n(now.begin() + std::ptrdiff_t(at * width), width,
                    changed.begin() +
                        std::ptrdiff_t(std::size_t(numbers[at]) * width));
      rows.clear();
      numbers.clear();
    };
    for (const auto &[row, own] : got) {
      rows.push_back(replaced(row, *own, columns, column));
      numbers.push_back(row);
      if (rows.size() == some)
        flush();
    }
    if (!rows.empty())
      flush();
    return figureOf(changed);
  }

private:
  RowOfData replaced(std::int64_t row, const std::vector<Cell> &cells,
                     const InputColumns &columns, std::int64_t column) const {
    RowOfData own = rowOf(examples_.data(), row);
    const auto first = std::int32_t(columns.firstFeature(column));
    const auto last = std::int32_t(columns.firstFeature(column + 1));
    if (!isSparse_) {
      std::fill(own.values.begin() + first, own.values.begin() + last, 0.0f);
      for (const Cell &cell : cells)
        own.values[std::size_t(cell.feature)] = cell.value;
      return own;
    }
    const auto begin = std::ranges::lower_bound(own.columns, first);
    const auto end = std::ranges::lower_bound(own.columns, last);
    const auto at = begin - own.columns.begin();
    own.values.erase(own.values.begin() + at,
                     own.values.begin() + (end - own.columns.begin()));
    own.columns.erase(begin, end);
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
      const auto place = at + std::ptrdiff_t(cell);
      own.columns.insert(own.columns.begin() + place, cells[cell].feature);
      own.values.insert(own.values.begin() + place, cells[cell].value);
    }
    return own;
  }

  const Predictor &predictor_;
  const Examples &examples_;
  const Measure &measure_;
  KeptAnswers kept_;
  Decision decision_;
  Predictor::Workspace workspace_;
  bool isSparse_;
};
} // namespace

static std::map<std::int64_t, CellsOfColumn>
cellsOf(const Dataset &data, const InputColumns &columns) {
  std::map<std::int64_t, CellsOfColumn> cells;
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    const RowOfData own = rowOf(data, row);
    for (std::size_t at = 0; at < own.values.size(); ++at) {
      if (own.values[at] == 0)
        continue;
      const auto feature = data.isSparse() ? own.columns[at] : std::int32_t(at);
      CellsOfColumn &list = cells[columns.columnOf(feature)];
      if (list.empty() || list.back().first != row)
        list.push_back({row, {}});
      list.back().second.push_back({feature, own.values[at]});
    }
  }
  return cells;
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
  std::vector<ColumnImportance> result(numbers.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> isStopped = false;
  runThreads(
      std::min<std::int64_t>(options.threads,
                             std::max<std::int64_t>(std::ssize(numbers), 1)),
      [&](std::int64_t) {
        Permuter permuter(predictor, examples, measure, decision);
        std::vector<RowOfData> rows;
        std::vector<float> outputs;
        for (std::int64_t row = 0; row < examples.rows(); ++row) {
          rows.push_back(rowOf(examples.data(), row));
          if (std::ssize(rows) == 1024 || row + 1 == examples.rows()) {
            const std::vector<float> more = permuter.predict(rows);
            outputs.insert(outputs.end(), more.begin(), more.end());
            rows.clear();
          }
        }
        const double whole = permuter.figureOf(outputs);
        for (std::size_t at; (at = next++) < numbers.size();) {
          if (pendingSignal())
            isStopped = true;
          if (isStopped)
            return;
          std::vector<double> falls;
          double mean = 0, squares = 0;
          for (std::int64_t repeat = 0; repeat < options.repeats; ++repeat) {
            // Columns and repeats share the permutation's index.
            const Permutation order(
                examples.rows(), options.seed + std::uint64_t(repeat),
                RandomPurpose::Importance, std::uint32_t(numbers[at]));
            const double figure = permuter.figureOf(
                outputs, cells.at(numbers[at]), columns, numbers[at], order);
            falls.push_back(measure.isHigherBetter() ? whole - figure
                                                     : figure - whole);
            mean += falls.back() / double(options.repeats);
          }
          for (double fall : falls)
            squares += (fall - mean) * (fall - mean);
          result[at] = {numbers[at], mean,
                        falls.size() > 1
                            ? std::sqrt(squares / double(falls.size() - 1))
                            : 0};
        }
      });
  if (isStopped)
    return std::nullopt;
  std::ranges::stable_sort(
      result, [](const auto &a, const auto &b) { return a.mean > b.mean; });
  return result;
}

} // namespace mlc::runtime
