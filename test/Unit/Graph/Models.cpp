//===- Models.cpp - A small model for every gradient rule -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Models.h"

#include "TrainStep.h"

using namespace mlc::test;

static const char kWeight[] =
    "%w = graph.parameter \"w\" zeros : tensor<3x2xf32>\n";
static const char kTwoWeights[] =
    "%w = graph.parameter \"w\" zeros : tensor<3x2xf32>\n"
    "%v = graph.parameter \"v\" zeros : tensor<3x2xf32>\n";
static const char kLinear[] =
    "%h = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>\n";
static const char kTwoLinears[] =
    "%h = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>\n"
    "%k = graph.linear %x, %v : tensor<?x3xf32>, tensor<3x2xf32>\n";

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// y = x w + b of the sizes given, with and without bias and CSR.
static std::string linear(int in, int out, bool hasBias, bool isCsr) {
  const std::string o = std::to_string(out), i = std::to_string(in);
  const std::string input =
      "tensor<?x" + i + "xf32" + (isCsr ? ", #graph.csr>" : ">");
  const std::string weight = "tensor<" + i + "x" + o + "xf32>",
                    bias = "tensor<" + o + "xf32>",
                    output = "tensor<?x" + o + "xf32>";
  return modelOf(
      {.parameters =
           "%w = graph.parameter \"w\" zeros : " + weight +
           (hasBias ? "\n%b = graph.parameter \"b\" zeros : " + bias : ""),
       .predict = hasBias
                      ? "%out = graph.linear %x, %w, %b : " + input + ", " +
                            weight + ", " + bias
                      : "%out = graph.linear %x, %w : " + input + ", " + weight,
       .input = input,
       .output = output,
       .loss = "%l = graph.mse %y, %t : " + output + ", " + output,
       .label = output});
}

/// Two layers of odd sizes; the first one's input gets no gradient.
static std::string twoLayers() {
  return modelOf(
      {.parameters = "%w1 = graph.parameter \"w1\" zeros : tensor<13x7xf32>\n"
                     "%b1 = graph.parameter \"b1\" zeros : tensor<7xf32>\n"
                     "%w2 = graph.parameter \"w2\" zeros : tensor<7x1xf32>\n"
                     "%b2 = graph.parameter \"b2\" zeros : tensor<1xf32>\n",
       .predict = "%h = graph.linear %x, %w1, %b1 : tensor<?x13xf32, "
                  "#graph.csr>, tensor<13x7xf32>, tensor<7xf32>\n"
                  "%a = graph.tanh %h : tensor<?x7xf32>\n"
                  "%out = graph.linear %a, %w2, %b2 : tensor<?x7xf32>, "
                  "tensor<7x1xf32>, tensor<1xf32>\n",
       .input = "tensor<?x13xf32, #graph.csr>",
       .output = "tensor<?x1xf32>",
       .loss = "%l = graph.bce_with_logits %y, %t : tensor<?x1xf32>, "
               "tensor<?x1xf32>",
       .label = "tensor<?x1xf32>"});
}

//===----------------------------------------------------------------------===//
// Other ops
//===----------------------------------------------------------------------===//

/// `op` of one linear layer; its operand is `%h`.
static std::string unary(const std::string &op) {
  return modelOf(
      {.parameters = kWeight,
       .predict = kLinear + ("%out = graph." + op + " : tensor<?x2xf32>")});
}

/// `op` of two linear layers.
static std::string binary(const std::string &op) {
  return modelOf({.parameters = kTwoWeights,
                  .predict = kTwoLinears +
                             ("%out = graph." + op +
                              " %h, %k : tensor<?x2xf32>, tensor<?x2xf32>")});
}

