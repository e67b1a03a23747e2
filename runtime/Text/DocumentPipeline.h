//===- DocumentPipeline.h - Batches on several threads ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_DOCUMENTPIPELINE_H
#define MLC_RUNTIME_TEXT_DOCUMENTPIPELINE_H

#include "Text/Document.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// Documents that follow each other.
struct DocumentBatch {
  std::size_t number = 0; ///< From 0, in the order of the source.
  std::size_t size = 0;   ///< Of `documents` those that count.
  std::vector<Document> documents;
};

/// Calls task(0) ... task(threads - 1) at the same time and returns when all
/// are done. Throws what the lowest of them threw, and InputError where the
/// system refuses to start so many threads.
void runThreads(std::int64_t threads,
                const std::function<void(std::int64_t)> &task);

/// Calls work(thread, batch) for all documents of the source, on `threads`
/// threads at once; how they are cut into batches does not depend on them.
/// After an exception no further batch is read; that of the first batch, or
/// else the source's, is thrown.
void forEachBatch(
    DocumentSource &source, std::int64_t threads,
    const std::function<void(std::int64_t, const DocumentBatch &)> &work);

/// Brings results that are made out of order back into order.
template <typename Result>
class InOrder {
public:
  /// `consume` gets each result, in order, from one thread at a time.
  explicit InOrder(std::function<void(Result &&)> consume)
      : consume_(std::move(consume)) {}

  /// The result numbered `number`, from 0; may be called by any thread.
  void deliver(std::size_t number, Result &&result) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(number, std::move(result));
    for (auto first = waiting_.begin();
         first != waiting_.end() && first->first == next_;
         first = waiting_.erase(first), ++next_)
      consume_(std::move(first->second));
  }

private:
  std::function<void(Result &&)> consume_;
  std::mutex mutex_;
  std::map<std::size_t, Result> waiting_;
  std::size_t next_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_DOCUMENTPIPELINE_H
