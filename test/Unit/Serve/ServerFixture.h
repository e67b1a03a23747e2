//===- ServerFixture.h - A server and its clients ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SERVE_SERVERFIXTURE_H
#define MLC_TEST_UNIT_SERVE_SERVERFIXTURE_H

#include "Support/CommandLineFixture.h"
#include "Support/Files.h"
#include "Support/Sanitized.h"

#include <arpa/inet.h>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace mlc::test {

/// A connection to a port of this machine.
class Client {
public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(std::uint16_t(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval timeout{20, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr *>(&address),
                           sizeof(address)) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client &) = delete;

  bool isConnected() const { return connected_; }
  void send(const std::string &bytes) {
    (void)!::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  /// One answer; what there was where the server closed before its end.
  std::string receive() {
    for (;;) {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t at = pending_.find("Content-Length: ");
        const std::size_t size =
            end + 4 + (at < end ? std::stoul(pending_.substr(at + 16)) : 0);
        if (pending_.size() >= size) {
          const std::string answer = pending_.substr(0, size);
          pending_.erase(0, size);
          return answer;
        }
      }
      if (!receiveMore())
        return std::exchange(pending_, "");
    }
  }
  std::string ask(const std::string &bytes) {
    send(bytes);
    return receive();
  }
  /// Whether the server has ended the connection, with nothing more to say.
  bool isClosed() { return pending_.empty() && !receiveMore(); }

private:
  bool receiveMore() {
    char buffer[65536];
    const ssize_t count = ::recv(socket_, buffer, sizeof(buffer), 0);
    if (count > 0)
      pending_.append(buffer, std::size_t(count));
    return count > 0;
  }

  int socket_;
  bool connected_ = false;
  std::string pending_;
};

inline const std::string getReady =
    "GET /v2/health/ready HTTP/1.1\r\nHost: h\r\n\r\n";

inline std::string postInfer(const std::string &body,
                             const std::string &more = "") {
  return "POST /v2/models/handmade/infer HTTP/1.1\r\nHost: h\r\n" + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline const std::string oneRow =
    R"({"inputs":[{"name":"indptr","datatype":"INT64","shape":[2],"data":[0,1]})"
    R"(,{"name":"indices","datatype":"INT32","shape":[1],"data":[3]}]})";

class ServerTest : public CommandLineTest {
protected:
  void SetUp() override { train(sparseProgram(), sparseData(50)); }

  /// Runs it while `meanwhile(port, process)` does, and then sends SIGTERM.
  /// `inChild` is called before it starts.
  Result serve(
      Arguments more, const std::function<void(int, pid_t)> &meanwhile,
      const std::function<void()> &inChild = [] {}) {
    Arguments arguments = {"serve", "--weights", weights,   "--port",
                           "0",     "--name",    "handmade"};
    if (isSanitized)
      arguments.push_back("--no-sandbox");
    arguments.insert(arguments.end(), more.begin(), more.end());
    const std::string out = folder / "said";
    std::filesystem::remove(out); // Another server's.
    return runProgram(
        HANDMADE_PROGRAM, arguments,
        {.inChild =
             [&] {
               inChild();
               // Where it listens is told on stderr.
               if (!freopen(out.c_str(), "w", stderr))
                 _exit(125);
             },
         .meanwhile =
             [&](pid_t child) {
               int port = 0;
               waitUntil(child, [&] {
                 const std::string text =
                     std::filesystem::exists(out) ? readFile(out) : "";
                 const std::size_t at = text.rfind(':');
                 return text.find("serving ") != std::string::npos &&
                        text.ends_with("/\n") &&
                        std::sscanf(text.c_str() + at, ":%d", &port) == 1;
               });
               if (port != 0)
                 meanwhile(port, child);
               kill(child, SIGTERM);
             }});
  }
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SERVE_SERVERFIXTURE_H
