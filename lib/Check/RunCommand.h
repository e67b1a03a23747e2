//===- RunCommand.h - The command mlc run -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_CHECK_RUNCOMMAND_H
#define MLC_CHECK_RUNCOMMAND_H

#include "mlc/CommandLineWords.h"
#include "mlc/ModelSizes.h"

namespace mlc {

/// Runs `mlc run` with its arguments: trains a model by interpreting it in f64,
/// or checks compiled code against that. Returns the exit status: 0 done; 1 the
/// model or a file is at fault, or compiled code differs, which has been said
/// on standard error; 2 an option is wrong. `sizesOf` reads the data set.
int runMain(int argc, char **argv, const SizesOfData &sizesOf,
            const CommandLineWords &words);

} // namespace mlc

#endif // MLC_CHECK_RUNCOMMAND_H
