//===- Counters.h - What happened, for Prometheus ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_COUNTERS_H
#define MLC_RUNTIME_SERVE_COUNTERS_H

#include "Metrics/Measure.h"
#include "Serve/HttpMessage.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// Why a connection or a request got no answer to its question.
enum class Rejection {
  Crowded,  ///< More connections than --max-connections.
  Address,  ///< More of one address than --max-per-address.
  Deadline, ///< Its request was not there in time.
  Memory,   ///< Too many large bodies at once.
  Fault,    ///< The system or the memory failed.
};
constexpr std::size_t rejectionCount = 5;

/// Counters of one thread: it alone writes, any may read.
class Counters {
public:
  void countRequest(Route route, int status, std::int64_t rows,
                    std::chrono::nanoseconds time);
  void countRejection(Rejection reason) {
    add(rejections_[std::size_t(reason)], 1);
  }
  void countReceived(std::uint64_t bytes) { add(received_, bytes); }
  void countSent(std::uint64_t bytes) { add(sent_, bytes); }

private:
  friend class CounterTotals;
  using Counter = std::atomic<std::uint64_t>;
  static void add(Counter &counter, std::uint64_t more) {
    counter.store(counter.load(std::memory_order_relaxed) + more,
                  std::memory_order_relaxed);
  }

  /// Statuses that the server answers with; the last stands for others.
  static constexpr std::array<int, 16> statuses = {200, 204, 400, 401, 403, 404,
                                                   405, 408, 413, 415, 417, 431,
                                                   500, 501, 503, 505};
  /// Upper ends of the histogram's buckets, in microseconds: from a small
  /// model's time to a large batch's.
  static constexpr std::array<std::int64_t, 14> bounds = {
      10,   25,   50,    100,   250,    500,     1000,
      2500, 5000, 10000, 50000, 100000, 1000000, 10000000};

  std::array<std::array<Counter, statuses.size()>, routeCount> requests_ = {};
  std::array<Counter, bounds.size() + 1> times_ = {};
  std::array<Counter, rejectionCount> rejections_ = {};
  Counter nanoseconds_ = 0, predictions_ = 0, received_ = 0, sent_ = 0;
};

/// What stands beside the counters.
struct ServerState {
  std::string_view model, version, program, compiler;
  std::int64_t connections = 0;
  std::int64_t loads = 0, failedLoads = 0;
  bool isReady = false;
  double startTime = 0; ///< Seconds since 1970.
  /// What the weights are worth, by the names that `eval --json` has.
  std::span<const Figure> figures = {};
};

/// All of it in the text format that Prometheus reads.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
std::string metricsText(std::span<const Counters *const> threads,
                        const ServerState &state);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_COUNTERS_H
