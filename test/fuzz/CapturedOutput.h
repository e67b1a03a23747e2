//===- CapturedOutput.h - What is printed, kept -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_FUZZ_CAPTUREDOUTPUT_H
#define MLC_TEST_FUZZ_CAPTUREDOUTPUT_H

#include <string>

namespace mlc::test {

/// While it lives, what this process prints goes to memory, so that millions of
/// messages hide no finding. One object at a time.
class CapturedOutput {
public:
  CapturedOutput();
  ~CapturedOutput();
  CapturedOutput(const CapturedOutput &) = delete;
  CapturedOutput &operator=(const CapturedOutput &) = delete;

  /// What stands on standard error so far.
  std::string errors() const;
  /// Forgets what was printed so far.
  void clear();

private:
  int kept[2];
};

} // namespace mlc::test

#endif // MLC_TEST_FUZZ_CAPTUREDOUTPUT_H
