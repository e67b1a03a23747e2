//===- SigningKeyTest.cpp - Keys and their files --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/SigningKey.h"
#include "Audit/KeyCommand.h"
#include "Support/ExpectError.h"
#include "Support/TestData.h"

#include <sys/stat.h>

namespace mlc::test {
namespace {

using namespace runtime;

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// What minisign 0.11 made: `minisign -G -W`, and of the file "hello\n"
/// `minisign -S`.
constexpr const char *theirSecret =
    "untrusted comment: minisign encrypted secret key\n"
    "RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAuh"
    "chhc/hsexOHEF276A3CPU6E1GS2sZ5EWvplCwO5Zl1NS3pUufxz9jV7MWBzeQKwUsXW79/"
    "tUF3cdbnL0h2nXwUU6sRSsdQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
constexpr const char *theirPublic =
    "untrusted comment: minisign public key ECB1E1CF852117BA\n"
    "RWS6FyGFz+Gx7NjV7MWBzeQKwUsXW79/tUF3cdbnL0h2nXwUU6sRSsdQ\n";

class SigningKeyTest : public testing::Test {
protected:
  std::string write(const std::string &name, const std::string &text,
                    mode_t mode = 0600) {
    const std::string path = folder / name;
    writeFile(path, text);
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  static mode_t modeOf(const std::string &path) {
    struct stat status = {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777;
  }

  TemporaryFolder folder;
};

TEST_F(SigningKeyTest, FilesBringBackTheKeys) {
  const SigningKey key = SigningKey::make();
  key.write(folder / "a");
  EXPECT_EQ(modeOf(folder / "a.key"), 0600u);
  const SigningKey again = SigningKey::read(folder / "a.key");
  const PublicKey open = PublicKey::read(folder / "a.pub");
  EXPECT_EQ(open.name(), key.publicKey().name());
  const Signature signature = again.sign(bytesOf("message"));
  EXPECT_EQ(signature, key.sign(bytesOf("message")));
  EXPECT_TRUE(open.verifies(bytesOf("message"), signature));
  EXPECT_FALSE(open.verifies(bytesOf("massage"), signature));
  EXPECT_FALSE(
      SigningKey::make().publicKey().verifies(bytesOf("message"), signature));
}

TEST_F(SigningKeyTest, EveryBitOfASignatureCounts) {
  const SigningKey key = SigningKey::make();
  const PublicKey open = key.publicKey();
  Signature signature = key.sign(bytesOf("message"));
  for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    signature[bit / 8] ^= std::uint8_t(1 << bit % 8);
    EXPECT_FALSE(open.verifies(bytesOf("message"), signature)) << bit;
    signature[bit / 8] ^= std::uint8_t(1 << bit % 8);
  }
  EXPECT_TRUE(open.verifies(bytesOf("message"), signature));
}

TEST_F(SigningKeyTest, KeysAreNeverOverwritten) {
  const SigningKey key = SigningKey::make();
  key.write(folder / "a");
  const std::string secret = readFile(folder / "a.key"),
                    open = readFile(folder / "a.pub");
  EXPECT_NE(errorOf([&] {
              SigningKey::make().write(folder / "a");
            }).find("a.key: is there already"),
            std::string::npos);
  EXPECT_EQ(readFile(folder / "a.key"), secret);
  // Where only the other is there, neither is written.
  std::filesystem::remove(folder / "a.key");
  EXPECT_NE(errorOf([&] {
              SigningKey::make().write(folder / "a");
            }).find("a.pub: is there already"),
            std::string::npos);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a.pub"});
  EXPECT_EQ(readFile(folder / "a.pub"), open);
  EXPECT_NE(errorOf([&] { key.write(folder / "none/a"); }).find("none/a.key"),
            std::string::npos);
}

TEST_F(SigningKeyTest, AFullDiskLeavesNoPartOfAKey) {
  const SigningKey key = SigningKey::make();
  const FileSizeLimit limit(100);
  EXPECT_NE(errorOf([&] { key.write(folder / "a"); }).find("cannot be written"),
            std::string::npos);
  EXPECT_TRUE(folder.names().empty());
}

TEST_F(SigningKeyTest, SecretsThatOthersMayReadAreRefused) {
  SigningKey::make().write(folder / "a");
  for (const mode_t mode : {0640, 0604, 0620}) {
    ASSERT_EQ(::chmod((folder / "a.key").c_str(), mode), 0);
    const std::string error =
        errorOf([&] { SigningKey::read(folder / "a.key"); });
    EXPECT_NE(error.find("chmod 600 " + folder / "a.key"), std::string::npos)
        << error;
  }
}

TEST_F(SigningKeyTest, KeysOfMinisignAreRead) {
  const SigningKey key = SigningKey::read(write("their.key", theirSecret));
  const PublicKey open = PublicKey::read(write("their.pub", theirPublic));
  EXPECT_EQ(open.name(), "ECB1E1CF852117BA");
  EXPECT_EQ(key.publicKey().name(), open.name());
  EXPECT_TRUE(open.verifies(bytesOf("x"), key.sign(bytesOf("x"))));
  // Ed25519 is deterministic, so that the signature is theirs to the bit.
  EXPECT_EQ(key.detachedSignature(bytesOf("hello\n"),
                                  "timestamp:1796069282\tfile:hello\thashed"),
            "untrusted comment: signature of the key ECB1E1CF852117BA\n"
            "RUS6FyGFz+Gx7DziVULfN2sFHg8BbrNgWP29deacZhj6b1nyhongL2+z51P+"
            "Om28rv2czEQN4DSrKo4Ai7GJiUs251MEaEoB+wc=\n"
            "trusted comment: timestamp:1796069282\tfile:hello\thashed\n"
            "zLasxySsWwQWF4hrSuVIkRrqv5AWCwJkXn6egnZRbvEoWKcKW7YcvAZXKbs6gwKyKO"
            "JmrYsZdWnZ+xoW5k1HDA==\n");
}

TEST_F(SigningKeyTest, BadFilesAreToldByTheirLine) {
  SigningKey::make().write(folder / "a");
  const std::string secret = readFile(folder / "a.key"),
                    open = readFile(folder / "a.pub");
  const auto expectPublic = [&](const std::string &text, const char *expected) {
    const std::string path = write("bad.pub", text);
    const std::string error = errorOf([&] { PublicKey::read(path); });
    EXPECT_TRUE(error.starts_with(path + expected)) << error;
  };
  expectPublic("", ":1: expected a line");
  expectPublic("comment: x\n", ":1: expected a line");
  expectPublic("untrusted comment: no more", ":1: expected a line");
  expectPublic("untrusted comment: x\nRWQ\n", ":2: expected base64");
  expectPublic(secret, ":2: expected base64 of 42 bytes");
  std::string other = open;
  other[other.find('\n') + 1] = 'X'; // Of the letters "Ed".
  expectPublic(other, ":2: expected an Ed25519 key");

  const auto expectSecret = [&](const std::string &text, const char *expected) {
    const std::string path = write("bad.key", text);
    const std::string error = errorOf([&] { SigningKey::read(path); });
    EXPECT_TRUE(error.starts_with(path + expected)) << error;
  };
  expectSecret(open, ":2: expected base64 of 158 bytes");
  std::string changed = secret;
  char &letter = changed[changed.size() - 100]; // Of the seed.
  letter = letter == 'A' ? 'B' : 'A';
  expectSecret(changed, ":2: the key is damaged");
  std::string locked = secret;
  locked.replace(locked.find('\n') + 1, 8, "RWRTY0Iy"); // "Sc": a password.
  expectSecret(locked, ":2: this key has a password");
}

TEST_F(SigningKeyTest, TheCommandSaysWhatItDoesNotKnow) {
  const auto expectUsage = [](const char *word, const std::string &expected) {
    std::string command = "mlc key", argument = word;
    char *argv[] = {command.data(), argument.data(), nullptr};
    testing::internal::CaptureStderr();
    EXPECT_EQ(keyMain(2, argv), 2);
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "error: " + expected + "\n`mlc key --help` lists the options\n");
  };
  expectUsage("bogus", "not expected: bogus");
  expectUsage("newe", "not expected: newe; did you mean new?");
  expectUsage("--new", "not expected: --new");
}

} // namespace
} // namespace mlc::test
