//===- HandmadeSteps.h - What handmade programs compute ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The entry points of the programs of HandmadeProgram.h, as the compiler would
// make them for one linear layer with SGD and momentum. Of rows of several
// steps, how many a data set says, the layer sees their mean.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_HANDMADESTEPS_H
#define MLC_TEST_UNIT_SUPPORT_HANDMADESTEPS_H

#include "mlc/RuntimeABI.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#include <x86intrin.h>

namespace mlc::test {

/// The model that a program is compiled from.
struct Spec {
  MlcInputKind input;
  std::int64_t width;
  MlcLabelKind label;
  std::int64_t outputs;
  std::int64_t batch;
  /// Dense: how many steps of `width` features a row may have; 1: rows have no
  /// steps.
  std::int64_t most = 1;
};

inline constexpr float momentum = 0.5f;
inline constexpr unsigned denormalsAreZero =
    _MM_FLUSH_ZERO_ON | _MM_DENORMALS_ZERO_ON;

inline void expect(bool promise, const char *what) {
  if (promise)
    return;
  std::fprintf(stderr, "the runtime broke its word: %s\n", what);
  std::abort();
}

/// The steps that each row of a call's data set has.
template <Spec spec>
std::int64_t stepsOf(const MlcCall &call) {
  if constexpr (spec.most == 1)
    return 1;
  const std::int64_t *begins = call.inputs[0].indptr;
  const std::int64_t steps = begins[1] - begins[0];
  expect(begins[0] == 0 && steps >= 1 && steps <= spec.most, "steps");
  return steps;
}

/// Calls `use(column, value)` for the entries of a row; of one of several
/// steps, for those of each step, of which the layer takes the mean.
template <Spec spec, typename Use>
void forEntries(const MlcCall &call, std::int64_t row, Use use) {
  const MlcInputData &input = call.inputs[0];
  const auto *values = static_cast<const float *>(input.values);
  if constexpr (spec.input == MLC_INPUT_CSR) {
    using Index = std::conditional_t<spec.width <= MLC_U16_WIDTH, std::uint16_t,
                                     std::int32_t>;
    const auto *indices = static_cast<const Index *>(input.indices);
    for (std::int64_t at = input.indptr[row]; at < input.indptr[row + 1]; ++at)
      use(indices[at], values ? values[at] : 1.0f);
  } else {
    const std::int64_t steps = stepsOf<spec>(call);
    const float *own = values + row * steps * spec.width;
    for (std::int64_t at = 0; at < steps * spec.width; ++at)
      use(at % spec.width, own[at] / float(steps));
  }
}

/// Of a parameter or a state.
inline float *numbers(void *const *table, int number) {
  return static_cast<float *>(table[number]);
}

template <Spec spec>
void forward(const MlcCall &call, std::int64_t row, float *outputs) {
  std::copy_n(numbers(call.parameters, 1), spec.outputs, outputs);
  const float *weight = numbers(call.parameters, 0);
  forEntries<spec>(call, row, [&](std::int64_t column, float value) {
    for (std::int64_t k = 0; k < spec.outputs; ++k)
      outputs[k] += value * weight[column * spec.outputs + k];
  });
}

/// Returns the row's loss and turns its outputs into their gradient.
template <Spec spec>
float lossAndGradient(const MlcCall &call, std::int64_t row, float *outputs) {
  float loss = 0;
  if constexpr (spec.label == MLC_LABEL_CLASS) {
    const std::int32_t label =
        static_cast<const std::int32_t *>(call.labels[0])[row];
    const float largest = *std::max_element(outputs, outputs + spec.outputs);
    float sum = 0;
    for (std::int64_t k = 0; k < spec.outputs; ++k)
      sum += std::exp(outputs[k] - largest);
    loss = std::log(sum) + largest - outputs[label];
    for (std::int64_t k = 0; k < spec.outputs; ++k)
      outputs[k] = std::exp(outputs[k] - largest) / sum - float(k == label);
    return loss;
  }
  const float *labels =
      static_cast<const float *>(call.labels[0]) + row * spec.outputs;
  for (std::int64_t k = 0; k < spec.outputs; ++k) {
    const float x = outputs[k], y = labels[k];
    if constexpr (spec.label == MLC_LABEL_REAL) {
      loss += (x - y) * (x - y);
      outputs[k] = 2 * (x - y) / spec.outputs;
    } else {
      loss += std::max(x, 0.0f) - x * y + std::log1p(std::exp(-std::abs(x)));
      outputs[k] = (1 / (1 + std::exp(-x)) - y) / spec.outputs;
    }
  }
  return loss / spec.outputs;
}

/// What the workers of a training call share in its workspace.
template <Spec spec>
struct alignas(64) Workspace {
  float outputs[spec.batch][spec.outputs]; ///< And their gradients.
  float losses[spec.batch];
  float gradient[spec.width * spec.outputs];
};

/// What each worker has for itself, and a number for each non-zero of a batch.
template <Spec spec>
struct Own {
  float outputs[spec.outputs];
};

/// This worker's piece of the workspace.
template <Spec spec>
std::byte *ownPiece(const MlcCall &call) {
  const std::int64_t bytes =
      sizeof(Own<spec>) + sizeof(std::int64_t) * call.capacities[0];
  return static_cast<std::byte *>(call.workspace) + sizeof(Workspace<spec>) +
         call.worker * ((bytes + 63) / 64 * 64);
}

template <Spec spec>
void checkCall(const MlcCall &call, const std::int32_t *rows,
               std::int64_t count) {
  expect(std::uintptr_t(call.workspace) % 64 == 0, "workspace alignment");
  for (int i = 0; i < 2; ++i)
    expect(std::uintptr_t(call.parameters[i]) % 64 == 0, "alignment");
  if constexpr (spec.most > 1)
    for (std::int64_t i = 0; i < count; ++i)
      expect(call.inputs[0].indptr[rows[i]] == rows[i] * stepsOf<spec>(call),
             "rows of one length");
  std::int64_t nonzeros = 0;
  if (spec.input == MLC_INPUT_CSR)
    for (std::int64_t i = 0; i < count; ++i)
      nonzeros +=
          call.inputs[0].indptr[rows[i] + 1] - call.inputs[0].indptr[rows[i]];
  expect(nonzeros <= call.capacities[0], "capacities");
  expect(call.rank == 0 && call.ranks == 1, "ranks");
  expect((_mm_getcsr() & denormalsAreZero) == denormalsAreZero, "denormals");
  // A compiled program copies the batch's columns here.
  std::memset(ownPiece<spec>(call) + sizeof(Own<spec>), 0,
              sizeof(std::int64_t) * nonzeros);
}

/// Worker t takes the features [first, last) of t.
template <Spec spec>
void update(const MlcCall &call, double learningRate,
            Workspace<spec> &workspace, const std::int32_t *rows,
            std::int64_t count) {
  const std::int64_t first = spec.width * call.worker / call.workers;
  const std::int64_t last = spec.width * (call.worker + 1) / call.workers;
  std::fill(workspace.gradient + first * spec.outputs,
            workspace.gradient + last * spec.outputs, 0.0f);
  for (std::int64_t i = 0; i < count; ++i)
    forEntries<spec>(call, rows[i], [&](std::int64_t column, float value) {
      if (first <= column && column < last)
        for (std::int64_t k = 0; k < spec.outputs; ++k)
          workspace.gradient[column * spec.outputs + k] +=
              value * workspace.outputs[i][k] / float(count);
    });
  const float rate = float(learningRate);
  float *weight = numbers(call.parameters, 0),
        *bias = numbers(call.parameters, 1);
  float *weightState = numbers(call.states, 0),
        *biasState = numbers(call.states, 1);
  for (std::int64_t j = first * spec.outputs; j < last * spec.outputs; ++j) {
    weightState[j] = momentum * weightState[j] + workspace.gradient[j];
    weight[j] -= rate * weightState[j];
  }
  if (call.worker != 0)
    return;
  for (std::int64_t k = 0; k < spec.outputs; ++k) {
    float gradient = 0;
    for (std::int64_t i = 0; i < count; ++i)
      gradient += workspace.outputs[i][k] / float(count);
    biasState[k] = momentum * biasState[k] + gradient;
    bias[k] -= rate * biasState[k];
  }
}

enum class Entry { Evaluate, Predict };

/// All workers take part in every step.
template <Spec spec, bool profiled = false>
void train(const MlcCall *given) {
  const MlcCall &call = *given;
  auto &workspace = *static_cast<Workspace<spec> *>(call.workspace);
  for (std::int64_t step = 0; step * spec.batch < call.row_count; ++step) {
    const std::int32_t *rows = call.rows + step * spec.batch;
    const std::int64_t count =
        std::min(spec.batch, call.row_count - step * spec.batch);
    checkCall<spec>(call, rows, count);
    for (std::int64_t i = call.worker; i < count; i += call.workers) {
      float *outputs = workspace.outputs[i];
      forward<spec>(call, rows[i], outputs);
      workspace.losses[i] = lossAndGradient<spec>(call, rows[i], outputs);
    }
    if (profiled)
      mlc_profile(call.profile, call.worker, 0);
    mlc_barrier(call.barrier, call.worker);
    if (call.worker == 0) {
      float sum = 0;
      for (std::int64_t i = 0; i < count; ++i)
        sum += workspace.losses[i];
      call.losses[step] = sum / float(count);
    }
    update<spec>(call, call.learning_rates[step], workspace, rows, count);
    mlc_barrier(call.barrier, call.worker);
    if (profiled)
      mlc_profile(call.profile, call.worker, 1);
  }
}

/// Each worker takes steps of its own.
template <Spec spec, Entry entry>
void runForward(const MlcCall *given) {
  const MlcCall &call = *given;
  float *outputs = reinterpret_cast<Own<spec> *>(ownPiece<spec>(call))->outputs;
  const std::int64_t steps = (call.row_count + spec.batch - 1) / spec.batch;
  const std::int64_t end = (call.worker + 1) * steps / call.workers;
  for (std::int64_t step = call.worker * steps / call.workers; step < end;
       ++step) {
    const std::int64_t first = step * spec.batch;
    const std::int32_t *rows = call.rows + first;
    const std::int64_t count = std::min(spec.batch, call.row_count - first);
    checkCall<spec>(call, rows, count);
    float sum = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      forward<spec>(call, rows[i], outputs);
      std::copy_n(outputs, spec.outputs,
                  numbers(call.outputs, 0) + (first + i) * spec.outputs);
      if (entry == Entry::Evaluate)
        sum += lossAndGradient<spec>(call, rows[i], outputs);
    }
    if (entry == Entry::Evaluate)
      call.losses[step] = sum / float(count);
  }
}