/// Between two layers, `op` of four columns and parameters of their length.
static std::string byColumns(const std::string &op, int64_t parameters,
                             const std::string &statistics = "") {
  std::string declared = "%w = graph.parameter \"w\" zeros : tensor<3x4xf32>\n"
                         "%u = graph.parameter \"u\" zeros : tensor<4x2xf32>";
  std::string operands = "%h", types = "tensor<?x4xf32>", settings;
  for (int64_t i = 0; i < parameters; ++i) {
    const std::string name = "s" + std::to_string(i);
    declared += "\n%" + name + " = graph.parameter \"" + name + "\" zeros" +
                (i < 2 ? "" : statistics) + " : tensor<4xf32>";
    operands += ", %" + name;
    types += ", tensor<4xf32>";
  }
  if (const size_t space = op.find(' '); space != std::string::npos)
    settings = op.substr(space);
  return modelOf({.parameters = declared,
                  .predict = "%h = graph.linear %x, %w : tensor<?x3xf32>, "
                             "tensor<3x4xf32>\n%k = graph." +
                             op.substr(0, op.find(' ')) + " " + operands +
                             settings + " : " + types +
                             "\n%out = graph.linear %k, %u : tensor<?x4xf32>, "
                             "tensor<4x2xf32>"});
}

/// A loss of two linear layers' outputs, `%y` the first: both get gradients.
static std::string lossOfTwo(const std::string &op,
                             const std::string &settings = "") {
  return modelOf(
      {.parameters = kTwoWeights,
       .predict = kTwoLinears + std::string("%out = graph.sub %h, %k : "
                                            "tensor<?x2xf32>, tensor<?x2xf32>"),
       .loss = "%u = graph.tanh %y : tensor<?x2xf32>\n"
               "%m = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>\n"
               "%n = graph." +
               op + " %y, %u" + settings +
               " : tensor<?x2xf32>, tensor<?x2xf32>\n"
               "%l = graph.add %m, %n : tensor<f32>, tensor<f32>"});
}

static std::string crossEntropy(const std::string &settings = "") {
  return modelOf(
      {.parameters = "%w = graph.parameter \"w\" zeros : tensor<3x5xf32>",
       .predict = "%out = graph.linear %x, %w : tensor<?x3xf32>, "
                  "tensor<3x5xf32>",
       .output = "tensor<?x5xf32>",
       .loss = "%l = graph.cross_entropy %y, %t" + settings +
               " : tensor<?x5xf32>, tensor<?xi32>",
       .label = "tensor<?xi32>"});
}

/// A class for each place of a row, from layers along the last dimension.
static std::string crossEntropyOfPlaces(const std::string &settings = "") {
  return modelOf({.parameters =
                      "%w = graph.parameter \"w\" zeros : tensor<3x8xf32>\n"
                      "%v = graph.parameter \"v\" zeros : tensor<4x5xf32>",
                  .predict = "%h = graph.linear %x, %w : tensor<?x3xf32>, "
                             "tensor<3x8xf32>\n"
                             "%r = graph.reshape %h : tensor<?x8xf32> -> "
                             "tensor<?x2x4xf32>\n"
                             "%out = graph.linear %r, %v : tensor<?x2x4xf32>, "
                             "tensor<4x5xf32>",
                  .output = "tensor<?x2x5xf32>",
                  .loss = "%l = graph.cross_entropy %y, %t" + settings +
                          " : tensor<?x2x5xf32>, tensor<?x2xi32>",
                  .label = "tensor<?x2xi32>"});
}

static std::string bce() {
  return modelOf({.parameters = kWeight,
                  .predict = "%out = graph.linear %x, %w : tensor<?x3xf32>, "
                             "tensor<3x2xf32>",
                  .loss = "%l = graph.bce_with_logits %y, %t : "
                          "tensor<?x2xf32>, tensor<?x2xf32>"});
}

static std::string distillBce() {
  const std::string type = "tensor<?x2xf32>";
  return modelOf({.parameters = kWeight,
                  .predict = "%out = graph.linear %x, %w : tensor<?x3xf32>, "
                             "tensor<3x2xf32>",
                  .loss = "%l = graph.distill_bce %y, %t, %s alpha(0.3) "
                          "temperature(2.5) : " +
                          type + ", " + type + ", " + type,
                  .teacher = type});
}

