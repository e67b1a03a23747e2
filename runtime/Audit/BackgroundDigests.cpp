//===- BackgroundDigests.cpp - Hashes files beside other work -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/BackgroundDigests.h"

#include <algorithm>

namespace mlc::runtime {

/// Little, since whoever asks waits for the thread's last piece, and the thread
/// may get a small share of the CPU: some 50 microseconds of it.
constexpr std::size_t pieceBytes = std::size_t(1) << 14;
/// After so many the pages behind are dropped.
constexpr std::size_t dropBytes = 2048 * pieceBytes;

/// Empty until it is known. Its file cannot change while it runs.
static std::string digestOfThisProgram;

BackgroundDigests::Work::Work(const std::string &path)
    : isThisProgram(path == pathOfThisProgram()), file(path) {
  if (isThisProgram && !digestOfThisProgram.empty())
    done = file.bytes().size();
}

/// Whether hashing takes longer than to wait for a thread for spare time.
bool BackgroundDigests::areLarge() const {
  constexpr std::size_t large = std::size_t(1) << 20; // some 3 ms
  std::size_t rest = 0;
  for (const Work &work : works_)
    rest += work.file.bytes().size() - work.done;
  return rest > large;
}

BackgroundDigests::BackgroundDigests(const std::vector<std::string> &paths)
    : works_(paths.begin(), paths.end()),
      thread_([this] { hashMeanwhile(); }, areLarge()) {}

void BackgroundDigests::hashMeanwhile() {
  while (!stops_ && !isDone())
    hashSome();
}

BackgroundDigests::~BackgroundDigests() { stops_ = true; }

void BackgroundDigests::hashSome() {
  Work &work = works_[current_];
  const auto rest = work.file.bytes().subspan(work.done);
  const auto piece = rest.first(std::min(rest.size(), pieceBytes));
  work.hash.add(piece);
  work.done += piece.size();
  // A file that is larger than memory must not fill it.
  if (work.done % dropBytes == 0)
    MappedFile::advise(
        work.file.bytes().subspan(work.done - dropBytes, dropBytes),
        PageAdvice::Drop);
  if (piece.size() == rest.size())
    ++current_;
}

const std::vector<std::string> &BackgroundDigests::finish() {
  stops_ = true;
  thread_.join();
  while (!isDone())
    hashSome();
  if (digests_.empty())
    for (Work &work : works_) {
      if (!work.isThisProgram)
        digests_.push_back(work.hash.text());
      else if (!digestOfThisProgram.empty())
        digests_.push_back(digestOfThisProgram);
      else
        digests_.push_back(digestOfThisProgram = work.hash.text());
    }
  return digests_;
}

} // namespace mlc::runtime
