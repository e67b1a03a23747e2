//===- LedgerFuzzer.cpp - Ledgers of private runs, and keys ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Hash.h"
#include "InputFile.h"
#include "Private/Ledger.h"
#include "Private/PrivacyKey.h"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>

using namespace mlc::runtime;
using namespace mlc::test;

/// The same lines, each with the chain that it must have.
static std::string withRightChains(std::string_view text) {
  constexpr std::string_view name = ",\"chain\":\"";
  std::string ledger, chain;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t end = line.find(name);
    if (end == line.npos) {
      ledger += std::string(line) + "\n";
      continue;
    }
    const std::string body(line.substr(0, end));
    const std::string all = chain + body;
    chain = hashText(hashOf(std::as_bytes(std::span(all))));
    ledger += body + std::string(name) + chain + "\"}\n";
  }
  return ledger;
}

/// The input stands for a ledger, for the entry that weights have of one, and
/// for the file of a key. What is read has one form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  const std::string &path = file.path();
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  expectReadOrRefused(path, [&] {
    if (LedgerEntry::parse(path, text).line() != text)
      std::abort();
  });
  expectReadOrRefused(path, [&] {
    for (const LedgerEntry &run : parseLedger(path, withRightChains(text)))
      if (run.counted().steps < 0 || run.counted().steps > run.steps.steps)
        std::abort();
  });
  ::chmod(path.c_str(), 0600);
  expectReadOrRefused(path, [&] { readPrivacyKey(path); });
  return 0;
}