static std::string distillCrossEntropy() {
  const std::string type = "tensor<?x5xf32>";
  return modelOf(
      {.parameters = "%w = graph.parameter \"w\" zeros : tensor<3x5xf32>",
       .predict = "%out = graph.linear %x, %w : tensor<?x3xf32>, "
                  "tensor<3x5xf32>",
       .output = type,
       .loss = "%l = graph.distill_cross_entropy %y, %t, %s alpha(0.3) "
               "temperature(2.5) : " +
               type + ", tensor<?xi32>, " + type,
       .label = "tensor<?xi32>",
       .teacher = type});
}

//===----------------------------------------------------------------------===//
// Combinations
//===----------------------------------------------------------------------===//

/// The loss itself passes through element-wise ops of no dimensions.
static std::string scalarOps() {
  return modelOf(
      {.parameters = kWeight,
       .predict = "%out = graph.linear %x, %w : tensor<?x3xf32>, "
                  "tensor<3x2xf32>",
       .loss = "%m = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>\n"
               "%s = graph.scale %m, 0.3 : tensor<f32>\n"
               "%q = graph.mul %m, %s : tensor<f32>, tensor<f32>\n"
               "%l = graph.add %q, %s : tensor<f32>, tensor<f32>"});
}

/// One op uses a value twice, several ops use it, and two ways meet again.
static std::string sharedSubexpression() {
  return modelOf(
      {.parameters = kWeight,
       .predict =
           kLinear + std::string("%a = graph.tanh %h : tensor<?x2xf32>\n"
                                 "%c = graph.sigmoid %h : tensor<?x2xf32>\n"
                                 "%d = graph.mul %a, %a : tensor<?x2xf32>, "
                                 "tensor<?x2xf32>\n"
                                 "%e = graph.add %d, %c : tensor<?x2xf32>, "
                                 "tensor<?x2xf32>\n"
                                 "%out = graph.sub %e, %h : tensor<?x2xf32>, "
                                 "tensor<?x2xf32>")});
}

/// One square weight in two layers, one bias added twice.
static std::string tiedWeights() {
  return modelOf(
      {.parameters = "%w = graph.parameter \"w\" zeros : tensor<3x3xf32>\n"
                     "%b = graph.parameter \"b\" zeros : tensor<3xf32>\n",
       .predict = "%h = graph.linear %x, %w, %b : tensor<?x3xf32>, "
                  "tensor<3x3xf32>, tensor<3xf32>\n"
                  "%a = graph.tanh %h : tensor<?x3xf32>\n"
                  "%out = graph.linear %a, %w, %b : tensor<?x3xf32>, "
                  "tensor<3x3xf32>, tensor<3xf32>\n",
       .output = "tensor<?x3xf32>",
       .loss = "%l = graph.mse %y, %t : tensor<?x3xf32>, tensor<?x3xf32>",
       .label = "tensor<?x3xf32>"});
}

/// Parameters pass through ops before they are weights.
static std::string computedWeights() {
  return modelOf(
      {.parameters = kTwoWeights,
       .predict = "%p = graph.mul %w, %v : tensor<3x2xf32>, tensor<3x2xf32>\n"
                  "%s = graph.softmax %p : tensor<3x2xf32>\n"
                  "%d = graph.dropout %s, 0.5 : tensor<3x2xf32>\n"
                  "%q = graph.add %d, %v : tensor<3x2xf32>, tensor<3x2xf32>\n"
                  "%out = graph.linear %x, %q : tensor<?x3xf32>, "
                  "tensor<3x2xf32>\n"});
}

