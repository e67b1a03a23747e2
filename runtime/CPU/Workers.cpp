//===- Workers.cpp - Threads that run compiled code -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Workers.h"

#include "CPU/StepProfile.h"
#include "Error.h"

#include <algorithm>
#include <climits>
#include <fmt/format.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>
#include <x86intrin.h>

namespace mlc::runtime {

/// How long a waiting worker spins before it sleeps, in ticks of the time stamp
/// counter (20 to 50 us): about what waking a sleeper costs, so that a wrong
/// guess costs at most twice the best choice.
constexpr std::uint64_t spinTicks = 100'000;

/// Waits in a row that spinning has to be in vain for, before the next ones do
/// without: a partner that the system takes off its core once in a while must
/// not turn every wait into a sleep.
constexpr std::uint32_t vainWaits = 4;

/// Waits after which spinning is tried again then. Where others want the cores
/// too, a partner is often not running at all; spinning then only delays it.
constexpr std::uint32_t waitsBetweenTrials = 16;

std::int64_t usableCores() {
  // Machines with more CPUs than a cpu_set_t holds are answered with an error.
  cpu_set_t set;
  std::int64_t cores = sched_getaffinity(0, sizeof set, &set) == 0
                           ? CPU_COUNT(&set)
                           : std::thread::hardware_concurrency();
  return std::clamp<std::int64_t>(cores, 1, maxWorkers);
}

// Of the thread sanitizer's runtime, in programs that were compiled with
// `--sanitize thread`. It watches generated code but not this library, and is
// told here that workers meet.
extern "C" {
[[gnu::weak]] void __tsan_acquire(void *address);
[[gnu::weak]] void __tsan_release(void *address);
}

namespace {
/// All that the parties of a barrier wrote before is seen after it.
class MeetingForSanitizer {
public:
  explicit MeetingForSanitizer(void *barrier) : barrier_(barrier) {
    if (__tsan_release)
      __tsan_release(barrier_);
  }
  ~MeetingForSanitizer() {
    if (__tsan_acquire)
      __tsan_acquire(barrier_);
  }

private:
  void *barrier_;
};
} // namespace

void Barrier::meet() {
  const MeetingForSanitizer meeting(this);
  // The generation cannot change before this worker arrives.
  const std::uint32_t generation = generation_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 != parties_)
    return wait(generation);
  arrived_.store(0, std::memory_order_relaxed);
  // Sequentially consistent, as are a sleeper's accesses: either it sees the
  // new generation and does not sleep, or it is seen here and woken.
  generation_.store(generation + 1, std::memory_order_seq_cst);
  if (sleepers_.load(std::memory_order_seq_cst) > 0)
    syscall(SYS_futex, &generation_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr,
            nullptr, 0);
}

void Barrier::wait(std::uint32_t generation) {
  if (trySpinning(generation))
    return;
  sleepers_.fetch_add(1, std::memory_order_seq_cst);
  // The system looks again whether the generation is still this one.
  while (generation_.load(std::memory_order_seq_cst) == generation)
    syscall(SYS_futex, &generation_, FUTEX_WAIT_PRIVATE, generation, nullptr,
            nullptr, 0);
  sleepers_.fetch_sub(1, std::memory_order_relaxed);
}

bool Barrier::trySpinning(std::uint32_t generation) {
  const std::uint32_t skips = spinsToSkip_.load(std::memory_order_relaxed);
  if (skips > 0) {
    spinsToSkip_.store(skips - 1, std::memory_order_relaxed);
    return false;
  }
  const std::uint64_t start = __rdtsc();
  while (generation_.load(std::memory_order_acquire) == generation) {
    if (__rdtsc() - start > spinTicks) {
      const std::uint32_t vain =
          vainInARow_.load(std::memory_order_relaxed) + 1;
      vainInARow_.store(vain, std::memory_order_relaxed);
      if (vain >= vainWaits)
        spinsToSkip_.store(waitsBetweenTrials, std::memory_order_relaxed);
      return false;
    }
    _mm_pause();
  }
  vainInARow_.store(0, std::memory_order_relaxed);
  return true;
}

namespace {
/// Makes this thread treat denormal numbers as zero for as long as it lives.
///
/// The moments of momentum and Adam decay by a factor a step where the gradient
/// is zero: for features that have not occurred for some hundred steps, and for
/// the weights of units that are dead (a relu that no example activates). They
/// become denormal, and each operation on a denormal costs some 150 cycles
/// instead of one, although what they add is far below a weight's last bit.
class DenormalsAreZero {
public:
  DenormalsAreZero() : saved_(_mm_getcsr()) {
    _mm_setcsr(saved_ | _MM_FLUSH_ZERO_ON | _MM_DENORMALS_ZERO_ON);
  }
  DenormalsAreZero(const DenormalsAreZero &) = delete;
  ~DenormalsAreZero() { _mm_setcsr(saved_); }

private:
  unsigned saved_;
};
} // namespace

Workers::Workers(std::int64_t count) : count_(count), barrier_(count) {
  threads_.reserve(count - 1);
  const auto stopStarted = [this] {
    barrier_.setParties(std::int64_t(threads_.size()) + 1);
    stop();
  };
  try {
    for (std::int64_t worker = 1; worker < count; ++worker)
      threads_.emplace_back([this, worker] { work(worker); });
  } catch (const std::bad_alloc &) {
    stopStarted();
    throw;
  } catch (const std::system_error &error) {
    stopStarted();
    throw InputError(
        fmt::format("cannot start {} threads: {}; use fewer with --threads",
                    count, error.code().message()));
  }
}

Workers::~Workers() { stop(); }

void Workers::stop() {
  task_ = nullptr;
  if (!threads_.empty())
    barrier_.meet();
  for (std::thread &thread : threads_)
    thread.join();
}

void Workers::work(std::int64_t worker) {
  for (;;) {
    barrier_.meet();
    if (!task_)
      return;
    (*task_)(worker);
    barrier_.meet();
  }
}

void Workers::run(const std::function<void(std::int64_t)> &task) {
  if (count_ == 1)
    return task(0);
  task_ = &task;
  barrier_.meet();
  task(0);
  barrier_.meet();
}

/// As one worker of a team that meets at `barrier`.
static void runAs(std::int64_t worker, std::int64_t workers, Barrier *barrier,
                  MlcFunction entry, MlcCall call) {
  call.worker = worker;
  call.workers = workers;
  call.barrier = barrier;
  const DenormalsAreZero guard;
  if (call.profile)
    static_cast<StepProfile *>(call.profile)->begin(worker);
  entry(&call);
}

void runAlone(MlcFunction entry, const MlcCall &call) {
  runAs(0, 1, nullptr, entry, call);
}

void Workers::run(MlcFunction entry, const MlcCall &call) {
  Barrier *barrier = count_ == 1 ? nullptr : &barrier_;
  const auto task = [&, entry](std::int64_t worker) {
    runAs(worker, count_, barrier, entry, call);
  };
  run(std::ref(task)); // A reference, so that nothing is allocated.
}

} // namespace mlc::runtime

void mlc_barrier(void *barrier, int64_t) {
  if (barrier)
    static_cast<mlc::runtime::Barrier *>(barrier)->meet();
}
