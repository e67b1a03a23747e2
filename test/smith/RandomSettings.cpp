//===- RandomSettings.cpp - How a random model is trained ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomSettings.h"

#include <fmt/format.h>

using namespace mlc::smith;

std::string mlc::smith::randomOptimizer(Random &random, bool isSparse) {
  static const char *const names[] = {"sgd",  "adam",    "adamw", "adagrad",
                                      "lion", "rmsprop", "ftrl"};
  const std::string name = random.pick(names);
  const std::string decay =
      random.chance(0.5)
          ? ""
          : fmt::format(", weight_decay = {:e}", random.pick({0.001, 0.05}));
  if (name == "sgd") {
    std::string momentum;
    if (random.chance(0.6))
      momentum = fmt::format(", momentum = {}", random.pick({0.5, 0.9}));
    if (!momentum.empty() && random.chance(0.5))
      momentum += ", nesterov = true";
    return fmt::format("sgd(learning_rate = {}{}{})",
                       random.pick({0.01, 0.05, 0.1, 0.3}), momentum, decay);
  }
  if (name == "adagrad")
    return fmt::format(
        "adagrad(learning_rate = {}{}{}{})", random.pick({0.01, 0.05, 0.2}),
        random.chance(0.5) ? ", lr_decay = 0.1" : "",
        random.chance(0.5) ? ", initial_accumulator_value = 0.1" : "", decay);
  if (name == "rmsprop")
    return fmt::format(
        "rmsprop(learning_rate = {:e}{}{}, epsilon = 1.0e-3)",
        random.pick({1e-4, 1e-3, 3e-3}),
        random.chance(0.5) ? ", alpha = 0.9, momentum = 0.5" : "", decay);
  if (name == "ftrl")
    return fmt::format("ftrl(alpha = {}{}{})", random.pick({0.02, 0.1, 0.5}),
                       random.chance(0.5) ? ", l1 = 0.002" : "",
                       random.chance(0.5) ? ", beta = 0.3, l2 = 0.01" : "");
  if (name == "lion")
    return fmt::format(
        "lion(learning_rate = {:e}{}{})", random.pick({1e-4, 1e-3, 3e-3}),
        random.chance(0.5) ? ", beta1 = 0.5, beta2 = 0.9" : "", decay);
  std::string settings;
  if (random.chance(0.3))
    settings += fmt::format(", beta1 = {}", random.pick({0.5, 0.8, 0.95}));
  if (random.chance(0.3))
    settings += fmt::format(", beta2 = {}", random.pick({0.9, 0.99, 0.9999}));
  if (random.chance(0.4))
    settings +=
        fmt::format(", epsilon = {:e}", random.pick({1e-3, 1e-5, 1e-6}));
  if (name == "adam" && decay.empty() && isSparse && random.chance(0.7))
    settings += ", lazy";
  return fmt::format("{}(learning_rate = {:e}{}{})", name,
                     random.pick({1e-4, 1e-3, 1e-2}), settings, decay);
}

/// What stands behind the epochs.
static std::string randomDescent(Random &random, const Program &program) {
  static const char *const kinds[] = {"constant",
                                      "linear, final = 0.1",
                                      "cosine, final = 0.05",
                                      "step, every = 1, gamma = 0.5",
                                      "exponential, gamma = 0.7",
                                      "wsd",
                                      "coslog4"};
  std::string descent;
  const bool isLazy = program.optimizer.find("lazy") != std::string::npos;
  const bool isFtrl = program.optimizer.starts_with("ftrl");
  if (random.chance(0.3) && !isFtrl) {
    descent += fmt::format(" schedule({}", random.pick(kinds));
    if (random.chance(0.6))
      descent +=
          fmt::format(", warmup = {}", random.pick({0.2, 0.5, 1.0, 3.0}));
    descent += ")";
  }
  if (random.chance(0.15))
    descent += fmt::format(" clip_norm({})", random.pick({0.01, 0.3, 5.0}));
  else if (random.chance(0.1))
    descent += fmt::format(" clip_value({})", random.pick({0.001, 0.05, 1.5}));
  if (random.chance(0.1) && !isLazy)
    descent += fmt::format(" accumulate({})", random.pick({2, 3}));
  if (random.chance(0.15) && !isLazy && !isFtrl)
    descent += fmt::format(" l1({})", random.pick({0.001, 0.1}));
  if (random.chance(0.15))
    descent += fmt::format(" ema({})", random.pick({0.5, 0.9, 0.999}));
  return descent;
}

/// Whether a parameter has statistics that batch_norm computes with.
static bool isStatistic(const Node &node) {
  return node.initializer.ends_with(" running") ||
         node.initializer.ends_with(" frozen");
}

/// Some parameters are trained in ways of their own; one at least is trained.
static void setOwnTraining(Random &random, Program &program) {
  if (!random.chance(0.3))
    return;
  const bool isLazy = program.optimizer.find("lazy") != std::string::npos;
  const bool isFtrl = program.optimizer.starts_with("ftrl");
  bool isTrained = false;
  for (Node &node : program.nodes) {
    if (node.op != "parameter" || isStatistic(node))
      continue;
    if (random.chance(0.3) && isTrained)
      node.initializer += " frozen";
    else if (random.chance(0.3))
      node.initializer += fmt::format(" rate({})", random.pick({0.25, 3.0}));
    else if (random.chance(0.3))
      node.initializer += isFtrl   ? " l1(0.01)"
                          : isLazy ? " weight_decay(0)"
                                   : " weight_decay(0.02)";
    isTrained |= !node.initializer.ends_with("frozen");
  }
}

void mlc::smith::setDescent(Random &random, Program &program) {
  program.descent = randomDescent(random, program);
  setOwnTraining(random, program);
}

void mlc::smith::setRandomSettings(Random &random, Program &program) {
  RunSettings &settings = program.settings;
  const int64_t full = 1 + random.whole(4);
  settings.rows = full * program.batch + random.whole(program.batch);
  program.epochs = 1 + random.whole(3);
  settings.density = random.pick({0.02, 0.1, 0.3, 1.0});
  settings.dataSeed = random.word() >> 32;
  settings.runSeed = random.word();
  settings.shuffle = random.chance(0.7);
  settings.cpu =
      random.pick({"native", "native", "native", "x86-64-v3", "x86-64-v2"});
  // LLVM's optimisations take most of the time, and are not what is tested:
  // but some errors of ours, such as a promise that does not hold, only show
  // by them. Threads are compared by turns, and a few times really.
  settings.optimize = random.chance(0.0625);
  settings.threads = {1};
  if (random.chance(0.125))
    settings.threads.push_back(random.pick({2, 3, 4, 8}));
  settings.turns = {random.pick({2, 2, 3, 4, 8})};
  settings.gemm = random.pick({"auto", "generated", "openblas"});
  // Products in blocks, as only large ones are otherwise.
  if (random.chance(0.5))
    settings.costs = {"block-elements=1", "block-terms=5", "block-rows=16"};
}
