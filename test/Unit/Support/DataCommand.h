//===- DataCommand.h - Runs `mlc data` --------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_DATACOMMAND_H
#define MLC_TEST_UNIT_SUPPORT_DATACOMMAND_H

#include "Data/Dataset.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mlc::test {

struct Outcome {
  int status;
  std::string out, err;
};
/// Runs `mlc data` with these arguments.
Outcome runData(const std::vector<std::string> &arguments);

std::string compressXz(const std::string &text);
std::string compressGzip(const std::string &text);
std::string compressBzip2(const std::string &text);
/// An archive with these files: names, and what is in them.
std::string
zipOf(const std::vector<std::pair<std::string, std::string>> &files);

/// The columns of all non-zeros, whatever type the file has them in.
inline std::vector<std::int64_t> columnsOf(const runtime::Dataset &data) {
  return std::visit(
      [](auto indices) {
        return std::vector<std::int64_t>(indices.begin(), indices.end());
      },
      data.indices());
}

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_DATACOMMAND_H
