//===- limit.cu - The benchmark's training step, written by hand ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a GPU can do with examples/imdb-mlp: one launch trains for many steps;
// block h is hidden unit h, whose weights and Adam's moments stay in its shared
// memory; blocks meet once a step, to add up the logits. The yardstick beside
// compiled programs, for this one network only. Its rows are as IMDB's: in a
// random order, with 92 non-zeros in the mean and up to some 300. Prints the
// error against an f64 reference after some steps and then the microseconds of
// a step as JSON.
//   nvcc -O3 -std=c++20 -arch=sm_90 limit.cu -o limit && ./limit
//   g++ -O2 -std=c++20 -x c++ limit.cu -o limit && ./limit --check
// The second is the same source with threads for blocks, to check it without a
// GPU: what a block's threads do between two meetings is a loop there.
//
//===----------------------------------------------------------------------===//

#include "limit_reference.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

/// A block's.
struct Block {
  Learned weights[features];
  std::uint64_t users[features]; ///< Bit i: example i has the feature.
  float sums[threads], activations[batch], errors[batch], passed[batch];
  float terms[batch];
};

#ifdef __CUDACC__
#include <cooperative_groups.h>
#define DEVICE __device__ inline
template <typename Work>
DEVICE void byThreads(Work work) {
  work(int(threadIdx.x));
  __syncthreads();
}
DEVICE void meet() { cooperative_groups::this_grid().sync(); }
DEVICE void setBit(std::uint64_t &word, int bit) {
  atomicOr(reinterpret_cast<unsigned long long *>(&word), 1ull << bit);
}
#else
#include <barrier>
#include <thread>
#define DEVICE inline
template <typename Work>
void byThreads(Work work) {
  for (int thread = 0; thread < threads; ++thread)
    work(thread);
}
static std::barrier<> meeting(hidden);
static void meet() { meeting.arrive_and_wait(); }
static void setBit(std::uint64_t &word, int bit) {
  word |= std::uint64_t(1) << bit;
}
#endif

DEVICE void learn(Learned &x, float gradient, float first, float second) {
  x.first = beta1 * x.first + (1 - beta1) * gradient;
  x.second = beta2 * x.second + (1 - beta2) * gradient * gradient;
  x.value -= rate * (x.first / first) / (sqrtf(x.second / second) + epsilon);
}

/// Forward: the unit's part of every example's logit.
DEVICE void activate(const Task &task, Block &own, int unit, int firstRow,
                     float *logits) {
  byThreads([&](int t) {
    for (int k = t; k < features; k += threads)
      own.users[k] = 0;
  });
  constexpr int team = threads / batch;
  byThreads([&](int t) {
    const int example = t / team, row = task.rows[firstRow + example];
    const std::uint16_t *columns = task.columns + task.indptr[row];
    const int length = int(task.indptr[row + 1] - task.indptr[row]);
    float sum = 0;
    for (int p = t % team; p < length; p += team) {
      sum += own.weights[columns[p]].value;
      setBit(own.users[columns[p]], example);
    }
    own.sums[t] = sum;
  });
  const float bias = task.biases[unit].value, weight = task.outputs[unit].value;
  byThreads([&](int t) {
    if (t >= batch)
      return;
    float sum = bias;
    for (int i = 0; i < team; ++i)
      sum += own.sums[team * t + i];
    own.activations[t] = fmaxf(sum, 0);
    logits[unit * batch + t] = own.activations[t] * weight;
  });
}

