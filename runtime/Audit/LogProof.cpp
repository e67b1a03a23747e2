//===- LogProof.cpp - Proofs of what a log has ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/LogProof.h"

#include "Audit/Base64.h"
#include "Audit/DecidedRow.h"
#include "Audit/TextLines.h"
#include "Error.h"
#include "System/MappedFile.h"
#include "System/OperatingSystem.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace mlc::runtime {

static constexpr std::string_view proofStart = "c2sp.org/tlog-proof@v1";

[[noreturn]] static void failProof(const std::string &path,
                                   const std::string &what) {
  throw InputError(
      fmt::format("{}: {}; give a proof that mlc log prove wrote", path, what));
}

std::string LogProof::bytes() const {
  std::string bytes =
      entry ? fmt::format("{}\nextra {}\nindex {}\n", proofStart,
                          toBase64(bytesOfText(entry->entry)), entry->index)
            : fmt::format("old {}\n", oldSize);
  for (const TreeHash &hash : hashes)
    bytes += base64OfHash(hash) + "\n";
  return bytes + "\n" + checkpoint.bytes();
}

/// The next line, without the word that it begins with.
static std::string_view takeAfter(const std::string &path,
                                  std::string_view &text,
                                  std::string_view word) {
  const auto line = takeLine(text);
  if (!line || !line->starts_with(word))
    failProof(path, fmt::format("expected a line \"{}...\"", word));
  return line->substr(word.size());
}

static std::uint64_t proofNumber(const std::string &path,
                                 std::string_view text) {
  const auto number = wholeNumberOf(text);
  if (!number)
    failProof(path, fmt::format("expected a whole number, but got {:?}", text));
  return *number;
}

LogProof LogProof::parse(const std::string &path, std::string_view text) {
  LogProof proof;
  if (text.starts_with(proofStart)) {
    if (!takeAfter(path, text, proofStart).empty())
      failProof(path, fmt::format("expected the line {:?}", proofStart));
    const auto entry = fromBase64(takeAfter(path, text, "extra "));
    if (!entry)
      failProof(path, "expected the entry in base64 behind \"extra\"");
    proof.entry = {.index = proofNumber(path, takeAfter(path, text, "index ")),
                   .entry = *entry};
  } else {
    proof.oldSize = proofNumber(path, takeAfter(path, text, "old "));
  }
  for (;;) {
    const auto line = takeLine(text);
    if (!line)
      failProof(path,
                "expected an empty line and a checkpoint behind the hashes");
    if (line->empty())
      break;
    const auto hash = hashOfBase64(*line);
    constexpr std::size_t most = 2 * 63;
    if (!hash || proof.hashes.size() == most)
      failProof(path, "expected base64 of a SHA-256 in each line of the proof");
    proof.hashes.push_back(*hash);
  }
  proof.checkpoint = SignedNote::parse(path, text);
  return proof;
}

LogProof proveEntry(const std::string &path, std::uint64_t index) {
  const LogFolder folder(path);
  LogProof proof{.entry = {}, .hashes = {}, .checkpoint = folder.checkpoint()};
  const LogCheckpoint checkpoint = LogCheckpoint::parse(
      folder.pathOf(checkpointName), proof.checkpoint.text);
  if (index >= checkpoint.size)
    throw InputError(fmt::format("{}: has {} decisions so far, so that there "
                                 "is no entry {}; they are counted from 0",
                                 path, checkpoint.size, index));
  const std::uint64_t begin = index / tileWidth * tileWidth;
  const auto entries = folder.bundle(
      index / tileWidth, std::min(tileWidth, checkpoint.size - begin));
  proof.entry = {.index = index, .entry = entries[std::size_t(index - begin)]};
  LogSubtrees subtrees(folder, checkpoint.size);
  proof.hashes = inclusionProof(index, checkpoint.size, std::ref(subtrees));
  if (!provesInclusion(leafHash(bytesOfText(proof.entry->entry)), index,
                       checkpoint.size, proof.hashes, checkpoint.root))
    throw InputError(fmt::format("{}: is damaged, or was changed; `mlc log "
                                 "verify {}` says where",
                                 path, path));
  return proof;
}

