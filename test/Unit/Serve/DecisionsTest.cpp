//===- DecisionsTest.cpp - What a server decided is recorded --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ServerFixture.h"

#include "Audit/DecidedRow.h"
#include "Audit/Digest.h"
#include "Audit/LogVerification.h"
#include "Audit/SigningKey.h"

#include <boost/json.hpp>
#include <sys/resource.h>
#include <thread>

namespace mlc::test {
namespace {

using namespace std::chrono_literals;
using namespace runtime;

std::string oneExplanation() {
  return "POST /v2/models/handmade/explain HTTP/1.1\r\nHost: "
         "h\r\nContent-Length: " +
         std::to_string(oneRow.size()) + "\r\n\r\n" + oneRow;
}

class DecisionsTest : public ServerTest {
protected:
  void SetUp() override {
    ServerTest::SetUp();
    SigningKey::make().write(folder / "ours");
  }

  Arguments options(const char *inputs = "full") {
    return {"--log",    log,    "--sign",   folder / "ours.key",
            "--inputs", inputs, "--retain", "180d"};
  }
  std::uint64_t published() {
    return std::filesystem::exists(log + "/checkpoint")
               ? LogCheckpoint::parse("c", LogFolder(log).checkpoint().text)
                     .size
               : 0;
  }
  void waitForPublished(pid_t child, std::uint64_t decisions) {
    waitUntil(child, [&] { return published() >= decisions; });
  }
  /// Whether a row is within ten seconds.
  static bool isSoonAnswered(Client &client, const char *status) {
    for (int i = 0; i < 1000; ++i) {
      if (client.ask(postInfer(oneRow)).starts_with(status))
        return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  void expectGood(std::uint64_t decisions) {
    const Findings findings =
        verifyLog(log, {.key = folder / "ours.pub", .against = {}});
    EXPECT_TRUE(findings.isGood()) << findings.text();
    EXPECT_EQ(published(), decisions);
  }

  std::string log = folder / "log";
};

TEST_F(DecisionsTest, EachIsThereWithItsInput) {
  std::string answer;
  const Result result = serve(options(), [&](int port, pid_t) {
    Client client(port);
    answer = client.ask(postInfer(oneRow));
    EXPECT_TRUE(client.ask(getReady).starts_with("HTTP/1.1 200"));
    // What is refused is no decision.
    EXPECT_TRUE(client.ask(postInfer("{}")).starts_with("HTTP/1.1 400"));
    client.ask(postInfer(oneRow));
  });
  EXPECT_EQ(result.status, 0) << result.error;
  expectGood(2);
  const auto entries = LogFolder(log).bundle(0, 2);
  const auto told =
      boost::json::parse(answer.substr(answer.find("\r\n\r\n") + 4))
          .as_object();
  const auto entry = boost::json::parse(entries[0]).as_object();
  for (const auto &[list, output] :
       {std::pair("outputs", "logits"), {"labels", "labels"}}) {
    const auto &outputs = told.at("outputs").as_array();
    const auto found =
        std::find_if(outputs.begin(), outputs.end(), [&](const auto &tensor) {
          return tensor.at("name").as_string() == output;
        });
    ASSERT_NE(found, outputs.end());
    EXPECT_EQ(boost::json::serialize(entry.at(list)),
              boost::json::serialize(found->at("data")));
  }
  EXPECT_EQ(entry.at("weights").as_string(), sha256OfFile(weights));
  EXPECT_EQ(entry.at("program").as_string(), sha256OfFile(HANDMADE_PROGRAM));
  const auto day = LogFolder(log).payloadDays();
  ASSERT_FALSE(day.empty());
  const std::string payloads = readFile(log + "/payload/" + day.back());
  EXPECT_NE(payloads.find(R"("input":"{\"columns\":[3]}")"), std::string::npos)
      << payloads;
}

TEST_F(DecisionsTest, ExplanationsAreKeptWithThem) {
  std::string answer;
  const Result result = serve(options(), [&](int port, pid_t) {
    answer = Client(port).ask(oneExplanation());
  });
  EXPECT_EQ(result.status, 0) << result.error;
  if (!answer.starts_with("HTTP/1.1 200"))
    GTEST_SKIP() << "this program does not explain: " << answer;
  expectGood(1);
  const auto entry = LoggedDecision::parse("e", LogFolder(log).bundle(0, 1)[0]);
  EXPECT_FALSE(entry.explanation.empty());
}

/// Killed while it answers: what a checkpoint named stays.
TEST_F(DecisionsTest, SigkillLosesNothingThatACheckpointNamed) {
  std::string kept;
  std::uint64_t size = 0;
  for (int kill = 0; kill < 4; ++kill) {
    serve(options("commit"), [&](int port, pid_t child) {
      Client client(port);
      for (int i = 0; i < 50; ++i)
        client.ask(postInfer(oneRow));
      waitForPublished(child, size + 1);
      size = published();
      kept = readFile(log + "/checkpoint");
      for (int i = 0; i < 20; ++i)
        client.ask(postInfer(oneRow));
      ::kill(child, SIGKILL);
    });
    writeFile(folder / "kept", kept);
    const Findings findings = verifyLog(
        log, {.key = folder / "ours.pub", .against = folder / "kept"});
    EXPECT_TRUE(findings.isGood()) << findings.text();
    EXPECT_GE(published(), size);
    size = published();
  }
  EXPECT_GE(size, 4u);
}

TEST_F(DecisionsTest, NothingIsDecidedThatCannotBeRecorded) {
  const Result result = serve(options(), [&](int port, pid_t child) {
    Client client(port);
    for (int i = 0; i < 60; ++i)
      client.ask(postInfer(oneRow));
    waitForPublished(child, 60);
    // No more than stderr needs, which is a file here.
    const rlimit none{2000, RLIM_INFINITY}, all{RLIM_INFINITY, RLIM_INFINITY};
    ASSERT_EQ(::prlimit(child, RLIMIT_FSIZE, &none, nullptr), 0);
    EXPECT_TRUE(client.ask(postInfer(oneRow)).starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(isSoonAnswered(client, "HTTP/1.1 503"));
    EXPECT_NE(client.ask(postInfer(oneRow)).find("no decision can be recorded"),
              std::string::npos);
    EXPECT_TRUE(client.ask(getReady).starts_with("HTTP/1.1 503"));
    ASSERT_EQ(::prlimit(child, RLIMIT_FSIZE, &all, nullptr), 0);
    EXPECT_TRUE(isSoonAnswered(client, "HTTP/1.1 200"));
  });
  EXPECT_EQ(result.status, 0);
  const std::string told = readFile(folder / "said");
  EXPECT_NE(told.find("error: the log of decisions: "), std::string::npos);
  EXPECT_NE(told.find("decisions are recorded again"), std::string::npos);
  EXPECT_GE(published(), 62u);
  expectGood(published());
}

TEST_F(DecisionsTest, WrongUsageIsTold) {
  const auto refused = [&](Arguments more) {
    Arguments arguments = {"serve", "--weights", weights, "--port", "0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = runProgram(HANDMADE_PROGRAM, arguments);
    EXPECT_NE(result.status, 0);
    return result.error;
  };
  EXPECT_NE(refused({"--log", weights}).find("--requests " + weights),
            std::string::npos);
  EXPECT_NE(refused({"--log", "-"}).find("--requests -"), std::string::npos);
  EXPECT_NE(refused({"--log", log, "--retain", "5"})
                .find("expected a number "
                      "of days"),
            std::string::npos);
  EXPECT_NE(refused({"--inputs", "full"}), "");
  EXPECT_NE(refused({"--log", log, "--inputs", "some"}), "");
  EXPECT_FALSE(std::filesystem::exists(log));
}

} // namespace
} // namespace mlc::test
