//===- Generator.cpp - Random models --------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <fmt/format.h>
#include <map>
#include <random>

using namespace mlc::smith;

namespace {

/// Around the widths of vectors and of shards, where remainders are.
constexpr int64_t kEdgeWidths[] = {1,  2,  3,  4,  5,  7,  8,  9,
                                   13, 15, 16, 17, 23, 24, 31, 32,
                                   33, 47, 48, 49, 63, 64, 65, 70};
constexpr int64_t kLargeWidths[] = {96,  100, 127, 128, 129, 191, 200,
                                    255, 256, 257, 300, 511, 513};
/// Layers between the first and the last of a deep model.
constexpr int64_t kDeepest = 64;
constexpr int64_t kBatches[] = {1,  2,  3,  4,  5,  7,  8,  9,  13, 15,
                                16, 17, 31, 32, 33, 48, 63, 64, 65, 100};
constexpr const char *kElementwise[] = {"relu", "sigmoid", "tanh", "gelu",
                                        "silu", "mish",    "selu"};
constexpr const char *kBinary[] = {"add", "sub", "mul"};

const Loss kLosses[] = {
    {"bce_with_logits", ""},
    {"cross_entropy", "", /*ofClasses=*/true},
    {"mse", ""},
    {"mae", ""},
    {"huber", ", 0.3"},
    {"bce_with_logits", " smoothing(0.2)"},
    {"cross_entropy", " smoothing(0.1)", /*ofClasses=*/true},
};

class Generator {
public:
  Generator(uint64_t seed, Scale scale) : engine_(seed), scale_(scale) {}

  Program make() {
    const bool isSmall = scale_ == Scale::Small;
    program_.isSparse = chance(0.4);
    program_.batch = isSmall ? 5 : pick(kBatches);
    isDeep_ = !isSmall && chance(0.02);
    program_.nodes.push_back({"input", {}, {kBatchSize, width()}, 0, ""});
    newest_ = linear(0, width());
    // Many small models find more in the same time than few large ones.
    const int64_t most = isSmall ? 5 : chance(0.08) ? 10 : chance(0.25) ? 5 : 3;
    int64_t left = isDeep_ ? 10 + whole(kDeepest - 9) : whole(most);
    for (; left > 0; --left)
      newest_ = chance(0.4) ? linear(anInput(), width()) : between();
    makeLoss();
    program_.optimizer = isSmall ? "sgd(learning_rate = 0.5)" : optimizer();
    makeSettings();
    program_.removeUnused();
    return std::move(program_);
  }

private:
  //===--------------------------------------------------------------------===//
  // Random numbers, the same with every standard library
  //===--------------------------------------------------------------------===//

  int64_t whole(int64_t end) { return static_cast<int64_t>(engine_() % end); }
  bool chance(double probability) { return engine_() * 0x1p-64 < probability; }
  template <typename T, size_t size>
  T pick(const T (&choices)[size]) {
    return choices[whole(size)];
  }

  int64_t width() {
    if (scale_ == Scale::Small || isDeep_)
      return 1 + whole(isDeep_ ? 16 : 5);
    const int64_t kind = whole(20);
    if (kind == 0)
      return pick(kLargeWidths);
    return kind < 10 ? pick(kEdgeWidths) : 1 + whole(70);
  }

  //===--------------------------------------------------------------------===//
  // Nodes
  //===--------------------------------------------------------------------===//

  int add(Node node) {
    program_.nodes.push_back(std::move(node));
    return static_cast<int>(program_.nodes.size()) - 1;
  }
  const std::vector<int64_t> &shape(int node) const {
    return program_.nodes[node].shape;
  }
  bool holdsBatch(int node) const { return shape(node).front() == kBatchSize; }

