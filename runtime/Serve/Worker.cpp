//===- Worker.cpp - A thread that answers, and its connections ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Worker.h"

#include "Serve/Connection.h"

#include <boost/asio/post.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace mlc::runtime {

bool AddressCounts::add(const std::string &address) {
  if (most_ == 0)
    return true;
  const std::lock_guard lock(mutex_);
  std::int64_t &count = counts_[address];
  if (count >= most_)
    return false;
  ++count;
  return true;
}

void AddressCounts::remove(const std::string &address) {
  if (most_ == 0)
    return;
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(address);
  if (found != counts_.end() && --found->second == 0)
    counts_.erase(found);
}

Worker::Worker(ServerParts &parts, std::int64_t maxConnections)
    : parts_(parts), maxConnections_(std::size_t(maxConnections)) {
  // The first socket opens what the context waits with; later nothing can be
  // opened.
  TcpSocket first(context_);
}

Worker::~Worker() {
  for (Connection *connection : connections_)
    connection->forget();
}

void Worker::run() {
  // How late a deadline may be noticed.
  constexpr auto step = 100ms;
  SteadyClock::time_point last = SteadyClock::now();
  while (!isStopped_) {
    try {
      context_.run_for(step);
    } catch (const std::exception &) {
      // The handler's connection has ended with it.
      counters_.countRejection(Rejection::Fault);
    }
    const SteadyClock::time_point now = SteadyClock::now();
    if (now - last < step)
      continue;
    last = now;
    tick(now);
  }
}

void Worker::tick(SteadyClock::time_point now) {
  for (auto at = connections_.begin(); at != connections_.end();) {
    // One may end while it is looked at, and no other one.
    Connection *connection = *at++;
    try {
      connection->tick(now);
    } catch (const std::exception &) {
      counters_.countRejection(Rejection::Fault);
    }
  }
}

/// Where all places are taken, whoever has kept one the longest without asking
/// anything has to go: clients that only wait cannot shut others out.
bool Worker::makeRoom() {
  if (connections_.size() < maxConnections_)
    return true;
  Connection *oldest = nullptr;
  for (Connection *connection : connections_)
    if (connection->isWaiting() &&
        (!oldest || connection->waitingSince() < oldest->waitingSince()))
      oldest = connection;
  counters_.countRejection(Rejection::Crowded);
  return oldest && oldest->evict();
}

void Worker::forget(const std::string &address) {
  open_.fetch_sub(1, std::memory_order_relaxed);
  parts_.addresses.remove(address);
}

void Worker::adopt(TcpSocket socket, const std::string &address) {
  open_.fetch_add(1, std::memory_order_relaxed);
  try {
    asio::post(context_, [this, socket = std::move(socket), address]() mutable {
      if (!makeRoom())
        return forget(address);
      std::shared_ptr<Connection> connection;
      try {
        connection =
            std::make_shared<Connection>(*this, std::move(socket), address);
      } catch (...) {
        forget(address);
        throw;
      }
      connection->start();
    });
  } catch (...) {
    forget(address);
    throw;
  }
}

void Worker::refresh() {
  asio::post(context_, [this] { parts_.routes.refresh(model_); });
}

void Worker::wake() {
  asio::post(context_, [this] { pickUp(); });
}

void Worker::pickUp() {
  for (auto at = connections_.begin(); at != connections_.end();)
    (*at++)->pickUp();
}

void Worker::drain() {
  asio::post(context_, [this] {
    isDraining_ = true;
    drainStart_ = SteadyClock::now();
  });
}

void Worker::stop() {
  isStopped_ = true;
  context_.stop();
}

} // namespace mlc::runtime
