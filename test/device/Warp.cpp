//===- Warp.cpp - The threads of a warp, one after another ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Warp.h"

#include <algorithm>
#include <numeric>

namespace mlc::emulator {

/// The warp whose thread is running.
static Warp *running = nullptr;

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

Warp::Warp() {
  for (Lane &lane : lanes_)
    lane.stack = std::make_unique<char[]>(stackBytes);
}

void Warp::enter() {
  running->kernel_(running->slots_, running->number_);
  Lane &lane = running->lanes_[running->lane_];
  lane.state = State::Done;
  ::swapcontext(&lane.context, &running->caller_);
}

void Warp::resume(int lane) {
  lane_ = lane;
  ::swapcontext(&caller_, &lanes_[lane].context);
}

bool Warp::run(Kernel kernel, void *slots, std::int64_t number,
               std::int64_t block, std::int64_t first, Order order) {
  kernel_ = kernel;
  slots_ = slots;
  number_ = number;
  block_ = block;
  first_ = first;
  running = this;
  for (Lane &lane : lanes_) {
    ::getcontext(&lane.context);
    lane.context.uc_stack.ss_sp = lane.stack.get();
    lane.context.uc_stack.ss_size = stackBytes;
    lane.context.uc_link = nullptr;
    ::makecontext(&lane.context, &Warp::enter, 0);
    lane.state = State::Ready;
  }
  while (true) {
    for (int i = 0; i < size; ++i)
      resume(int(placeOf(order, i, size)));
    const auto waiting = std::ranges::count(
        lanes_, State::Waiting, [](const Lane &l) { return l.state; });
    if (waiting == 0)
      return true;
    if (waiting != size)
      return false;
    for (int i = 0; i < size; ++i)
      values_[i] = lanes_[i].value;
  }
}

std::int64_t Warp::currentBlock() { return running->block_; }
std::int64_t Warp::currentThread() { return running->first_ + running->lane_; }

std::int32_t Warp::exchange(std::int32_t value, std::int32_t distance) {
  Lane &lane = running->lanes_[running->lane_];
  lane.value = value;
  lane.state = State::Waiting;
  ::swapcontext(&lane.context, &running->caller_);
  lane.state = State::Ready;
  return running->values_[running->lane_ ^ distance];
}

} // namespace mlc::emulator
