//===- LogVerification.cpp - Whether a log is whole -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/LogVerification.h"

#include "Audit/Base64.h"
#include "Audit/DecidedRow.h"
#include "Audit/TextLines.h"
#include "Error.h"
#include "System/MappedFile.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>

namespace mlc::runtime {

void checkSignature(const SignedNote &note, const LogCheckpoint &checkpoint,
                    const LogWitnesses &witnesses, Findings &findings) {
  if (witnesses.key.empty()) {
    findings.add("signature", Agreement::NotChecked,
                 note.signatures.empty()
                     ? "nobody signed the checkpoint (serve --sign KEY)"
                     : "give --key with the public key");
    return;
  }
  const PublicKey key = PublicKey::read(witnesses.key);
  findings.expect(note.isSignedBy(checkpoint.origin, key), "signature",
                  note.signatures.empty()
                      ? "nobody signed the checkpoint"
                      : fmt::format("the key {} did not sign what the "
                                    "checkpoint says",
                                    key.name()));
}

namespace {

/// The payloads of a day, in the order of their entries.
class PayloadFile {
public:
  /// `name`: in the log's folder.
  PayloadFile(const LogFolder &folder, std::string name)
      : name_(std::move(name)), file_(folder.pathOf(name_)),
        rest_(file_.text()) {}

  /// The next one has to be that of this entry.
  void take(std::uint64_t number, const LoggedDecision &entry) {
    const auto payload = next();
    if (!payload || payload->entry > number)
      throw InputError(fmt::format("{}: the payload of entry {} is missing, "
                                   "and it was not erased",
                                   where(), number));
    if (payload->entry < number ||
        (!payload->isErased && !payload->belongsTo(entry)))
      throw InputError(fmt::format("{}: is not what entry {} has a commitment "
                                   "of; it was changed",
                                   where(), number));
  }
  /// No more than what is not published yet may be left; of a line that is
  /// being written there may be a part.
  void finish(std::uint64_t size) {
    while (const auto payload = next())
      if (payload->entry < size)
        throw InputError(fmt::format("{}: is not in the place of entry {}; it "
                                     "was changed",
                                     where(), payload->entry));
  }

private:
  std::string where() const { return fmt::format("{}:{}", name_, line_); }
  std::optional<Payload> next() {
    ++line_;
    const auto line = takeLine(rest_);
    if (!line)
      return std::nullopt;
    return Payload::parse(where(), *line);
  }

  const std::string name_;
  const MappedFile file_;
  std::string_view rest_;
  std::size_t line_ = 0;
};

/// Reads a log from its first entry to its last.
class LogChecker {
public:
  LogChecker(const std::string &folder, const LogWitnesses &witnesses)
      : folder_(folder), witnesses_(witnesses), note_(folder_.checkpoint()),
        checkpoint_(
            LogCheckpoint::parse(folder_.pathOf(checkpointName), note_.text)) {
    if (!witnesses.against.empty())
      earlier_ = LogCheckpoint::parse(witnesses.against,
                                      readNote(witnesses.against).text);
  }

  Findings run() {
    checkSignature(note_, checkpoint_, witnesses_, findings_);
    check("entries", [this] { checkEntries(); });
    check("tree", [this] { checkTree(); });
    check("payloads", [this] { checkPayloads(); });
    if (earlier_)
      check("earlier checkpoint", [this] { checkEarlier(); });
    return std::move(findings_);
  }

  /// Whether a server has published meanwhile, so that what the checkpoint
  /// named may be gone.
  bool isOutdated() const { return folder_.checkpoint().text != note_.text; }

private:
  template <typename Check>
  void check(const char *part, const Check &check) {
    detail_.clear();
    try {
      check();
      findings_.add(part, Agreement::Agrees, detail_);
    } catch (const InputError &error) {
      findings_.add(part, Agreement::Differs, error.what());
    }
  }
  void checkEntries();
  void takeEntry(std::uint64_t number, const std::string &text,
                 const TreeHash &expected);
  void takePayload(std::uint64_t number, const LoggedDecision &entry);
  void expectAllEntries() const;
  void checkTree();
  void checkWhole(const TreeEdge::Tile &tile) const;
  void checkPayloads();
  void checkEarlier();

  const LogFolder folder_;
  const LogWitnesses &witnesses_;
  const SignedNote note_;
  const LogCheckpoint checkpoint_;
  std::optional<LogCheckpoint> earlier_;
  Findings findings_;
  std::string detail_;