LogProof proveConsistency(const std::string &path,
                          const std::string &oldCheckpoint) {
  const LogFolder folder(path);
  const LogCheckpoint old =
      LogCheckpoint::parse(oldCheckpoint, readNote(oldCheckpoint).text);
  LogProof proof{.entry = {},
                 .oldSize = old.size,
                 .hashes = {},
                 .checkpoint = folder.checkpoint()};
  const LogCheckpoint checkpoint = LogCheckpoint::parse(
      folder.pathOf(checkpointName), proof.checkpoint.text);
  LogSubtrees subtrees(folder, checkpoint.size);
  if (old.size <= checkpoint.size)
    proof.hashes =
        consistencyProof(old.size, checkpoint.size, std::ref(subtrees));
  if (!provesConsistency(old.size, old.root, checkpoint.size, checkpoint.root,
                         proof.hashes))
    throw InputError(fmt::format("{}: does not have what it had at {}, so that "
                                 "nothing proves it; `mlc log verify {} "
                                 "--against {}` says more",
                                 path, oldCheckpoint, path, oldCheckpoint));
  return proof;
}

Findings verifyProof(const std::string &path, const LogWitnesses &witnesses) {
  const LogProof proof = LogProof::parse(path, MappedFile(path).text());
  const LogCheckpoint checkpoint =
      LogCheckpoint::parse(path, proof.checkpoint.text);
  Findings findings;
  checkSignature(proof.checkpoint, checkpoint, witnesses, findings);
  if (proof.entry) {
    findings.expect(provesInclusion(leafHash(bytesOfText(proof.entry->entry)),
                                    proof.entry->index, checkpoint.size,
                                    proof.hashes, checkpoint.root),
                    "entry",
                    "the hashes do not lead from the entry to the root of the "
                    "checkpoint");
    return findings;
  }
  if (witnesses.against.empty()) {
    findings.add("earlier checkpoint", Agreement::NotChecked,
                 "give --against with the checkpoint that was kept");
    return findings;
  }
  const LogCheckpoint old =
      LogCheckpoint::parse(witnesses.against, readNote(witnesses.against).text);
  findings.expect(
      old.origin == checkpoint.origin && old.size == proof.oldSize &&
          provesConsistency(old.size, old.root, checkpoint.size,
                            checkpoint.root, proof.hashes),
      "earlier checkpoint",
      fmt::format("nothing proves that the log still has what it had at {}",
                  witnesses.against));
  return findings;
}

void erasePayload(const std::string &path, std::uint64_t index) {
  const LogProof proof = proveEntry(path, index);
  const LogFolder folder(path);
  const LoggedDecision entry =
      LoggedDecision::parse(fmt::format("entry {}", index), proof.entry->entry);
  const std::string name =
      folder.pathOf(fmt::format("{}/{}", payloadFolder, entry.day()));
  std::size_t begin = 0, size = 0;
  if (!entry.salt.empty() && ::access(name.c_str(), F_OK) == 0) {
    const MappedFile file(name);
    const std::string_view text = file.text();
    std::string_view rest = text;
    while (const auto line = takeLine(rest)) {
      if (Payload::parse(name, *line).entry != index)
        continue;
      begin = std::size_t(line->data() - text.data());
      size = line->size();
      break;
    }
  }
  if (size == 0)
    throw InputError(fmt::format("{}: entry {} has no payload, or none any "
                                 "more",
                                 path, index));
  // In place: a server may be writing behind it.
  const Descriptor file = openFile(name, O_WRONLY);
  int reason = file.isOpen() && ::lseek(file.get(), off_t(begin), SEEK_SET) >= 0
                   ? 0
                   : errno;
  if (reason == 0)
    reason = writeAll(file.get(), bytesOfText(erasedText(index, size)));
  if (reason == 0)
    reason = syncFile(file.get());
  if (reason != 0)
    throw InputError(fmt::format("{}: cannot be written: {}; {}", name,
                                 std::system_category().message(reason),
                                 adviceOnWriting(reason)));
}

} // namespace mlc::runtime
