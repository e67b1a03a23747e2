//===- Turns.h - Workers that run one after another -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_CHECK_TURNS_H
#define MLC_CHECK_TURNS_H

#include "mlc/RuntimeABI.h"

#include <vector>

namespace mlc {

/// Which worker goes first from one meeting to the next.
enum class Order { FirstToLast, LastToFirst };

/// All workers of a call on one thread: between two meetings each has its turn,
/// in the same order.
///
/// Where a barrier is missing, two workers touch the same memory between two
/// meetings, and one of them writes. Threads may by chance never do so in an
/// order that shows; here, one of the two orders puts the write first and the
/// other one the access that should come before or after it, always. So a call
/// whose results are the same in both orders as with one worker has no race
/// that its results depend on.
class Turns {
public:
  /// A program whose entry points run on all the workers of its call when
  /// worker 0 calls them; the calls of other workers do nothing. `program`'s
  /// entry points are replaced; it must outlive the runs. One object at a time
  /// may live.
  ///
  /// Those that update parameters are run by so many `ranks`, among which the
  /// call's workers are distributed evenly: `ranks` divides their number.
  Turns(const MlcProgram &program, Order order, int64_t ranks = 1);
  ~Turns();
  Turns(const Turns &) = delete;
  Turns &operator=(const Turns &) = delete;

  const MlcProgram &program() const { return wrapped_; }

  /// What `mlc_barrier` is to programs that are loaded into this process: it
  /// ends a turn where workers take turns, and is the runtime's otherwise.
  static void barrier(void *barrier, int64_t worker);

private:
  MlcProgram wrapped_;
  std::vector<MlcEntryPoint> entries_; ///< That `wrapped` has.
};

} // namespace mlc

#endif // MLC_CHECK_TURNS_H