/// Sizes in other groups, of the batch and of parameters of every rank; a
/// softmax along the last of three dimensions.
static std::string reshapes() {
  return modelOf(
      {.parameters = "%w = graph.parameter \"w\" zeros : tensor<2x3x2x2xf32>\n"
                     "%v = graph.parameter \"v\" zeros : tensor<4x1x3xf32>\n"
                     "%b = graph.parameter \"b\" zeros : tensor<2x2xf32>\n",
       .predict =
           "%x1 = graph.reshape %x : tensor<?x3x2xf32> -> tensor<?x6xf32>\n"
           "%w1 = graph.reshape %w : tensor<2x3x2x2xf32> -> tensor<6x4xf32>\n"
           "%b1 = graph.reshape %b : tensor<2x2xf32> -> tensor<4xf32>\n"
           "%h = graph.linear %x1, %w1, %b1 : tensor<?x6xf32>, "
           "tensor<6x4xf32>, tensor<4xf32>\n"
           "%h1 = graph.reshape %h : tensor<?x4xf32> -> tensor<?x2x2xf32>\n"
           "%s = graph.softmax %h1 : tensor<?x2x2xf32>\n"
           "%m = graph.mul %s, %h1 : tensor<?x2x2xf32>, tensor<?x2x2xf32>\n"
           "%m1 = graph.reshape %m : tensor<?x2x2xf32> -> tensor<?x4xf32>\n"
           "%v1 = graph.tanh %v : tensor<4x1x3xf32>\n"
           "%v2 = graph.reshape %v1 : tensor<4x1x3xf32> -> tensor<4x3xf32>\n"
           "%y1 = graph.linear %m1, %v2 : tensor<?x4xf32>, tensor<4x3xf32>\n"
           "%out = graph.reshape %y1 : tensor<?x3xf32> -> tensor<?x1x3x1xf32>",
       .input = "tensor<?x3x2xf32>",
       .output = "tensor<?x1x3x1xf32>",
       .loss = "%l = graph.mse %y, %t : tensor<?x1x3x1xf32>, "
               "tensor<?x1x3x1xf32>",
       .label = "tensor<?x1x3x1xf32>"});
}

/// Layers of rows that are along the last of three dimensions, and their mean.
static std::string layersOfRows(const std::string &count,
                                const std::string &encoding) {
  const auto rows = [&](const std::string &columns) {
    return "tensor<?x" + count + "x" + columns + "xf32" + encoding + ">";
  };
  return modelOf(
      {.parameters = "%w = graph.parameter \"w\" zeros : tensor<2x3xf32>\n"
                     "%b = graph.parameter \"b\" zeros : tensor<3xf32>\n"
                     "%v = graph.parameter \"v\" zeros : tensor<3x2xf32>",
       .predict = "%h = graph.linear %x, %w, %b : " + rows("2") +
                  ", tensor<2x3xf32>, tensor<3xf32>\n"
                  "%a = graph.tanh %h : " +
                  rows("3") + "\n%s = graph.softmax %a : " + rows("3") +
                  "\n%m = graph.mul %s, %h : " + rows("3") + ", " + rows("3") +
                  "\n%k = graph.linear %m, %v : " + rows("3") +
                  ", tensor<3x2xf32>\n"
                  "%out = graph.average %k : " +
                  rows("2"),
       .input = rows("2"),
       .output = "tensor<?x2xf32>",
       .loss = "%l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>",
       .label = "tensor<?x2xf32>"});
}

/// The mean of such a layer, whose explanation has a closed form.
static std::string meanOfRows() {
  return modelOf(
      {.parameters = "%w = graph.parameter \"w\" zeros : tensor<2x3xf32>\n"
                     "%v = graph.parameter \"v\" zeros : tensor<3x2xf32>",
       .predict = "%h = graph.linear %x, %w : tensor<?x4x2xf32>, "
                  "tensor<2x3xf32>\n"
                  "%a = graph.tanh %h : tensor<?x4x3xf32>\n"
                  "%m = graph.average %a : tensor<?x4x3xf32>\n"
                  "%out = graph.linear %m, %v : tensor<?x3xf32>, "
                  "tensor<3x2xf32>",
       .input = "tensor<?x4x2xf32>",
       .output = "tensor<?x2xf32>",
       .loss = "%l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>",
       .label = "tensor<?x2xf32>"});
}

/// A loss of some settings, whose rows have weights.
static std::string weighted(const std::string &op,
                            const std::string &settings = "") {
  return modelOf({.parameters = kWeight,
                  .predict = "%out = graph.linear %x, %w : tensor<?x3xf32>, "
                             "tensor<3x2xf32>",
                  .loss = "%l = graph." + op + " %y, %t" + settings +
                          " weight(%v) : tensor<?x2xf32>, tensor<?x2xf32>",
                  .weights = "tensor<?xf32>"});
}

