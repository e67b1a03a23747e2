//===- Generator.cpp - Random models --------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"
#include "RandomSettings.h"

#include <algorithm>
#include <map>

using namespace mlc::smith;

namespace {

/// Around the widths of vectors and of shards, where remainders are.
constexpr int64_t kEdgeWidths[] = {1,  2,  3,  4,  5,  7,  8,  9,
                                   13, 15, 16, 17, 23, 24, 31, 32,
                                   33, 47, 48, 49, 63, 64, 65, 70};
constexpr int64_t kLargeWidths[] = {96,  100, 127, 128, 129, 191, 200,
                                    255, 256, 257, 300, 511, 513};
/// Of one layer: more than the largest widths make of each other.
constexpr int64_t kMostWeights = 1 << 19;
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
    {"quantile", ", 0.8"},
    {"poisson", ""},
    {"hinge", ""},
    {"focal_with_logits", " alpha(0.3) gamma(1.5)"},
    {"bce_with_logits", " smoothing(0.2)"},
    {"cross_entropy", " smoothing(0.1)", /*ofClasses=*/true},
    {"distill_bce", " alpha(0.4) temperature(2.0)", false, /*hasTeacher=*/true},
    {"distill_cross_entropy", " alpha(0.7) temperature(1.5)",
     /*ofClasses=*/true, /*hasTeacher=*/true},
};

class Generator : Random {
public:
  Generator(uint64_t seed, Scale scale) : Random(seed), scale_(scale) {}

  Program make() {
    const bool isSmall = scale_ == Scale::Small;
    program_.isSparse = chance(0.4);
    program_.batch = isSmall ? 5 : pick(kBatches);
    isDeep_ = !isSmall && chance(0.02);
    program_.nodes.push_back({"input", {}, {kBatchSize, width()}, 0, ""});
    if (!program_.isSparse && chance(0.1))
      program_.nodes.front().shape =
          chance(0.5) ? std::vector<int64_t>{kBatchSize, kSteps, width()}
                      : shapeOf(kBatchSize, width());
    newest_ = linear(rowsOrMatrix(0), width());
    // Many small models find more in the same time than few large ones.
    const int64_t most = isSmall ? 5 : chance(0.08) ? 10 : chance(0.25) ? 5 : 3;
    int64_t left = isDeep_ ? 10 + whole(kDeepest - 9) : whole(most);
    for (; left > 0; --left)
      newest_ = chance(0.4)    ? linear(rowsOrMatrix(anInput()), width())
                : chance(0.15) ? reshaped()
                               : between();
    makeLoss();
    // What a batch's mean takes off again has a gradient of rounding alone, and
    // ftrl leaves what has none as it is: f32 and f64 would go different ways.
    do
      program_.optimizer = isSmall ? "sgd(learning_rate = 0.5)"
                                   : randomOptimizer(*this, program_.isSparse);
    while (program_.optimizer.starts_with("ftrl") &&
           std::ranges::any_of(program_.nodes, [](const Node &node) {
             return node.op == "batch_norm";
           }));
    setRandomSettings(*this, program_);
    program_.removeUnused();
    if (!isSmall) // Whose steps are to tell the gradients.
      setDescent(*this, program_);
    return std::move(program_);
  }

private:
  //===--------------------------------------------------------------------===//
  // Nodes
  //===--------------------------------------------------------------------===//

  int64_t width() {
    if (scale_ == Scale::Small || isDeep_)
      return 1 + whole(isDeep_ ? 16 : 5);
    const int64_t kind = whole(20);
    if (kind == 0)
      return pick(kLargeWidths);
    return kind < 10 ? pick(kEdgeWidths) : 1 + whole(70);
  }

  int add(Node node) {
    program_.nodes.push_back(std::move(node));
    return static_cast<int>(program_.nodes.size()) - 1;
  }
  const std::vector<int64_t> &shape(int node) const {
    return program_.nodes[node].shape;
  }
  bool holdsBatch(int node) const { return shape(node).front() == kBatchSize; }