/// The model is linear, so that every point of a path has the same gradient.
template <Spec spec>
void explain(const MlcCall *given) {
  const MlcCall &call = *given;
  expect(call.path && call.direction, "what is explained");
  expect(spec.input == MLC_INPUT_CSR || call.baseline, "baseline");
  const float *weight = numbers(call.parameters, 0);
  auto gradientOf = [&](std::int64_t column) {
    float sum = 0;
    for (std::int64_t k = 0; k < spec.outputs; ++k)
      sum += call.direction[k] * weight[column * spec.outputs + k];
    return sum;
  };
  for (std::int64_t i = 0; i < call.row_count; ++i) {
    if (spec.input != MLC_INPUT_CSR) {
      const std::int64_t steps = stepsOf<spec>(call);
      float *own = call.input_gradients + i * steps * spec.width;
      for (std::int64_t at = 0; at < steps * spec.width; ++at)
        own[at] = gradientOf(at % spec.width) / float(steps);
      continue;
    }
    const MlcInputData &input = call.inputs[0];
    const std::int32_t row = call.rows[i];
    for (std::int64_t at = input.indptr[row]; at < input.indptr[row + 1]; ++at)
      call.input_gradients[at] =
          gradientOf(static_cast<const std::uint16_t *>(input.indices)[at]);
  }
}

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_HANDMADESTEPS_H
