//===- ExpectError.h - What an action is refused with -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_EXPECTERROR_H
#define MLC_TEST_UNIT_SUPPORT_EXPECTERROR_H

#include "Error.h"

#include <gtest/gtest.h>
#include <string>

namespace mlc::test {

/// The message of the InputError that `action` throws; a failure of the test
/// where it throws none.
template <typename Action>
std::string errorOf(Action action) {
  try {
    action();
  } catch (const runtime::InputError &error) {
    return error.what();
  }
  ADD_FAILURE() << "expected an error";
  return "";
}

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_EXPECTERROR_H
