//===- ServerFaultTest.cpp - Calls that fail while a server answers -------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FaultyCalls.h"
#include "ServerFixture.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>

namespace mlc::test {
namespace {

/// A server whose calls fail as the test says.
class ServerFaultTest : public ServerTest {
protected:
  void SetUp() override {
    if (isSanitized)
      GTEST_SKIP() << "a sanitizer's functions stand there already";
    ServerTest::SetUp();
    const std::string path = folder / "faults";
    writeFile(path, std::string(sizeof(FaultyCalls), '\0'));
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    void *memory = ::mmap(nullptr, sizeof(FaultyCalls), PROT_READ | PROT_WRITE,
                          MAP_SHARED, file, 0);
    ::close(file);
    ASSERT_NE(memory, MAP_FAILED);
    faults = new (memory) FaultyCalls();
  }
  void TearDown() override {
    if (faults)
      ::munmap(faults, sizeof(FaultyCalls));
  }

  Result serveFaulty(Arguments more,
                     const std::function<void(int, pid_t)> &meanwhile) {
    return serve(std::move(more), meanwhile, [this] {
      setenv("MLC_FAULTY_CALLS", (folder / "faults").c_str(), 1);
      setenv("LD_PRELOAD", FAULTY_CALLS, 1);
    });
  }

  void arm(Call call, int number, int error) {
    faults->failures = 0;
    faults->error = error;
    faults->countdown = number;
    faults->call = int(call);
  }
  /// Whether the call has failed.
  bool disarm() {
    faults->call = -1;
    return faults->failures > 0;
  }

  FaultyCalls *faults = nullptr;
};

const std::string load =
    "POST /v2/repository/models/handmade/load HTTP/1.1\r\nHost: h\r\n"
    "Content-Length: 0\r\n\r\n";

/// Whether both answers came, as they are to be. An answer that says there is
/// no memory is one, too.
bool isServed(int port, bool loads) {
  Client client(port);
  const std::string ready = client.ask(getReady);
  if (loads)
    return client.ask(load).starts_with("HTTP/1.1 ");
  const std::string answer = client.ask(postInfer(oneRow));
  return ready.starts_with("HTTP/1.1 200") &&
         (answer.starts_with("HTTP/1.1 200") ||
          answer.starts_with("HTTP/1.1 503"));
}

/// Each call in turn, until it occurs no more: of three clients one at most is
/// not answered, and afterwards all are.
TEST_F(ServerFaultTest, AFaultEndsItsConnectionAtMost) {
  const std::pair<Call, int> cases[] = {{Call::Accept, EMFILE},
                                        {Call::Accept, ENOMEM},
                                        {Call::Accept, ECONNABORTED},
                                        {Call::Receive, ECONNRESET},
                                        {Call::Receive, ENOMEM},
                                        {Call::Receive, EINTR},
                                        {Call::Send, EPIPE},
                                        {Call::Send, ENOBUFS},
                                        {Call::Poll, ENOSPC},
                                        {Call::Poll, EINTR},
                                        {Call::Option, ENOMEM},
                                        {Call::File, ENOMEM},
                                        {Call::File, EIO},
                                        {Call::Memory, ENOMEM}};
  int failed = 0;
  const Result result = serveFaulty(
      {"--threads", "2", "--requests", folder / "log"},
      [&](int port, pid_t child) {
        for (const bool loads : {false, true})
          for (const auto &[call, error] : cases)
            for (int number = 1;; ++number) {
              SCOPED_TRACE("call " + std::to_string(int(call)) + " of error " +
                           std::to_string(error) + ", number " +
                           std::to_string(number));
              arm(call, number, error);
              int lost = 0;
              for (int client = 0; client < 3; ++client)
                lost += !isServed(port, loads);
              const bool hasFailed = disarm();
              EXPECT_LE(lost, hasFailed ? 1 : 0);
              Client after(port);
              ASSERT_TRUE(after.ask(load).starts_with("HTTP/1.1 200"));
              ASSERT_TRUE(
                  after.ask(postInfer(oneRow)).starts_with("HTTP/1.1 200"));
              ASSERT_EQ(kill(child, 0), 0) << "it has ended";
              failed += hasFailed;
              if (!hasFailed)
                break;
            }
      });
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_GT(failed, 100);
}

/// Where a fault meets the signal that ends it, it still ends.
TEST_F(ServerFaultTest, AFaultKeepsNoServerFromEnding) {
  for (const Call call : {Call::Receive, Call::Send, Call::Poll, Call::Memory})
    for (int number = 1; number <= 12; ++number) {
      SCOPED_TRACE("call " + std::to_string(int(call)) + ", number " +
                   std::to_string(number));
      const Result result = serveFaulty({}, [&](int port, pid_t) {
        Client client(port);
        ASSERT_TRUE(client.ask(getReady).starts_with("HTTP/1.1 200"));
        arm(call, number, ENOMEM);
      });
      disarm();
      EXPECT_EQ(result.status, 0) << readFile(folder / "said");
    }
}

} // namespace
} // namespace mlc::test
