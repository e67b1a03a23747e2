//===- TestData.h - Data sets for tests -------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_TESTDATA_H
#define MLC_TEST_UNIT_SUPPORT_TESTDATA_H

#include "Data/Safetensors.h"
#include "Support/Files.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace mlc::test {

/// A data set in memory; tests change it before they write it.
struct TestData {
  std::int64_t width = 0;
  std::vector<std::int64_t> indptr; ///< Empty for dense data.
  std::vector<std::int32_t> indices;
  bool narrow = false;       ///< Indices are written as U16.
  std::vector<float> values; ///< Empty: none are written, all are 1.
  std::vector<float> features;
  std::vector<float> realLabels;
  std::vector<std::int32_t> classLabels;
  std::vector<float> weights;    ///< Of rows; empty for none.
  std::int64_t labelColumns = 0; ///< 0: labels are [rows].
  std::string vocabulary;        ///< Empty for none.
  std::map<std::string, std::string> metadata;

  std::int64_t rows() const {
    return indptr.empty() ? std::int64_t(features.size()) / width
                          : std::int64_t(indptr.size()) - 1;
  }
  /// Rows [begin, end).
  TestData part(std::int64_t begin, std::int64_t end) const;
  void write(const std::string &path) const;
};

/// For sparseProgram: rows sorted by label, which columns 0 and 1 decide.
TestData sparseData(std::int64_t rows, unsigned seed = 1);
/// For realProgram: labels are linear in the features.
TestData realData(std::int64_t rows, unsigned seed = 1);
/// For classProgram: the label is the largest of the first three features.
TestData classData(std::int64_t rows, unsigned seed = 1);
/// For stepsProgram: the label is whether the first feature's mean over `steps`
/// is positive.
TestData stepsData(std::int64_t rows, std::int64_t steps, unsigned seed = 1);

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_TESTDATA_H
