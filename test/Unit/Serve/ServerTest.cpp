//===- ServerTest.cpp - A server as its clients find it -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ServerFixture.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace mlc::test {
namespace {

using namespace std::chrono_literals;

TEST_F(ServerTest, AnswersRequestAfterRequest) {
  const Result result = serve({"--threads", "2"}, [](int port, pid_t) {
    Client client(port);
    EXPECT_NE(client.ask(getReady).find("HTTP/1.1 200 OK"), std::string::npos);
    const std::string answer = client.ask(postInfer(oneRow));
    EXPECT_NE(answer.find("\"logits\""), std::string::npos) << answer;
    // Several at once, and in pieces.
    client.send(getReady + postInfer(oneRow) + getReady.substr(0, 9));
    EXPECT_EQ(client.receive().find("HTTP/1.1 200"), 0u);
    EXPECT_EQ(client.receive(), answer);
    EXPECT_EQ(client.ask(getReady.substr(9)).find("HTTP/1.1 200"), 0u);
    // A mistake of what is asked leaves the connection; one of HTTP does not.
    EXPECT_EQ(client.ask(postInfer("[")).find("HTTP/1.1 400"), 0u);
    EXPECT_EQ(client.ask("nonsense\r\n\r\n").find("HTTP/1.1 400"), 0u);
    EXPECT_TRUE(client.isClosed());
    Client other(port);
    EXPECT_EQ(other
                  .ask("HEAD /openapi.json HTTP/1.1\r\nHost: h\r\nConnection: "
                       "close\r\n\r\n")
                  .find("HTTP/1.1 200"),
              0u);
  });
  EXPECT_EQ(result.status, 0) << result.error;
}

TEST_F(ServerTest, SaysContinue) {
  serve({}, [](int port, pid_t) {
    Client client(port);
    client.send("POST /v2/models/handmade/infer HTTP/1.1\r\nHost: h\r\nExpect: "
                "100-continue\r\nContent-Length: " +
                std::to_string(oneRow.size()) + "\r\n\r\n");
    EXPECT_EQ(client.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(client.ask(oneRow).find("HTTP/1.1 200"), 0u);
  });
}

TEST_F(ServerTest, SlowClientsAreGivenUp) {
  serve({"--deadline", "0.5"}, [](int port, pid_t) {
    Client silent(port), slow(port), answered(port);
    EXPECT_EQ(answered.ask(getReady).find("HTTP/1.1 200"), 0u);
    // Its bytes would go on for 20 seconds: each is in time, the whole is not.
    std::atomic<bool> isGivenUp = false, isSent = false;
    std::thread drip([&] {
      slow.send("GET / HTTP/1.1\r\nX: ");
      for (int i = 0; i < 400 && !isGivenUp; ++i) {
        slow.send("a");
        std::this_thread::sleep_for(50ms);
      }
      isSent = !isGivenUp;
    });
    EXPECT_EQ(slow.receive().find("HTTP/1.1 408"), 0u);
    isGivenUp = true;
    EXPECT_TRUE(silent.isClosed());
    drip.join();
    EXPECT_FALSE(isSent);
    // Who has asked before may take its time.
    EXPECT_EQ(answered.ask(getReady).find("HTTP/1.1 200"), 0u);
  });
}

TEST_F(ServerTest, SilentClientsDoNotShutOthersOut) {
  serve({"--max-connections", "8"}, [](int port, pid_t) {
    std::vector<std::unique_ptr<Client>> silent;
    for (int i = 0; i < 30; ++i)
      silent.push_back(std::make_unique<Client>(port));
    Client client(port);
    EXPECT_EQ(client.ask(getReady).find("HTTP/1.1 200"), 0u);
    EXPECT_TRUE(silent.front()->isClosed());
  });
  serve({"--max-per-address", "2"}, [](int port, pid_t) {
    Client first(port), second(port);
    EXPECT_EQ(first.ask(getReady).find("HTTP/1.1 200"), 0u);
    EXPECT_EQ(second.ask(getReady).find("HTTP/1.1 200"), 0u);
    Client third(port);
    EXPECT_EQ(third.ask(getReady), "");
  });
}

TEST_F(ServerTest, TakesAsManyClientsAsThereCanBeFiles) {
  const auto allowFew = [] {
    const rlimit few = {96, 96};
    setrlimit(RLIMIT_NOFILE, &few);
  };
  const auto saysReady = [](int port, pid_t) {
    EXPECT_EQ(Client(port).ask(getReady).find("HTTP/1.1 200"), 0u);
  };
  EXPECT_EQ(serve({}, saysReady, allowFew).status, 0);
  EXPECT_NE(readFile(folder / "said").find("at most 32 clients at once"),
            std::string::npos);
  const Result refused =
      serve({"--max-connections", "33"}, [](int, pid_t) { FAIL(); }, allowFew);
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(readFile(folder / "said").find("needs 97 open files"),
            std::string::npos);
}

TEST_F(ServerTest, LargeRequestsAreRefusedBeforeTheyCome) {
  serve({"--max-body", "1KiB", "--api-key", "k"}, [](int port, pid_t) {
    Client large(port);
    EXPECT_EQ(large
                  .ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: "
                       "1025\r\n\r\n")
                  .find("HTTP/1.1 413"),
              0u);
    Client keyless(port);
    EXPECT_EQ(keyless
                  .ask("POST /v2/models/handmade/infer HTTP/1.1\r\nHost: "
                       "h\r\nContent-Length: 1000\r\n\r\n")
                  .find("HTTP/1.1 401"),
              0u);
    Client client(port);
    EXPECT_EQ(client.ask(postInfer(oneRow, "Authorization: Bearer k\r\n"))
                  .find("HTTP/1.1 200"),
              0u);
  });
}

/// All that was asked before SIGTERM, and on connections that were open then,
/// is answered.
TEST_F(ServerTest, EndsInGoodOrder) {
  std::atomic<int> answered = 0, lost = 0;
  std::atomic<bool> isEnding = false;
  const Result result = serve({"--threads", "2"}, [&](int port, pid_t child) {
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i)
      clients.emplace_back([&, port] {
        for (;;) {
          Client client(port);
          // Whoever comes when the server ends may be refused.
          if (!client.isConnected() || isEnding)
            return;
          for (bool isOpen = true; isOpen;) {
            const std::string answer = client.ask(postInfer(oneRow));
            if (answer.find("HTTP/1.1 200") != 0) {
              ++lost;
              return;
            }
            ++answered;
            isOpen = answer.find("Connection: close") == std::string::npos;
          }
        }
      });
    waitUntil(child, [&] { return answered > 100; });
    isEnding = true;
    kill(child, SIGTERM);
    for (std::thread &client : clients)
      client.join();
  });
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_EQ(lost, 0);
}

