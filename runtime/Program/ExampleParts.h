//===- ExampleParts.h - Several files as one data set -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_EXAMPLEPARTS_H
#define MLC_RUNTIME_PROGRAM_EXAMPLEPARTS_H

#include "Data/Dataset.h"
#include "Program/WindowedOrder.h"
#include "Signature.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What is known of all rows once each was read.
struct PartsFacts {
  /// Non-zeros of any `batch` rows, at most; 0 for dense data.
  std::int64_t nonzeroCapacity = 0;
  bool hasOnlyOnes = true; ///< Whether every non-zero is exactly 1.
  /// Rows of each class, or negative and positive ones; empty where labels are
  /// numbers or several.
  std::vector<std::int64_t> classCounts;
  /// The feature value farthest from 0, and whose it is.
  float largest = 0;
  std::int64_t largestRow = 0, largestFeature = 0;
};

/// How much a row's loss counts: its weight in the file times the factor of its
/// class, if there are any, times rows / sum.
struct RowWeightRule {
  std::vector<double> factors;
  double rows = 1, sum = 1;

  double own(double weight, std::int64_t rowClass) const {
    return factors.empty() ? weight : weight * factors[std::size_t(rowClass)];
  }
  float operator()(double weight, std::int64_t rowClass) const {
    return static_cast<float>(own(weight, rowClass) * rows / sum);
  }
};

/// The parts of a data set, in the order in which they were given, whose rows
/// are numbered through. Nothing of a part stays in memory but what was last
/// read, and that only until it is dropped.
class ExampleParts {
public:
  /// Opens and compares them, without a look at rows. Throws InputError that
  /// names the part which does not suit the program, is not like the first, is
  /// given twice, or is missing where they say of how many they are.
  ExampleParts(const MlcProgram &program,
               const std::vector<std::string> &paths);

  const MlcProgram &program() const { return program_; }
  std::int64_t rows() const { return begins_.back(); }
  std::int64_t nonzeros() const;
  std::int64_t width() const { return parts_.front().width(); }
  bool isSparse() const { return parts_.front().isSparse(); }
  std::int64_t labelColumns() const { return parts_.front().labelColumns(); }
  const std::vector<Dataset> &parts() const { return parts_; }
  /// Of which one is told where all are alike.
  const Dataset &first() const { return parts_.front(); }

  /// Reads each row once, from the first to the last, and throws InputError
  /// that names the part and the row at fault. Called before rows are used.
  void check();
  const PartsFacts &facts() const { return facts_; }

  /// A row's part, and its number there.
  struct Place {
    const Dataset &part;
    std::int64_t row;
  };
  Place placeOf(std::int64_t row) const;
  /// "row 7 of FILE".
  std::string textOf(std::int64_t row) const;

  /// Calls it with the part and its rows [begin, end) for each part that has
  /// some of a run.
  void forEachPart(RowRun run,
                   const std::function<void(const Dataset &, std::int64_t begin,
                                            std::int64_t end)> &use) const;
  /// Advises on the pages of all its rows.
  void advise(RowRun run, PageAdvice advice) const;
  /// Bytes of its rows, about.
  std::int64_t bytesOf(RowRun run) const;

  /// At most so many rows, evenly spread, in memory: for what is told of data
  /// by looking at some rows.
  Dataset sample(std::int64_t most) const;

private:
  void checkBlock(Dataset &part, std::int64_t first, RowRun rows,
                  std::vector<std::int64_t> &fullest);

  const MlcProgram &program_;
  std::vector<Dataset> parts_;
  std::vector<std::int64_t> begins_ = {0}; ///< [parts + 1]
  PartsFacts facts_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_EXAMPLEPARTS_H
