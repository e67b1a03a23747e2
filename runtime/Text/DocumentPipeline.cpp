//===- DocumentPipeline.cpp - Batches on several threads
//--------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/DocumentPipeline.h"

#include "Error.h"

#include <atomic>
#include <exception>
#include <fmt/core.h>
#include <limits>
#include <system_error>
#include <thread>

using namespace mlc::runtime;

/// A batch ends with the document that reaches one of these: enough work to
/// make the turn at the source cheap, little enough to share it out evenly.
static constexpr std::size_t batchDocuments = 64;
static constexpr std::size_t batchBytes = 128 << 10;

void mlc::runtime::runThreads(std::int64_t threads,
                              const std::function<void(std::int64_t)> &task) {
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(threads));
  auto guarded = [&](std::int64_t thread) {
    try {
      task(thread);
    } catch (...) {
      errors[static_cast<std::size_t>(thread)] = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  others.reserve(errors.size());
  std::exception_ptr refused;
  try {
    for (std::int64_t thread = 1; thread < threads; ++thread)
      others.emplace_back(guarded, thread);
  } catch (const std::system_error &error) {
    refused = std::make_exception_ptr(InputError(
        fmt::format("{} threads: the system does not start so many ({}); ask "
                    "for fewer with --threads",
                    threads, error.code().message())));
  }
  if (!refused)
    guarded(0);
  for (std::thread &other : others)
    other.join();
  if (refused)
    std::rethrow_exception(refused);
  for (const std::exception_ptr &error : errors)
    if (error)
      std::rethrow_exception(error);
}

namespace {
/// Hands out batches, and keeps the first of the errors.
class Batches {
public:
  explicit Batches(DocumentSource &source) : source_(source) {}

  /// False where there are none, or no more are wanted.
  bool next(DocumentBatch &batch) {
    const std::lock_guard lock(mutex_);
    batch.size = 0;
    batch.number = next_;
    if (isDone_)
      return false;
    try {
      for (std::size_t bytes = 0;
           batch.size < batchDocuments && bytes < batchBytes; ++batch.size) {
        if (batch.size == batch.documents.size())
          batch.documents.emplace_back();
        if (!source_.next(batch.documents[batch.size])) {
          isDone_ = true;
          break;
        }
        bytes += batch.documents[batch.size].text.size();
      }
    } catch (...) {
      keep(next_);
      return false;
    }
    ++next_;
    return batch.size > 0;
  }

  void fail(std::size_t number) {
    const std::lock_guard lock(mutex_);
    keep(number);
  }

  void rethrow() const {
    if (error_)
      std::rethrow_exception(error_);
  }

private:
  void keep(std::size_t number) {
    isDone_ = true;
    if (number < failed_) {
      failed_ = number;
      error_ = std::current_exception();
    }
  }

  DocumentSource &source_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  bool isDone_ = false;
  std::exception_ptr error_;
  std::size_t failed_ = std::numeric_limits<std::size_t>::max();
};
} // namespace

void mlc::runtime::forEachBatch(
    DocumentSource &source, std::int64_t threads,
    const std::function<void(std::int64_t, const DocumentBatch &)> &work) {
  Batches batches(source);
  runThreads(threads, [&](std::int64_t thread) {
    DocumentBatch batch;
    while (batches.next(batch)) {
      try {
        work(thread, batch);
      } catch (...) {
        batches.fail(batch.number);
      }
    }
  });
  batches.rethrow();
}
