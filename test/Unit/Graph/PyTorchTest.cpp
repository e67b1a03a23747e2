//===- PyTorchTest.cpp - Steps and functions against PyTorch's numbers ----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The numbers are those of PyTorch 2.15 in f64. Of optimisers: y = x w,
// MSELoss, seven steps on all rows, the learning rate 0.1 / t in step t; lion,
// which PyTorch has not, is algorithm 2 of arXiv:2302.06675 written in it (see
// test/Integration/pytorch/networks.py). Of functions: the mean of f(w)^2 and
// its gradient. Of losses: the loss of w itself and its gradient.
//
//===----------------------------------------------------------------------===//

#include "TrainStep.h"

#include <gtest/gtest.h>

using namespace mlc::test;
using namespace mlc::reference;

namespace {

struct Recorded {
  std::string optimizer;       ///< As in a model file.
  std::vector<double> weights; ///< [3, 2], after the last step.
};

const Recorded kRecorded[] = {
    {"sgd(learning_rate = 0.1)",
     {0.063032781405, -0.151394039024, 0.138411087990, 0.404888922454,
      -0.397575062866, 0.602070982409}},
    {"sgd(learning_rate = 0.1, weight_decay = 0.2)",
     {0.059467353141, -0.143158590164, 0.127386853668, 0.385497724266,
      -0.375442995418, 0.572960332804}},
    {"sgd(learning_rate = 0.1, momentum = 0.9)",
     {0.018556466273, -0.088754364310, -0.066092158243, 0.410876923451,
      -0.267252128361, 0.605893206564}},
    {"sgd(learning_rate = 0.1, momentum = 0.9, nesterov = true, weight_decay = "
     "0.2)",
     {-0.002239823778, -0.040300287414, -0.176920283856, 0.358346122834,
      -0.151820613011, 0.527530083233}},
    {"adam(learning_rate = 0.1)",
     {-0.133041812761, 0.054931919485, 0.042478730999, 0.415394211260,
      -0.244228742777, 0.708630779860}},
    {"adam(learning_rate = 0.1, beta1 = 0.8, beta2 = 0.95, epsilon = 0.3, "
     "weight_decay = 0.2)",
     {0.013285703072, -0.092891278499, 0.120816965584, 0.361551348518,
      -0.340862924380, 0.536508197884}},
    {"adagrad(learning_rate = 0.1)",
     {-0.056898155263, -0.021437539825, 0.117089546625, 0.434097332002,
      -0.320540597999, 0.689448959949}},
    {"adagrad(learning_rate = 0.1, lr_decay = 0.3, epsilon = 0.2, "
     "initial_accumulator_value = 0.5, weight_decay = 0.2)",
     {0.066202846462, -0.155467464529, 0.201429199809, 0.387954409467,
      -0.418350065473, 0.577454248640}},
    {"rmsprop(learning_rate = 0.1)",
     {-0.092850666433, 0.425978848302, -0.713700818241, 0.577259537771,
      0.210343986797, 0.954770140366}},
    {"rmsprop(learning_rate = 0.1, alpha = 0.8, momentum = 0.6, epsilon = 0.3, "
     "weight_decay = 0.2)",
     {-0.028587506176, -0.014086380105, -0.075533602187, 0.341088778536,
      -0.183783172561, 0.506471596797}},
    {"lion(learning_rate = 0.1)",
     {-0.159285714286, 0.059285714286, 0.040714285714, 0.424047619048,
      -0.240714285714, 0.725952380952}},
    {"lion(learning_rate = 0.1, beta1 = 0.5, beta2 = 0.7, weight_decay = 0.2)",
     {-0.159210575612, 0.064293135918, 0.030624303775, 0.408495754545,
      -0.220459183163, 0.725799794581}},
    {"adamw(learning_rate = 0.1)",
     {-0.132929410619, 0.055177261240, 0.041967275925, 0.414832983430,
      -0.243210365672, 0.708843141348}},
    {"adamw(learning_rate = 0.1, beta1 = 0.8, beta2 = 0.95, epsilon = 0.3, "
     "weight_decay = 0.2)",
     {0.015720030512, -0.094386902238, 0.113309883522, 0.395552849097,
      -0.331525668643, 0.579908197759}}};

TEST(PyTorch, OptimizersTakeTheSameSteps) {
  for (const Recorded &recorded : kRecorded) {
    TrainStep step(modelOf(
        {.parameters = "%w = graph.parameter \"w\" zeros : tensor<3x2xf32>",
         .predict = "%out = graph.linear %x, %w : tensor<?x3xf32>, "
                    "tensor<3x2xf32>",
         .optimizer = recorded.optimizer}));
    StepInputs inputs = step.makeInputs(0);
    inputs.rows = {0, 1, 2};
    inputs.data =
        makeDatum(Reals({3, 3}, {0.5, -1, 0.25, 1, 0.75, -0.5, -0.25, 0.5, 1}));
    inputs.labels = makeDatum(Reals({3, 2}, {1, 0, -0.5, 0.25, 0, 1}));
    inputs.parameters = {Reals({3, 2}, {0.1, -0.2, 0.3, 0.4, -0.5, 0.6})};
    for (Reals &state : inputs.states)
      state.elements.assign(6, 0.0);
    for (inputs.number = 1; inputs.number <= 7; ++inputs.number) {
      inputs.learningRate = 0.1 / static_cast<double>(inputs.number);
      StepResults results = step.run(inputs);
      inputs.parameters = results.parameters;
      inputs.states = results.states;
    }
    EXPECT_LT(
        relativeError(inputs.parameters, {Reals({3, 2}, recorded.weights)}),
        kTolerance)
        << recorded.optimizer;
  }
}

/// torch.nn.BatchNorm1d(2, momentum=0.3, eps=0.2) behind a linear layer, by
/// SGD: seven steps in training, then the loss in evaluation.
TEST(PyTorch, BatchesAreNormalizedTheSame) {
  const std::string row = ", tensor<2xf32>", type = "tensor<2xf32>\n";
  const auto modelOfNorm = [&](const std::string &statistics) {
    return modelOf(
        {.parameters = "%w = graph.parameter \"w\" zeros : tensor<3x2xf32>\n"
                       "%s = graph.parameter \"s\" zeros : " +
                       type + "%b = graph.parameter \"b\" zeros : " + type +
                       "%m = graph.parameter \"m\" zeros" + statistics + " : " +
                       type + "%v = graph.parameter \"v\" zeros" + statistics +
                       " : " + type,
         .predict = "%h = graph.linear %x, %w : tensor<?x3xf32>, "
                    "tensor<3x2xf32>\n"
                    "%out = graph.batch_norm %h, %s, %b, %m, %v momentum(0.3) "
                    "epsilon(0.2) : tensor<?x2xf32>" +
                    row + row + row + row});
  };
  TrainStep step(modelOfNorm(" running"));
  StepInputs inputs = step.makeInputs(0);
  inputs.rows = {0, 1, 2};
  inputs.data =
      makeDatum(Reals({3, 3}, {0.5, -1, 0.25, 1, 0.75, -0.5, -0.25, 0.5, 1}));
  inputs.labels = makeDatum(Reals({3, 2}, {1, 0, -0.5, 0.25, 0, 1}));
  inputs.parameters = {Reals({3, 2}, {0.1, -0.2, 0.3, 0.4, -0.5, 0.6}),
                       Reals({2}, {1.5, -0.5}), Reals({2}, {0.25, 0.5}),
                       Reals({2}, {0.5, -1.0}), Reals({2}, {2.0, 0.5})};
  for (inputs.number = 1; inputs.number <= 7; ++inputs.number) {
    inputs.learningRate = 0.1 / static_cast<double>(inputs.number);
    inputs.parameters = step.run(inputs).parameters;
  }
  const std::vector<Reals> recorded = {
      Reals({3, 2}, {-0.057859505986, -0.178576501120, -0.075538406591,
                     0.373905528119, -0.279298910508, 0.577053544222}),
      Reals({2}, {1.317135750490, -0.351252541639}),
      Reals({2}, {0.230455420104, 0.480455420104}),
      Reals({2}, {-0.042140731462, 0.010173069452}),
      Reals({2}, {0.226846721337, 0.397798513524})};
  EXPECT_LT(relativeError(inputs.parameters, recorded), kTolerance);
  // What is frozen is what evaluation computes with.
  EXPECT_NEAR(TrainStep(modelOfNorm(" frozen")).run(inputs).loss,
              0.441579628784, 1e-8);
}

//===----------------------------------------------------------------------===//
// Functions and losses
//===----------------------------------------------------------------------===//

struct RecordedGradient {
  std::string op; ///< A function of `%w`, or a loss of `%y` and `%t`.
  double loss;
  std::vector<double> gradient; ///< [3, 2], with respect to w.
};

const RecordedGradient kFunctions[] = {
    {"gelu %w",
     1.196255643850,
     {0.000016125406, 0.005429152546, -0.010227450289, 0.070150208276,
      0.349873293563, 0.859306556939}},
    {"silu %w",
     1.031646964994,
     {0.004178414158, -0.001666796343, -0.014988985234, 0.055461782913,
      0.263092128282, 0.846668786602}},
    {"mish %w",
     1.212214319200,
     {0.004534156677, 0.000206792475, -0.020579848909, 0.080641205263,
      0.344652032164, 0.857679836272}},
    {"selu %w",
     2.153347959580,
     {-0.048741967784, -0.216854621829, -0.197825234836, 0.147196341977,
      0.404789940438, 0.919977137358}}};

const RecordedGradient kLosses[] = {
    {"mae %y, %t",
     1.358333333333,
     {-0.166666666667, -0.166666666667, 0.166666666667, 0.166666666667,
      0.166666666667, 0.166666666667}},
    {"huber %y, %t, 0.8",
     0.831875000000,
     {-0.133333333333, -0.133333333333, 0.033333333333, 0.025000000000,
      0.133333333333, 0.133333333333}},
    {"quantile %y, %t, 0.9",
     0.829166666667,
     {-0.15, -0.15, 0.016666666667, 0.016666666667, 0.016666666667,
      0.016666666667}},
    {"poisson %y, %t",
     3.003380697209,
     {-0.158368821939, 0.050199035319, 0.206803036780, 0.206970782940,
      0.500694337324, 1.863748993451}},
    {"hinge %y, %t",
     1.408333333333,
     {-0.166666666667, 0, -0.083333333333, 0.083333333333, 0.166666666667, 0}},
    {"focal_with_logits %y, %t alpha(0.25) gamma(2.0)",
     0.258146314965,
     {-0.046947911693, 0.004260699219, -0.007409313415, 0.043037868094,
      0.101545823224, -0.000053149372}},
    {"cross_entropy %y, %t smoothing(0.1)",
     0.533860356443,
     {0.030617021633, -0.030617021633, -0.206062590723, 0.206062590723,
      0.049272037147, -0.049272037147}},
    {"bce_with_logits %y, %t smoothing(0.2)",
     1.049244229198,
     {-0.142095687804, 0.021912536083, -0.045740419469, 0.049781276685,
      0.108376684266, 0.004023636663}},
    // (1 - a) * loss(w, t) + a * T * T * loss(w / T, f(s / T)), where f is the
    // sigmoid or the softmax and a and T are the numbers below.
    {"distill_bce %y, %t, %s alpha(0.3) temperature(2.5)",
     2.181202596695,
     {-0.168446056208, 0.024622915093, -0.047826383096, 0.079235185520,
      0.104185122931, 0.001825163048}},
    {"distill_cross_entropy %y, %t, %s alpha(0.3) temperature(2.5)",
     1.828984950585,
     {-0.077184368332, 0.077184368332, -0.248843008297, 0.248843008297,
      0.054090900641, -0.054090900641}}};

const char kParameter[] = "%w = graph.parameter \"w\" zeros : tensor<3x2xf32>";

/// Compares the step of `parts` on w and `labels` with what was recorded.
void expectSame(const RecordedGradient &recorded, const ModelParts &parts,
                Datum labels) {
  TrainStep step(modelOf(parts));
  StepInputs inputs = step.makeInputs(0);
  inputs.rows = {0, 1, 2};
  inputs.data = makeDatum(Reals({3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1}));
  inputs.labels = makeDatum(std::move(labels));
  inputs.teacher = makeDatum(Reals({3, 2}, {2, -1, 0.5, -3, -0.25, 1.5}));
  inputs.parameters = {Reals({3, 2}, {-3, -1.2, -0.3, 0.4, 1.1, 2.5})};
  EXPECT_NEAR(step.run(inputs).loss, recorded.loss, 1e-6) << recorded.op;
  EXPECT_LT(relativeError(gradientsOf(step, inputs),
                          {Reals({3, 2}, recorded.gradient)}),
            kTolerance)
      << recorded.op;
}

TEST(PyTorch, FunctionsHaveTheSameGradients) {
  for (const RecordedGradient &recorded : kFunctions)
    expectSame(recorded,
               {.parameters = kParameter,
                .predict = "%f = graph." + recorded.op +
                           " : tensor<3x2xf32>\n"
                           "%out = graph.linear %x, %f : tensor<?x3xf32>, "
                           "tensor<3x2xf32>"},
               Reals({3, 2}, 0.0));
}

TEST(PyTorch, LossesHaveTheSameGradients) {
  for (const RecordedGradient &recorded : kLosses) {
    const bool ofClasses =
        recorded.op.find("cross_entropy") != std::string::npos;
    const bool isBinary = recorded.op.find("bce") != std::string::npos ||
                          recorded.op.find("hinge") == 0 ||
                          recorded.op.find("focal") == 0;
    const bool isTaught = recorded.op.find("distill") == 0;
    const std::string label = ofClasses ? "tensor<?xi32>" : "tensor<?x2xf32>";
    const Reals targets({3, 2},
                        isBinary ? std::vector<double>{1, 0, 0.75, 0.25, 0, 1}
                                 : std::vector<double>{1, 0, -0.5, 0.25, 0, 1});
    expectSame(recorded,
               {.parameters = kParameter,
                .predict = "%out = graph.linear %x, %w : tensor<?x3xf32>, "
                           "tensor<3x2xf32>",
                .loss = "%l = graph." + recorded.op + " : tensor<?x2xf32>, " +
                        label + (isTaught ? ", tensor<?x2xf32>" : ""),
                .label = label,
                .teacher = isTaught ? "tensor<?x2xf32>" : ""},
               ofClasses ? Datum(Integers({3}, {1, 0, 1})) : Datum(targets));
  }
}

} // namespace
