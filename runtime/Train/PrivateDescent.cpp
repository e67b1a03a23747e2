//===- PrivateDescent.cpp - The steps of private training -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/PrivateDescent.h"

#include "Private/Noise.h"
#include "Private/PoissonSample.h"

#include <cmath>
#include <limits>
#include <string_view>

namespace mlc::runtime {

std::vector<float> rowSquares(const Dataset &data) {
  const std::span<const std::int64_t> indptr = data.indptr();
  std::vector<float> squares;
  if (!data.isSparse())
    return squares;
  squares.reserve(data.rows());
  for (std::int64_t row = 0; row < data.rows(); ++row) {
    double sum = double(indptr[row + 1] - indptr[row]); // all are 1
    if (!data.values().empty()) {
      sum = 0;
      for (std::int64_t i = indptr[row]; i < indptr[row + 1]; ++i)
        sum += double(data.values()[i]) * data.values()[i];
    }
    // Up, and not so small that it would be taken for 0.
    auto square = float(sum);
    if (square < sum)
      square = std::nextafter(square, std::numeric_limits<float>::infinity());
    if (sum > 0)
      square = std::max(square, std::numeric_limits<float>::min());
    squares.push_back(square);
  }
  return squares;
}

PrivateDescent::PrivateDescent(Executor &executor, const ResidentRows &rows,
                               const PrivateTraining *privacy)
    : executor_(executor), privacy_(privacy), rows_(rows.given()),
      squares_(rowSquares(rows.examples().data())) {}

void PrivateDescent::run(MlcCall given, std::int64_t step,
                         double learningRate) {
  sampleRows(privacy_->key, step, std::ssize(rows_),
             rateOf(executor_.program(), std::ssize(rows_)), drawn_);
  taken_.clear();
  for (std::int64_t place : drawn_)
    taken_.push_back(rows_[place]);
  scales_.assign(taken_.size(), 1);
  // A step without rows takes its noise like any other: one row fills it up.
  if (taken_.empty()) {
    taken_.push_back(rows_.front());
    scales_.push_back(0);
  }
  addNoise(step);
  call(given, step, learningRate);
}

void PrivateDescent::run(MlcCall given, std::int64_t step, double learningRate,
                         std::span<const std::int32_t> rows) {
  taken_.assign(rows.begin(), rows.end());
  scales_.assign(taken_.size(), 1);
  call(given, step, learningRate);
}

/// Puts a step's noise where the program adds up what its rows say.
void PrivateDescent::addNoise(std::int64_t step) {
  const MlcProgram &program = executor_.program();
  const double deviation = privacy_->noise * program.private_clip;
  Model &model = executor_.model();
  for (std::int64_t i = 0; i < program.state_count; ++i) {
    if (!std::string_view(program.states[i].name)
             .ends_with("." MLC_PRIVATE_SUM))
      continue;
    const std::span<float> sum = model.state(i);
    const auto parameter = std::uint32_t(program.states[i].parameter);
    const std::int64_t size = std::ssize(sum), workers = executor_.threads();
    executor_.forEachWorker([&](std::int64_t worker) {
      const std::int64_t begin = size * worker / workers;
      const std::int64_t end = size * (worker + 1) / workers;
      fillGaussian(privacy_->key, step, parameter, begin, deviation,
                   sum.subspan(begin, end - begin));
    });
  }
}

void PrivateDescent::call(MlcCall call, std::int64_t step,
                          double learningRate) {
  const std::int64_t rows = std::ssize(taken_);
  const std::int64_t batch = executor_.program().batch;
  const std::int64_t batches = (rows + batch - 1) / batch;
  learningRates_.assign(batches, learningRate);
  losses_.resize(batches);
  if (!squares_.empty()) {
    takenSquares_.clear();
    for (std::int32_t row : taken_)
      takenSquares_.push_back(squares_[row]);
    call.row_squares = takenSquares_.data();
  }
  call.rows = taken_.data();
  call.row_count = rows;
  call.row_scales = scales_.data();
  call.learning_rates = learningRates_.data();
  call.losses = losses_.data();
  // The last batch is the one that the optimiser counts.
  call.step = step - batches;
  executor_.run(ProgramStep::Train, call);
}

} // namespace mlc::runtime