  int parameter(std::vector<int64_t> shape) {
    static const char *const initializers[] = {
        "uniform_fan_in", "normal(0.1)", "uniform(0.2)", "constant(0.05)"};
    // Zeros keep what stands before them from learning for a step.
    const char *initializer = chance(0.05) ? "zeros" : pick(initializers);
    return add({"parameter", {}, std::move(shape), 0, initializer});
  }

  /// A parameter, new or used before, or what ops make of parameters.
  int weight(const std::vector<int64_t> &shape) {
    std::vector<int> &known = weights_[shape];
    if (!known.empty() && chance(0.4))
      return known[whole(known.size())];
    int made = parameter(shape);
    if (shape.size() == 2 && chance(0.05)) {
      const int64_t rank = 1 + whole(6);
      const int left = parameter({shape[0], rank});
      made = add({"linear", {left, parameter({rank, shape[1]})}, shape, 0, ""});
    } else if (chance(0.15)) {
      made = unary(made);
    } else if (chance(0.1)) {
      made = add({pick(kBinary), {made, parameter(shape)}, shape, 0, ""});
    }
    known.push_back(made);
    return made;
  }

  int linear(int input, int64_t outputs) {
    Node node{"linear", {input}, {shape(input)[0], outputs}, 0, ""};
    node.operands.push_back(weight({shape(input)[1], outputs}));
    if (chance(0.7))
      node.operands.push_back(weight({outputs}));
    return add(std::move(node));
  }

  /// Only matrices have rows for softmax.
  std::string activation(bool hasRows) {
    const auto count = static_cast<int64_t>(std::size(kElementwise));
    const int64_t kind = whole(count + (hasRows ? 1 : 0));
    return kind == count ? "softmax" : kElementwise[kind];
  }

  int unary(int input) {
    Node node{"", {input}, shape(input), 0, ""};
    const int64_t kind = whole(8);
    if (kind == 0) {
      node.op = "leaky_relu";
      node.number = pick({0.01, 0.1, 0.3, -0.2, 0.0});
    } else if (kind == 1) {
      node.op = "scale";
      node.number = pick({0.5, -0.3, 1.5, 1.0, 0.125});
    } else if (kind == 2 && node.shape.size() == 2) {
      node.op = "dropout";
      node.number = pick({0.0, 0.1, 0.25, 0.5, 0.9});
    } else {
      node.op = activation(/*hasRows=*/node.shape.size() == 2);
    }
    return add(std::move(node));
  }

  /// Mostly the newest value, else any of the batch, and the input again.
  int anInput() {
    if (chance(0.8))
      return newest_;
    for (;;) {
      const int node = static_cast<int>(whole(program_.nodes.size()));
      if (holdsBatch(node))
        return node;
    }
  }

  /// An op of the newest value that keeps its shape.
  int between() {
    if (chance(0.6))
      return unary(newest_);
    std::vector<int> partners;
    for (int i = 1; i < static_cast<int>(program_.nodes.size()); ++i)
      if (i != newest_ && shape(i) == shape(newest_))
        partners.push_back(i);
    if (partners.empty())
      partners.push_back(chance(0.7) ? linear(anInput(), shape(newest_)[1])
                                     : newest_);
    std::vector<int> operands = {newest_, partners[whole(partners.size())]};
    if (chance(0.5))
      std::swap(operands[0], operands[1]);
    // x - x is valid, but hides all that stands before it.
    const char *op = pick(kBinary);
    if (operands[0] == operands[1] && chance(0.9))
      op = "mul";
    return add({op, operands, shape(newest_), 0, ""});
  }

  //===--------------------------------------------------------------------===//
  // Loss, optimiser, run
  //===--------------------------------------------------------------------===//

  void makeLoss() {
    program_.loss = pick(kLosses);
    const int64_t fewest = program_.loss.ofClasses ? 2 : 1;
    if (shape(newest_)[1] < fewest)
      newest_ = linear(newest_, 2 + whole(4));
    else if (chance(0.5))
      newest_ = linear(newest_, fewest + whole(9));
    // What is predicted is the last node.
    program_.nodes.resize(newest_ + 1);
    if (chance(0.1))
      program_.activation = activation(/*hasRows=*/true);
    if (chance(0.15))
      program_.lossFactor = pick({2.0, 0.5, -0.25});
    program_.hasSecondTerm = chance(0.1);
  }

