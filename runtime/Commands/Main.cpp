//===- Main.cpp - Where a compiled program starts -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/CommandLine.h"

int main(int argc, char **argv) {
  return mlc::runtime::programMain(*mlc_program, argc, argv);
}
