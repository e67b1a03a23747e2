//===- LossAdvice.h - Warns of what a loss does not expect ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_LOSSADVICE_H
#define MLC_LIB_EMIT_LOSSADVICE_H

#include "dialects/Graph/Graph.h"

namespace mlc {

/// Warns where predictions are squashed, by softmax, sigmoid, tanh or relu,
/// before a loss that squashes them itself (cross_entropy, bce_with_logits):
/// gradients vanish, and answers are told from outputs as if they were logits.
void warnOfSquashedLogits(graph::ProgramOp program);

} // namespace mlc

#endif // MLC_LIB_EMIT_LOSSADVICE_H
