//===- Program.h - A model that can be changed ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_SMITH_PROGRAM_H
#define MLC_TEST_SMITH_PROGRAM_H

#include <cstdint>
#include <string>
#include <vector>

namespace mlc::smith {

/// The first size of a tensor that holds a batch.
inline constexpr int64_t kBatchSize = -1;
/// A second size that the data set says, and the most that it is.
inline constexpr int64_t kSteps = -2, kMostSteps = 6;

/// One value of a model: its input, a parameter, or an op's result.
struct Node {
  std::string op; ///< "input", "parameter", or a mnemonic of the graph dialect.
  std::vector<int> operands;  ///< Numbers of earlier nodes.
  std::vector<int64_t> shape; ///< kBatchSize first, or a parameter's.
  double number = 0;          ///< Of leaky_relu, scale and dropout.
  std::string initializer;    ///< Of a parameter.
};

/// How a prediction is compared with the labels.
struct Loss {
  std::string op;       ///< A mnemonic of the graph dialect.
  std::string settings; ///< After the operands, as in the model file.
  bool ofClasses = false;
  bool hasTeacher = false;
  friend bool operator==(const Loss &, const Loss &) = default;
};
inline const Loss kMse{"mse", ""};

/// Everything that a case is made of, so that the same numbers come again.
/// The data set is made of these and the model (RandomData.h).
struct RunSettings {
  int64_t rows = 8;
  double density = 1;    ///< Of sparse rows.
  uint64_t dataSeed = 1; ///< Of data and first weights.
  uint64_t runSeed = 1;  ///< Of sample order and dropout.
  bool shuffle = true;
  std::string cpu = "native";
  std::string gemm = "auto"; ///< See CompileOptions.
  /// Thresholds other than the compiler's own, `name=value`; see JitOptions.
  std::vector<std::string> costs;
  bool optimize = true; ///< Whether LLVM optimises; see ObjectOptions.
  /// Numbers of threads, and of workers that take turns, that must give the
  /// same bits; see CheckOptions.
  std::vector<int64_t> threads = {1, 2, 3, 4, 8}, turns = {2, 3, 8};
  /// Whether an emulated GPU (test/device) runs the program, and the order of
  /// its threads.
  bool onGpu = false;
  int order = 0;
};

/// A model file in a form that is easy to make and to make smaller.
struct Program {
  bool isSparse = false;
  std::vector<Node> nodes; ///< Node 0 is the input; the last is predicted.
  Loss loss = kMse;
  std::string activation;  ///< Of the prediction, inside the loss; or none.
  double lossFactor = 1;   ///< The loss is scaled and added to itself unless 1.
  bool isWeighted = false; ///< The loss takes weights of rows.
  bool hasSecondTerm = false; ///< mse of the prediction and its tanh.
  std::string optimizer;      ///< As in the model file.
  std::string descent;        ///< Likewise, what stands behind the epochs.
  int64_t batch = 4, epochs = 1;
  RunSettings settings;

  /// The model file's text.
  std::string text() const;
  /// Removes nodes that the prediction does not depend on, but for the input.
  void removeUnused();
  std::vector<int64_t> &outputShape() { return nodes.back().shape; }
};

/// The options of mlc-smith that say `settings`.
std::string optionsOf(const RunSettings &settings);

} // namespace mlc::smith

#endif // MLC_TEST_SMITH_PROGRAM_H
