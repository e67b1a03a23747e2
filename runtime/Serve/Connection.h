//===- Connection.h - A client, request after request -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_CONNECTION_H
#define MLC_RUNTIME_SERVE_CONNECTION_H

#include "Serve/HttpMessage.h"
#include "Serve/HttpParser.h"
#include "Serve/Worker.h"

#include <array>
#include <atomic>
#include <list>
#include <memory>
#include <string>

namespace mlc::runtime {

/// Reads requests of one client and writes the answers, one after another. It
/// lives as long as something is awaited of it, and is its worker's thread's
/// alone.
///
/// What slow or silent clients can hold is bounded by time: a request must be
/// there as a whole, and its answer taken, in `deadline` each.
class Connection : public std::enable_shared_from_this<Connection> {
public:
  Connection(Worker &worker, TcpSocket socket, const std::string &address);
  ~Connection();
  Connection(const Connection &) = delete;

  void start();
  /// Ends it where it took too long.
  void tick(SteadyClock::time_point now);
  /// Ends it in favour of another one; false where it is being answered.
  bool evict();
  /// Sends the answer if the other thread has made it.
  void pickUp();
  /// Ends what waits for another thread, which has ended.
  void forget() { self_.reset(); }
  SteadyClock::time_point waitingSince() const { return since_; }
  bool isWaiting() const {
    return state_ == State::Idle || state_ == State::Reading;
  }

private:
  enum class State {
    Idle,      ///< No byte of the next request is there.
    Reading,   ///< A part of it is.
    Working,   ///< Another thread makes the answer.
    Writing,   ///< The answer goes out.
    Lingering, ///< Bytes are thrown away, so that the answer arrives.
    Closed,
  };
  using Code = boost::system::error_code;

  void enter(State state);
  void read();
  void onRead(const Code &code, std::size_t count);
  void process();
  void reserveBody();
  void releaseBody();
  void answer();
  void reject(int status, std::string_view message);
  void respond();
  void onWritten(const Code &code);
  void sendContinue();
  void linger();
  void close();

  /// Twice a header, so that most requests are there after one read.
  static constexpr std::size_t bufferBytes = 2 * HttpParser::headerLimit;

  Worker &worker_;
  TcpSocket socket_;
  std::string address_;
  std::list<Connection *>::iterator place_;
  State state_ = State::Idle;
  bool isFresh_ = true; ///< No request has been answered.
  SteadyClock::time_point since_, requestStart_;
  HttpParser parser_;
  HttpResponse response_;
  std::string wire_;
  /// Of State::Working. The other thread has no share in this object's life: it
  /// must end on its worker's thread.
  std::shared_ptr<Connection> self_;
  std::atomic<bool> isAnswered_ = false;
  std::size_t reserved_ = 0; ///< Of ServerParts::bodyBytes.
  std::size_t begin_ = 0, end_ = 0;
  std::array<char, bufferBytes> buffer_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_CONNECTION_H
