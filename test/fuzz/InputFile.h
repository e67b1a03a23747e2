//===- InputFile.h - A fuzzer's input as a file -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_FUZZ_INPUTFILE_H
#define MLC_TEST_FUZZ_INPUTFILE_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace mlc::test {

/// A file in memory that has a path while the object lives.
class InputFile {
public:
  InputFile(const std::uint8_t *data, std::size_t size);
  InputFile(const InputFile &) = delete;
  ~InputFile();

  const std::string &path() const { return path_; }

private:
  int descriptor_;
  std::string path_;
};

/// Runs `read`, which may throw InputError: that is what hostile input gets.
/// Its message must name the file, say what to do, and be of modest length;
/// anything else is a finding.
void expectReadOrRefused(const std::string &path,
                         const std::function<void()> &read);

} // namespace mlc::test

#endif // MLC_TEST_FUZZ_INPUTFILE_H
