//===- LogFixture.h - Logs of decisions for tests ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_AUDIT_LOGFIXTURE_H
#define MLC_TEST_UNIT_AUDIT_LOGFIXTURE_H

#include "Audit/LogProof.h"
#include "Audit/LogWriter.h"
#include "Support/ExpectError.h"
#include "Support/TestData.h"

#include <filesystem>
#include <fmt/format.h>

namespace mlc::test {

using namespace runtime;

/// Decision number i of texts, some of which are long, a second after another.
class SampleDecision {
public:
  static constexpr std::int64_t start = 1'780'000'000'000; // 2026-05-28
  explicit SampleDecision(std::uint64_t i, std::int64_t time = start)
      : text_(fmt::format("review \"{}\"\n{}", i,
                          std::string(std::size_t(i % 50), 'x'))),
        outputs_{float(i) / 8}, labels_{std::int64_t(i % 2)},
        time_(time + std::int64_t(i) * 1000) {}

  DecidedRow row() const {
    return {.time = time_,
            .weights = weights_,
            .input = {.kind = DecisionInput::Text,
                      .text = text_,
                      .values = {},
                      .columns = {}},
            .outputs = outputs_,
            .labels = labels_,
            .explanation = {}};
  }
  const std::string &text() const { return text_; }

private:
  std::string text_, weights_ = std::string(64, 'a');
  std::vector<float> outputs_;
  std::vector<std::int64_t> labels_;
  std::int64_t time_;
};

class LogTest : public testing::Test {
protected:
  LogTest() { SigningKey::make().write(folder / "ours"); }

  LogSettings settings(InputKeeping inputs = InputKeeping::Full) const {
    return {.folder = log, .inputs = inputs, .key = folder / "ours.key"};
  }
  LogWriter open() { return open(settings()); }
  static LogWriter open(const LogSettings &settings) {
    return {settings, "reviews", std::string(64, 'b')};
  }
  /// Adds and publishes decisions from number `begin` on.
  static void addTo(LogWriter &writer, std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t i = begin; i < end; ++i)
      writer.add(SampleDecision(i).row());
    writer.publish();
  }
  void write(std::uint64_t decisions) {
    LogWriter writer = open();
    addTo(writer, 0, decisions);
  }

  Findings verify(const std::string &against = "") const {
    return verifyLog(log, {.key = folder / "ours.pub", .against = against});
  }
  void expectGood(const std::string &against = "") const {
    const Findings findings = verify(against);
    EXPECT_TRUE(findings.isGood()) << findings.text();
  }
  LogCheckpoint checkpoint() const {
    return LogCheckpoint::parse(log, LogFolder(log).checkpoint().text);
  }
  /// A copy of the checkpoint, as someone else keeps it.
  std::string kept(const std::string &name) const {
    std::filesystem::copy_file(log + "/checkpoint", folder / name);
    return folder / name;
  }
  /// The log's files, by their paths in it.
  std::vector<std::string> files() const {
    std::vector<std::string> files;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(log))
      if (entry.is_regular_file())
        files.push_back(std::filesystem::relative(entry.path(), log).string());
    std::sort(files.begin(), files.end());
    return files;
  }

  TemporaryFolder folder;
  std::string log = folder / "log";
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_AUDIT_LOGFIXTURE_H
