//===- TeacherFile.h - A data set with a teacher's answers ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_TEACHERFILE_H
#define MLC_TOOLS_MLC_TEACHERFILE_H

#include <cstddef>
#include <span>
#include <string>

namespace mlc {

/// Writes the data set at `from` to `to`, with the tensor `teacher` [rows,
/// columns] in place of the one that it may have: logits of another model to
/// each row, row-major. Throws InputError, also where there are not so many
/// rows; then nothing is written.
void writeWithTeacher(const std::string &from, const std::string &to,
                      std::span<const float> teacher, std::size_t columns);

} // namespace mlc

#endif // MLC_TOOLS_MLC_TEACHERFILE_H
