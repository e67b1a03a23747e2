//===- LogCheckpointTest.cpp - Signed notes and checkpoints ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/LogCheckpoint.h"
#include "Audit/Base64.h"
#include "Support/ExpectError.h"

#include <gtest/gtest.h>

namespace mlc::test {
namespace {

using namespace runtime;

// A note and its key of golang.org/x/mod/sumdb/note, note_test.go (BSD).
constexpr const char *theirName = "PeterNeumann";
constexpr const char *theirKey =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char *theirNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNI"
    "uGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

PublicKey theirs() {
  const std::string bytes =
      fromBase64("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").value();
  std::array<std::uint8_t, 32> elements;
  std::copy(bytes.begin() + 1, bytes.end(), elements.begin());
  return {{}, elements};
}

TEST(SignedNoteTest, NotesOfGoAreChecked) {
  const SignedNote note = SignedNote::parse("n", theirNote);
  EXPECT_EQ(note.bytes(), theirNote);
  EXPECT_TRUE(note.isSignedBy(theirName, theirs()));
  EXPECT_FALSE(note.isSignedBy("PeterNeuman", theirs()));
  EXPECT_FALSE(note.isSignedBy(theirName, SigningKey::make().publicKey()));
  EXPECT_EQ(verifierKey(theirName, theirs()), theirKey);
}

TEST(SignedNoteTest, NoBitChangesUnseen) {
  std::string bytes = theirNote;
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] = char(bytes[bit / 8] ^ (1 << bit % 8));
    bool isSigned = false;
    try {
      isSigned = SignedNote::parse("n", bytes).isSignedBy(theirName, theirs());
    } catch (const InputError &error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("n: "));
    }
    ASSERT_FALSE(isSigned) << "bit " << bit;
    bytes[bit / 8] = char(bytes[bit / 8] ^ (1 << bit % 8));
  }
}

TEST(LogCheckpointTest, TheOneOfC2spIsRead) {
  // https://c2sp.org/tlog-checkpoint
  const std::string text = "example.com/behind-the-sofa\n20852163\n"
                           "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const LogCheckpoint read = LogCheckpoint::parse("c", text);
  EXPECT_EQ(read.origin, "example.com/behind-the-sofa");
  EXPECT_EQ(read.size, 20852163u);
  EXPECT_EQ(read.text(), text);
  const SigningKey key = SigningKey::make();
  SignedNote note{text, {}};
  EXPECT_EQ(SignedNote::parse("c", note.bytes()).text, text);
  note.sign(read.origin, key);
  note.sign(read.origin, SigningKey::make());
  const SignedNote again = SignedNote::parse("c", note.bytes());
  EXPECT_EQ(again.bytes(), note.bytes());
  EXPECT_TRUE(again.isSignedBy(read.origin, key.publicKey()));
}

TEST(LogCheckpointTest, OtherFormsAreRefused) {
  const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  for (const std::string &bad :
       {std::string(), std::string("a\n1\n"), "a\n1\n" + root + "more\n",
        "\n1\n" + root, "a b\n1\n" + root, "a+b\n1\n" + root, "a\n01\n" + root,
        "a\n-1\n" + root, "a\n1 \n" + root, "a\n\n" + root,
        "a\n9223372036854775808\n" + root, std::string("a\n1\nCsUY\n"),
        "a\n1\n" + root.substr(0, root.size() - 1)})
    EXPECT_TRUE(
        errorOf([&] { LogCheckpoint::parse("c", bad); }).starts_with("c: "))
        << bad;
  for (const char *bad :
       {"", "\n", "\n\n", "text\n", "text\n\nx\n", "text\n\n\xe2\x80\x94 a\n",
        "text\n\n\xe2\x80\x94 a x08go/ZJ",
        "text\n\n\xe2\x80\x94 a+b x08go/ZJ\n", "text\n\n\xe2\x80\x94 a x08g\n",
        "text\n\n\xe2\x80\x94  x08go/ZJ\n", "text\n\n\xe2\x80\x94 a x08go/ZJ"})
    EXPECT_TRUE(
        errorOf([&] { SignedNote::parse("c", bad); }).starts_with("c: "))
        << bad;
}

} // namespace
} // namespace mlc::test
