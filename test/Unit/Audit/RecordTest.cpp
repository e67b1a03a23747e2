//===- RecordTest.cpp - Records of training and their envelopes -----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/RunRecord.h"
#include "Support/ExpectError.h"
#include "Support/TestData.h"

namespace mlc::test {
namespace {

using namespace runtime;

RunRecord sample() {
  return {
      .weights = {"weights", "w.st", std::string(64, 'a')},
      .sources = {{"program", "prog", std::string(64, 'b')},
                  {"data", "d.st", std::string(64, 'c')}},
      .options = {{"seed", "7"}, {"epochs", "3"}, {"init_hash", ""}},
      .steps = 12,
      .environment = {{"cpu", "A \"good\" one"}, {"device", "cpu"}},
      .started = "2026-01-31T23:59:58Z",
      .finished = "2026-01-31T23:59:59Z",
      .figures = {{"loss", 0.1}, {"test_accuracy", 0.875}},
      .cost = {.seconds = 1.5, .multiplications = 1e12, .joules = {}},
      .distribution = {
          .rows = 4,
          .bins = {{.feature = 2, .edges = {0.1f, 7}, .counts = {3, 1, 0}}}}};
}

TEST(RunRecordTest, StatementsAreReadAsTheyWereWritten) {
  const std::string text = sample().statement();
  const RunRecord read = RunRecord::parse("r", text);
  EXPECT_EQ(read.statement(), text);
  EXPECT_EQ(read.weights.name, "w.st");
  EXPECT_EQ(read.source("data")->name, "d.st");
  EXPECT_EQ(read.source("test"), nullptr);
  EXPECT_EQ(read.option("seed"), "7");
  EXPECT_FALSE(read.options.contains("init_hash"));
  EXPECT_EQ(read.steps, 12);
  EXPECT_EQ(read.figures.size(), 2u);
  EXPECT_EQ(read.cost.multiplications, 1e12);
  EXPECT_FALSE(read.cost.joules);
  ASSERT_EQ(read.distribution.bins.size(), 1u);
  EXPECT_EQ(read.distribution.bins[0].edges, (std::vector<float>{0.1f, 7}));
}

TEST(RunRecordTest, DistributionsHaveOneForm) {
  const auto errorWith = [](FeatureBins bins) {
    RunRecord record = sample();
    record.distribution.bins.push_back(std::move(bins));
    return errorOf([&] { RunRecord::parse("r", record.statement()); });
  };
  const std::string expected = "has a distribution";
  // Counts without their range, falling edges, features that do not rise.
  EXPECT_NE(errorWith({3, {1}, {3}}).find(expected), std::string::npos);
  EXPECT_NE(errorWith({3, {}, {3}}).find(expected), std::string::npos);
  EXPECT_NE(errorWith({3, {2, 1}, {3, 0, 1}}).find(expected),
            std::string::npos);
  EXPECT_NE(errorWith({2, {1}, {3, 1}}).find(expected), std::string::npos);
  EXPECT_NE(errorWith({3, {1}, {-3, 7}}).find(expected), std::string::npos);
}

TEST(RunRecordTest, WhatIsMissingIsNamed) {
  namespace json = boost::json;
  const auto errorWithout = [](const char *key, json::value value) {
    json::object &object = value.as_object();
    object.erase(key);
    return errorOf([&] { RunRecord::parse("r", json::serialize(value)); });
  };
  const json::value whole = json::parse(sample().statement());
  for (const char *key : {"_type", "subject", "predicateType", "predicate"})
    EXPECT_NE(errorWithout(key, whole).find(std::string("has no /") + key),
              std::string::npos)
        << errorWithout(key, whole);
  json::value other = whole;
  other.at("predicateType") = "https://example.com/other";
  EXPECT_NE(errorOf([&] {
              RunRecord::parse("r", json::serialize(other));
            }).find("/predicateType"),
            std::string::npos);
  EXPECT_NE(errorOf([] { RunRecord::parse("r", "{"); }).find("is no JSON"),
            std::string::npos);
}

class EnvelopeTest : public testing::Test {
protected:
  EnvelopeTest() { envelope.sign(key); }

  const SigningKey key = SigningKey::make();
  Envelope envelope = {statementType, sample().statement(), {}};
};

TEST_F(EnvelopeTest, SignsWhatDsseSays) {
  // The example of DSSE's protocol.md.
  const Envelope example = {"http://example.com/HelloWorld", "hello world", {}};
  EXPECT_EQ(example.signedBytes(),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST_F(EnvelopeTest, IsReadAsItWasWritten) {
  const Envelope read = Envelope::parse("e", envelope.text());
  EXPECT_EQ(read.text(), envelope.text());
  EXPECT_TRUE(read.isSignedBy(key.publicKey()));
  EXPECT_FALSE(read.isSignedBy(SigningKey::make().publicKey()));
  EXPECT_FALSE(Envelope({statementType, "x", {}}).isSignedBy(key.publicKey()));
}

/// Each one-bit change of a signed record is either no envelope any more or
/// not signed.
TEST_F(EnvelopeTest, NoBitChangesUnseen) {
  std::string text = envelope.text();
  const PublicKey open = key.publicKey();
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    text[bit / 8] = char(text[bit / 8] ^ (1 << bit % 8));
    bool isSigned = false;
    try {
      isSigned = Envelope::parse("e", text).isSignedBy(open);
    } catch (const InputError &error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("e: "));
    }
    ASSERT_FALSE(isSigned) << "bit " << bit;
    text[bit / 8] = char(text[bit / 8] ^ (1 << bit % 8));
  }
}

TEST_F(EnvelopeTest, OtherFormsAreRefused) {
  const std::string text = envelope.text();
  const auto error = [](const std::string &text) {
    return errorOf([&] { Envelope::parse("e", text); });
  };
  for (const char *bad : {"", "{", "[]", "{}", "null", "1", "\"a\""})
    EXPECT_NE(error(bad), "");
  EXPECT_NE(error(" " + text).find("written otherwise"), std::string::npos);
  std::string more = text;
  more.insert(1, "\"more\":1,");
  EXPECT_NE(error(more).find("a field that is not known"), std::string::npos);
}

} // namespace
} // namespace mlc::test
