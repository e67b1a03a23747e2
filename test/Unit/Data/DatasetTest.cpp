//===- DatasetTest.cpp - Checks of a data set -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Dataset.h"

#include "Support/Files.h"

#include <gtest/gtest.h>
#include <limits>

using namespace mlc::runtime;
using namespace mlc::test;

namespace {
/// Tensors that a test may spoil before they are written.
struct Parts {
  std::vector<std::int64_t> indptr = {0, 2, 2, 3};
  std::vector<std::int32_t> indices = {0, 4, 2};
  /// In place of `indices`, where there are any.
  std::vector<std::uint16_t> narrowIndices;
  std::vector<float> values = {1, 2, 3};
  std::vector<float> labels = {1, 0, 1};
  std::vector<std::int64_t> labelShape = {3};
  std::map<std::string, std::string> metadata = {
      {"format", "mlc.dataset"}, {"version", "1"}, {"features", "5"}};

  SafetensorsContents contents() const {
    SafetensorsContents result{.tensors = {}, .metadata = metadata};
    auto add = [&](const char *name, ElementType type, const auto &elements) {
      result.tensors.push_back({name,
                                type,
                                {std::int64_t(elements.size())},
                                std::as_bytes(std::span(elements))});
    };
    add("indptr", ElementType::I64, indptr);
    if (narrowIndices.empty())
      add("indices", ElementType::I32, indices);
    else
      add("indices", ElementType::U16, narrowIndices);
    add("values", ElementType::F32, values);
    add("labels", ElementType::F32, labels);
    result.tensors.back().shape = labelShape;
    return result;
  }
};

class DatasetTest : public testing::Test {
protected:
  Dataset open(const SafetensorsContents &contents) {
    writeSafetensors(folder / "d", contents);
    return Dataset(folder / "d");
  }
  void expectError(const SafetensorsContents &contents,
                   const std::string &part) {
    std::string message = inputError([&] { open(contents); });
    EXPECT_TRUE(message.starts_with((folder / "d") + ": ")) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_NE(message.find(';'), std::string::npos) << message;
  }

  TemporaryFolder folder;
  Parts parts;
};

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();
} // namespace

TEST_F(DatasetTest, Sparse) {
  Dataset data = open(parts.contents());
  EXPECT_TRUE(data.isSparse());
  EXPECT_EQ(data.rows(), 3);
  EXPECT_EQ(data.width(), 5);
  EXPECT_EQ(data.maxRowNonzeros(), 2);
  EXPECT_EQ(elements(data.indptr()), parts.indptr);
  EXPECT_EQ(elements(std::get<std::span<const std::int32_t>>(data.indices())),
            parts.indices);
  EXPECT_EQ(data.nonzeros(), 3);
  EXPECT_FALSE(data.hasOnlyOnes());
  EXPECT_EQ(elements(data.values()), parts.values);
  EXPECT_EQ(elements(data.realLabels()), parts.labels);
  EXPECT_EQ(data.labelColumns(), 1);
  EXPECT_FALSE(data.hasClassLabels());
}

TEST_F(DatasetTest, NarrowIndicesAndNoValues) {
  parts.narrowIndices = {0, 65535, 2};
  parts.metadata["features"] = "65536";
  SafetensorsContents contents = parts.contents();
  std::erase_if(contents.tensors, [](const TensorView &tensor) {
    return tensor.name == "values";
  });
  Dataset data = open(contents);
  EXPECT_TRUE(data.isSparse());
  EXPECT_EQ(elements(std::get<std::span<const std::uint16_t>>(data.indices())),
            parts.narrowIndices);
  EXPECT_EQ(data.nonzeros(), 3);
  EXPECT_EQ(data.maxRowNonzeros(), 2);
  EXPECT_TRUE(data.values().empty());
  EXPECT_TRUE(data.hasOnlyOnes());

  parts.metadata["features"] = "65537";
  expectError(parts.contents(), "\"indices\": expected elements of I32 for "
                                "more than 65536 features, but got U16 for "
                                "65537");
}

