//===- Warp.cpp - The threads of a warp, one after another ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Warp.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>

namespace mlc::emulator {

/// What is running: a warp's thread, or a thread alone.
static Warp *running = nullptr;
static std::int64_t loneBlock = 0, loneThread = 0, loneBlocks = 0;
static std::int64_t passed = 0;

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
      if (const int lane = int(placeOf(order_, i, size));
          lanes_[lane].state == State::Ready ||
          lanes_[lane].state == State::Awaiting)
        resume(lane);
    if (std::ranges::any_of(lanes_, [](const Lane &lane) {
          return lane.state == State::Awaiting;
        }))
      return State::Awaiting;
    const State state = lanes_[0].state;
    // Threads that have parted: one of them waits in vain.
    if (std::ranges::any_of(
            lanes_, [&](const Lane &lane) { return lane.state != state; }))
      return State::Exchanging;
    if (state != State::Exchanging)
      return state;
    for (int i = 0; i < size; ++i) {
      values_[i] = lanes_[i].value;
      lanes_[i].state = State::Ready;
    }
  }
}

void Warp::passBarrier() {
  for (Lane &lane : lanes_)
    lane.state = State::Ready;
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

/// A word: the step's number above, the value's bits below.
static constexpr int numberBits = 32;

float Warp::await(const std::uint64_t *word, std::uint32_t step) {
  while (*word >> numberBits != step)
    running->leave(State::Awaiting);
  ++passed;
  return std::bit_cast<float>(std::uint32_t(*word));
}

void Warp::publish(std::uint64_t *word, float value, std::uint32_t step) {
  ++passed;
  *word =
      std::uint64_t(step) << numberBits | std::bit_cast<std::uint32_t>(value);
}

std::int64_t Warp::wordsPassed() { return passed; }

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

namespace {

/// A block of a cooperative launch.
struct Block {
  std::span<Warp> warps;
  std::vector<Warp::State> states;

  /// Runs its warps up to where all wait for other blocks or are done, or some
  /// await words; anything else means that one waits in vain.
  Warp::State run(Order order) {
    const std::int64_t count = std::ssize(warps);
    while (true) {
      for (std::int64_t i = 0; i < count; ++i)
        if (const std::int64_t warp = placeOf(order, i, count);
            states[warp] == Warp::State::Ready ||
            states[warp] == Warp::State::Awaiting)
          states[warp] = warps[warp].run();
      for (Warp::State wanted :
           {Warp::State::Exchanging, Warp::State::Awaiting})
        if (std::ranges::find(states, wanted) != states.end())
          return wanted;
      if (std::ranges::any_of(
              states, [&](Warp::State state) { return state != states[0]; }))
        return Warp::State::Exchanging;
      if (states[0] != Warp::State::AtBlockBarrier)
        return states[0];
      passBarrier();
    }
  }

  void passBarrier() {
    for (Warp &warp : warps)
      warp.passBarrier();
    std::ranges::fill(states, Warp::State::Ready);
  }
};

} // namespace

/// All blocks, each as far as it comes without the others, in turn.
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
  std::vector<Block> blocks;
  for (std::int64_t i = 0; i < launch.blocks; ++i)
    blocks.push_back(
        {std::span(warps).subspan(i * warpsOfBlock, warpsOfBlock),
         std::vector<Warp::State>(warpsOfBlock, Warp::State::Ready)});
  while (true) {
    std::int64_t done = 0, waiting = 0, awaiting = 0;
    const std::int64_t before = Warp::wordsPassed();
    for (std::int64_t i = 0; i < launch.blocks; ++i) {
      const Warp::State state =
          blocks[placeOf(order, i, launch.blocks)].run(order);
      done += state == Warp::State::Done;
      waiting += state == Warp::State::AtBarrier;
      awaiting += state == Warp::State::Awaiting;
    }
    if (done == launch.blocks)
      return shared.isIntact() ? Outcome::Done : Outcome::OutOfBounds;
    if (awaiting > 0) {
      // Where words have passed in this turn, some may go on in the next one.
      if (Warp::wordsPassed() == before)
        return Outcome::Lost;
    } else if (waiting < launch.blocks) {
      return Outcome::Stuck;
    } else {
      for (Block &block : blocks)
        block.passBarrier();
    }
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
