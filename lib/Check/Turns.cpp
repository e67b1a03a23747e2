//===- Turns.cpp - Workers that run one after another ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/Turns.h"

#include <array>
#include <cassert>
#include <memory>
#include <ucontext.h>
#include <utility>
#include <vector>

using namespace mlc;

/// Of a worker: generated code keeps its buffers in the workspace.
static constexpr size_t kStackBytes = size_t(1) << 20;

namespace {
/// One worker of a call, stopped at a meeting or running.
struct Worker {
  MlcCall call;
  ucontext_t context;
  std::unique_ptr<char[]> stack;
  bool isDone = false;
};

/// A call that is running on this thread.
class Call {
public:
  Call(MlcFunction entry, const MlcCall &call, int64_t ranks) : entry_(entry) {
    assert(call.workers % ranks == 0 && "as many workers in each rank");
    const int64_t perRank = call.workers / ranks;
    workers_.resize(call.workers);
    for (int64_t i = 0; i < call.workers; ++i) {
      Worker &worker = workers_[i];
      worker.call = call;
      worker.call.worker = i % perRank;
      worker.call.workers = perRank;
      worker.call.rank = i / perRank;
      worker.call.ranks = ranks;
      worker.call.barrier = this;
      // Without initial values: few of its pages are ever touched.
      worker.stack.reset(new char[kStackBytes]);
      getcontext(&worker.context);
      worker.context.uc_stack.ss_sp = worker.stack.get();
      worker.context.uc_stack.ss_size = kStackBytes;
      worker.context.uc_link = &caller_;
      makecontext(&worker.context, &Call::enter, 0);
    }
  }

  /// Gives turns until all are done. Workers meet equally often.
  void run(Order order) {
    running = this;
    const auto count = static_cast<int64_t>(workers_.size());
    for (bool isDone = false; !isDone;) {
      isDone = true;
      for (int64_t i = 0; i < count; ++i) {
        turn_ = order == Order::FirstToLast ? i : count - 1 - i;
        Worker &worker = workers_[turn_];
        if (worker.isDone)
          continue;
        swapcontext(&caller_, &worker.context);
        isDone &= worker.isDone;
      }
    }
    running = nullptr;
  }

  /// Called on a worker's own stack.
  void endTurn(int64_t worker) {
    assert(worker == turn && "a worker ends its own turn");
    swapcontext(&workers_[worker].context, &caller_);
  }

  static Call *running; ///< makecontext passes no pointers.

private:
  static void enter() {
    Call &call = *running;
    Worker &worker = call.workers_[call.turn_];
    call.entry_(&worker.call);
    worker.isDone = true;
  }

  MlcFunction entry_;
  std::vector<Worker> workers_;
  ucontext_t caller_;
  int64_t turn_ = 0;
};

Call *Call::running = nullptr;
} // namespace

/// Entry points are plain functions, so what they wrap is global.
static const MlcProgram *program = nullptr;
static Order currentOrder;
static int64_t currentRanks = 1;

/// The most that a program may have.
static constexpr size_t kMostEntries = 8;

template <size_t entry>
static void runInTurns(const MlcCall *call) {
  if (call->worker != 0)
    return;
  const MlcEntryPoint &run = program->entries[entry];
  const bool isShared = run.flags & MLC_ENTRY_UPDATES;
  Call(run.function, *call, isShared ? currentRanks : 1).run(currentOrder);
}

/// A wrapper of each entry point.
template <size_t... entries>
static std::array<MlcFunction, sizeof...(entries)>
wrappers(std::index_sequence<entries...>) {
  return {runInTurns<entries>...};
}

Turns::Turns(const MlcProgram &program, Order order, int64_t ranks)
    : wrapped_(program),
      entries_(program.entries, program.entries + program.entry_count) {
  assert(!::program && "one object at a time");
  assert(entries.size() <= kMostEntries && "each entry point has a wrapper");
  ::program = &program;
  currentOrder = order;
  currentRanks = ranks;
  const auto functions = wrappers(std::make_index_sequence<kMostEntries>());
  for (size_t i = 0; i < entries_.size(); ++i)
    entries_[i].function = functions[i];
  wrapped_.entries = entries_.data();
}

Turns::~Turns() { ::program = nullptr; }

void Turns::barrier(void *barrier, int64_t worker) {
  if (Call::running)
    Call::running->endTurn(worker);
  else
    mlc_barrier(barrier, worker);
}
