//===- ExampleForm.h - Rows in the form that programs read ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_EXAMPLEFORM_H
#define MLC_RUNTIME_PROGRAM_EXAMPLEFORM_H

#include "Data/Dataset.h"
#include "Signature.h"

#include <cstdint>

namespace mlc::runtime {

// Each throws InputError that says what the program expects, what the file has
// and what to do.

/// The rows are of the program's kind and width.
void expectInput(const MlcProgram &program, const Dataset &data);
/// The labels are of a kind that becomes the program's, and as many a row.
void expectLabels(const MlcProgram &program, const Dataset &data);
/// Those of rows [begin, end) are in the program's range.
void checkLabels(const MlcProgram &program, const Dataset &data,
                 std::int64_t begin, std::int64_t end);

/// The class of a row, or whether it is positive; 0 where its labels are
/// numbers or several.
std::int64_t classOf(const MlcProgram &program, const Dataset &data,
                     std::int64_t row);
/// How many of these there are; 0 where there are none.
std::int64_t classesOf(const MlcProgram &program);

/// Writes the labels of rows [begin, end), which were checked, as the program
/// reads them: I32 of classes, F32 of others.
void copyLabels(const MlcProgram &program, const Dataset &data,
                std::int64_t begin, std::int64_t end, void *to);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_EXAMPLEFORM_H
