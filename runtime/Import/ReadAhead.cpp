//===- ReadAhead.cpp - Reads a file in a thread of its own ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/ReadAhead.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

using namespace mlc::runtime;

static constexpr std::size_t blockBytes = 1 << 18, blockCount = 4;

namespace {
class ReadAhead : public ByteSource {
public:
  /// Takes the source once the thread has been had.
  explicit ReadAhead(std::unique_ptr<ByteSource> &source)
      : thread_([this] { readAll(); }) {
    std::lock_guard lock(mutex_);
    source_ = std::move(source);
    changed_.notify_all();
  }

  ~ReadAhead() override {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
      changed_.notify_all();
    }
    thread_.join();
  }

  std::size_t read(std::span<char> out) override {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return filled_ > 0 || ended_; });
      if (filled_ == 0 && error_)
        std::rethrow_exception(error_);
      if (filled_ == 0)
        return 0;
    }
    // The thread leaves a filled block alone.
    Block &block = blocks_[readFrom_];
    const std::size_t count = std::min(out.size(), block.size - taken_);
    std::memcpy(out.data(), &block.bytes[taken_], count);
    taken_ += count;
    if (taken_ == block.size) {
      taken_ = 0;
      readFrom_ = (readFrom_ + 1) % blockCount;
      std::lock_guard lock(mutex_);
      --filled_;
      changed_.notify_all();
    }
    return count;
  }

private:
  struct Block {
    std::vector<char> bytes = std::vector<char>(blockBytes);
    std::size_t size = 0;
  };

  /// The thread.
  void readAll() {
    std::size_t writeTo = 0;
    while (true) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] {
          return stopped_ || (source_ && filled_ < blockCount);
        });
        if (stopped_)
          return;
      }
      Block &block = blocks_[writeTo];
      std::exception_ptr error;
      try {
        block.size = source_->read(block.bytes);
      } catch (...) {
        block.size = 0;
        error = std::current_exception();
      }
      writeTo = (writeTo + 1) % blockCount;
      std::lock_guard lock(mutex_);
      error_ = error;
      ended_ = block.size == 0;
      filled_ += !ended_;
      changed_.notify_all();
      if (ended_)
        return;
    }
  }

  std::unique_ptr<ByteSource> source_;
  std::array<Block, blockCount> blocks_;
  std::size_t readFrom_ = 0, taken_ = 0; // Of the reader alone.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t filled_ = 0;
  bool ended_ = false, stopped_ = false;
  std::exception_ptr error_;
  std::thread thread_; // Last: it uses all of the above.
};
} // namespace

std::unique_ptr<ByteSource>
mlc::runtime::readAhead(std::unique_ptr<ByteSource> source) {
  try {
    return std::make_unique<ReadAhead>(source);
  } catch (const std::system_error &) {
    return source;
  }
}
