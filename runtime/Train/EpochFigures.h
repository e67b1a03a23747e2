//===- EpochFigures.h - The figures of an epoch, by name --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_EPOCHFIGURES_H
#define MLC_RUNTIME_TRAIN_EPOCHFIGURES_H

#include "Train/Trainer.h"

#include <vector>

namespace mlc::runtime {

/// `loss`, where the program tells the gradient's norm `grad_norm` of the last
/// step, and where the epoch was tested `test_loss`, `test_accuracy` (or
/// `test_rmse`) and `test_NAME` of each measure: the names that the metrics
/// file, event files and pages have in common.
std::vector<Figure> figuresOf(const MlcProgram &program,
                              const EpochResult &epoch);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_EPOCHFIGURES_H
