//===- Sanitized.h - Whether a sanitizer watches the tests ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_SANITIZED_H
#define MLC_TEST_UNIT_SUPPORT_SANITIZED_H

namespace mlc::test {

/// Whether a sanitizer is part of this build, which needs memory and files of
/// its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool isSanitized = true;
#else
constexpr bool isSanitized = false;
#endif

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_SANITIZED_H
