//===- HandmadeMain.cpp - One of them as an executable --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/HandmadeProgram.h"

// `main` is the runtime's, as in a program that the compiler links.
static const MlcProgram program = mlc::test::sparseProgram();
const MlcProgram *const mlc_program = &program;
