//===- Worker.h - A thread that answers, and its connections ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_WORKER_H
#define MLC_RUNTIME_SERVE_WORKER_H

#include "Serve/Counters.h"
#include "Serve/RequestLog.h"
#include "Serve/Routes.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace mlc::runtime {

class Connection;

/// As its executor is known when it is compiled, calls need not be looked up.
using TcpSocket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                     boost::asio::io_context::executor_type>;
using SteadyClock = std::chrono::steady_clock;

struct ServeLimits {
  std::size_t maxBody = 16 << 20;
  std::int64_t maxConnections = 1024; ///< Of all threads together.
  std::int64_t maxPerAddress = 0;     ///< 0: no limit.
  std::chrono::milliseconds deadline{10000};
  std::chrono::milliseconds drain{5000};
};

/// How many connections each address has.
class AddressCounts {
public:
  explicit AddressCounts(std::int64_t most) : most_(most) {}
  /// False where there are `most` already.
  bool add(const std::string &address);
  void remove(const std::string &address);

private:
  const std::int64_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::int64_t> counts_;
};

/// What all threads share.
struct ServerParts {
  Routes &routes;
  RequestLog &log;
  const ServeLimits limits;
  AddressCounts addresses{limits.maxPerAddress};
  /// Of large bodies that are being received; their sum is bounded.
  std::atomic<std::size_t> bodyBytes = 0;
  /// Runs a task on the thread that may take its time.
  std::function<void(std::function<void()>)> later;

  ServerParts(Routes &routes, RequestLog &log, const ServeLimits &limits)
      : routes(routes), log(log), limits(limits) {}
};

/// Runs an io_context on one thread. All that happens to one of its
/// connections, inference too, happens there: nothing is locked.
class Worker {
public:
  Worker(ServerParts &parts, std::int64_t maxConnections);
  ~Worker();
  Worker(const Worker &) = delete;

  /// Runs until `stop`, whatever fails on the way: a fault ends at most the
  /// connection at which it happened.
  void run();

  // From any thread:

  /// Takes over a socket that was accepted for this worker's context.
  void adopt(TcpSocket socket, const std::string &address);
  /// Gives up the old model, and takes the new one, now rather than with the
  /// next request.
  void refresh();
  /// Looks for answers that another thread made for connections here.
  void wake();
  /// Answers what has been asked, and no more than one request a connection.
  void drain();
  void stop();
  std::int64_t connections() const {
    return open_.load(std::memory_order_relaxed);
  }
  boost::asio::io_context &context() { return context_; }
  const Counters &counters() const { return counters_; }

private:
  friend class Connection;
  void tick(SteadyClock::time_point now);
  bool makeRoom();
  /// A connection from this address has ended, or has never begun.
  void forget(const std::string &address);
  void pickUp();

  ServerParts &parts_;
  const std::size_t maxConnections_;
  std::list<Connection *> connections_;
  std::atomic<std::int64_t> open_ = 0;
  std::atomic<bool> isStopped_ = false;
  bool isDraining_ = false;
  SteadyClock::time_point drainStart_;
  Counters counters_;
  ThreadModel model_;
  // Last, so that they end first: connections end with them.
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
      guard_{context_.get_executor()};
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_WORKER_H
