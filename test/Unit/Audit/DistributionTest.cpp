//===- DistributionTest.cpp - How rows are spread, and lists of rows ------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Distribution.h"
#include "Audit/RowList.h"
#include "Support/ExpectError.h"
#include "Support/TestData.h"

#include <cmath>
#include <numeric>

namespace mlc::test {
namespace {

using namespace runtime;
using Counts = std::vector<std::int64_t>;

class DistributionTest : public testing::Test {
protected:
  /// Dense rows of a data set in a file.
  Dataset dense(std::int64_t width, std::vector<float> features) {
    TestData data;
    data.width = width;
    data.features = std::move(features);
    data.realLabels.resize(std::size_t(data.rows()));
    return written(data);
  }
  Dataset written(const TestData &data) {
    const std::string path = folder / std::to_string(++files_);
    data.write(path);
    return Dataset(path);
  }
  static Distribution of(const Dataset &data) {
    std::vector<std::int32_t> rows(std::size_t(data.rows()));
    std::iota(rows.begin(), rows.end(), 0);
    return distributionOf(data, rows);
  }

  TemporaryFolder folder;

private:
  int files_ = 0;
};

TEST_F(DistributionTest, EdgesAreDeciles) {
  std::vector<float> values(100);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = float((i * 37) % 100) - 50; // -50 to 49, in another order.
  const Distribution found = of(dense(1, values));
  EXPECT_EQ(found.rows, 100);
  ASSERT_EQ(found.bins.size(), 1u);
  EXPECT_EQ(found.bins[0].edges,
            (std::vector<float>{-41, -31, -21, -11, -1, 9, 19, 29, 39}));
  EXPECT_EQ(found.bins[0].counts, Counts(10, 10));
}

TEST_F(DistributionTest, EqualEdgesAreOne) {
  // 60 zeros and 40 ones; all 7; some of 3 columns.
  std::vector<float> values;
  for (int i = 0; i < 100; ++i)
    values.insert(values.end(), {i < 60 ? 0.f : 1.f, 7.f, i < 5 ? -2.f : 0.f});
  const Distribution found = of(dense(3, values));
  ASSERT_EQ(found.bins.size(), 3u);
  EXPECT_EQ(found.bins[0].edges, (std::vector<float>{0, 1}));
  EXPECT_EQ(found.bins[0].counts, (Counts{60, 40, 0}));
  // Something below a constant is seen, too.
  ASSERT_EQ(found.bins[1].edges.size(), 2u);
  EXPECT_LT(found.bins[1].edges[0], 7);
  EXPECT_EQ(found.bins[1].counts, (Counts{0, 100, 0}));
  EXPECT_EQ(found.bins[2].edges, std::vector<float>{0});
  EXPECT_EQ(found.bins[2].counts, (Counts{100, 0}));
}

TEST_F(DistributionTest, SparseRowsAreAsDenseOnes) {
  const Dataset sparse = written(sparseData(300));
  std::vector<float> full(std::size_t(sparse.rows() * sparse.width()));
  std::visit(
      [&](const auto &indices) {
        for (std::int64_t row = 0; row < sparse.rows(); ++row)
          for (std::int64_t at = sparse.indptr()[std::size_t(row)];
               at < sparse.indptr()[std::size_t(row) + 1]; ++at)
            full[std::size_t(row * sparse.width()) +
                 std::size_t(indices[std::size_t(at)])] =
                sparse.values().empty() ? 1 : sparse.values()[std::size_t(at)];
      },
      sparse.indices());
  const Distribution one = of(sparse), other = of(dense(sparse.width(), full));
  ASSERT_EQ(one.bins.size(), other.bins.size());
  for (std::size_t i = 0; i < one.bins.size(); ++i) {
    EXPECT_EQ(one.bins[i].feature, other.bins[i].feature);
    EXPECT_EQ(one.bins[i].edges, other.bins[i].edges) << i;
    EXPECT_EQ(one.bins[i].counts, other.bins[i].counts) << i;
  }
}

TEST_F(DistributionTest, FewRowsAndFeaturesStandForMany) {
  std::vector<float> values(10000 * 3);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = float(i % 1000);
  EXPECT_EQ(of(dense(3, values)).rows, 4096);
  // Of 600 columns those with most entries; the first of equal ones.
  TestData wide;
  wide.width = 600;
  wide.indptr = {0};
  for (int row = 0; row < 2; ++row) {
    for (std::int32_t column = row == 0 ? 0 : 550; column < 600; ++column)
      wide.indices.push_back(column);
    wide.indptr.push_back(std::int64_t(wide.indices.size()));
  }
  wide.realLabels = {0, 1};
  const Distribution found = of(written(wide));
  ASSERT_EQ(found.bins.size(), 500u);
  EXPECT_EQ(found.bins[449].feature, 449);
  EXPECT_EQ(found.bins[450].feature, 550);
  EXPECT_EQ(found.bins[499].feature, 599);
}

TEST_F(DistributionTest, TheSameRowsHaveNotDrifted) {
  const Dataset data = written(sparseData(300));
  const Distribution training = of(data), now = countedAs(training, data);
  EXPECT_EQ(now.rows, 300);
  for (std::size_t i = 0; i < training.bins.size(); ++i)
    EXPECT_EQ(stabilityIndex(training.bins[i].counts, now.bins[i].counts), 0);
}

TEST(StabilityIndexTest, IsTheSumOverRanges) {
  // Shares 0.5, 0.5 in training, 0.8, 0.2 now.
  EXPECT_NEAR(stabilityIndex(Counts{5, 5}, Counts{80, 20}),
              0.3 * std::log(1.6) - 0.3 * std::log(0.4), 1e-15);
  // Nothing counts as 1e-4, on either side.
  EXPECT_NEAR(stabilityIndex(Counts{10, 0}, Counts{5, 5}),
              -0.5 * std::log(0.5) + (0.5 - 1e-4) * std::log(0.5 / 1e-4),
              1e-12);
  EXPECT_NEAR(stabilityIndex(Counts{5, 5}, Counts{10, 0}),
              0.5 * std::log(2) + (1e-4 - 0.5) * std::log(1e-4 / 0.5), 1e-12);
}

class RowListTest : public testing::Test {
protected:
  std::vector<std::int32_t> read(const std::string &text) {
    writeFile(path, text);
    return readRowList(path, 10);
  }

  TemporaryFolder folder;
  std::string path = folder / "rows";
};

TEST_F(RowListTest, ReadsRowsInAnyOrder) {
  EXPECT_EQ(read("9\n0\r\n\n3\n9"), (std::vector<std::int32_t>{0, 3, 9}));
  std::vector<std::int32_t> rows = {0, 1, 2, 3, 9};
  leaveOut({0, 3, 9}, rows);
  EXPECT_EQ(rows, (std::vector<std::int32_t>{1, 2}));
  EXPECT_NE(errorOf([&] { leaveOut({1, 2}, rows); }), "");
}

TEST_F(RowListTest, NamesTheLineAtFault) {
  for (const char *bad : {"10", "-1", "x", "1 ", " 1", "1.0", "4294967296"}) {
    const std::string error =
        errorOf([&] { read(std::string("1\n\n") + bad + "\n2\n"); });
    EXPECT_TRUE(error.starts_with(path + ":3: expected the number of a row, "
                                         "from 0 to 9"))
        << error;
  }
  EXPECT_TRUE(errorOf([&] { read("\n\n"); }).starts_with(path + ": names no"));
}

} // namespace
} // namespace mlc::test
