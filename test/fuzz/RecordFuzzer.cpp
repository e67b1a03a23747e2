//===- RecordFuzzer.cpp - Records of training, and keys -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/RunRecord.h"
#include "InputFile.h"

#include <cstdlib>
#include <string_view>
#include <sys/stat.h>

using namespace mlc::runtime;
using namespace mlc::test;

/// The input stands for a record's file, for the statement in one, and for the
/// file of a key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  const std::string &path = file.path();
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  expectReadOrRefused(path, [&] { OpenedRecord{path}; });
  expectReadOrRefused(path, [&] {
    // What was read is written as something that is read.
    const std::string again = RunRecord::parse(path, text).statement();
    if (RunRecord::parse(path, again).statement() != again)
      std::abort();
  });
  expectReadOrRefused(path, [&] { PublicKey::read(path); });
  ::chmod(path.c_str(), 0600);
  expectReadOrRefused(path, [&] { SigningKey::read(path); });
  return 0;
}
