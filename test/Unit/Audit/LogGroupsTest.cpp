//===- LogGroupsTest.cpp - Decisions by groups of people ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/LogGroups.h"

#include "LogFixture.h"

#include <cmath>

namespace mlc::test {
namespace {

class LogGroupsTest : public LogTest {
protected:
  /// Decision i tells i % 2.
  std::string listOf(const std::string &lines) {
    writeFile(folder / "list", lines);
    return folder / "list";
  }
  LogGroups groups(const std::string &lines) {
    return groupsOfLog(log, readEntryGroups(listOf(lines)));
  }
};

TEST_F(LogGroupsTest, CountsWhatWasToldOfEach) {
  write(256);
  {
    // Of the second bundle the others, so that it is not as the first one.
    LogWriter writer = open();
    addTo(writer, 257, 301);
  }
  std::string lines;
  // Of a: 0, 4, 8, ..., 96 and 1, so that one of 26 is told 1; all are 0.
  for (int i = 0; i < 100; i += 4)
    lines += fmt::format("{},a,0\n", i);
  lines += "1,a,0\r\n\n";
  lines += "258,b,1\n260,b,0\n261,b,1\n255,c";
  const LogGroups found = groups(lines);
  ASSERT_EQ(found.groups.size(), 3u);
  const GroupDecisions &a = found.groups.at("a"), &b = found.groups.at("b"),
                       &c = found.groups.at("c");
  EXPECT_EQ(a.decisions, 26);
  EXPECT_EQ(a.labels.at(1), 1);
  EXPECT_DOUBLE_EQ(a.shareOf(1), 1.0 / 26);
  EXPECT_DOUBLE_EQ(a.accuracy(), 25.0 / 26);
  EXPECT_DOUBLE_EQ(a.rateOf(1, 0), 1.0 / 26);
  EXPECT_TRUE(std::isnan(a.rateOf(0, 1)));
  EXPECT_DOUBLE_EQ(b.rateOf(1, 0), 1);
  EXPECT_DOUBLE_EQ(b.rateOf(0, 1), 0.5);
  EXPECT_TRUE(std::isnan(c.accuracy()));
  EXPECT_EQ(found.notListed, 300 - 30);
  const std::string text = found.text();
  EXPECT_NE(text.find("1 is told 0.0385 times as often of a as of c\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("270 decisions are of no group"), std::string::npos);
  EXPECT_NE(
      found.json().find("\"group\":\"c\",\"decisions\":1,\"labels\":{\"1\":"
                        "1},\"accuracy\":null"),
      std::string::npos)
      << found.json();
}

// Values of statsmodels' proportion_confint(method="wilson").
TEST_F(LogGroupsTest, BoundsAreWilsons) {
  const auto [low, high] = boundsOf(8, 10);
  EXPECT_NEAR(low, 0.49016247153664183, 1e-12);
  EXPECT_NEAR(high, 0.9433178485456247, 1e-12);
  EXPECT_EQ(boundsOf(0, 5).low, 0);
  EXPECT_NEAR(boundsOf(0, 5).high, 0.43448246478317487, 1e-12);
  EXPECT_EQ(boundsOf(5, 5).high, 1);
}

TEST_F(LogGroupsTest, OtherLabelsHaveSharesAlone) {
  write(4);
  const LogGroups found = groups("0,a,2\n1,a,1\n");
  EXPECT_NE(found.text().find("     % 0       % 1       % 2   % right\n"),
            std::string::npos)
      << found.text();
  EXPECT_EQ(found.json().find("false_positive"), std::string::npos);
}

TEST_F(LogGroupsTest, WrongListsAreNamed) {
  write(4);
  for (const auto &[lines, part] :
       {std::pair("0,a\nx,a\n", "list:2: expected"),
        {"0\n", "list:1: expected"},
        {"0,\n", "list:1: expected"},
        {"0,a,b,1\n", "list:1: expected"},
        {"0,a,\n", "list:1: expected"},
        {"-1,a\n", "list:1: expected"},
        {"2,a\n2,b\n", "list:2: names decision 2 again"},
        {"\n\n", "names no decision"},
        {"4,a\n", "numbers from 0 to 3"}})
    EXPECT_NE(errorOf([&] { groups(lines); }).find(part), std::string::npos)
        << lines;
}

TEST_F(LogGroupsTest, NothingIsCountedOfADamagedLog) {
  write(300);
  const std::string path = log + "/tile/entries/000";
  std::string bytes = readFile(path);
  bytes[bytes.find("\"labels\":[0]") + 10] = '1';
  writeFile(path, bytes);
  EXPECT_NE(errorOf([&] { groups("0,a\n"); }).find("is not whole"),
            std::string::npos);
}

} // namespace
} // namespace mlc::test
