//===- DatasetFault.h - What is told of a bad data set ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_DATASETFAULT_H
#define MLC_RUNTIME_DATA_DATASETFAULT_H

#include "Error.h"

#include <fmt/format.h>
#include <string>

namespace mlc::runtime {

/// Throws InputError that says what is wrong with the file, and what to do.
[[noreturn]] inline void failDataset(const std::string &path,
                                     const std::string &what) {
  throw InputError(fmt::format("{}: {}; make the data set again with "
                               "`mlc data`, or correct the program that "
                               "wrote it",
                               path, what));
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_DATASETFAULT_H
