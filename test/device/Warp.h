//===- Warp.h - The threads of a warp, one after another --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_DEVICE_WARP_H
#define MLC_TEST_DEVICE_WARP_H

#include <array>
#include <cstdint>
#include <memory>
#include <ucontext.h>

namespace mlc::emulator {

/// A kernel as `mlc-emulate-kernels` makes it.
using Kernel = void (*)(void *slots, std::int64_t number);

/// In which order threads, and blocks, have their turns. Correct kernels give
/// the same bits in all of them.
enum class Order { Forward, Backward, Mixed };

/// Place `i` of `count` in an order.
std::int64_t placeOf(Order order, std::int64_t i, std::int64_t count);

/// 32 threads of a block. Each runs on a stack of its own until it is done or
/// exchanges a number; then the next one has its turn, and once all have come
/// to the exchange, all go on.
class Warp {
public:
  static constexpr int size = 32;

  Warp();

  /// Runs the kernel for threads first, ..., first + 31 of `block`. False where
  /// a thread ended while others waited for it.
  bool run(Kernel kernel, void *slots, std::int64_t number, std::int64_t block,
           std::int64_t first, Order order);

  // What the running thread asks for.
  static std::int64_t currentBlock();
  static std::int64_t currentThread();
  static std::int32_t exchange(std::int32_t value, std::int32_t distance);

private:
  enum class State { Ready, Waiting, Done };
  static constexpr std::size_t stackBytes = 64 << 10;

  static void enter();
  void resume(int lane);

  struct Lane {
    ucontext_t context;
    std::unique_ptr<char[]> stack;
    State state;
    std::int32_t value;
  };
  std::array<Lane, size> lanes_;
  std::array<std::int32_t, size> values_;
  ucontext_t caller_;
  Kernel kernel_ = nullptr;
  void *slots_ = nullptr;
  std::int64_t number_ = 0, block_ = 0, first_ = 0;
  int lane_ = 0;
};

} // namespace mlc::emulator

#endif // MLC_TEST_DEVICE_WARP_H
