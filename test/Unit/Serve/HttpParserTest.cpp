//===- HttpParserTest.cpp - Bytes become requests, or are refused ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/HttpParser.h"

#include "Serve/ApiKeys.h"
#include "Serve/Compression.h"
#include "Serve/HttpError.h"
#include "Support/ExpectError.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

/// The status that ends the connection; 0 where the bytes are taken.
int statusOf(const std::string &bytes, std::uint64_t bodyLimit = 100) {
  HttpParser parser(bodyLimit);
  try {
    parser.put(bytes);
  } catch (const HttpError &error) {
    return error.status();
  }
  return 0;
}

const std::string post = "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\n";

TEST(HttpParserTest, ReadsARequestInWhateverPieces) {
  const std::string bytes =
      post +
      "Inference-Header-Content-Length: 3\r\nContent-Length: 5\r\n\r\n"
      "hello" +
      post +
      "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n"
      "0\r\n\r\nGET / HTTP/1.0\r\n\r\n";
  for (std::size_t piece : {std::size_t(1), std::size_t(7), bytes.size()}) {
    HttpParser parser(100);
    std::string pending;
    std::vector<std::string> bodies;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      pending += bytes.substr(at, piece);
      for (;;) {
        pending.erase(0, parser.put(pending));
        if (!parser.isDone())
          break;
        bodies.push_back(parser.request().body);
        if (bodies.size() == 1) {
          EXPECT_EQ(parser.request().method, HttpMethod::Post);
          EXPECT_EQ(parser.request().target, "/v2/models/m/infer");
          EXPECT_EQ(parser.request().field(HttpField::InferenceHeaderLength),
                    "3");
          EXPECT_TRUE(parser.request().keepAlive);
        } else if (bodies.size() == 2) {
          EXPECT_FALSE(parser.request().has(HttpField::InferenceHeaderLength));
        } else {
          EXPECT_FALSE(parser.request().keepAlive);
        }
        parser.reset();
      }
    }
    EXPECT_EQ(bodies, (std::vector<std::string>{"hello", "hello", ""}));
  }
}

/// Where two readers could see other requests in the same bytes.
TEST(HttpParserTest, RefusesWhatCouldBeReadTwoWays) {
  const std::pair<std::string, int> cases[] = {
      {"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
      {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
      {"Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"Transfer-Encoding: gzip\r\n\r\n", 501},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"Content-Length: +5\r\n\r\n", 400},
      {"Content-Length: -1\r\n\r\n", 400},
      {"Content-Length: 0x5\r\n\r\n", 400},
      {"Content-Length: 5 5\r\n\r\n", 400},
      {"Content-Length: 18446744073709551618\r\n\r\n", 400},
      {"Content-Length : 5\r\n\r\n", 400},
      {"Host: other\r\n\r\n", 400},
      {"Inference-Header-Content-Length: 1\r\n"
       "Inference-Header-Content-Length: 2\r\n\r\n",
       400},
      {"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400},
      {"Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400},
      {"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n", 400},
      {"X: a\nb\r\n\r\n", 400},
      {std::string("X: a\0b\r\n\r\n", 10), 400},
      {"Expect: something\r\n\r\n", 417},
      {"Content-Length: 101\r\n\r\n", 413},
      {"X: " + std::string(HttpParser::headerLimit, 'x') + "\r\n\r\n", 431},
  };
  for (const auto &[header, status] : cases)
    EXPECT_EQ(statusOf(post + header), status) << header.substr(0, 80);
  EXPECT_EQ(statusOf("GET / HTTP/1.1\r\n\r\n"), 400); // No Host.
  EXPECT_EQ(statusOf("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), 505);
  EXPECT_EQ(statusOf("GET /\r\n\r\n"), 400);
  EXPECT_EQ(statusOf("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
            400);
  EXPECT_EQ(statusOf("\x16\x03\x01\x02\x00 a TLS hello\r\n\r\n"), 400);
  const std::string chunks = post + "Transfer-Encoding: chunked\r\n\r\n60\r\n" +
                             std::string(0x60, 'x') + "\r\n60\r\n" +
                             std::string(0x60, 'x') + "\r\n";
  EXPECT_EQ(statusOf(chunks), 413);
  EXPECT_EQ(statusOf(post + "Content-Length: 100\r\n\r\n"), 0);
}

TEST(HttpParserTest, SaysWhoWaitsForContinue) {
  HttpParser parser(100);
  parser.put(post + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_TRUE(parser.takeContinue());
  EXPECT_FALSE(parser.takeContinue());
  EXPECT_EQ(parser.announcedBytes(), 5u);
  parser.put("hello");
  EXPECT_TRUE(parser.isDone());
  parser.reset();
  parser.put(post + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_FALSE(parser.takeContinue()); // It did not wait.
}

TEST(CompressionTest, ThereAndBack) {
  const std::string text(100'000, 'x');
  for (ContentCoding coding : {ContentCoding::Gzip, ContentCoding::Deflate}) {
    const std::string packed = compress(coding, text);
    EXPECT_LT(packed.size(), 2000u);
    EXPECT_EQ(decompress(coding, packed, text.size()), text);
    const auto statusFor = [&](const std::string &bytes, std::size_t limit) {
      try {
        decompress(coding, bytes, limit);
      } catch (const HttpError &error) {
        return error.status();
      }
      return 0;
    };
    EXPECT_EQ(statusFor(packed, text.size() - 1), 413);
    EXPECT_EQ(statusFor(packed.substr(0, packed.size() - 1), 1 << 20), 400);
    EXPECT_EQ(statusFor(packed + "x", 1 << 20), 400);
    EXPECT_EQ(statusFor("hello", 1 << 20), 400);
    EXPECT_EQ(statusFor("", 1 << 20), 400);
    std::string damaged = packed;
    damaged[damaged.size() - 3] ^= 1; // Of the checksum.
    EXPECT_EQ(statusFor(damaged, 1 << 20), 400);
  }
}

TEST(CompressionTest, TakesWhatTheClientTakes) {
  EXPECT_EQ(acceptedCoding("gzip, deflate, br"), ContentCoding::Gzip);
  EXPECT_EQ(acceptedCoding("br;q=1.0, DEFLATE"), ContentCoding::Deflate);
  EXPECT_EQ(acceptedCoding("gzip;q=0, deflate;q=0.5"), ContentCoding::Deflate);
  EXPECT_EQ(acceptedCoding("gzip; q=0.000"), ContentCoding::Identity);
  EXPECT_EQ(acceptedCoding("identity"), ContentCoding::Identity);
  EXPECT_EQ(acceptedCoding(""), ContentCoding::Identity);
}

TEST(ApiKeysTest, AcceptsItsKeysAlone) {
  ApiKeys keys;
  keys.add("first", "here");
  keys.add("second-key", "here");
  for (const char *good : {"Bearer first", "bearer second-key"})
    EXPECT_TRUE(keys.accept(good)) << good;
  for (const char *bad :
       {"", "Bearer ", "Bearer firs", "Bearer firstt", "Bearer firstfirst",
        "Basic first", "first", "Bearer  first", "Bearer first second-key",
        "Bearer FIRST"})
    EXPECT_FALSE(keys.accept(bad)) << bad;
  EXPECT_NE(errorOf([&] { keys.add("a b", "file:3"); }).find("file:3: "),
            std::string::npos);
  EXPECT_NE(errorOf([&] { keys.add("", "--api-key"); }).find("expected a key"),
            std::string::npos);
}

} // namespace
} // namespace mlc::runtime
