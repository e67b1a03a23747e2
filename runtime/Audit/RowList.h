//===- RowList.h - Rows of a data set that are to be forgotten --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_ROWLIST_H
#define MLC_RUNTIME_AUDIT_ROWLIST_H

#include <cstdint>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Reads a text with the number of a row on each line, from 0, in any order, as
/// `predict --json` numbers them; empty lines are passed over. Returns them
/// rising, each once. Throws InputError that names the line where it is no row
/// below `rows`, and where the file names none.
std::vector<std::int32_t> readRowList(const std::string &path,
                                      std::int64_t rows);

/// Takes rising `gone` out of rising `rows`. Throws InputError where none
/// would be left.
void leaveOut(const std::vector<std::int32_t> &gone,
              std::vector<std::int32_t> &rows);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_ROWLIST_H
