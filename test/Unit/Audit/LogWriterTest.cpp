//===- LogWriterTest.cpp - Logs of decisions are written ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogFixture.h"

#include <sys/stat.h>

namespace mlc::test {
namespace {

TEST(TilePathTest, IsThatOfC2sp) {
  EXPECT_EQ(tilePath("0", 1234067, tileWidth), "tile/0/x001/x234/067");
  EXPECT_EQ(tilePath("entries", 5, 112), "tile/entries/005.p/112");
  EXPECT_EQ(tilePath("2", 1000, tileWidth), "tile/2/x001/000");
  // The example of a tree of 70,000.
  EXPECT_EQ(
      partialPaths(70000),
      (std::vector<std::string>{"tile/entries/273.p/112", "tile/0/273.p/112",
                                "tile/1/001.p/17", "tile/2/000.p/1"}));
  EXPECT_EQ(partialPaths(256), std::vector<std::string>{"tile/1/000.p/1"});
  EXPECT_TRUE(partialPaths(0).empty());
}

TEST_F(LogTest, ItsFilesAreThoseOfTlogTiles) {
  write(300);
  EXPECT_EQ(files(), (std::vector<std::string>{
                         "checkpoint", "payload/2026-05-28", "tile/0/000",
                         "tile/0/001.p/44", "tile/1/000.p/1",
                         "tile/entries/000", "tile/entries/001.p/44"}));
  EXPECT_EQ(std::filesystem::file_size(log + "/tile/0/000"), 8192u);
  const auto entries = LogFolder(log).bundle(1, 44);
  const auto object = boost::json::parse(entries[43]).as_object();
  EXPECT_EQ(object.at("time").as_string(), "2026-05-28T20:31:39.000Z");
  EXPECT_EQ(object.at("outputs").as_array()[0].to_number<double>(), 299. / 8);
  EXPECT_EQ(object.at("labels").as_array()[0].as_int64(), 1);
  EXPECT_EQ(object.at("program").as_string(), std::string(64, 'b'));
  EXPECT_EQ(object.at("weights").as_string(), std::string(64, 'a'));
  struct stat status = {};
  for (const std::string &file : files()) {
    ASSERT_EQ(::stat((log + "/" + file).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 077, 0u) << file;
  }
  ASSERT_EQ(::stat(log.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

/// However it is cut into checkpoints and runs, it is the same tree.
TEST_F(LogTest, GoesOnWhereItWas) {
  std::uint64_t size = 0;
  std::string before, earlier;
  for (const std::uint64_t next : {1, 255, 256, 257, 511, 513, 600}) {
    LogWriter writer = open();
    addTo(writer, size, next - (next == 600 ? 10 : 0));
    if (next == 600) // Twice in one run.
      addTo(writer, 590, 600);
    size = next;
    EXPECT_EQ(checkpoint().size, size);
    before = std::exchange(earlier, kept(std::to_string(size)));
    expectGood(before);
    expectGood(earlier);
  }
  TreeEdge edge;
  for (std::uint64_t tile = 0; tile < 3; ++tile)
    for (const std::string &entry :
         LogFolder(log).bundle(tile, tile < 2 ? tileWidth : 600 - 512))
      edge.add(leafHash(std::as_bytes(std::span(entry))));
  EXPECT_EQ(edge.root(), checkpoint().root);
  // No tile is left that no checkpoint needs.
  {
    const LogWriter writer = open();
  }
  EXPECT_EQ(files().size(), 9u);
}

TEST_F(LogTest, AnEmptyLogIsOne) {
  {
    const LogWriter writer = open();
  }
  EXPECT_EQ(checkpoint().root, emptyRoot());
  expectGood(kept("empty"));
  write(3);
  expectGood(folder / "empty");
}

TEST_F(LogTest, WhatACrashLeavesGoes) {
  write(270);
  const std::string kept270 = readFile(log + "/checkpoint");
  {
    LogWriter writer = open();
    addTo(writer, 270, 290);
  }
  // As if the machine had stopped before the second checkpoint was renamed.
  writeFile(log + "/checkpoint", kept270);
  {
    LogWriter writer = open();
    addTo(writer, 270, 271);
  }
  EXPECT_EQ(checkpoint().size, 271u);
  expectGood();
  // A part of a payload.
  const std::string payload = log + "/payload/2026-05-28";
  writeFile(payload, readFile(payload) + "{\"entry\":271,\"sa");
  expectGood();
  {
    LogWriter writer = open();
    addTo(writer, 271, 280);
  }
  expectGood();
}

TEST_F(LogTest, WhoMayNotWriteIsTold) {
  write(3);
  {
    const LogWriter writer = open();
    EXPECT_NE(errorOf([&] { open(); }).find("another server adds to this log"),
              std::string::npos);
  }
  LogSettings other = settings();
  SigningKey::make().write(folder / "other");
  for (const std::string &key : {folder / "other.key", std::string()}) {
    other.key = key;
    EXPECT_NE(errorOf([&] { open(other); }).find("was signed by another key"),
              std::string::npos);
  }
  ASSERT_EQ(::chmod((folder / "ours.key").c_str(), 0640), 0);
  EXPECT_NE(errorOf([&] { open(); }).find("chmod 600"), std::string::npos);
  ASSERT_EQ(::chmod((folder / "ours.key").c_str(), 0600), 0);
  ASSERT_EQ(::chmod(log.c_str(), 0770), 0);
  EXPECT_NE(errorOf([&] { open(); }).find("chmod go-w " + log),
            std::string::npos);
  other = settings();
  other.folder = folder / "full";
  std::filesystem::create_directory(other.folder);
  writeFile(other.folder + "/notes", "x");
  EXPECT_NE(errorOf([&] { open(other); }).find("no checkpoint of a log"),
            std::string::npos);
  other.folder = folder / "full/notes";
  EXPECT_NE(errorOf([&] { open(other); }).find("is no folder"),
            std::string::npos);
  other.folder = folder / "none/log";
  EXPECT_NE(errorOf([&] { open(other); }).find("none/log: cannot be made"),
            std::string::npos);
}

TEST_F(LogTest, ADamagedLogIsNotGoneOnWith) {
  write(300);
  for (const char *name : {"tile/0/001.p/44", "tile/1/000.p/1",
                           "tile/entries/001.p/44", "checkpoint"}) {
    const std::string path = log + "/" + name, bytes = readFile(path);
    std::string changed = bytes;
    // Of the checkpoint, in the root.
    char &byte = changed[changed.size() - (bytes.size() > 250 ? 20 : 140)];
    if (std::string_view(name) != "checkpoint")
      changed[5] ^= 1;
    else
      byte = byte == 'A' ? 'B' : 'A';
    writeFile(path, changed);
    EXPECT_NE(errorOf([&] { open(); }), "") << name;
    writeFile(path, bytes);
  }
  open();
}

/// A full disk: nothing is published, and later all is.
TEST_F(LogTest, AFullDiskLosesNothing) {
  LogWriter writer = open();
  addTo(writer, 0, 20);
  const std::string before = readFile(log + "/checkpoint");
  for (std::uint64_t i = 20; i < 300; ++i)
    writer.add(SampleDecision(i).row());
  for (const std::uint64_t limit : {10, 300, 5000, 20000, 60000}) {
    const FileSizeLimit full(limit);
    EXPECT_NE(errorOf([&] { writer.publish(); }).find("cannot be written"),
              std::string::npos)
        << limit;
    EXPECT_EQ(readFile(log + "/checkpoint"), before);
    expectGood();
  }
  writer.publish();
  EXPECT_EQ(checkpoint().size, 300u);
  expectGood();
}

TEST_F(LogTest, AClockThatGoesBackIsTold) {
  LogWriter writer = open();
  constexpr std::int64_t day = 86'400'000;
  for (const int i : {0, 1, 2, 3}) {
    writer.add(SampleDecision(std::uint64_t(i),
                              SampleDecision::start + (i == 1 ? 0 : 2 * day))
                   .row());
    writer.publish();
  }
  const Findings findings = verify();
  EXPECT_TRUE(findings.isGood()) << findings.text();
  EXPECT_NE(findings.text().find("the clock went back before entry 1"),
            std::string::npos);
}

TEST_F(LogTest, OldPayloadsAreErasedAndTheRestStaysProven) {
  LogSettings own = settings();
  own.retainDays = 2;
  constexpr std::int64_t day = 86'400'000;
  {
    LogWriter writer = open(own);
    for (std::uint64_t i = 0; i < 5; ++i) {
      writer.add(
          SampleDecision(i, SampleDecision::start + std::int64_t(i) * day)
              .row());
      writer.publish();
    }
    // The last millisecond of the day on which the second one is to stay.
    writer.eraseOld(1'780'272'000'000 - 1 - day);
    EXPECT_EQ(LogFolder(log).payloadDays().front(), "2026-05-28");
    writer.eraseOld(1'780'272'000'000 - 1);
    EXPECT_EQ(LogFolder(log).payloadDays().front(), "2026-05-29");
  }
  {
    LogWriter writer = open(own);
    writer.eraseOld(1'780'272'000'000 + 30 * day);
  }
  EXPECT_TRUE(LogFolder(log).payloadDays().empty());
  expectGood();
}

TEST_F(LogTest, WhatIsKeptOfInputs) {
  const SampleDecision sample(7);
  const auto entryWith = [&](InputKeeping inputs, const char *name) {
    LogSettings own = settings(inputs);
    own.folder = folder / name;
    LogWriter writer = open(own);
    DecidedRow row = sample.row();
    row.explanation = "{\"why\":1}";
    writer.add(row);
    writer.publish();
    EXPECT_TRUE(verifyLog(own.folder, {}).isGood());
    const std::string entry = LogFolder(own.folder).bundle(0, 1)[0];
    const std::string file = own.folder + "/payload/2026-05-28";
    return std::pair(entry,
                     std::filesystem::exists(file) ? readFile(file) : "");
  };
  const auto [noEntry, nothing] = entryWith(InputKeeping::None, "none");
  EXPECT_EQ(nothing, "");
  EXPECT_EQ(noEntry.find("input"), std::string::npos);
  const auto [commitment, salt] = entryWith(InputKeeping::Commit, "commit");
  EXPECT_EQ(salt.find("review"), std::string::npos);
  EXPECT_EQ(salt.find("why"), std::string::npos);
  const auto [entry, all] = entryWith(InputKeeping::Full, "full");
  const auto decision = LoggedDecision::parse("e", commitment);
  const Payload payload =
      Payload::parse("p", std::string_view(salt).substr(0, salt.size() - 1));
  EXPECT_FALSE(payload.input);
  EXPECT_EQ(commitmentOf(payload.salt, sample.text()), decision.input);
  EXPECT_EQ(commitmentOf(payload.salt, "{\"why\":1}"), decision.explanation);
  const Payload whole =
      Payload::parse("p", std::string_view(all).substr(0, all.size() - 1));
  EXPECT_EQ(whole.input, sample.text());
  EXPECT_EQ(whole.explanation, "{\"why\":1}");
  // Salts are never the same.
  EXPECT_NE(LoggedDecision::parse("e", entry).input, decision.input);
}

/// BLAKE2b-256 with a key: of Python's hashlib, key bytes(range(32)).
TEST(CommitmentTest, IsKeyedBlake2b) {
  Salt salt;
  for (std::size_t i = 0; i < salt.size(); ++i)
    salt[i] = std::uint8_t(i);
  EXPECT_EQ(commitmentOf(salt, "a film"),
            "529ac7b57f0df2c7548da9921519344e71a16311e9a597a5b21c8e1125b17a8d");
}

TEST(DecidedRowTest, LongRowsFitAnEntry) {
  const std::vector<float> outputs(100000, 0.5f);
  const std::vector<std::int64_t> labels(257, 3);
  const std::vector<std::int32_t> columns = {1, 7};
  const std::vector<float> values = {0.5f, 1e20f};
  DecidedRow row{.time = 1,
                 .weights = "w",
                 .input = {.kind = DecisionInput::Sparse,
                           .text = {},
                           .values = values,
                           .columns = columns},
                 .outputs = outputs,
                 .labels = labels,
                 .explanation = {}};
  const std::string entry = entryText(row, "p", std::nullopt);
  EXPECT_LT(entry.size(), 1000u);
  EXPECT_NE(entry.find("\"outputs\":\"sha256:"), std::string::npos);
  EXPECT_TRUE(entry.starts_with("{\"time\":\"1970-01-01T00:00:00.001Z\","));
  EXPECT_EQ(row.input.bytes(), "{\"columns\":[1,7],\"values\":[0.5,1e+20]}");
  row.input.kind = DecisionInput::Dense;
  EXPECT_EQ(row.input.bytes(), "[0.5,1e+20]");
}

} // namespace
} // namespace mlc::test
