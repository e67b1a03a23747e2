//===- Models.h - A small model for every gradient rule ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_GRAPH_MODELS_H
#define MLC_TEST_UNIT_GRAPH_MODELS_H

#include <ostream>
#include <string>
#include <vector>

namespace mlc::test {

struct NamedModel {
  std::string name; ///< Of the test.
  std::string text; ///< The model file.
};

inline std::ostream &operator<<(std::ostream &stream, const NamedModel &model) {
  return stream << model.text;
}

/// Every differentiable op, alone and combined, with sgd and no momentum.
/// Between them they use each line of each rule.
std::vector<NamedModel> gradientModels();

} // namespace mlc::test

#endif // MLC_TEST_UNIT_GRAPH_MODELS_H
