//===- Listener.cpp - The socket that clients find ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Listener.h"

#include "Error.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

namespace asio = boost::asio;

namespace mlc::runtime {

/// Of systemd's protocol: the first descriptor that it hands over.
/// Source: sd_listen_fds(3)
static constexpr int firstGiven = 3;

static std::optional<long> numberIn(const char *variable) {
  const char *text = std::getenv(variable);
  if (!text)
    return std::nullopt;
  const std::string_view view = text;
  long number = 0;
  const auto read =
      std::from_chars(view.data(), view.data() + view.size(), number);
  if (read.ec != std::errc() || read.ptr != view.data() + view.size())
    return std::nullopt;
  return number;
}

static bool hasGivenSocket() {
  if (numberIn("LISTEN_PID") != long(getpid()))
    return false;
  const long count = numberIn("LISTEN_FDS").value_or(0);
  if (count > 1)
    throw InputError(fmt::format("LISTEN_FDS: expected one socket, but got {}; "
                                 "give the unit one ListenStream",
                                 count));
  return count == 1;
}

static asio::ip::tcp protocolOf(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(socket, reinterpret_cast<sockaddr *>(&address), &size) != 0 ||
      (address.ss_family != AF_INET && address.ss_family != AF_INET6))
    throw InputError("LISTEN_FDS: expected a TCP socket; give the unit a "
                     "ListenStream with a port");
  return address.ss_family == AF_INET ? asio::ip::tcp::v4()
                                      : asio::ip::tcp::v6();
}

static asio::ip::tcp::endpoint endpointOf(const std::string &host,
                                          std::uint16_t port) {
  boost::system::error_code code;
  const asio::ip::address address =
      asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, code);
  if (code)
    throw InputError(fmt::format("--host: expected an IP address such as "
                                 "127.0.0.1, 0.0.0.0 or ::, but got {:?}",
                                 host));
  return {address, port};
}

Listener::Listener(asio::io_context &context, const std::string &host,
                   std::uint16_t port)
    : acceptor_(context) {
  if (hasGivenSocket()) {
    acceptor_.assign(protocolOf(firstGiven), firstGiven);
    wasGiven_ = true;
    return;
  }
  const asio::ip::tcp::endpoint endpoint = endpointOf(host, port);
  boost::system::error_code code;
  acceptor_.open(endpoint.protocol(), code);
  // So that a server can start again at once, and not that two share a port.
  if (!code)
    acceptor_.set_option(asio::socket_base::reuse_address(true), code);
  if (!code && endpoint.protocol() == asio::ip::tcp::v6())
    acceptor_.set_option(asio::ip::v6_only(false), code);
  if (!code)
    acceptor_.bind(endpoint, code);
  // Clients who wait to be accepted; the system takes no more than its own
  // limit.
  constexpr int backlog = 4096;
  if (!code)
    acceptor_.listen(backlog, code);
  if (code)
    throw InputError(fmt::format("{}:{}: cannot be listened at: {}; choose "
                                 "another --port or --host",
                                 host, port, code.message()));
}

std::string Listener::address() const {
  boost::system::error_code code;
  const asio::ip::tcp::endpoint endpoint = acceptor_.local_endpoint(code);
  const std::string text = endpoint.address().to_string();
  return endpoint.protocol() == asio::ip::tcp::v6()
             ? fmt::format("[{}]:{}", text, endpoint.port())
             : fmt::format("{}:{}", text, endpoint.port());
}

bool Listener::isLoopback() const {
  boost::system::error_code code;
  return acceptor_.local_endpoint(code).address().is_loopback();
}

void Listener::accept(
    const std::function<Worker &()> &choose,
    const std::function<void(Worker &, TcpSocket, std::string)> &take) {
  choose_ = choose;
  take_ = take;
  begin();
}

void Listener::hand(Worker &worker, TcpSocket socket) {
  boost::system::error_code code;
  const asio::ip::tcp::endpoint client = socket.remote_endpoint(code);
  if (!code) // Else the client has left already.
    take_(worker, std::move(socket), client.address().to_string());
}

void Listener::begin() {
  if (isPending_ || isStopped_)
    return;
  Worker &worker = choose_();
  acceptor_.async_accept(
      worker.context(),
      [this, &worker](const boost::system::error_code &code, TcpSocket socket) {
        isPending_ = false;
        // Without descriptors or memory it would fail again at once: `accept`
        // is called again a little later.
        if (code)
          return;
        hand(worker, std::move(socket));
        begin();
      });
  isPending_ = true;
}

void Listener::stop() {
  isStopped_ = true;
  boost::system::error_code code;
  acceptor_.cancel(code);
  acceptor_.non_blocking(true, code);
  while (!code) {
    Worker &worker = choose_();
    TcpSocket socket(worker.context());
    acceptor_.accept(socket, code);
    if (!code)
      hand(worker, std::move(socket));
  }
  acceptor_.close(code);
}

} // namespace mlc::runtime
