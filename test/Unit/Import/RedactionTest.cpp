//===- RedactionTest.cpp - What --redact finds, and what it leaves --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Redaction.h"

#include "Data/Safetensors.h"
#include "Support/DataCommand.h"
#include "Support/Files.h"
#include "Text/Vectorizer.h"

#include <gtest/gtest.h>

namespace mlc::test {
namespace {

using namespace runtime;

/// What is left, without the spaces at its ends.
struct Redacted {
  std::string text;
  RedactedCounts counts;

  explicit Redacted(std::string given) : text(std::move(given)) {
    const std::size_t size = text.size();
    redact(text, counts);
    EXPECT_EQ(text.size(), size);
    text.erase(0, text.find_first_not_of(' '));
    text.erase(text.find_last_not_of(' ') + 1);
  }
};

TEST(Redaction, Addresses) {
  for (const char *address :
       {"a@b.de", "First.Last+tag@mail.example.co.uk", "o'neil@x-y.org",
        "\xC3\xA4rger@\xC3\xB6ttel.de"}) {
    const Redacted redacted(address);
    EXPECT_EQ(redacted.text, "") << address;
    EXPECT_EQ(redacted.counts.addresses, 1) << address;
  }
  EXPECT_EQ(Redacted("(x@y.org), then").text, "(       ), then");
  EXPECT_EQ(Redacted("write to x@y.org.").text, "write to        .");
  const Redacted two("a@b.cc d@e.ff");
  EXPECT_EQ(two.counts.addresses, 2);
  for (const char *other : {"@user", "a @ b.de", "a@b", "x@", "rated 5@1.50",
                            "a@1.2", "@@", "a@.de"})
    EXPECT_EQ(Redacted(other).text, other);
}

TEST(Redaction, Cards) {
  // Test numbers that the networks publish.
  for (const char *card :
       {"4111111111111111", "4111 1111 1111 1111", "5555-5555-5555-4444",
        "378282246310005", "3782 822463 10005", "30569309025904",
        "2223003122003222"}) {
    const Redacted redacted(card);
    EXPECT_EQ(redacted.text, "") << card;
    EXPECT_EQ(redacted.counts.cards, 1) << card;
    EXPECT_EQ(redacted.counts.phones, 0) << card;
  }
  for (const char *other :
       {"4111111111111112", "1111111111111117", "41111111111111111111",
        "4111.1111.1111.1111", "isbn9783161484100", "411111111111"})
    EXPECT_EQ(Redacted(other).text, other);
  EXPECT_EQ(Redacted("4111 1111 1111 1111 12/29").text, "12/29");
}

TEST(Redaction, Telephones) {
  for (const char *phone :
       {"+49 30 1234567", "+1 (555) 123-4567", "+441632960961",
        "0049 30 1234567", "030 1234567", "030/123 45 67", "01632 960961",
        "0301234567", "(555) 223-4567", "555-223-4567", "555.223.4567",
        "1-555-223-4567"}) {
    const Redacted redacted(phone);
    EXPECT_EQ(redacted.text, "") << phone;
    EXPECT_EQ(redacted.counts.phones, 1) << phone;
    EXPECT_EQ(redacted.counts.cards, 0) << phone;
  }
  for (const char *other :
       {"2026-11-30 12:00", "01.02.2026 10:30", "11/30/2026 100",
        "192.168.100.200", "1,000,000", "3.1415926535", "0.123 456 789",
        "10 out of 10", "1999-2003", "version 1.2.3", "0123", "12345678901",
        "x0301234567", "007"})
    EXPECT_EQ(Redacted(other).text, other);
  EXPECT_EQ(Redacted("room 12, 555-223-4567 2021").text,
            "room 12,              2021");
}

/// A text that resembles numbers and addresses all over takes no more than a
/// step a byte; by squares this would take hours.
TEST(Redaction, TakesTimeInProportion) {
  for (const char *part : {"a", "a@", "1 ", "1", "a.b@c.", "0-"}) {
    std::string text;
    while (text.size() < 4'000'000)
      text += part;
    RedactedCounts counts;
    redact(text, counts);
  }
}

TEST(Redaction, IsOfTheTextsOfAllReaders) {
  const TemporaryFolder folder;
  const std::string dataset = folder / "data";
  const auto wordsOf = [&](const std::string &name, const std::string &text,
                           std::vector<std::string> more = {}) {
    writeFile(folder / name, text);
    std::vector<std::string> arguments = {folder / name, "-o", dataset,
                                          "--redact"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = runData(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("note: 1 e-mail address, 2 telephone numbers "
                               "and 0 card numbers of the texts became spaces"),
              std::string::npos)
        << outcome.err;
    return Vectorizer::load(SafetensorsFile(dataset)).vocabulary();
  };
  const std::string first = "good film by jo@film.org or 555-223-4567",
                    second = "bad one call +49 30 1234567 now",
                    expected = wordsOf("a.csv", "text,label\n" + first +
                                                    ",1\n" + second + ",0\n");
  EXPECT_EQ(expected.find("jo"), std::string::npos) << expected;
  EXPECT_EQ(expected.find("555"), std::string::npos) << expected;
  EXPECT_NE(expected.find("good"), std::string::npos) << expected;
  EXPECT_EQ(wordsOf("a.jsonl", R"({"text": ")" + first +
                                   R"(", "label": 1})"
                                   "\n"
                                   R"({"text": ")" +
                                   second +
                                   R"(", "label": 0})"
                                   "\n"),
            expected);
  EXPECT_EQ(
      wordsOf("a.txt", "__label__1 " + first + "\n__label__0 " + second + "\n"),
      expected);
  EXPECT_EQ(wordsOf("t.csv",
                    "text,n,label\n" + first + ",3,1\n" + second + ",4,0\n",
                    {"--text-column", "text", "--numeric", "n"}),
            expected);
}

/// Nothing of a table without texts would be redacted.
TEST(Redaction, TablesNeedTexts) {
  const TemporaryFolder folder;
  writeFile(folder / "t.csv", "colour,n,label\nred,3,1\nblue,4,0\n");
  const Outcome outcome =
      runData({folder / "t.csv", "-o", folder / "data", "--redact"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("--redact: is for texts, but no column of"),
            std::string::npos)
      << outcome.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "data"));
}

TEST(Redaction, CountsHaveNone) {
  const TemporaryFolder folder;
  writeFile(folder / "a.svm", "1 0:1\n0 1:1\n");
  const Outcome outcome =
      runData({folder / "a.svm", "-o", folder / "data", "--redact"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("--redact: is for texts"), std::string::npos)
      << outcome.err;
}

} // namespace
} // namespace mlc::test