/// All units' parts, in their order, and what the loss says of them.
DEVICE void judge(const Task &task, Block &own, int unit, int firstRow,
                  const float *logits) {
  constexpr int parts = threads / batch, units = hidden / parts;
  byThreads([&](int t) {
    float sum = 0;
    for (int h = t / batch * units; h < (t / batch + 1) * units; ++h)
      sum += logits[h * batch + t % batch];
    own.sums[t] = sum;
  });
  const float weight = task.outputs[unit].value;
  const float bias = task.lastBias[unit].value;
  byThreads([&](int t) {
    if (t >= batch)
      return;
    float logit = bias;
    for (int part = 0; part < parts; ++part)
      logit += own.sums[part * batch + t];
    const float label = task.labels[task.rows[firstRow + t]];
    const float error = (1 / (1 + expf(-logit)) - label) / batch;
    own.errors[t] = error;
    own.passed[t] = own.activations[t] > 0 ? error * weight : 0;
    own.terms[t] =
        fmaxf(logit, 0) - logit * label + log1pf(expf(-fabsf(logit)));
  });
}

/// Gradients of the unit's own numbers, and Adam's step.
DEVICE void update(const Task &task, Block &own, int unit, int step) {
  const float first = 1 - powf(beta1, step + 1.0f),
              second = 1 - powf(beta2, step + 1.0f);
  byThreads([&](int t) {
    for (int k = t; k < features; k += threads) {
      float gradient = 0;
      for (int i = 0; i < batch; ++i)
        if (own.users[k] >> i & 1)
          gradient += own.passed[i];
      learn(own.weights[k], gradient, first, second);
    }
    if (t != 0)
      return;
    float ofBias = 0, ofOutput = 0, ofLast = 0, loss = 0;
    for (int i = 0; i < batch; ++i) {
      ofBias += own.passed[i];
      ofOutput += own.errors[i] * own.activations[i];
      ofLast += own.errors[i];
      loss += own.terms[i];
    }
    learn(task.biases[unit], ofBias, first, second);
    learn(task.outputs[unit], ofOutput, first, second);
    learn(task.lastBias[unit], ofLast, first, second);
    if (unit == 0)
      task.losses[step] = loss / batch;
  });
}

DEVICE void train(const Task &task, Block &own, int unit) {
  Learned *weights = task.weights + std::size_t(unit) * features;
  byThreads([&](int t) {
    for (int k = t; k < features; k += threads)
      own.weights[k] = weights[k];
  });
  for (int step = task.firstStep; step < task.firstStep + task.steps; ++step) {
    const int firstRow = step * batch % rowCount;
    float *logits = task.logits + step % 2 * hidden * batch;
    activate(task, own, unit, firstRow, logits);
    meet();
    judge(task, own, unit, firstRow, logits);
    update(task, own, unit, step);
  }
  byThreads([&](int t) {
    for (int k = t; k < features; k += threads)
      weights[k] = own.weights[k];
  });
}

#ifdef __CUDACC__
__global__ void __launch_bounds__(threads, 1) kernel(Task task) {
  extern __shared__ std::uint64_t shared[];
  train(task, *reinterpret_cast<Block *>(shared), int(blockIdx.x));
}
static void check(cudaError_t result) {
  if (result == cudaSuccess)
    return;
  std::fprintf(stderr, "error: %s\n", cudaGetErrorString(result));
  std::exit(1);
}
/// A copy in the GPU's memory.
template <typename T>
T *place(const std::vector<T> &host) {
  T *memory = nullptr;
  check(cudaMalloc(&memory, host.size() * sizeof(T)));
  check(cudaMemcpy(memory, host.data(), host.size() * sizeof(T),
                   cudaMemcpyHostToDevice));
  return memory;
}
template <typename T>
void copyBack(std::vector<T> &host, const T *memory) {
  check(cudaMemcpy(host.data(), memory, host.size() * sizeof(T),
                   cudaMemcpyDeviceToHost));
}
static void run(Task task) {
  void *arguments[] = {&task};
  const auto *function = reinterpret_cast<const void *>(kernel);
  check(cudaFuncSetAttribute(
      function, cudaFuncAttributeMaxDynamicSharedMemorySize, sizeof(Block)));
  check(cudaLaunchCooperativeKernel(function, dim3(hidden), dim3(threads),
                                    arguments, sizeof(Block), nullptr));
  check(cudaDeviceSynchronize());
}
#else
template <typename T>
T *place(std::vector<T> &host) {
  return host.data();
}
template <typename T>
void copyBack(std::vector<T> &, const T *) {}
static void run(Task task) {
  std::vector<Block> blocks(hidden);
  std::vector<std::jthread> all;
  for (int unit = 0; unit < hidden; ++unit)
    all.emplace_back([&, unit] { train(task, blocks[unit], unit); });
}
#endif