  std::string optimizer() {
    static const char *const names[] = {"sgd", "adam", "adamw", "adagrad",
                                        "lion"};
    const std::string name = pick(names);
    const std::string decay =
        chance(0.5) ? ""
                    : fmt::format(", weight_decay = {:e}", pick({0.001, 0.05}));
    if (name == "sgd") {
      std::string momentum;
      if (chance(0.6))
        momentum = fmt::format(", momentum = {}", pick({0.5, 0.9}));
      if (!momentum.empty() && chance(0.5))
        momentum += ", nesterov = true";
      return fmt::format("sgd(learning_rate = {}{}{})",
                         pick({0.01, 0.05, 0.1, 0.3}), momentum, decay);
    }
    if (name == "adagrad")
      return fmt::format(
          "adagrad(learning_rate = {}{}{}{})", pick({0.01, 0.05, 0.2}),
          chance(0.5) ? ", lr_decay = 0.1" : "",
          chance(0.5) ? ", initial_accumulator_value = 0.1" : "", decay);
    if (name == "lion")
      return fmt::format(
          "lion(learning_rate = {:e}{}{})", pick({1e-4, 1e-3, 3e-3}),
          chance(0.5) ? ", beta1 = 0.5, beta2 = 0.9" : "", decay);
    std::string settings;
    if (chance(0.3))
      settings += fmt::format(", beta1 = {}", pick({0.5, 0.8, 0.95}));
    if (chance(0.3))
      settings += fmt::format(", beta2 = {}", pick({0.9, 0.99, 0.9999}));
    if (chance(0.4))
      settings += fmt::format(", epsilon = {:e}", pick({1e-3, 1e-5, 1e-6}));
    if (name == "adam" && decay.empty() && program_.isSparse && chance(0.7))
      settings += ", lazy";
    return fmt::format("{}(learning_rate = {:e}{}{})", name,
                       pick({1e-4, 1e-3, 1e-2}), settings, decay);
  }

  /// One to three epochs of some steps, the last of which is mostly smaller.
  void makeSettings() {
    RunSettings &settings = program_.settings;
    const int64_t full = 1 + whole(4);
    settings.rows = full * program_.batch + whole(program_.batch);
    program_.epochs = 1 + whole(3);
    settings.density = pick({0.02, 0.1, 0.3, 1.0});
    settings.dataSeed = engine_() >> 32;
    settings.runSeed = engine_();
    settings.shuffle = chance(0.7);
    settings.cpu =
        pick({"native", "native", "native", "x86-64-v3", "x86-64-v2"});
    // LLVM's optimisations take most of the time, and are not what is tested:
    // but some errors of ours, such as a promise that does not hold, only show
    // by them. Threads are compared by turns, and a few times really.
    settings.optimize = chance(0.0625);
    settings.threads = {1};
    if (chance(0.125))
      settings.threads.push_back(pick({2, 3, 4, 8}));
    settings.turns = {pick({2, 2, 3, 4, 8})};
    settings.gemm = pick({"auto", "generated", "openblas"});
    // Products in blocks, as only large ones are otherwise.
    if (chance(0.5))
      settings.costs = {"block-elements=1", "block-terms=5", "block-rows=16"};
  }

  template <typename T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[whole(choices.size())];
  }

  std::mt19937_64 engine_;
  Scale scale_;
  bool isDeep_ = false; ///< Of many narrow layers.
  Program program_;
  int newest_ = 0;
  std::map<std::vector<int64_t>, std::vector<int>> weights_; ///< By shape.
};

} // namespace

Program mlc::smith::generate(uint64_t seed, Scale scale) {
  return Generator(seed, scale).make();
}
