//===- DataWarnings.h - What is odd about training data ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_DATAWARNINGS_H
#define MLC_RUNTIME_TRAIN_DATAWARNINGS_H

#include "Program/ExampleParts.h"
#include "Program/Examples.h"
#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What the rows to train on have that a program can learn from but hardly
/// well, each as a line for people that names the file:
///   - a class (or one of two binary labels) that no row has
///   - features that are the same in all rows
///   - features so large that they drown the others
std::vector<std::string> dataWarnings(const MlcProgram &program,
                                      const Examples &examples,
                                      std::span<const std::int32_t> rows);

/// The same of parts, without a look at single features but for huge values.
std::vector<std::string> dataWarnings(const ExampleParts &parts);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_DATAWARNINGS_H
