//===- Listener.h - The socket that clients find ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_LISTENER_H
#define MLC_RUNTIME_SERVE_LISTENER_H

#include "Serve/Worker.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <string>

namespace mlc::runtime {

/// A socket that listens: one that systemd made, where it says so (LISTEN_PID,
/// LISTEN_FDS), else a new one.
class Listener {
public:
  /// `host`: an IP address or `localhost`. `port` 0 takes a free one. Throws
  /// InputError.
  Listener(boost::asio::io_context &context, const std::string &host,
           std::uint16_t port);

  /// Where it listens: `127.0.0.1:8000`, `[::1]:8000`.
  std::string address() const;
  /// Whether only this machine can reach it.
  bool isLoopback() const;
  bool wasGiven() const { return wasGiven_; }

  /// Takes in clients until `stop`, for the worker with the fewest of them.
  /// Both are called again and again, so that a failure passes.
  void
  accept(const std::function<Worker &()> &choose,
         const std::function<void(Worker &, TcpSocket, std::string)> &take);
  /// Takes in those who wait already, and no one from then on.
  void stop();

private:
  using Acceptor = boost::asio::basic_socket_acceptor<
      boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

  void begin();
  void hand(Worker &worker, TcpSocket socket);

  Acceptor acceptor_;
  bool wasGiven_ = false, isPending_ = false, isStopped_ = false;
  std::function<Worker &()> choose_;
  std::function<void(Worker &, TcpSocket, std::string)> take_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_LISTENER_H
