//===- Connection.cpp - A client, request after request -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Connection.h"

#include "Serve/HttpError.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <fmt/format.h>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace mlc::runtime {

/// How long a client may keep a connection between two requests.
static constexpr auto idleTime = 75s;
/// How long it has to take an error before its connection ends. With the step
/// in which deadlines are noticed, less than a second.
static constexpr auto lingerTime = 500ms;
/// Bodies up to this many bytes are not counted.
static constexpr std::size_t smallBody = 64 << 10;

Connection::Connection(Worker &worker, TcpSocket socket,
                       const std::string &address)
    : worker_(worker), socket_(std::move(socket)), address_(address),
      since_(SteadyClock::now()), parser_(worker.parts_.limits.maxBody) {
  worker_.connections_.push_back(this);
  place_ = std::prev(worker_.connections_.end());
}

Connection::~Connection() {
  releaseBody();
  worker_.connections_.erase(place_);
  worker_.open_.fetch_sub(1, std::memory_order_relaxed);
  worker_.parts_.addresses.remove(address_);
}

void Connection::start() {
  Code ignored;
  // An answer is one write, and nothing is gained by waiting for more.
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  read();
}

void Connection::enter(State state) {
  state_ = state;
  since_ = SteadyClock::now();
}

void Connection::close() {
  Code ignored;
  // What is awaited ends with an error, and this object with it.
  state_ = State::Closed;
  socket_.close(ignored);
}

bool Connection::evict() {
  if (!isWaiting())
    return false;
  close();
  return true;
}

void Connection::tick(SteadyClock::time_point now) {
  const auto time = now - since_;
  const auto deadline = worker_.parts_.limits.deadline;
  switch (state_) {
  case State::Idle: {
    const bool isDrained =
        worker_.isDraining_ &&
        now - worker_.drainStart_ > std::min<SteadyClock::duration>(
                                        1s, worker_.parts_.limits.drain / 2);
    if (time > (isFresh_ ? SteadyClock::duration(deadline)
                         : SteadyClock::duration(idleTime)) ||
        isDrained) {
      if (isFresh_ && !isDrained)
        worker_.counters_.countRejection(Rejection::Deadline);
      close();
    }
    break;
  }
  case State::Reading:
    if (time > deadline) {
      worker_.counters_.countRejection(Rejection::Deadline);
      // The read is given up; its handler sees that the state is another.
      Code ignored;
      socket_.cancel(ignored);
      reject(408, fmt::format("expected the request within {} ms",
                              deadline.count()));
    }
    break;
  case State::Writing:
    if (time > deadline) {
      worker_.counters_.countRejection(Rejection::Deadline);
      close();
    }
    break;
  case State::Lingering:
    if (time > lingerTime)
      close();
    break;
  case State::Working:
    pickUp();
    break;
  case State::Closed:
    break;
  }
}

void Connection::read() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  socket_.async_read_some(
      asio::buffer(buffer_.data() + end_, buffer_.size() - end_),
      [self = shared_from_this()](const Code &code, std::size_t count) {
        self->onRead(code, count);
      });
}

void Connection::onRead(const Code &code, std::size_t count) {
  if (code)
    return; // With the last reference the socket is closed.
  worker_.counters_.countReceived(count);
  if (state_ == State::Lingering) {
    begin_ = end_ = 0;
    return read();
  }
  if (!isWaiting())
    return;
  end_ += count;
  process();
}

/// Large bodies are counted as soon as they are announced, so that many of
/// them at once do not use up the memory.
void Connection::reserveBody() {
  const std::size_t size = std::max<std::size_t>(parser_.announcedBytes(),
                                                 parser_.request().body.size());
  if (size <= smallBody || size <= reserved_)
    return;
  // Eight of the largest.
  const std::size_t most = 8 * worker_.parts_.limits.maxBody;
  const std::size_t more = size - reserved_;
  reserved_ = size;
  if (worker_.parts_.bodyBytes.fetch_add(more) + more > most) {
    worker_.counters_.countRejection(Rejection::Memory);
    throw HttpError(503, "too many large requests at once; try again");
  }
}

