//===- HandmadeProgram.h - Compiled programs written by hand ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_HANDMADEPROGRAM_H
#define MLC_TEST_UNIT_SUPPORT_HANDMADEPROGRAM_H

#include "mlc/RuntimeABI.h"

namespace mlc::test {

/// What the compiler would emit for one linear layer with SGD and momentum:
/// three programs that between them use every kind of input and label. They
/// share the work among workers, and end the process where the runtime breaks
/// its word (alignment, capacity).
///
///   sparseProgram   CSR of 20 features, one binary label, batch 8
///   realProgram     5 dense features, two real labels, batch 5
///   classProgram    4 dense features, three classes, batch 7
MlcProgram sparseProgram();
MlcProgram realProgram();
MlcProgram classProgram();

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_HANDMADEPROGRAM_H
