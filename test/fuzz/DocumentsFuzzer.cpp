//===- DocumentsFuzzer.cpp - Reading documents from a file ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Built once for each format, which MLC_FUZZED_FORMAT names.

#include "Import/Documents.h"
#include "InputFile.h"
#include "ReadAll.h"

using namespace mlc::runtime;
using namespace mlc::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  readAllBothWays(file.path(), TextFormat::MLC_FUZZED_FORMAT);
  return 0;
}