  //===--------------------------------------------------------------------===//
  // Shapes
  //===--------------------------------------------------------------------===//

  /// A shape of `first` and up to three more sizes, which divide `elements`.
  std::vector<int64_t> shapeOf(int64_t first, int64_t elements) {
    std::vector<int64_t> shape{first};
    for (int64_t more = 1 + whole(2); more > 0; --more) {
      std::vector<int64_t> divisors;
      for (int64_t size = 1; size <= elements; ++size)
        if (elements % size == 0)
          divisors.push_back(size);
      shape.push_back(divisors[whole(divisors.size())]);
      elements /= shape.back();
    }
    shape.push_back(elements);
    return shape;
  }

  int64_t elementsOf(int node) const {
    int64_t elements = 1;
    for (int64_t size : shape(node))
      elements *= size < 0 ? 1 : size;
    return elements;
  }

  int reshape(int node, std::vector<int64_t> to) {
    return add({"reshape", {node}, std::move(to), 0, ""});
  }

  bool hasSteps(int node) const {
    return shape(node).size() > 1 && shape(node)[1] == kSteps;
  }

  /// A batch as rows and columns: the same elements, or means over a dimension,
  /// which is the only way where that is not known.
  int matrix(int node) {
    while (hasSteps(node) || (shape(node).size() > 2 && chance(0.2))) {
      std::vector<int64_t> rest = shape(node);
      rest.erase(rest.begin() + 1);
      node = add({"average", {node}, rest, 0, ""});
    }
    return shape(node).size() == 2
               ? node
               : reshape(node, {kBatchSize, elementsOf(node)});
  }

  /// What a layer takes: rows may be along the last of several dimensions.
  int rowsOrMatrix(int node) {
    return shape(node).size() > 2 && chance(0.6) ? node : matrix(node);
  }