void Connection::releaseBody() {
  if (reserved_ > 0)
    worker_.parts_.bodyBytes.fetch_sub(std::exchange(reserved_, 0));
}

void Connection::process() {
  if (state_ == State::Idle) {
    enter(State::Reading);
    requestStart_ = since_;
  }
  try {
    begin_ += parser_.put({buffer_.data() + begin_, end_ - begin_});
    if (parser_.hasHeader())
      reserveBody();
    if (parser_.hasHeader() && !parser_.isDone())
      worker_.parts_.routes.checkHeader(parser_.request());
  } catch (const HttpError &error) {
    return reject(error.status(), error.what());
  }
  if (parser_.isDone())
    return answer();
  if (begin_ == 0 && end_ == buffer_.size())
    return reject(431, "expected a shorter header");
  if (parser_.takeContinue())
    return sendContinue();
  read();
}

void Connection::sendContinue() {
  wire_ = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(wire_),
                    [self = shared_from_this()](const Code &code, std::size_t) {
                      if (!code && self->state_ == State::Reading)
                        self->read();
                    });
}

void Connection::answer() {
  response_.clear();
  ServerParts &parts = worker_.parts_;
  if (!parts.routes.isSlow(parser_.request())) {
    try {
      parts.routes.answer(parser_.request(), worker_.model_, response_);
    } catch (const std::bad_alloc &) {
      worker_.counters_.countRejection(Rejection::Memory);
      return reject(503, "not enough memory; try again or send less");
    }
    return respond();
  }
  isAnswered_ = false;
  parts.later([this] {
    try {
      ThreadModel model;
      worker_.parts_.routes.answer(parser_.request(), model, response_);
    } catch (const std::exception &) {
      response_.status = 503;
      response_.closes = true;
    }
    Worker &worker = worker_; // This object may end with the next line.
    isAnswered_ = true;
    worker.wake();
  });
  enter(State::Working);
  self_ = shared_from_this();
}

void Connection::pickUp() {
  if (state_ != State::Working || !isAnswered_)
    return;
  const std::shared_ptr<Connection> self = std::move(self_);
  respond();
}

void Connection::reject(int status, std::string_view message) {
  response_.clear();
  setError(response_, status, message);
  response_.closes = true;
  respond();
}

void Connection::respond() {
  HttpRequest &request = parser_.request();
  if (worker_.isDraining_ || !request.keepAlive)
    response_.closes = true;
  const bool isHead = request.method == HttpMethod::Head;
  wire_.clear();
  appendWire(wire_, response_, !response_.closes, isHead);
  enter(State::Writing);
  asio::async_write(socket_, asio::buffer(wire_),
                    [self = shared_from_this()](const Code &code, std::size_t) {
                      self->onWritten(code);
                    });
  const auto time = since_ - requestStart_;
  worker_.counters_.countSent(wire_.size());
  worker_.counters_.countRequest(response_.route, response_.status,
                                 response_.rows, time);
  if (worker_.parts_.log.isOpen())
    worker_.parts_.log.add({address_, request, response_, wire_.size(), time});
}

void Connection::onWritten(const Code &code) {
  if (code)
    return;
  releaseBody();
  constexpr std::size_t keptBytes = 256 << 10;
  if (wire_.capacity() > keptBytes)
    wire_ = {};
  if (response_.closes)
    return linger();
  parser_.reset();
  isFresh_ = false;
  enter(State::Idle);
  if (begin_ == end_) {
    begin_ = end_ = 0;
    read();
  } else {
    process(); // The client did not wait for the answer.
  }
}

/// A socket that is closed while bytes are unread is reset, and the client may
/// never see the answer.
void Connection::linger() {
  enter(State::Lingering);
  Code ignored;
  socket_.shutdown(TcpSocket::shutdown_send, ignored);
  begin_ = end_ = 0;
  read();
}

} // namespace mlc::runtime
