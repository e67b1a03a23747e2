//===- measure.cpp - How long an explanation takes beside a prediction ----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Usage: measure DATA WEIGHTS [ROUNDS]
//
// Runs the entry points `predict` and `explain` of the program that it is
// linked with, one after the other in each round, on all rows of a sparse data
// set, one thread. Prints the medians and how the pairs of each round compare.
//
//===----------------------------------------------------------------------===//

#include "Program/Examples.h"
#include "Program/Predictor.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <vector>

using namespace mlc::runtime;

int main(int argc, char **argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: measure DATA WEIGHTS [ROUNDS]\n");
    return 2;
  }
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 31;
  const MlcProgram &program = *mlc_program;
  const Predictor predictor(program, SafetensorsFile(argv[2]));
  const Examples examples(program, argv[1], LabelUse::Ignored);
  const Dataset &data = examples.data();
  Predictor::Workspace workspace(predictor);
  std::vector<std::int32_t> rows(std::size_t(data.rows()));
  std::iota(rows.begin(), rows.end(), 0);
  std::vector<float> outputs(rows.size() * std::size_t(columnsOf(program))),
      gradients(std::size_t(data.nonzeros())),
      direction(std::size_t(columnsOf(program)), 1);
  void *table[] = {outputs.data()};
  const float path[] = {0, 1};
  MlcCall call{};
  examples.describe(call);
  call.rows = rows.data();
  call.row_count = data.rows();
  call.capacities = examples.capacities();
  call.outputs = table;
  call.path = path;
  call.direction = direction.data();
  call.input_gradients = gradients.data();
  auto time = [&](ProgramStep step) {
    const auto start = std::chrono::steady_clock::now();
    predictor.run(step, call, workspace);
    const std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - start;
    return seconds.count() / double(data.rows()) * 1e6;
  };
  std::vector<double> predicted, explained, ratios;
  for (int round = -1; round < rounds; ++round) {
    const double a = time(ProgramStep::Predict);
    const double b = time(ProgramStep::Explain);
    if (round < 0)
      continue; // memory is touched for the first time
    predicted.push_back(a);
    explained.push_back(b);
    ratios.push_back(b / a);
  }
  auto median = [](std::vector<double> numbers) {
    std::ranges::sort(numbers);
    return numbers[numbers.size() / 2];
  };
  std::printf("rows %lld, rounds %d\n", static_cast<long long>(data.rows()),
              rounds);
  std::printf("predict  %.3f us a row, least %.3f\n", median(predicted),
              *std::ranges::min_element(predicted));
  std::printf("explain  %.3f us a row, least %.3f\n", median(explained),
              *std::ranges::min_element(explained));
  std::printf("explain / predict  %.2f (median of the rounds' ratios)\n",
              median(ratios));
}
