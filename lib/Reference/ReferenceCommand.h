//===- ReferenceCommand.h - The command mlc run --reference -------*- C++
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_REFERENCE_REFERENCECOMMAND_H
#define MLC_LIB_REFERENCE_REFERENCECOMMAND_H

#include "lib/Reference/ReferenceRun.h"

#include <string>

namespace mlc {

/// The command line of `mlc run --reference`.
struct ReferenceCommand {
  std::string model;
  reference::ReferenceOptions run;
};

/// Trains in f64 and prints a JSON line for each step on standard output:
/// `step` (from 1) and `loss` (of its batch, before its update). Returns the
/// exit status: 0 done, 1 the model or a file is at fault.
int runModelReference(const ReferenceCommand &command);

} // namespace mlc

#endif // MLC_LIB_REFERENCE_REFERENCECOMMAND_H