TEST_F(ServerTest, ReloadsWhenItHangsUp) {
  serve({"--requests", folder / "log"}, [&](int port, pid_t child) {
    Client client(port);
    const std::string before = client.ask(postInfer(oneRow));
    train(sparseProgram(), sparseData(50), "9");
    kill(child, SIGHUP);
    std::string after = before;
    for (int i = 0; i < 500 && after == before; ++i) {
      std::this_thread::sleep_for(10ms);
      after = client.ask(postInfer(oneRow));
    }
    EXPECT_NE(after, before);
    EXPECT_EQ(client
                  .ask("POST /v2/repository/models/handmade/load?x=secret "
                       "HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                  .find("HTTP/1.1 200"),
              0u);
    EXPECT_EQ(client.ask(postInfer(oneRow)), after);
  });
  const auto lines = linesOf(readFile(folder / "log"));
  ASSERT_GE(lines.size(), 4u);
  EXPECT_NE(lines.back().find("\"route\":\"infer\",\"status\":200,\"rows\":1"),
            std::string::npos)
      << lines.back();
  for (const std::string &line : lines)
    EXPECT_EQ(line.find("secret"), std::string::npos);
}

/// It serves, and loads again, with hardly a right.
TEST_F(ServerTest, GivesUpItsRights) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs rights of its own";
  const std::string load =
      "POST /v2/repository/models/handmade/load HTTP/1.1\r\nHost: h\r\n"
      "Content-Length: 0\r\n\r\n";
  serve({}, [&](int port, pid_t child) {
    Client client(port);
    EXPECT_EQ(client.ask(postInfer(oneRow)).find("HTTP/1.1 200"), 0u);
    const std::string status =
        readFile("/proc/" + std::to_string(child) + "/status");
    EXPECT_NE(status.find("NoNewPrivs:\t1"), std::string::npos);
    EXPECT_NE(status.find("Seccomp:\t2"), std::string::npos);
    EXPECT_EQ(client.ask(load).find("HTTP/1.1 200"), 0u);
    std::filesystem::remove(weights);
    const std::string answer = client.ask(load);
    EXPECT_EQ(answer.find("HTTP/1.1 400"), 0u);
    EXPECT_NE(answer.find("No such file"), std::string::npos) << answer;
    EXPECT_EQ(client.ask(postInfer(oneRow)).find("HTTP/1.1 200"), 0u);
  });
}

/// Ends a server that has not refused to start within 20 seconds.
static void endUnlessEnded(pid_t child) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  waitUntil(child, [&] { return std::chrono::steady_clock::now() > end; });
  kill(child, SIGTERM);
}

TEST_F(ServerTest, RefusesToBeOpenToAllByMistake) {
  const auto start = [&](Arguments more) {
    Arguments arguments = {"serve", "--weights", weights, "--port", "0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runProgram(HANDMADE_PROGRAM, arguments,
                      {.meanwhile = endUnlessEnded});
  };
  const Result open = start({"--host", "0.0.0.0"});
  EXPECT_EQ(open.status, 1);
  EXPECT_NE(open.error.find("nobody would be asked"), std::string::npos)
      << open.error;
  EXPECT_EQ(start({"--host", "somewhere"}).status, 1);
  EXPECT_EQ(start({"--port", "70000"}).status, 2);
  EXPECT_EQ(start({"--max-body", "2GiB"}).status, 2);
  EXPECT_EQ(start({"--deadline", "0"}).status, 2);
  EXPECT_EQ(start({"--api-key-file", weights}).status, 1);
  EXPECT_EQ(start({"--requests", folder / "no/such/folder"}).status, 1);
}

TEST_F(ServerTest, APortIsOneServers) {
  serve({}, [&](int port, pid_t) {
    const Result second =
        runProgram(HANDMADE_PROGRAM, {"serve", "--weights", weights, "--port",
                                      std::to_string(port)});
    EXPECT_EQ(second.status, 1);
    EXPECT_NE(second.error.find("choose another --port"), std::string::npos)
        << second.error;
  });
}

} // namespace
} // namespace mlc::test
