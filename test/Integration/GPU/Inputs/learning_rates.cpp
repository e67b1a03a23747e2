//===- learning_rates.cpp - A learning rate for each step of a call -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// learning_rates DATA DEVICE: trains, from the same weights and with the same
// rates, in one call of many steps, in calls of a few and in calls of one. All
// must give the same bits, and others than a rate that stays. Status 1 where
// they do not.

#include "Device/DeviceChoice.h"
#include "Program/Executor.h"

#include <fmt/format.h>
#include <numeric>
#include <string>
#include <vector>

using namespace mlc::runtime;

// More than twice what a CUDA graph has, as those before it are launched one by
// one, and a batch that is not full.
constexpr std::int64_t steps = 40, lastRows = 5;

struct Learned {
  std::vector<float> numbers; ///< All parameters and states.
  std::vector<float> losses;
  bool operator==(const Learned &) const = default;
};

static Learned train(const std::string &data, const std::string &device,
                     const std::vector<double> &rates,
                     std::int64_t stepsOfCall) {
  const MlcProgram &program = *mlc_program;
  const Examples examples(program, data, LabelUse::Needed);
  Model model(program);
  model.initialize(7);
  Executor executor(program, model, /*threads=*/2,
                    examples.nonzeroCapacity(program.batch),
                    chooseDevice(program, parseDevice(device)));
  std::vector<std::int32_t> rows((steps - 1) * program.batch + lastRows);
  std::iota(rows.begin(), rows.end(), 0);
  const auto placed = executor.place(rows);
  MlcCall call = executor.callOn(examples);
  Learned learned{{}, std::vector<float>(steps)};
  for (call.step = 0; call.step < steps; call.step += stepsOfCall) {
    call.position = call.step * program.batch;
    call.rows = &rows[call.position];
    call.row_count = std::min(stepsOfCall * program.batch,
                              std::int64_t(rows.size()) - call.position);
    call.losses = &learned.losses[call.step];
    call.learning_rates = &rates[call.step];
    executor.run(ProgramStep::Train, call);
  }
  std::as_const(model).forEach([&](std::span<const float> tensor) {
    learned.numbers.insert(learned.numbers.end(), tensor.begin(), tensor.end());
  });
  return learned;
}

int main(int, char **arguments) {
  const std::string data = arguments[1], device = arguments[2];
  std::vector<double> rates(steps);
  for (std::int64_t step = 0; step < steps; ++step)
    rates[step] = 0.4 / double(step + 2) * double(step % 3); // some are 0
  // All in one call comes first: what a GPU's library sets up with its first
  // product, it must not set up while a graph is recorded.
  const Learned together = train(data, device, rates, steps);
  for (std::int64_t stepsOfCall : {1, 3})
    if (train(data, device, rates, stepsOfCall) != together) {
      fmt::print("{} steps a call give others than {}\n", stepsOfCall, steps);
      return 1;
    }
  if (train(data, device, std::vector(steps, rates[1]), steps) == together) {
    fmt::print("rates mean nothing\n");
    return 1;
  }
}
