//===- LogFuzzer.cpp - The files of a log of decisions --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/DecidedRow.h"
#include "Audit/LogGroups.h"
#include "Audit/LogProof.h"
#include "InputFile.h"

#include <cstdlib>
#include <string_view>

using namespace mlc::runtime;
using namespace mlc::test;

static void expectSame(std::string_view read, std::string_view written) {
  if (read != written)
    std::abort();
}

/// The input stands for each file of a log, for an entry and a payload in them,
/// for a proof, and for a list of groups. What is read has one form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  const std::string &path = file.path();
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  expectReadOrRefused(path, [&] {
    const SignedNote note = SignedNote::parse(path, text);
    expectSame(note.bytes(), text);
    expectSame(LogCheckpoint::parse(path, note.text).text(), note.text);
  });
  expectReadOrRefused(
      path, [&] { expectSame(LogProof::parse(path, text).bytes(), text); });
  expectReadOrRefused(path, [&] { verifyProof(path, {}); });
  expectReadOrRefused(path, [&] { readEntryGroups(path); });
  expectReadOrRefused(path, [&] { LoggedDecision::parse(path, text); });
  expectReadOrRefused(path, [&] {
    const Payload payload = Payload::parse(path, text);
    payload.belongsTo({});
  });
  // As many entries as the first byte says.
  const std::size_t count = size > 0 ? data[0] : 0;
  expectReadOrRefused(path, [&] {
    std::string again;
    for (const std::string &entry :
         entriesOf(path, text.substr(size > 0 ? 1 : 0), count))
      addToBundle(again, entry);
    expectSame(again, text.substr(size > 0 ? 1 : 0));
  });
  return 0;
}
