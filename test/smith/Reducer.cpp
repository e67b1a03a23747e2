//===- Reducer.cpp - Smaller cases that still fail ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reducer.h"

#include <set>

using namespace mlc::smith;

namespace {
class Reducer {
public:
  Reducer(Program program, const std::function<bool(const Program &)> &fails)
      : best_(std::move(program)), fails_(fails) {}

  Program reduce() {
    // Whatever has made it smaller may let another step succeed now.
    for (bool isSmaller = true; isSmaller;) {
      isSmaller = false;
      isSmaller |= removeOps();
      isSmaller |= simplifyFrame();
      isSmaller |= simplifySettings();
      isSmaller |= shrinkSizes();
    }
    return std::move(best_);
  }

private:
  bool accept(Program candidate) {
    candidate.removeUnused();
    if (!fails_(candidate))
      return false;
    best_ = std::move(candidate);
    return true;
  }

  /// Changes a copy by `change`; keeps it if it still fails.
  template <typename Change>
  bool attempt(Change change) {
    Program candidate = best_;
    change(candidate);
    return accept(std::move(candidate));
  }

  /// Sets a field, unless it is so already.
  template <typename T>
  bool set(T Program::*field, const T &value) {
    return best_.*field != value &&
           attempt([&](Program &program) { program.*field = value; });
  }
  template <typename T>
  bool set(T RunSettings::*field, const T &value) {
    return best_.settings.*field != value &&
           attempt([&](Program &program) { program.settings.*field = value; });
  }

  //===--------------------------------------------------------------------===//
  // Ops
  //===--------------------------------------------------------------------===//

  bool removeOps() {
    bool isSmaller = false;
    for (size_t i = best_.nodes.size(); i-- > 1;)
      while (i < best_.nodes.size() && simplifyNode(static_cast<int>(i)))
        isSmaller = true;
    return isSmaller;
  }

  bool simplifyNode(int i) {
    const Node node = best_.nodes[i];
    if (node.op == "parameter")
      return node.initializer == "zeros" && attempt([&](Program &program) {
               program.nodes[i].initializer = "uniform_fan_in";
             });
    for (int operand : node.operands)
      if (best_.nodes[operand].shape == node.shape && replace(i, operand))
        return true;
    if (i + 1 == static_cast<int>(best_.nodes.size()))
      for (int end = i; end-- > 1;)
        if (best_.nodes[end].op != "parameter" &&
            best_.nodes[end].shape.front() == kBatchSize &&
            attempt([&](Program &program) { program.nodes.resize(end + 1); }))
          return true;
    if (node.op == "linear" && node.operands.size() == 3 &&
        attempt(
            [&](Program &program) { program.nodes[i].operands.pop_back(); }))
      return true;
    // What is made of parameters may be a parameter.
    return node.shape.front() != kBatchSize && attempt([&](Program &program) {
             program.nodes[i] = {
                 "parameter", {}, node.shape, 0, "uniform_fan_in"};
           });
  }

  /// Lets `other` be used instead of node `i`.
  bool replace(int i, int other) {
    return attempt([&](Program &program) {
      for (Node &node : program.nodes)
        for (int &operand : node.operands)
          if (operand == i)
            operand = other;
      if (i + 1 == static_cast<int>(program.nodes.size()))
        program.nodes.resize(other + 1);
    });
  }

  //===--------------------------------------------------------------------===//
  // What stands around the ops
  //===--------------------------------------------------------------------===//

  bool simplifyFrame() {
    bool isSmaller = set(&Program::activation, std::string());
    isSmaller |= set(&Program::lossFactor, 1.0);
    isSmaller |= set(&Program::hasSecondTerm, false);
    isSmaller |= set(&Program::isWeighted, false);
    isSmaller |= set(&Program::loss, kMse);
    isSmaller |= set(&Program::descent, std::string());
    isSmaller |=
        set(&Program::optimizer, std::string("sgd(learning_rate = 0.1)"));
    isSmaller |= set(&Program::isSparse, false);
    return isSmaller;
  }

  bool removeCosts() {
    bool isSmaller = set(&RunSettings::costs, std::vector<std::string>{});
    for (size_t i = best_.settings.costs.size(); i-- > 0;) {
      std::vector<std::string> fewer = best_.settings.costs;
      fewer.erase(fewer.begin() + i);
      isSmaller |= set(&RunSettings::costs, fewer);
    }
    return isSmaller;
  }

  bool simplifySettings() {
    bool isSmaller = set(&RunSettings::cpu, std::string("native"));
    isSmaller |= set(&RunSettings::gemm, std::string("auto"));
    isSmaller |= removeCosts();
    isSmaller |= set(&RunSettings::threads, std::vector<int64_t>{1});
    isSmaller |= set(&RunSettings::turns, std::vector<int64_t>{});
    if (!best_.settings.turns.empty())
      isSmaller |= set(&RunSettings::turns, std::vector<int64_t>{2});
    isSmaller |= set(&RunSettings::optimize, true);
    isSmaller |= set(&RunSettings::shuffle, false);
    isSmaller |= set(&RunSettings::density, 1.0);
    isSmaller |= set(&Program::epochs, int64_t(1));
    for (int64_t batch : {1, 2, 3, 4, 5, 8, 16, 32})
      if (batch < best_.batch && set(&Program::batch, batch))
        isSmaller = true;
    for (int64_t rows : {int64_t(1), int64_t(2), best_.batch, best_.batch + 1})
      if (rows < best_.settings.rows && set(&RunSettings::rows, rows))
        isSmaller = true;
    return isSmaller;
  }

  /// A size stands for what must stay equal, wherever it occurs.
  bool shrinkSizes() {
    std::set<int64_t> sizes;
    for (const Node &node : best_.nodes)
      sizes.insert(node.shape.begin(), node.shape.end());
    bool isSmaller = false;
    for (int64_t size : sizes)
      for (int64_t smaller :
           {int64_t(1), int64_t(2), int64_t(3), size / 2, size - 1})
        if (smaller >= 1 && smaller < size && resize(size, smaller)) {
          isSmaller = true;
          break;
        }
    return isSmaller;
  }

  bool resize(int64_t size, int64_t smaller) {
    return attempt([&](Program &program) {
      for (Node &node : program.nodes)
        for (int64_t &dimension : node.shape)
          if (dimension == size)
            dimension = smaller;
    });
  }

  Program best_;
  const std::function<bool(const Program &)> &fails_;
};
} // namespace

Program mlc::smith::reduce(Program program,
                           const std::function<bool(const Program &)> &fails) {
  return Reducer(std::move(program), fails).reduce();
}