  /// The newest_ value in another shape, with ops there and maybe back again.
  int reshaped() {
    if (hasSteps(newest_))
      newest_ = matrix(newest_);
    newest_ = reshape(newest_, shapeOf(kBatchSize, elementsOf(newest_)));
    for (int64_t left = whole(3); left > 0; --left)
      newest_ = between();
    return chance(0.7) ? matrix(newest_) : newest_;
  }

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
    int made = 0;
    if (chance(0.1)) {
      int64_t rest = shape.back();
      for (size_t i = 0; i + 1 < shape.size(); ++i)
        rest *= shape[i];
      std::vector<int64_t> other = shapeOf(1, rest);
      if (chance(0.8)) // or with a first size of one
        other.erase(other.begin());
      made = reshape(parameter(other), shape);
    } else {
      made = parameter(shape);
    }
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
    Node node{"linear", {input}, shape(input), 0, ""};
    node.shape.back() = outputs;
    node.operands.push_back(weight({shape(input).back(), outputs}));
    if (chance(0.7))
      node.operands.push_back(weight({outputs}));
    return add(std::move(node));
  }

  /// What has rows may have a softmax.
  std::string activation(bool hasRows) {
    const auto count = static_cast<int64_t>(std::size(kElementwise));
    const int64_t kind = whole(count + (hasRows ? 1 : 0));
    return kind == count ? "softmax" : kElementwise[kind];
  }

  /// By the columns' own numbers, by rows or, where these are a batch's, by
  /// columns.
  void normalize(Node &node) {
    const std::vector<int64_t> columns{node.shape.back()};
    const bool isBatch = node.shape.size() == 2 &&
                         node.shape.front() == kBatchSize && program_.batch > 1;
    // Two columns, normalised, are 1 and -1, which no difference tells of.
    const bool hasFew = scale_ == Scale::Small && columns.front() < 3;
    node.op = isBatch && chance(0.4)   ? "batch_norm"
              : chance(0.5) && !hasFew ? "layer_norm"
                                       : "scale_columns";
    node.operands.push_back(parameter(columns));
    if (node.op != "scale_columns")
      node.operands.push_back(parameter(columns));
    if (node.op != "batch_norm")
      return;
    const std::string training = chance(0.9) ? " running" : " frozen";
    for (const char *start : {"normal(0.1)", "constant(0.5)"})
      node.operands.push_back(
          add({"parameter", {}, columns, 0, start + training}));
  }

  int unary(int input) {
    Node node{"", {input}, shape(input), 0, ""};
    const int64_t kind = whole(9);
    if (kind == 0) {
      node.op = "leaky_relu";
      node.number = pick({0.01, 0.1, 0.3, -0.2, 0.0});
    } else if (kind == 1) {
      node.op = "scale";
      node.number = pick({0.5, -0.3, 1.5, 1.0, 0.125});
    } else if (kind == 2 && node.shape.size() >= 2) {
      node.op = "dropout";
      node.number = pick({0.0, 0.1, 0.25, 0.5, 0.9});
    } else if (kind == 3 && node.shape.size() >= 2) {
      normalize(node);
    } else {
      node.op = activation(/*hasRows=*/node.shape.size() >= 2);
    }
    return add(std::move(node));
  }

  /// Mostly the newest_ value, else any of the batch, and the input again.
  int anInput() {
    if (chance(0.8))
      return newest_;
    for (;;) {
      const int node = static_cast<int>(whole(program_.nodes.size()));
      if (holdsBatch(node))
        return node;
    }
  }

  /// A new layer whose result has the shape `wanted`, or an op where that layer
  /// would be larger than the reference multiplies in a moment.
  int another(std::vector<int64_t> wanted) {
    if (hasSteps(newest_))
      return linear(newest_, wanted.back());
    const int input = matrix(anInput());
    if (elementsOf(input) * elementsOf(newest_) > kMostWeights)
      return unary(newest_);
    const int made = linear(input, elementsOf(newest_));
    return wanted.size() == 2 ? made : reshape(made, std::move(wanted));
  }

  /// An op of the newest_ value that keeps its shape.
  int between() {
    if (chance(0.6))
      return unary(newest_);
    std::vector<int> partners;
    for (int i = 1; i < static_cast<int>(program_.nodes.size()); ++i)
      if (i != newest_ && shape(i) == shape(newest_))
        partners.push_back(i);
    if (partners.empty())
      partners.push_back(chance(0.7) ? another(shape(newest_)) : newest_);
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
  // Loss
  //===--------------------------------------------------------------------===//

  /// Logits of several places of a row, each with a class.
  int placesOfRow() {
    if (shape(newest_).size() > 2 && !hasSteps(newest_))
      return linear(newest_, 2 + whole(6));
    const int64_t places = 1 + whole(5), classes = 2 + whole(6);
    return reshape(linear(matrix(newest_), places * classes),
                   {kBatchSize, places, classes});
  }

  void makeLoss() {
    program_.loss = pick(kLosses);
    const int64_t fewest = program_.loss.ofClasses ? 2 : 1;
    const bool hasPlaces = program_.loss.ofClasses && chance(0.2);
    if (!hasPlaces &&
        (program_.loss.ofClasses || elementsOf(newest_) < fewest ||
         hasSteps(newest_) || chance(0.7)))
      newest_ = matrix(newest_);
    if (hasPlaces)
      newest_ = placesOfRow();
    else if (elementsOf(newest_) < fewest)
      newest_ = linear(newest_, 2 + whole(4));
    else if (chance(0.5))
      newest_ = linear(matrix(newest_), fewest + whole(9));
    // What is predicted is the last node.
    program_.nodes.resize(newest_ + 1);
    if (chance(0.1))
      program_.activation = activation(/*hasRows=*/true);
    if (chance(0.15))
      program_.lossFactor = pick({2.0, 0.5, -0.25});
    program_.hasSecondTerm = chance(0.1);
    program_.isWeighted = chance(0.15);
  }

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