/// The same of classes, a place a row or more.
static std::string weightedClasses(const std::string &places) {
  const std::string logits = "tensor<?x" + places + "2xf32>",
                    classes = "tensor<?x" + places + "i32>",
                    weight = "tensor<3x2xf32>";
  return modelOf({.parameters = "%w = graph.parameter \"w\" zeros : " + weight,
                  .predict = "%out = graph.linear %x, %w : tensor<?x" + places +
                             "3xf32>, " + weight,
                  .input = "tensor<?x" + places + "3xf32>",
                  .output = logits,
                  .loss = "%l = graph.cross_entropy %y, %t weight(%v) : " +
                          logits + ", " + classes,
                  .label = classes,
                  .weights = "tensor<?xf32>"});
}

std::vector<NamedModel> mlc::test::gradientModels() {
  return {
      {"linear", linear(3, 2, false, false)},
      {"linear_bias", linear(3, 2, true, false)},
      {"linear_csr", linear(7, 3, true, true)},
      {"linear_csr_without_bias", linear(7, 3, false, true)},
      {"linear_one_by_one", linear(1, 1, true, false)},
      {"two_layers", twoLayers()},
      {"add", binary("add")},
      {"sub", binary("sub")},
      {"mul", binary("mul")},
      {"scale", unary("scale %h, -0.3")},
      {"relu", unary("relu %h")},
      {"leaky_relu", unary("leaky_relu %h, 0.1")},
      {"sigmoid", unary("sigmoid %h")},
      {"tanh", unary("tanh %h")},
      {"gelu", unary("gelu %h")},
      {"silu", unary("silu %h")},
      {"mish", unary("mish %h")},
      {"selu", unary("selu %h")},
      {"softmax", unary("softmax %h")},
      {"scale_columns", byColumns("scale_columns", 1)},
      // A small epsilon would not be missed.
      {"layer_norm", byColumns("layer_norm epsilon(0.5)", 2)},
      {"batch_norm", byColumns("batch_norm epsilon(0.5)", 4, " running")},
      {"batch_norm_frozen", byColumns("batch_norm epsilon(0.5)", 4, " frozen")},
      {"reshapes", reshapes()},
      {"layers_of_rows", layersOfRows("3", "")},
      {"layers_of_one_place", layersOfRows("1", "")},
      {"mean_of_rows", meanOfRows()},
      {"layers_of_bounded_rows",
       layersOfRows("?", ", #graph.sizes<\"steps\" max 4>")},
      {"dropout", unary("dropout %h, 0.4")},
      {"bce_with_logits", bce()},
      {"bce_of_two", lossOfTwo("bce_with_logits")},
      {"bce_of_two_smoothed", lossOfTwo("bce_with_logits", " smoothing(0.3)")},
      {"cross_entropy", crossEntropy()},
      {"cross_entropy_smoothed", crossEntropy(" smoothing(0.3)")},
      {"cross_entropy_of_places", crossEntropyOfPlaces()},
      {"cross_entropy_of_places_smoothed",
       crossEntropyOfPlaces(" smoothing(0.3)")},
      {"distill_bce", distillBce()},
      {"distill_cross_entropy", distillCrossEntropy()},
      {"mse_of_two", lossOfTwo("mse")},
      {"mae_of_two", lossOfTwo("mae")},
      {"huber_of_two", lossOfTwo("huber", ", 0.3")},
      {"quantile_of_two", lossOfTwo("quantile", ", 0.8")},
      {"poisson_of_two", lossOfTwo("poisson")},
      {"hinge_of_two", lossOfTwo("hinge")},
      {"focal_of_two",
       lossOfTwo("focal_with_logits", " alpha(0.3) gamma(1.7)")},
      {"mse_weighted", weighted("mse")},
      {"focal_weighted",
       weighted("focal_with_logits", " alpha(0.3) gamma(1.7)")},
      {"cross_entropy_weighted", weightedClasses("")},
      {"cross_entropy_of_places_weighted", weightedClasses("4x")},
      {"scalar_ops", scalarOps()},
      {"shared_subexpression", sharedSubexpression()},
      {"tied_weights", tiedWeights()},
      {"computed_weights", computedWeights()}};
}
