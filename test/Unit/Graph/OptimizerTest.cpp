//===- OptimizerTest.cpp - Optimisers against their plain formulas --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Mutation.h"
#include "TrainStep.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <ostream>

using namespace mlc;
using namespace mlc::test;
using mlc::reference::Reals;

namespace {

//===----------------------------------------------------------------------===//
// The formulas, as torch.optim documents them, for one element
//===----------------------------------------------------------------------===//

/// A parameter's element and its states.
struct Element {
  double w;
  double states[2] = {0, 0};
};

/// Changes `element` by gradient `g` in step `t`, from 1.
using Update =
    std::function<void(Element &element, double g, double rate, int64_t t)>;

struct SgdSettings {
  double momentum = 0, weightDecay = 0;
  bool nesterov = false;
};

/// torch.optim.SGD, dampening 0, maximize off.
Update sgd(SgdSettings settings) {
  return [=](Element &element, double g, double rate, int64_t t) {
    g += settings.weightDecay * element.w;
    if (settings.momentum != 0) {
      double &b = element.states[0];
      b = t > 1 ? settings.momentum * b + g : g;
      g = settings.nesterov ? g + settings.momentum * b : b;
    }
    element.w -= rate * g;
  };
}

struct AdamSettings {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0;
  bool decoupled = false;
};

/// torch.optim.Adam and AdamW, amsgrad and maximize off.
Update adam(AdamSettings settings) {
  return [=](Element &element, double g, double rate, int64_t t) {
    if (settings.decoupled)
      element.w -= rate * settings.weightDecay * element.w;
    else
      g += settings.weightDecay * element.w;
    double &m = element.states[0], &v = element.states[1];
    m = settings.beta1 * m + (1 - settings.beta1) * g;
    v = settings.beta2 * v + (1 - settings.beta2) * g * g;
    const double mHat = m / (1 - std::pow(settings.beta1, t));
    const double vHat = v / (1 - std::pow(settings.beta2, t));
    element.w -= rate * mHat / (std::sqrt(vHat) + settings.epsilon);
  };
}

struct AdagradSettings {
  double rateDecay = 0, initial = 0, epsilon = 1e-10, weightDecay = 0;
};

/// torch.optim.Adagrad; the state without its initial value.
Update adagrad(AdagradSettings settings) {
  return [=](Element &element, double g, double rate, int64_t t) {
    g += settings.weightDecay * element.w;
    double &sum = element.states[0];
    sum += g * g;
    const double now =
        rate / (1 + static_cast<double>(t - 1) * settings.rateDecay);
    element.w -=
        now * g / (std::sqrt(sum + settings.initial) + settings.epsilon);
  };
}

struct RmspropSettings {
  double alpha = 0.99, momentum = 0, epsilon = 1e-8, weightDecay = 0;
};

/// torch.optim.RMSprop.
Update rmsprop(RmspropSettings settings) {
  return [=](Element &element, double g, double rate, int64_t) {
    g += settings.weightDecay * element.w;
    double &v = element.states[0];
    v = settings.alpha * v + (1 - settings.alpha) * g * g;
    double change = g / (std::sqrt(v) + settings.epsilon);
    if (settings.momentum > 0)
      change = element.states[1] =
          settings.momentum * element.states[1] + change;
    element.w -= rate * change;
  };
}

struct LionSettings {
  double beta1 = 0.9, beta2 = 0.99, weightDecay = 0;
};

/// Chen et al., arXiv:2302.06675, algorithm 2.
Update lion(LionSettings settings) {
  return [=](Element &element, double g, double rate, int64_t) {
    double &m = element.states[0];
    const double c = settings.beta1 * m + (1 - settings.beta1) * g;
    element.w -= rate * settings.weightDecay * element.w;
    element.w -= rate * static_cast<double>((c > 0) - (c < 0));
    m = settings.beta2 * m + (1 - settings.beta2) * g;
  };
}

struct FtrlSettings {
  double beta = 1, l1 = 0, l2 = 0;
};

/// McMahan et al. 2013, algorithm 1. An element without a gradient stays; what
/// z is of a first weight is where the formula gives that weight.
Update ftrl(FtrlSettings settings) {
  return [=](Element &element, double g, double alpha, int64_t) {
    double &z = element.states[0], &n = element.states[1];
    if (g == 0)
      return;
    const auto signOf = [](double x) { return double((x > 0) - (x < 0)); };
    if (n == 0)
      z = -element.w * (settings.beta / alpha + settings.l2) -
          signOf(element.w) * settings.l1;
    const double sigma = (std::sqrt(n + g * g) - std::sqrt(n)) / alpha;
    z += g - sigma * element.w;
    n += g * g;
    element.w =
        std::abs(z) <= settings.l1
            ? 0
            : -(z - signOf(z) * settings.l1) /
                  ((settings.beta + std::sqrt(n)) / alpha + settings.l2);
  };
}

/// The proximal step of `l1` times the size of w, after the update.
Update shrunk(double l1, Update update) {
  return [=](Element &element, double g, double rate, int64_t t) {
    update(element, g, rate, t);
    const double size = std::max(std::abs(element.w) - rate * l1, 0.0);
    element.w = std::copysign(size, element.w);
  };
}

/// The average of w beside what `update` has of states.
Update averaged(int states, double decay, Update update) {
  return [=](Element &element, double g, double rate, int64_t t) {
    update(element, g, rate, t);
    double &mean = element.states[states];
    mean = t == 1 ? element.w : decay * mean + (1 - decay) * element.w;
  };
}

//===----------------------------------------------------------------------===//
// Cases
//===----------------------------------------------------------------------===//

struct OptimizerCase {
  std::string name;
  std::string text; ///< As in a model file.
  int states;       ///< A parameter.
  Update update;
  std::string own = "";     ///< Behind the parameter's initialiser.
  std::string descent = ""; ///< Behind the epochs.
};

/// With a learning rate of its own.
Update times(double factor, Update update) {
  return [=](Element &element, double g, double rate, int64_t t) {
    update(element, g, factor * rate, t);
  };
}

std::ostream &operator<<(std::ostream &stream, const OptimizerCase &self) {
  return stream << self.text;
}

std::vector<OptimizerCase> optimizers() {
  return {
      {"sgd", "sgd(learning_rate = 0.1)", 0, sgd({})},
      {"sgd_weight_decay", "sgd(learning_rate = 0.1, weight_decay = 0.2)", 0,
       sgd({.weightDecay = 0.2})},
      {"sgd_momentum", "sgd(learning_rate = 0.1, momentum = 0.9)", 1,
       sgd({.momentum = 0.9})},
      {"sgd_nesterov",
       "sgd(learning_rate = 0.1, momentum = 0.7, nesterov = true)", 1,
       sgd({.momentum = 0.7, .nesterov = true})},
      {"sgd_all",
       "sgd(learning_rate = 0.1, momentum = 0.7, nesterov = true, "
       "weight_decay = 0.2)",
       1, sgd({.momentum = 0.7, .weightDecay = 0.2, .nesterov = true})},
      {"sgd_momentum_weight_decay",
       "sgd(learning_rate = 0.1, momentum = 0.7, weight_decay = 0.2)", 1,
       sgd({.momentum = 0.7, .weightDecay = 0.2})},
      {"adam", "adam(learning_rate = 0.1)", 2, adam({})},
      {"adam_betas", "adam(learning_rate = 0.1, beta1 = 0.8, beta2 = 0.95)", 2,
       adam({.beta1 = 0.8, .beta2 = 0.95})},
      {"adam_without_betas", "adam(learning_rate = 0.1, beta1 = 0, beta2 = 0)",
       2, adam({.beta1 = 0, .beta2 = 0})},
      {"adam_epsilon", "adam(learning_rate = 0.1, epsilon = 0.3)", 2,
       adam({.epsilon = 0.3})},
      {"adam_weight_decay", "adam(learning_rate = 0.1, weight_decay = 0.2)", 2,
       adam({.weightDecay = 0.2})},
      {"adam_all",
       "adam(learning_rate = 0.1, beta1 = 0.8, beta2 = 0.95, epsilon = 0.3, "
       "weight_decay = 0.2)",
       2,
       adam({.beta1 = 0.8, .beta2 = 0.95, .epsilon = 0.3, .weightDecay = 0.2})},
      {"adagrad", "adagrad(learning_rate = 0.1)", 1, adagrad({})},
      {"adagrad_all",
       "adagrad(learning_rate = 0.1, lr_decay = 0.3, epsilon = 0.2, "
       "initial_accumulator_value = 0.5, weight_decay = 0.2)",
       1,
       adagrad({.rateDecay = 0.3,
                .initial = 0.5,
                .epsilon = 0.2,
                .weightDecay = 0.2})},
      {"rmsprop", "rmsprop(learning_rate = 0.1)", 1, rmsprop({})},
      {"rmsprop_all",
       "rmsprop(learning_rate = 0.1, alpha = 0.8, momentum = 0.6, epsilon = "
       "0.3, weight_decay = 0.2)",
       2,
       rmsprop({.alpha = 0.8,
                .momentum = 0.6,
                .epsilon = 0.3,
                .weightDecay = 0.2})},
      {"lion", "lion(learning_rate = 0.1)", 1, lion({})},
      {"lion_all",
       "lion(learning_rate = 0.1, beta1 = 0.5, beta2 = 0.7, weight_decay = "
       "0.2)",
       1, lion({.beta1 = 0.5, .beta2 = 0.7, .weightDecay = 0.2})},
      {"adamw", "adamw(learning_rate = 0.1)", 2,
       adam({.weightDecay = 0.01, .decoupled = true})},
      {"adamw_without_decay", "adamw(learning_rate = 0.1, weight_decay = 0)", 2,
       adam({.decoupled = true})},
      {"adamw_all",
       "adamw(learning_rate = 0.1, beta1 = 0.8, beta2 = 0.95, epsilon = 0.3, "
       "weight_decay = 0.2)",
       2,
       adam({.beta1 = 0.8,
             .beta2 = 0.95,
             .epsilon = 0.3,
             .weightDecay = 0.2,
             .decoupled = true})},
      {"sgd_own",
       "sgd(learning_rate = 0.1, momentum = 0.7, weight_decay = 0.05)", 1,
       times(0.5, sgd({.momentum = 0.7, .weightDecay = 0.3})),
       " rate(0.5) weight_decay(0.3)"},
      {"sgd_own_none", "sgd(learning_rate = 0.1, weight_decay = 0.2)", 0,
       sgd({}), " weight_decay(0)"},
      {"adam_own", "adam(lazy, learning_rate = 0.1)", 2,
       times(3, adam({.weightDecay = 0.2})), " weight_decay(0.2) rate(3)"},
      {"adamw_own",
       "adamw(learning_rate = 0.1, beta1 = 0.8, beta2 = 0.95, epsilon = 0.3)",
       2,
       times(0.25, adam({.beta1 = 0.8,
                         .beta2 = 0.95,
                         .epsilon = 0.3,
                         .weightDecay = 0.4,
                         .decoupled = true})),
       " rate(0.25) weight_decay(0.4)"},
      {"ftrl", "ftrl(alpha = 0.1)", 2, ftrl({})},
      {"ftrl_all", "ftrl(alpha = 0.1, beta = 0.4, l1 = 0.3, l2 = 0.6)", 2,
       ftrl({.beta = 0.4, .l1 = 0.3, .l2 = 0.6})},
      {"ftrl_without_beta", "ftrl(alpha = 0.1, beta = 0)", 2,
       ftrl({.beta = 0})},
      {"ftrl_own", "ftrl(alpha = 0.1, l1 = 0.2)", 2,
       times(2, ftrl({.l1 = 0.7})), " l1(0.7) rate(2)"},
      {"sgd_l1", "sgd(learning_rate = 0.1)", 0, shrunk(0.8, sgd({})), "",
       "l1(0.8)"},
      {"sgd_own_l1", "sgd(learning_rate = 0.1)", 0,
       times(0.5, shrunk(1.2, sgd({}))), " l1(1.2) rate(0.5)", "l1(0.8)"},
      {"adamw_without_l1", "adamw(learning_rate = 0.1)", 2,
       adam({.weightDecay = 0.01, .decoupled = true}), " l1(0)", "l1(0.8)"},
      {"elastic_net", "sgd(learning_rate = 0.1, weight_decay = 0.5)", 0,
       shrunk(0.4, sgd({.weightDecay = 0.5})), "", "l1(0.4)"},
      {"sgd_ema", "sgd(learning_rate = 0.1)", 1, averaged(0, 0.7, sgd({})), "",
       "ema(0.7)"},
      {"lion_l1_ema", "lion(learning_rate = 0.1)", 2,
       averaged(1, 0.6, shrunk(0.3, lion({}))), "", "l1(0.3) ema(0.6)"}};
}

//===----------------------------------------------------------------------===//
// Both ways
//===----------------------------------------------------------------------===//

/// y = x w and mean squares, so that the gradient is known.
std::string modelWith(const OptimizerCase &optimizer) {
  return modelOf({.parameters = "%w = graph.parameter \"w\" zeros" +
                                optimizer.own + " : tensor<3x2xf32>",
                  .predict = "%out = graph.linear %x, %w : tensor<?x3xf32>, "
                             "tensor<3x2xf32>",
                  .optimizer = optimizer.text,
                  .descent = optimizer.descent});
}

/// dW = 2 x^T (x w - t) / (n * 2), with w [3, 2].
std::vector<double> gradientOf(const StepInputs &inputs,
                               const std::vector<Element> &w) {
  const auto &x = std::get<Reals>(*inputs.data).elements;
  const auto &t = std::get<Reals>(*inputs.labels).elements;
  std::vector<double> gradient(6);
  for (int64_t row : inputs.rows)
    for (int o = 0; o < 2; ++o) {
      double error = -t[row * 2 + o];
      for (int i = 0; i < 3; ++i)
        error += x[row * 3 + i] * w[i * 2 + o].w;
      for (int i = 0; i < 3; ++i)
        gradient[i * 2 + o] +=
            error * x[row * 3 + i] / static_cast<double>(inputs.rows.size());
    }
  return gradient;
}

/// Weights and states after each of `steps` steps, one after the other, from
/// states of zero; the learning rate is another in each step.
using Trajectory = std::vector<Reals>;

void startStep(StepInputs &inputs, int64_t t) {
  inputs.number = t;
  inputs.learningRate = 0.1 / static_cast<double>(t);
}

Trajectory runCompiled(TrainStep &step, StepInputs inputs, int64_t steps) {
  for (Reals &state : inputs.states)
    state.elements.assign(state.elements.size(), 0.0);
  Trajectory trajectory;
  for (int64_t t = 1; t <= steps; ++t) {
    startStep(inputs, t);
    StepResults results = step.run(inputs);
    inputs.parameters = results.parameters;
    inputs.states = results.states;
    llvm::append_range(trajectory, results.parameters);
    llvm::append_range(trajectory, results.states);
  }
  return trajectory;
}

Trajectory runFormula(const OptimizerCase &optimizer, StepInputs inputs,
                      int64_t steps) {
  std::vector<Element> w;
  for (double start : inputs.parameters[0].elements)
    w.push_back({.w = start});
  Trajectory trajectory;
  for (int64_t t = 1; t <= steps; ++t) {
    startStep(inputs, t);
    const std::vector<double> gradient = gradientOf(inputs, w);
    for (size_t i = 0; i < w.size(); ++i)
      optimizer.update(w[i], gradient[i], inputs.learningRate, t);
    for (int state = -1; state < optimizer.states; ++state) {
      Reals values({3, 2}, 0.0);
      for (size_t i = 0; i < w.size(); ++i)
        values.elements[i] = state < 0 ? w[i].w : w[i].states[state];
      trajectory.push_back(values);
    }
  }
  return trajectory;
}

constexpr int64_t kSteps = 7;

auto nameOf = [](const auto &info) { return info.param.name; };

class OptimizerTest : public testing::TestWithParam<OptimizerCase> {};

TEST_P(OptimizerTest, AgreesWithItsFormula) {
  TrainStep step(modelWith(GetParam()));
  StepInputs inputs = step.makeInputs(4);
  // Two weights have no gradient.
  Reals data = std::get<Reals>(*inputs.data);
  for (size_t i = 0; i < data.elements.size(); i += 3)
    data.elements[i] = 0;
  inputs.data = makeDatum(data);
  ASSERT_EQ(inputs.states.size(), size_t(GetParam().states));
  EXPECT_LT(relativeError(runCompiled(step, inputs, kSteps),
                          runFormula(GetParam(), inputs, kSteps)),
            kTolerance);
}

INSTANTIATE_TEST_SUITE_P(Optimizers, OptimizerTest,
                         testing::ValuesIn(optimizers()), nameOf);

/// Those of which every term shows: an epsilon of 1e-8 does not, nor what only
/// lion's sign depends on.
std::vector<OptimizerCase> plainOptimizers() {
  std::vector<OptimizerCase> plain;
  llvm::copy_if(optimizers(), std::back_inserter(plain), [](auto &optimizer) {
    return (optimizer.states < 2 && optimizer.name != "sgd_own_none" &&
            optimizer.name != "adagrad" && optimizer.name != "rmsprop" &&
            optimizer.name != "sgd_own_l1" &&
            optimizer.name.rfind("lion", 0) != 0) ||
           optimizer.name == "adam_all" || optimizer.name == "adamw_all" ||
           optimizer.name == "adamw_own" || optimizer.name == "rmsprop_all" ||
           optimizer.name == "ftrl_all";
  });
  return plain;
}

class PlantedOptimizerTest : public testing::TestWithParam<OptimizerCase> {};

TEST_P(PlantedOptimizerTest, ErrorsAreCaught) {
  TrainStep correct(modelWith(GetParam()));
  StepInputs inputs = correct.makeInputs(4);
  const Trajectory expected = runFormula(GetParam(), inputs, kSteps);
  int planted = 0;
  for (int number = 0;; ++number) {
    TrainStep step(modelWith(GetParam()));
    const Mutation mutation = mutate(step, number);
    if (mutation.kind == Mutation::None)
      break;
    inputs.number = 3;
    if (!changesValue(step, mutation, inputs))
      continue;
    ++planted;
    EXPECT_GT(relativeError(runCompiled(step, inputs, kSteps), expected),
              2 * kTolerance)
        << "not seen: " << mutation.text;
  }
  EXPECT_GE(planted, 10);
}

INSTANTIATE_TEST_SUITE_P(Optimizers, PlantedOptimizerTest,
                         testing::ValuesIn(plainOptimizers()), nameOf);

} // namespace
