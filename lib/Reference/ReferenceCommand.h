//===- ReferenceCommand.h - The command mlc run --reference -------*- C++
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_REFERENCE_REFERENCECOMMAND_H
#define MLC_LIB_REFERENCE_REFERENCECOMMAND_H

namespace mlc {

/// Runs `mlc run --reference` with its arguments: trains in f64 and prints a
/// JSON line for each step on standard output, with `step` (from 1) and `loss`
/// (of its batch, before its update). Returns the exit status: 0 done, 1 the
/// model or a file is at fault, 2 wrong usage.
int runMain(int argc, char **argv);

} // namespace mlc

#endif // MLC_LIB_REFERENCE_REFERENCECOMMAND_H