TEST_F(DatasetTest, KnowsValuesThatAreAllOne) {
  parts.values = {1, 1, 1};
  EXPECT_TRUE(open(parts.contents()).hasOnlyOnes());
  EXPECT_EQ(open(parts.contents()).values().size(), 3u);
  for (float other : {0.0f, -1.0f, 1 + std::numeric_limits<float>::epsilon()}) {
    parts.values[2] = other;
    EXPECT_FALSE(open(parts.contents()).hasOnlyOnes()) << other;
  }
}

TEST_F(DatasetTest, DenseWithClasses) {
  std::vector<float> features = {1, 2, 3, 4, 5, 6};
  std::vector<std::int32_t> labels = {2, 0};
  Dataset data =
      open({.tensors = {{"features",
                         ElementType::F32,
                         {2, 3},
                         std::as_bytes(std::span(features))},
                        {"labels",
                         ElementType::I32,
                         {2},
                         std::as_bytes(std::span(labels))}},
            .metadata = {{"format", "mlc.dataset"}, {"version", "1"}}});
  EXPECT_FALSE(data.isSparse());
  EXPECT_EQ(data.nonzeros(), 0);
  EXPECT_EQ(data.rows(), 2);
  EXPECT_EQ(data.width(), 3);
  EXPECT_EQ(elements(data.features()), features);
  EXPECT_TRUE(data.hasClassLabels());
  EXPECT_EQ(elements(data.classLabels()), labels);
}

/// As NumPy and PyTorch write whole numbers.
TEST_F(DatasetTest, WideClasses) {
  const auto withLabels = [&](ElementType type, const auto &labels) {
    SafetensorsContents contents = parts.contents();
    std::erase_if(contents.tensors, [](const TensorView &tensor) {
      return tensor.name == "labels";
    });
    contents.tensors.push_back(
        {"labels", type, {3}, std::as_bytes(std::span(labels))});
    return contents;
  };
  std::vector<std::int64_t> labels = {2, 0, 2147483647};
  EXPECT_EQ(elements(open(withLabels(ElementType::I64, labels)).classLabels()),
            (std::vector<std::int32_t>{2, 0, 2147483647}));
  for (std::int64_t bad : {std::int64_t(-1), std::int64_t(1) << 31}) {
    labels[1] = bad;
    expectError(withLabels(ElementType::I64, labels), "\"labels\", row 1");
  }
  const std::vector<std::uint16_t> narrow = {1, 0, 1};
  expectError(withLabels(ElementType::U16, narrow),
              "F32 for numbers, I32 or I64 for classes, but got U16");
}

TEST_F(DatasetTest, DenseWithoutFeatures) {
  std::vector<float> labels = {1, 2};
  expectError({.tensors = {{"features", ElementType::F32, {2, 0}, {}},
                           {"labels",
                            ElementType::F32,
                            {2},
                            std::as_bytes(std::span(labels))}},
               .metadata = {{"format", "mlc.dataset"}, {"version", "1"}}},
              "expected at least one row of at least one feature");
}

TEST_F(DatasetTest, SeveralLabelsARow) {
  parts.labels = {1, 2, 3, 4, 5, 6};
  parts.labelShape = {3, 2};
  EXPECT_EQ(open(parts.contents()).labelColumns(), 2);
}

TEST_F(DatasetTest, OtherFormats) {
  parts.metadata["format"] = "mlc.weights";
  expectError(parts.contents(), "of format \"mlc.dataset\", but got "
                                "\"mlc.weights\"");
}

TEST_F(DatasetTest, Widths) {
  for (const char *bad :
       {"0", "-5", "five", "5.0", " 5", "5 ", "", "99999999999999999999"}) {
    parts.metadata["features"] = bad;
    expectError(parts.contents(), "expected a number of `features` from 1");
  }
  parts.metadata["features"] = "2147483648";
  expectError(parts.contents(), "from 1 to 2^31 - 1");
  parts.metadata.erase("features");
  expectError(parts.contents(), "from 1 to 2^31 - 1");
}

