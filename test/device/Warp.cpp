//===- Warp.cpp - The threads of a warp, one after another ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Warp.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>

namespace mlc::emulator {

/// What is running: a warp's thread, or a thread alone.
static Warp *running = nullptr;
static std::int64_t loneBlock = 0, loneThread = 0, loneBlocks = 0;

std::int64_t placeOf(Order order, std::int64_t i, std::int64_t count) {
  switch (order) {
  case Order::Forward:
    return i;
  case Order::Backward:
    return count - 1 - i;
  case Order::Mixed: {
    // Steps of a length that has no common factor with the count.
    std::int64_t step = count * 5 / 8 + 1;
    while (std::gcd(step, count) != 1)
      ++step;
    return i * step % count;
  }
  }
  return i;
}

void Warp::start(const Launch &launch, std::int64_t block, std::int64_t first,
                 Order order, void *shared) {
  constexpr std::size_t stackBytes = 64 << 10;
  static boost::context::pooled_fixedsize_stack stacks(stackBytes);
  blocks_ = launch.blocks;
  block_ = block;
  first_ = first;
  order_ = order;
  shared_ = shared;
  for (Lane &lane : lanes_) {
    lane.state = State::Ready;
    lane.fiber = boost::context::fiber(
        std::allocator_arg, stacks,
        [this, &lane, launch](boost::context::fiber &&caller) {
          caller_ = std::move(caller);
          launch.kernel(launch.slots, launch.number);
          lane.state = State::Done;
          return std::move(caller_);
        });
  }
}

void Warp::resume(int lane) {
  lane_ = lane;
  lanes_[lane].state = State::Ready;
  lanes_[lane].fiber = std::move(lanes_[lane].fiber).resume();
}

/// Called on a lane's stack: goes back to `resume`.
void Warp::leave(State state) {
  lanes_[lane_].state = state;
  caller_ = std::move(caller_).resume();
}

Warp::State Warp::run() {
  running = this;
  while (true) {
    for (int i = 0; i < size; ++i)
      resume(int(placeOf(order_, i, size)));
    const State state = lanes_[0].state;
    // Threads that have parted: one of them waits in vain.
    if (std::ranges::any_of(
            lanes_, [&](const Lane &lane) { return lane.state != state; }))
      return State::Exchanging;
    if (state != State::Exchanging)
      return state;
    for (int i = 0; i < size; ++i)
      values_[i] = lanes_[i].value;
  }
}

std::int64_t Warp::currentBlock() {
  return running ? running->block_ : loneBlock;
}
std::int64_t Warp::currentBlocks() {
  return running ? running->blocks_ : loneBlocks;
}
std::int64_t Warp::currentThread() {
  return running ? running->first_ + running->lane_ : loneThread;
}

std::int32_t Warp::exchange(std::int32_t value, std::int32_t distance) {
  Warp &warp = *running;
  const int lane = warp.lane_;
  warp.lanes_[lane].value = value;
  warp.leave(State::Exchanging);
  return warp.values_[lane ^ distance];
}

void Warp::waitAtBarrier() { running->leave(State::AtBarrier); }
void Warp::waitForBlock() { running->leave(State::AtBlockBarrier); }
void *Warp::currentShared() { return running->shared_; }

static void runAlone(const Launch &launch, Order order) {
  running = nullptr;
  loneBlocks = launch.blocks;
  for (std::int64_t i = 0; i < launch.blocks; ++i) {
    loneBlock = placeOf(order, i, launch.blocks);
    for (std::int64_t j = 0; j < launch.threads; ++j) {
      loneThread = placeOf(order, j, launch.threads);
      launch.kernel(launch.slots, launch.number);
    }
  }
}

namespace {

/// The shared memory of all blocks of a launch, each between strips of bytes
/// that nobody may write.
class SharedMemory {
public:
  SharedMemory(std::int64_t blocks, std::size_t bytes)
      : bytes_(bytes), pitch_((bytes + 2 * strip + 63) / 64 * 64),
        memory_(blocks * pitch_, std::byte(0xff)) {}

  void *of(std::int64_t block) { return &memory_[block * pitch_ + strip]; }

  bool isIntact() const {
    for (std::size_t at = 0; at < memory_.size(); at += pitch_)
      for (std::size_t i = 0; i < pitch_; ++i)
        if ((i < strip || i >= strip + bytes_) &&
            memory_[at + i] != std::byte(0xff))
          return false;
    return true;
  }

private:
  static constexpr std::size_t strip = 256;
  std::size_t bytes_, pitch_;
  std::vector<std::byte> memory_;
};

} // namespace

/// The warps of a block up to where all wait for other blocks or are done;
/// anything else means that one waits in vain.
static Warp::State runBlock(std::span<Warp> warps, Order order) {
  const std::int64_t count = std::ssize(warps);
  while (true) {
    std::optional<Warp::State> all;
    for (std::int64_t i = 0; i < count; ++i) {
      const Warp::State state = warps[placeOf(order, i, count)].run();
      if (all && *all != state)
        return Warp::State::Exchanging;
      all = state;
    }
    if (all != Warp::State::AtBlockBarrier)
      return *all;
  }
}

/// All blocks from one barrier to the next.
static Outcome runTogether(const Launch &launch, Order order) {
  const std::int64_t warpsOfBlock = launch.threads / Warp::size;
  const std::int64_t count = launch.blocks * warpsOfBlock;
  // Kept: threads that were left waiting cannot be destroyed.
  static std::vector<Warp> &warps = *new std::vector<Warp>;
  if (std::ssize(warps) < count)
    warps = std::vector<Warp>(count);
  SharedMemory shared(launch.blocks, launch.sharedBytes);
  for (std::int64_t i = 0; i < count; ++i)
    warps[i].start(launch, i / warpsOfBlock, i % warpsOfBlock * Warp::size,
                   order, shared.of(i / warpsOfBlock));
  while (true) {
    std::int64_t done = 0, waiting = 0;
    for (std::int64_t i = 0; i < launch.blocks; ++i) {
      const std::int64_t block = placeOf(order, i, launch.blocks);
      const Warp::State state = runBlock(
          std::span(warps).subspan(block * warpsOfBlock, warpsOfBlock), order);
      done += state == Warp::State::Done;
      waiting += state == Warp::State::AtBarrier;
    }
    if (done == launch.blocks)
      return shared.isIntact() ? Outcome::Done : Outcome::OutOfBounds;
    if (waiting < launch.blocks)
      return Outcome::Stuck;
  }
}

Outcome runLaunch(const Launch &launch, Order order) {
  if (launch.isAlone) {
    runAlone(launch, order);
    return Outcome::Done;
  }
  if (launch.isCooperative)
    return runTogether(launch, order);
  // Never destroyed: threads that were left waiting cannot be.
  static Warp &warp = *new Warp;
  const std::int64_t warps = launch.threads / Warp::size;
  for (std::int64_t i = 0; i < launch.blocks; ++i)
    for (std::int64_t j = 0; j < warps; ++j) {
      warp.start(launch, placeOf(order, i, launch.blocks),
                 placeOf(order, j, warps) * Warp::size, order);
      if (warp.run() != Warp::State::Done)
        return Outcome::Stuck;
    }
  return Outcome::Done;
}

} // namespace mlc::emulator