  TreeEdge edge_; ///< Of the entries as they are there.
  std::optional<TreeHash> earlierRoot_;
  /// By day; nothing where they were erased.
  std::map<std::string, std::unique_ptr<PayloadFile>> payloads_;
  std::string payloadError_; ///< The first one.
};

} // namespace

void LogChecker::checkEntries() {
  std::string last;
  std::optional<std::uint64_t> clockBack;
  for (const std::string &day : folder_.payloadDays())
    payloads_[day] = std::make_unique<PayloadFile>(
        folder_, fmt::format("{}/{}", payloadFolder, day));
  for (std::uint64_t begin = 0; begin < checkpoint_.size; begin += tileWidth) {
    const std::uint64_t width = std::min(tileWidth, checkpoint_.size - begin);
    const auto entries = folder_.bundle(begin / tileWidth, width);
    const auto hashes = folder_.tile(0, begin / tileWidth, width);
    for (std::size_t i = 0; i < width; ++i) {
      takeEntry(begin + i, entries[i], hashes[i]);
      const auto entry =
          LoggedDecision::parse(fmt::format("entry {}", begin + i), entries[i]);
      if (!clockBack && entry.time < last)
        clockBack = begin + i;
      last = entry.time;
      if (!entry.salt.empty())
        takePayload(begin + i, entry);
    }
    for (const TreeEdge::Tile &tile : edge_.takeWhole())
      checkWhole(tile);
  }
  detail_ = fmt::format("{} decisions", checkpoint_.size);
  if (clockBack)
    detail_ += fmt::format("; the clock went back before entry {}", *clockBack);
}

void LogChecker::takeEntry(std::uint64_t number, const std::string &text,
                           const TreeHash &expected) {
  const TreeHash hash = leafHash(bytesOfText(text));
  if (hash != expected)
    throw InputError(fmt::format(
        "entry {} in {}: was changed, or its hash in {} was", number,
        tilePath(entriesKind, number / tileWidth, tileWidth),
        tilePath("0", number / tileWidth, tileWidth)));
  edge_.add(hash);
  if (earlier_ && edge_.size() == earlier_->size)
    earlierRoot_ = edge_.root();
}

void LogChecker::takePayload(std::uint64_t number,
                             const LoggedDecision &entry) {
  std::unique_ptr<PayloadFile> &file = payloads_[entry.day()];
  if (!file || !payloadError_.empty())
    return;
  try {
    file->take(number, entry);
  } catch (const InputError &error) {
    payloadError_ = error.what();
  }
}

void LogChecker::checkWhole(const TreeEdge::Tile &tile) const {
  if (tile.level > 0 &&
      folder_.tile(tile.level, tile.index, tileWidth) != tile.hashes)
    throw InputError(fmt::format(
        "{}: was changed: it has not the hashes of the entries",
        tilePath(std::to_string(tile.level), tile.index, tileWidth)));
}

void LogChecker::expectAllEntries() const {
  if (edge_.size() != checkpoint_.size)
    throw InputError("cannot be compared with these entries");
}

void LogChecker::checkTree() {
  expectAllEntries();
  std::uint64_t hashes = checkpoint_.size / tileWidth;
  for (int level = 1; hashes > 0; ++level, hashes /= tileWidth) {
    const std::uint64_t width = hashes % tileWidth;
    if (width > 0 && folder_.tile(level, hashes / tileWidth, width) !=
                         edge_.last()[std::size_t(level)])
      throw InputError(fmt::format(
          "{}: was changed: it has not the hashes of the entries",
          tilePath(std::to_string(level), hashes / tileWidth, width)));
  }
  if (edge_.root() != checkpoint_.root)
    throw InputError(fmt::format("{}: its root is not that of the entries",
                                 folder_.pathOf(checkpointName)));
  detail_ = fmt::format("root {}", base64OfHash(checkpoint_.root));
}

void LogChecker::checkPayloads() {
  expectAllEntries();
  if (!payloadError_.empty())
    throw InputError(payloadError_);
  std::size_t there = 0;
  for (const auto &[day, file] : payloads_)
    if (file) {
      file->finish(checkpoint_.size);
      ++there;
    }
  detail_ = fmt::format("of {} days, those of {} days are erased", there,
                        payloads_.size() - there);
}

void LogChecker::checkEarlier() {
  const std::string &path = witnesses_.against;
  if (earlier_->origin != checkpoint_.origin)
    throw InputError(
        fmt::format("{}: is of another log, {:?}", path, earlier_->origin));
  if (!witnesses_.key.empty() &&
      !readNote(path).isSignedBy(earlier_->origin,
                                 PublicKey::read(witnesses_.key)))
    throw InputError(fmt::format("{}: the key did not sign it", path));
  if (earlier_->size > checkpoint_.size)
    throw InputError(fmt::format("{}: has {} decisions, and the log has only "
                                 "{}; the others were taken away",
                                 path, earlier_->size, checkpoint_.size));
  if (earlier_->size == 0)
    earlierRoot_ = emptyRoot();
  if (earlierRoot_ != earlier_->root)
    throw InputError(fmt::format("{}: of the first {} decisions the log has "
                                 "others than it had",
                                 path, earlier_->size));
  detail_ = fmt::format("{} decisions are the same", earlier_->size);
}

Findings verifyLog(const std::string &folder, const LogWitnesses &witnesses) {
  // A server may go on while the log is read.
  for (int attempt = 0;; ++attempt) {
    LogChecker checker(folder, witnesses);
    Findings findings = checker.run();
    constexpr int enough = 10;
    if (findings.isGood() || attempt == enough || !checker.isOutdated())
      return findings;
  }
}

} // namespace mlc::runtime