TEST_F(DatasetTest, RowStarts) {
  parts.indptr = {1, 2, 2, 3};
  expectError(parts.contents(), "to run from 0 to 3, but it runs from 1 to 3");
  parts.indptr = {0, 2, 2, 4};
  expectError(parts.contents(), "but it runs from 0 to 4");
  parts.indptr = {0, 2, 1, 3};
  expectError(parts.contents(), "\"indptr\", row 1: expected an end from 2 to "
                                "3, but got 1");
  parts.indptr = {0, std::numeric_limits<std::int64_t>::max(), 2, 3};
  expectError(parts.contents(), "\"indptr\", row 0");
  parts.indptr = {0};
  parts.indices = {};
  parts.values = parts.labels = {};
  parts.labelShape = {0};
  expectError(parts.contents(), "at least one row");
  parts.indptr = {};
  expectError(parts.contents(), "at least one row");
}

TEST_F(DatasetTest, Indices) {
  parts.indices = {0, 5, 2};
  expectError(parts.contents(), "\"indices\", row 0: expected indices that "
                                "rise and are below 5, but got 5 after 0");
  parts.indices = {4, 4, 2};
  expectError(parts.contents(), "but got 4 after 4");
  parts.indices = {0, 4, -1};
  expectError(parts.contents(), "row 2: expected indices that rise and are "
                                "below 5, but got -1 after the start");
  parts.narrowIndices = {0, 5, 2};
  expectError(parts.contents(), "\"indices\", row 0: expected indices that "
                                "rise and are below 5, but got 5 after 0");
  parts.narrowIndices = {0, 4, 65535};
  expectError(parts.contents(), "row 2: expected indices that rise and are "
                                "below 5, but got 65535 after the start");
  parts.narrowIndices = {4, 4, 2};
  expectError(parts.contents(), "but got 4 after 4");
  parts.narrowIndices = {0, 4};
  expectError(parts.contents(), "\"values\": expected 2 elements");
  parts.narrowIndices = {};
  parts.indices = {0, 4};
  expectError(parts.contents(), "\"values\": expected 2 elements");
}

TEST_F(DatasetTest, NumbersAreFinite) {
  parts.values = {1, 2, notANumber};
  expectError(parts.contents(), "\"values\", row 2: expected a finite number, "
                                "but got nan");
  parts.values = {1, infinity, 3};
  expectError(parts.contents(), "\"values\", row 0: expected a finite number, "
                                "but got inf");
  parts = {};
  parts.labels[1] = notANumber;
  expectError(parts.contents(), "\"labels\", row 1");
  std::vector<float> features = {1, 2, notANumber};
  parts = {};
  SafetensorsContents dense = parts.contents();
  dense.tensors = {dense.tensors.back(),
                   {"features",
                    ElementType::F32,
                    {3, 1},
                    std::as_bytes(std::span(features))}};
  dense.metadata["features"] = "1";
  expectError(dense, "\"features\", row 2");
  dense.metadata["features"] = "2";
  expectError(dense, "expected rows of 2 as `__metadata__` says, but got 1");
}

TEST_F(DatasetTest, Labels) {
  parts.labels = {1, 0};
  parts.labelShape = {2};
  expectError(parts.contents(), "expected one for each of 3 rows, but got 2");
  parts.labels = {1, 0, 1, 0};
  parts.labelShape = {4};
  expectError(parts.contents(), "expected one for each of 3 rows, but got 4");
  parts.labels = {};
  parts.labelShape = {3, 0};
  expectError(parts.contents(), "expected one for each of 3 rows, but got 0");
  parts.labels = {1, 0, 1};
  parts.labelShape = {3, 1, 1};
  expectError(parts.contents(), "expected 1 dimensions, but got 3");
}

TEST_F(DatasetTest, MissingAndWrongTensors) {
  for (std::size_t at : {0, 1, 3}) { // Values may be absent.
    SafetensorsContents contents = parts.contents();
    std::string name = contents.tensors[at].name;
    contents.tensors.erase(contents.tensors.begin() + std::ptrdiff_t(at));
    expectError(contents, "expected a tensor \"" + name + "\"");
  }
  SafetensorsContents contents = parts.contents();
  contents.tensors[1].type = ElementType::F32;
  expectError(contents, "expected elements of I32, but got F32");
  contents = parts.contents();
  contents.tensors[2].shape = {3, 1};
  expectError(contents, "tensor \"values\": expected 1 dimensions, but got 2");
  contents = parts.contents();
  contents.tensors.push_back({"features", ElementType::F32, {0, 1}, {}});
  expectError(contents, "but got both");
}
