//===- MetamorphicTest.cpp - Models that must agree with themselves -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"
#include "TrainStep.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

using namespace mlc;
using namespace mlc::test;
using namespace mlc::reference;
using smith::Node;
using smith::Program;

// What must be so of any model, whatever its gradient rules say: renumbering
// units renumbers weights and nothing else, a batch's gradient is the mean of
// its halves' gradients, a loss of twice the size has twice the gradients.

namespace {

constexpr int kGraphs = 100;
/// f64 sums in another order.
constexpr double kReordered = 1e-9;

/// Dropout's masks depend on where a row and a column stand, and a reshape
/// makes units of parts of others; dimensions are those of matrices here.
bool dependsOnPlaces(const Program &program) {
  return llvm::any_of(program.nodes, [](const Node &node) {
    return node.op == "dropout" || node.op == "reshape" ||
           node.shape.size() > 2;
  });
}

/// Dimensions of nodes that the ops make one: units of one layer.
class Units {
public:
  explicit Units(const Program &program) : parent_(2 * program.nodes.size()) {
    std::iota(parent_.begin(), parent_.end(), 0);
    for (int i = 0; i < static_cast<int>(program.nodes.size()); ++i) {
      const Node &node = program.nodes[i];
      if (node.op == "linear") {
        unite({node.operands[0], 1}, {node.operands[1], 0});
        unite({node.operands[1], 1}, {i, 1});
        unite({node.operands[0], 0}, {i, 0});
        if (node.operands.size() == 3)
          unite({node.operands[2], 0}, {i, 1});
        continue;
      }
      const int rank = static_cast<int>(node.shape.size());
      for (int operand : node.operands)
        // A parameter of one dimension is one of columns.
        if (program.nodes[operand].shape.size() < node.shape.size())
          unite({operand, 0}, {i, rank - 1});
        else
          for (int dim = 0; dim < rank; ++dim)
            unite({operand, dim}, {i, dim});
    }
  }

  struct Dim {
    int node, dim;
  };
  int of(Dim dim) {
    int at = 2 * dim.node + dim.dim;
    while (parent_[at] != at)
      at = parent_[at] = parent_[parent_[at]];
    return at;
  }

private:
  void unite(Dim a, Dim b) { parent_[of(a)] = of(b); }
  std::vector<int> parent_;
};

/// Renumbers the units of one class: unit i becomes unit (i + 1) mod size.
class Renumbering {
public:
  Renumbering(const Program &program, Units &units, int unit)
      : program_(program), units_(units), unit_(unit) {}

  Reals ofNode(int node, const Reals &tensor) const {
    Reals result = tensor;
    const int rank = static_cast<int>(tensor.shape.size());
    const int64_t columns = tensor.shape.back();
    for (size_t at = 0; at < tensor.elements.size(); ++at) {
      int64_t place[2] = {rank == 2 ? static_cast<int64_t>(at) / columns : 0,
                          static_cast<int64_t>(at) % columns};
      for (int dim = 0; dim < rank; ++dim)
        if (units_.of({node, dim}) == unit_) {
          int64_t &number = place[dim + 2 - rank];
          number = (number + 1) % tensor.shape[dim];
        }
      result.elements[place[0] * columns + place[1]] = tensor.elements[at];
    }
    return result;
  }

  /// The parameters of the model, in the order of its text.
  std::vector<Reals> ofParameters(const std::vector<Reals> &tensors) const {
    std::vector<Reals> result;
    for (size_t node = 0; node < program_.nodes.size(); ++node)
      if (program_.nodes[node].op == "parameter")
        result.push_back(ofNode(node, tensors.at(result.size())));
    return result;
  }

private:
  const Program &program_;
  Units &units_;
  int unit_;
};

/// Runs `check` on small random models in which no place matters.
template <typename Check>
void forEachModel(Check check) {
  int checked = 0;
  for (int seed = 0; checked < kGraphs; ++seed) {
    const Program program = smith::generate(1000 + seed, smith::Scale::Small);
    if (dependsOnPlaces(program))
      continue;
    SCOPED_TRACE(program.text());
    check(program);
    ++checked;
  }
}

TEST(Metamorphic, RenumberedUnitsRenumberGradients) {
  int renumbered = 0;
  forEachModel([&](const Program &program) {
    Units units(program);
    const int input = units.of({0, 1});
    const int output =
        units.of({static_cast<int>(program.nodes.size()) - 1, 1});
    TrainStep step(program.text());
    const StepInputs inputs = step.makeInputs(1);
    const std::vector<Reals> gradients = gradientsOf(step, inputs);
    std::set<int> done = {output};
    for (int node = 0; node < static_cast<int>(program.nodes.size()); ++node)
      for (int dim = 0;
           dim < static_cast<int>(program.nodes[node].shape.size()); ++dim) {
        const int unit = units.of({node, dim});
        // Columns of sparse data stay where they are.
        if (program.nodes[node].shape[dim] < 2 || !done.insert(unit).second ||
            (unit == input && program.isSparse))
          continue;
        const Renumbering renumber(program, units, unit);
        StepInputs others = inputs;
        others.parameters = renumber.ofParameters(inputs.parameters);
        if (unit == input)
          others.data =
              makeDatum(renumber.ofNode(0, std::get<Reals>(*inputs.data)));
        EXPECT_LT(relativeError(gradientsOf(step, others),
                                renumber.ofParameters(gradients), 1e-3),
                  kReordered)
            << "units of node " << node << ", dimension " << dim;
        ++renumbered;
      }
  });
  EXPECT_GT(renumbered, kGraphs);
}

TEST(Metamorphic, GradientOfABatchIsTheMeanOfItsParts) {
  forEachModel([&](const Program &program) {
    if (program.text().find(" running ") != std::string::npos)
      return; // Of batch_norm, which normalises each part by itself.
    TrainStep step(program.text());
    StepInputs inputs = step.makeInputs(2);
    inputs.rows = {3, 0, 8, 1, 5, 7};
    const std::vector<Reals> whole = gradientsOf(step, inputs);
    std::vector<Reals> mean = whole;
    for (Reals &tensor : mean)
      tensor.elements.assign(tensor.elements.size(), 0);
    for (const std::vector<int64_t> &rows :
         {std::vector<int64_t>{3, 0, 8, 1}, {5, 7}}) {
      inputs.rows = rows;
      const std::vector<Reals> part = gradientsOf(step, inputs);
      for (auto [sum, term] : llvm::zip_equal(mean, part))
        for (auto [x, y] : llvm::zip_equal(sum.elements, term.elements))
          x += y * static_cast<double>(rows.size()) / 6;
    }
    EXPECT_LT(relativeError(whole, mean, 1e-3), kReordered);
  });
}

TEST(Metamorphic, ScaledLossScalesGradients) {
  forEachModel([&](Program program) {
    program.hasSecondTerm = false;
    program.lossFactor = 1;
    TrainStep plain(program.text());
    // The loss is scaled and added to itself.
    program.lossFactor = 2;
    TrainStep scaled(program.text());
    std::vector<Reals> expected = gradientsOf(plain, plain.makeInputs(3));
    for (Reals &tensor : expected)
      for (double &x : tensor.elements)
        x *= 3;
    EXPECT_LT(relativeError(gradientsOf(scaled, scaled.makeInputs(3)), expected,
                            1e-3),
              kReordered);
  });
}

} // namespace
