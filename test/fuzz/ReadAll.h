//===- ReadAll.h - Reads all documents of a fuzzer's input ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_FUZZ_READALL_H
#define MLC_TEST_FUZZ_READALL_H

#include "Import/TextFormat.h"

#include <string>

namespace mlc::test {

/// Reads what is at `path` twice: bad bytes refused, and replaced. Aborts where
/// a text is not UTF-8 without NUL, or a refusal is none of those that
/// expectReadOrRefused takes.
void readAllBothWays(const std::string &path, runtime::TextFormat format);

/// Makes classes of the labels that were read; aborts where one is none.
void finishLabels(runtime::LabelReader &labels, runtime::SparseRows &rows);

} // namespace mlc::test

#endif // MLC_TEST_FUZZ_READALL_H
