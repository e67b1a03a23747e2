//===- Warp.h - The threads of a warp, one after another --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_DEVICE_WARP_H
#define MLC_TEST_DEVICE_WARP_H

#include <array>
#include <boost/context/fiber.hpp>
#include <boost/context/pooled_fixedsize_stack.hpp>
#include <cstdint>
#include <vector>

namespace mlc::emulator {

/// A kernel as `mlc-emulate-kernels` makes it.
using Kernel = void (*)(void *slots, std::int64_t number);

/// In which order threads, and blocks, have their turns. Correct kernels give
/// the same bits in all of them.
enum class Order { Forward, Backward, Mixed };

/// Place `i` of `count` in an order.
std::int64_t placeOf(Order order, std::int64_t i, std::int64_t count);

/// A kernel's launch: `threads` in each block, a multiple of a warp's.
struct Launch {
  Kernel kernel;
  /// Whether its threads exchange nothing and wait for nothing.
  bool isAlone;
  std::int64_t blocks, threads;
  void *slots;
  std::int64_t number;
  /// Whether its blocks run at the same time and may wait for one another.
  bool isCooperative = false;
  std::size_t sharedBytes = 0; ///< Of each block; of cooperative ones alone.
};

/// How a launch ended. Lost: threads await words that nobody will publish.
enum class Outcome { Done, Stuck, Lost, OutOfBounds };

/// 32 threads of a block. Each runs on a stack of its own until it is done,
/// exchanges a number, awaits a word that is not there yet or comes to a
/// barrier, of its block or of the grid; then the next one has its turn, and
/// once all have come to the exchange, all go on.
class Warp {
public:
  static constexpr int size = 32;
  enum class State {
    Ready,
    Exchanging,
    Awaiting,
    AtBlockBarrier,
    AtBarrier,
    Done
  };

  /// The warp's threads are first, ..., first + 31 of `block`, whose memory is
  /// `shared`.
  void start(const Launch &launch, std::int64_t block, std::int64_t first,
             Order order, void *shared = nullptr);

  /// Runs them until all are done or at a barrier, and says which; or until
  /// some await words that are not there yet (Awaiting). Any other answer means
  /// that a thread waits for one that has gone elsewhere.
  State run();

  /// Lets threads that have come to a barrier go on, in the next run.
  void passBarrier();

  // What the running thread asks for.
  static std::int64_t currentBlock();
  static std::int64_t currentBlocks();
  static std::int64_t currentThread();
  static std::int32_t exchange(std::int32_t value, std::int32_t distance);
  static void waitAtBarrier();
  static float await(const std::uint64_t *word, std::uint32_t step);
  static void publish(std::uint64_t *word, float value, std::uint32_t step);
  static void waitForBlock();
  static void *currentShared();

  /// How many words have been published, and awaited and have come, so far.
  static std::int64_t wordsPassed();

private:
  void resume(int lane);
  void leave(State state);

  struct Lane {
    boost::context::fiber fiber;
    State state;
    std::int32_t value;
  };
  std::array<Lane, size> lanes_;
  std::array<std::int32_t, size> values_;
  boost::context::fiber caller_;
  Order order_ = Order::Forward;
  std::int64_t blocks_ = 0, block_ = 0, first_ = 0;
  void *shared_ = nullptr;
  int lane_ = 0;
};

/// Runs all threads of a launch, warp by warp, of a cooperative one each block
/// as far as it comes without the others. Shared memory is full of NaN at
/// first, and what lies beside it is watched.
Outcome runLaunch(const Launch &launch, Order order);

} // namespace mlc::emulator

#endif // MLC_TEST_DEVICE_WARP_H