/// The host's memory, and the task in it.
struct Host {
  std::vector<std::int32_t> rows;
  std::vector<std::int64_t> indptr{0};
  std::vector<std::uint16_t> columns;
  std::vector<float> labels;
  std::vector<Learned> weights, biases, outputs, lastBias;
  std::vector<float> logits, losses;

  explicit Host(int steps);
  /// By pointers to each, or to a copy of each.
  template <typename Place>
  Task task(Place place) {
    return {place(rows),
            place(indptr),
            place(columns),
            place(labels),
            place(weights),
            place(biases),
            place(outputs),
            place(lastBias),
            place(logits),
            place(losses),
            0,
            0};
  }
};

Host::Host(int steps) : logits(2 * hidden * batch), losses(steps) {
  std::mt19937 random(1);
  const auto uniform = [&](float bound) {
    return std::uniform_real_distribution<float>(-bound, bound)(random);
  };
  // How often a word is used, and how long a text is, are both log-normal.
  constexpr int longest = 349;
  std::vector<float> frequency(features);
  for (float &each : frequency)
    each = std::min(0.99f, 0.025f * std::exp(std::normal_distribution<float>(
                                        0, 1.1f)(random)));
  std::lognormal_distribution<float> longer(0, 0.55f);
  for (int row = 0; row < rowCount; ++row) {
    const float scale = 2.1f * longer(random);
    const std::size_t before = columns.size();
    for (int k = 0; k < features && columns.size() - before < longest; ++k)
      if (uniform(0.5f) + 0.5f < 1 - std::exp(-frequency[k] * scale))
        columns.push_back(std::uint16_t(k));
    indptr.push_back(std::int64_t(columns.size()));
    labels.push_back(float(random() % 2));
    rows.push_back(row);
  }
  std::shuffle(rows.begin(), rows.end(), random);
  const auto learned = [&](std::size_t count, float bound) {
    std::vector<Learned> made;
    for (std::size_t i = 0; i < count; ++i)
      made.push_back({uniform(bound), 0, 0});
    return made;
  };
  weights = learned(std::size_t(hidden) * features, 0.0316f);
  biases = learned(hidden, 0.0316f);
  outputs = learned(hidden, 0.0884f);
  lastBias.assign(hidden, {0.01f, 0, 0});
}

int main(int argc, char **argv) {
  constexpr int checked = 12, epochs = 12, epochSteps = rowCount / batch;
  Host host(checked + epochs * epochSteps);
  const Task onHost = host.task([](auto &each) { return each.data(); });
  Reference reference(onHost);
  Task task = host.task([](auto &each) { return place(each); });
  task.steps = checked;
  run(task);
  copyBack(host.losses, task.losses);
  double error = 0;
  for (int step = 0; step < checked; ++step)
    error = std::max(error, std::abs(reference.step(step) - host.losses[step]));
  std::printf("{\"nonzeros_a_row\": %.1f, \"loss_error\": %.2e",
              double(host.columns.size()) / rowCount, error);
  constexpr double tolerance = 1e-5;
  if (error > tolerance || (argc > 1 && std::string(argv[1]) == "--check")) {
    std::printf("}\n");
    return error > tolerance;
  }
  double best = INFINITY;
  task.firstStep = checked;
  task.steps = epochSteps;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    run(task);
    const std::chrono::duration<double, std::micro> time =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, time.count() / epochSteps);
    task.firstStep += epochSteps;
  }
  std::printf(", \"microseconds\": %.3f}\n", best);
  return 0;
}
