//===- LogVerificationTest.cpp - Changes of a log are found ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogFixture.h"

#include "Audit/Digest.h"
#include "Audit/LogCommand.h"
#include "Audit/TextLines.h"

#include <cstdlib>
#include <random>
#include <set>

namespace mlc::test {
namespace {

/// Which part names a changed file.
std::string partOf(const std::string &file) {
  return file == "checkpoint"           ? "signature"
         : file.starts_with("payload/") ? "payloads"
         : file.starts_with("tile/entries/") || file.starts_with("tile/0/")
             ? "entries"
             : "tree";
}

TEST_F(LogTest, EachChangedBitIsFoundAndItsPartNamed) {
  write(260);
  std::mt19937 numbers{std::uint32_t(files().size())};
  for (const std::string &file : files()) {
    const std::string path = log + "/" + file, bytes = readFile(path);
    for (int change = 0; change < 40; ++change) {
      const std::size_t bit = numbers() % (8 * bytes.size());
      std::string changed = bytes;
      changed[bit / 8] = char(changed[bit / 8] ^ (1 << bit % 8));
      writeFile(path, changed);
      std::string bad;
      try {
        bad = verify().badParts();
      } catch (const InputError &error) {
        // A checkpoint that is none any more.
        EXPECT_NE(std::string(error.what()).find(path), std::string::npos);
        bad = "signature";
      }
      EXPECT_NE(bad.find(partOf(file)), std::string::npos)
          << file << ", bit " << bit << ": " << bad;
    }
    writeFile(path, bytes);
  }
  expectGood();
}

/// By who has the key: only an earlier checkpoint shows it.
TEST_F(LogTest, AKeptCheckpointShowsWhatWasTakenAwayOrExchanged) {
  write(300);
  const std::string checkpoint = kept("kept");
  const auto forge = [&](const std::vector<std::uint64_t> &decisions) {
    std::filesystem::remove_all(log);
    LogWriter writer = open();
    for (const std::uint64_t i : decisions)
      writer.add(SampleDecision(i).row());
    writer.publish();
    // Under the same name.
    SignedNote note = LogFolder(log).checkpoint();
    const LogCheckpoint old =
        LogCheckpoint::parse("c", readNote(checkpoint).text);
    LogCheckpoint own = LogCheckpoint::parse("c", note.text);
    own.origin = old.origin;
    note = {own.text(), {}};
    note.sign(own.origin, SigningKey::read(folder / "ours.key"));
    writeFile(log + "/checkpoint", note.bytes());
    expectGood();
    const Findings findings = verify(checkpoint);
    EXPECT_EQ(findings.badParts(), "earlier checkpoint");
    EXPECT_NE(errorOf([&] { proveConsistency(log, checkpoint); }), "");
    return findings.text();
  };
  std::vector<std::uint64_t> all(300);
  for (std::uint64_t i = 0; i < all.size(); ++i)
    all[i] = i;
  std::vector<std::uint64_t> fewer(all.begin(), all.end() - 1);
  EXPECT_NE(forge(fewer).find("the others were taken away"), std::string::npos);
  std::vector<std::uint64_t> others = all;
  others.erase(others.begin() + 7);
  others.push_back(300);
  EXPECT_NE(forge(others).find("others than it had"), std::string::npos);
  others = all;
  std::swap(others[100], others[101]);
  forge(others);
  others = all;
  others.push_back(300);
  others[299] = 400; // A fork.
  forge(others);
}

TEST_F(LogTest, AnotherLogsCheckpointIsNotItsOwn) {
  write(3);
  const std::string checkpoint = kept("kept");
  std::filesystem::remove_all(log);
  write(5);
  EXPECT_NE(verify(checkpoint).text().find("is of another log"),
            std::string::npos);
  // Nobody signed.
  LogSettings own = settings();
  own.key = "";
  own.folder = folder / "unsigned";
  {
    LogWriter writer = open(own);
    addTo(writer, 0, 3);
  }
  EXPECT_TRUE(verifyLog(own.folder, {}).isGood());
  EXPECT_EQ(verifyLog(own.folder, {.key = folder / "ours.pub", .against = {}})
                .badParts(),
            "signature");
}

TEST_F(LogTest, ProofsAreCheckedWithoutTheLog) {
  write(300);
  const std::string path = folder / "proof";
  for (const std::uint64_t entry : {0, 17, 255, 256, 299}) {
    const LogProof proof = proveEntry(log, entry);
    EXPECT_EQ(LogProof::parse("p", proof.bytes()).bytes(), proof.bytes());
    writeFile(path, proof.bytes());
    const Findings findings =
        verifyProof(path, {.key = folder / "ours.pub", .against = {}});
    EXPECT_TRUE(findings.isGood()) << findings.text();
    EXPECT_EQ(findings.all().size(), 2u);
    LogProof other = proof;
    other.entry->index ^= 1;
    writeFile(path, other.bytes());
    EXPECT_EQ(verifyProof(path, {}).badParts(), "entry");
    other = proof;
    other.entry->entry.back() = ' ';
    writeFile(path, other.bytes());
    EXPECT_EQ(verifyProof(path, {}).badParts(), "entry");
  }
  EXPECT_NE(errorOf([&] {
              proveEntry(log, 300);
            }).find("has 300 decisions so far, so that there is no entry 300"),
            std::string::npos);
  const std::string checkpoint = kept("kept");
  {
    LogWriter writer = open();
    addTo(writer, 300, 700);
  }
  const LogProof proof = proveConsistency(log, checkpoint);
  EXPECT_TRUE(proof.bytes().starts_with("old 300\n"));
  EXPECT_EQ(LogProof::parse("p", proof.bytes()).bytes(), proof.bytes());
  writeFile(path, proof.bytes());
  EXPECT_TRUE(
      verifyProof(path, {.key = folder / "ours.pub", .against = checkpoint})
          .isGood());
  LogProof other = proof;
  other.hashes[0][0] ^= 1;
  writeFile(path, other.bytes());
  EXPECT_EQ(verifyProof(path, {.key = {}, .against = checkpoint}).badParts(),
            "earlier checkpoint");
}

TEST_F(LogTest, OtherFormsOfProofsAreRefused) {
  write(3);
  const std::string text = proveEntry(log, 1).bytes();
  for (const std::string &bad :
       {std::string(), std::string("old\n"), std::string("old x\n\n"),
        text.substr(0, 30), text.substr(0, text.find("\n\n")),
        std::string("c2sp.org/tlog-proof@v1\nindex 1\n\n"),
        std::string("old 1\nAAAA\n\nx\n1\n\n")})
    EXPECT_TRUE(errorOf([&] { LogProof::parse("p", bad); }).starts_with("p: "))
        << bad;
}

/// What is erased cannot be guessed, and was decided all the same.
TEST_F(LogTest, AnErasedPayloadKeepsTheProof) {
  write(20);
  const std::string proof = proveEntry(log, 7).bytes();
  erasePayload(log, 7);
  expectGood();
  EXPECT_EQ(proveEntry(log, 7).bytes(), proof);
  const std::string payloads = readFile(log + "/payload/2026-05-28");
  EXPECT_EQ(payloads.find("review \\\"7\\\""), std::string::npos);
  EXPECT_NE(payloads.find("review \\\"8\\\""), std::string::npos);
  EXPECT_NE(payloads.find("{\"entry\":7,\"erased\":true}"), std::string::npos);
  // Neither an unkeyed hash nor any other entry's salt tells of it.
  const auto entry =
      LoggedDecision::parse("e", LogFolder(log).bundle(0, 20)[7]);
  std::string_view rest = payloads;
  int salts = 0;
  while (const auto line = takeLine(rest))
    if (const Payload payload = Payload::parse("p", *line); !payload.isErased) {
      ++salts;
      for (std::uint64_t guess = 0; guess < 20; ++guess)
        EXPECT_NE(commitmentOf(payload.salt, SampleDecision(guess).text()),
                  entry.input);
    }
  EXPECT_EQ(salts, 19);
  EXPECT_NE(errorOf([&] { erasePayload(log, 20); }), "");
  // A day's, all at once.
  std::filesystem::remove(log + "/payload/2026-05-28");
  expectGood();
  EXPECT_NE(errorOf([&] { erasePayload(log, 8); }).find("has no payload"),
            std::string::npos);
}

/// The unkeyed hash of bytes, and that by 32 bytes which anyone can know.
std::vector<std::string> guessesOf(std::string_view bytes,
                                   std::span<const Salt> keys) {
  std::vector<std::string> guesses = {
      sha256Of(std::as_bytes(std::span(bytes)))};
  for (const Salt &key : keys)
    guesses.push_back(commitmentOf(key, bytes));
  return guesses;
}

// MLC_REVIEWS says how many are decided, erased and guessed: 25,000 in
// test/Integration/audit/run.sh. Who knows them all cannot tell that any of
// them was asked, by any key that the log still has.
TEST_F(LogTest, ErasedInputsThatAreKnownMatchNoCommitment) {
  const char *asked = std::getenv("MLC_REVIEWS");
  const std::uint64_t count = asked ? std::strtoull(asked, nullptr, 10) : 600;
  {
    LogWriter writer = open();
    for (std::uint64_t begin = 0; begin < count; begin += 500)
      addTo(writer, begin, std::min(begin + 500, count));
  }
  const std::string before = proveEntry(log, count / 2).bytes();
  const auto entries = [&](std::uint64_t begin) {
    return LogFolder(log).bundle(begin / 256,
                                 std::min<std::uint64_t>(count - begin, 256));
  };
  // The right salt, while it is there, does tell.
  const std::string day = log + "/payload/2026-05-28";
  const std::string line = readFile(day).substr(0, readFile(day).find('\n'));
  ASSERT_EQ(
      commitmentOf(Payload::parse("p", line).salt, SampleDecision(0).text()),
      LoggedDecision::parse("e", entries(0)[0]).input);
  erasePayload(log, count / 3);
  expectGood();
  std::filesystem::remove_all(log + "/payload"); // As --retain does at the end.
  std::filesystem::create_directory(log + "/payload");
  expectGood();
  EXPECT_EQ(proveEntry(log, count / 2).bytes(), before);

  std::set<std::string> commitments;
  std::vector<Salt> ownKeys;
  for (std::uint64_t begin = 0; begin < count; begin += 256)
    for (const std::string &text : entries(begin)) {
      const auto entry = LoggedDecision::parse("e", text);
      EXPECT_TRUE(commitments.insert(entry.input).second);
      commitments.insert(entry.salt);
      ownKeys.emplace_back();
      for (std::size_t i = 0; i < ownKeys.back().size(); ++i)
        ownKeys.back()[i] =
            std::uint8_t(std::stoi(entry.salt.substr(2 * i, 2), nullptr, 16));
    }
  ASSERT_EQ(commitments.size(), 2 * count);
  Salt zeros{}, weights, program;
  weights.fill(0xaa);
  program.fill(0xbb);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::array<Salt, 4> keys = {zeros, weights, program, ownKeys[i]};
    for (const std::string &guess : guessesOf(SampleDecision(i).text(), keys))
      EXPECT_FALSE(commitments.contains(guess)) << i;
  }
}

/// Which is erased by a line that says so, and not by taking it away.
TEST_F(LogTest, APayloadThatIsMissingIsTold) {
  write(5);
  const std::string path = log + "/payload/2026-05-28", all = readFile(path);
  const std::size_t first = all.find('\n') + 1,
                    second = all.find('\n', first) + 1;
  writeFile(path, all.substr(0, first) + all.substr(second));
  EXPECT_NE(verify().text().find("the payload of entry 1 is missing"),
            std::string::npos);
  writeFile(path, all.substr(0, all.rfind('\n', all.size() - 2) + 1));
  EXPECT_NE(verify().text().find("the payload of entry 4 is missing"),
            std::string::npos);
  writeFile(path, all + all.substr(0, first));
  EXPECT_NE(verify().text().find("is not in the place of entry 0"),
            std::string::npos);
}

TEST_F(LogTest, TheCommandDoesAllOfIt) {
  write(20);
  const auto run = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "mlc log");
    std::vector<char *> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string &argument : arguments)
      argv.push_back(argument.data());
    argv.push_back(nullptr);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = logMain(int(arguments.size()), argv.data());
    return std::tuple(status, testing::internal::GetCapturedStdout(),
                      testing::internal::GetCapturedStderr());
  };
  const std::string key = folder / "ours.pub", proof = folder / "p";
  auto [status, out, error] = run({"verify", log, "--key", key});
  EXPECT_EQ(status, 0) << error;
  EXPECT_NE(out.find("20 decisions"), std::string::npos) << out;
  EXPECT_NE(out.find("verifier key      mlc/reviews/"), std::string::npos)
      << out;
  EXPECT_EQ(std::get<0>(run({"prove", log, "--entry", "3", "-o", proof})), 0);
  std::tie(status, out, error) = run({"prove", log, "--entry", "3"});
  EXPECT_EQ(out, readFile(proof));
  EXPECT_EQ(std::get<0>(run({"verify", proof, "--key", key, "--json"})), 0);
  EXPECT_EQ(std::get<0>(run({"erase", log, "--entry", "3"})), 0);
  EXPECT_EQ(std::get<0>(run({"verify", log, "--key", key})), 0);
  EXPECT_EQ(std::get<0>(run({"prove", log, "--from", log + "/checkpoint"})), 0);
  SigningKey::make().write(folder / "other");
  std::tie(status, out, error) =
      run({"verify", log, "--key", folder / "other.pub"});
  EXPECT_EQ(status, 1);
  EXPECT_EQ(error, "error: " + log + ": does not agree: signature\n");
  for (const std::vector<std::string> &wrong :
       {std::vector<std::string>{},
        {"verify"},
        {"prove", log},
        {"prove", log, "--entry", "-1"},
        {"erase", log},
        {"prove", log, "--entry", "1", "--from", "x"},
        {"show", log}})
    EXPECT_EQ(std::get<0>(run(wrong)), 2);
}

} // namespace
} // namespace mlc::test
