//===- ExamplesTest.cpp - Data sets against programs ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Examples.h"

#include "Error.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

class ExamplesTest : public testing::Test {
protected:
  Examples open(const MlcProgram &program, const TestData &data,
                LabelUse use = LabelUse::Needed) {
    data.write(path);
    return Examples(program, path, use);
  }

  /// The message, without the path in front.
  std::string errorOf(const MlcProgram &program, const TestData &data) {
    try {
      open(program, data);
    } catch (const InputError &error) {
      const std::string message = error.what();
      EXPECT_TRUE(message.starts_with(path + ": ")) << message;
      return message.substr(std::min(message.size(), path.size() + 2));
    }
    return "no error";
  }

  TemporaryFolder folder;
  std::string path = folder / "data.safetensors";
  MlcProgram sparse = sparseProgram(), real = realProgram(),
             classes = classProgram();
};

TEST_F(ExamplesTest, AcceptsWhatSuits) {
  EXPECT_EQ(open(sparse, sparseData(30)).rows(), 30);
  EXPECT_EQ(open(real, realData(30)).realLabels()[1],
            realData(30).realLabels[1]);
  EXPECT_EQ(open(classes, classData(30)).classLabels()[29],
            classData(30).classLabels[29]);
}

TEST_F(ExamplesTest, RefusesTheOtherKind) {
  EXPECT_EQ(errorOf(sparse, realData(9)),
            "program 'sparse' expects sparse rows (CSR), but the file has "
            "dense rows; make the file with mlc data, or compile the model "
            "without #graph.csr");
  EXPECT_EQ(errorOf(real, sparseData(9)),
            "program 'real' expects dense rows, but the file has sparse rows "
            "(CSR); compile the model with #graph.csr, or write the rows as "
            "one F32 tensor 'features'");
}

TEST_F(ExamplesTest, RefusesAnotherWidth) {
  TestData data = sparseData(9);
  data.width = 21;
  EXPECT_EQ(errorOf(sparse, data),
            "program 'sparse' expects 20 features, but the file has 21; make "
            "it with mlc data --max-features 20");
  data.width = 19;
  EXPECT_EQ(errorOf(sparse, data),
            "program 'sparse' expects 20 features, but the file has 19; make "
            "it with mlc data --like and the data set that the model is for, "
            "or compile a model of 19 features, as mlc new writes it");
  EXPECT_EQ(errorOf(real, classData(10)),
            "program 'real' expects 5 features, but the file has 4; change "
            "the file, or the model's input");
}

TEST_F(ExamplesTest, RefusesLabelsOutOfRange) {
  TestData data = sparseData(9);
  data.realLabels[4] = 7;
  data.realLabels[6] = 8;
  EXPECT_EQ(errorOf(sparse, data),
            "row 4: label 7 is out of range; program 'sparse' expects 0 to 1 "
            "(for star ratings see mlc data --positive-from)");
  data = classData(9);
  data.classLabels[8] = 3;
  EXPECT_EQ(errorOf(classes, data), "row 8: label 3 is out of range; program "
                                    "'classes' expects classes from 0 to 2");
  data.classLabels[0] = std::numeric_limits<std::int32_t>::min();
  EXPECT_EQ(errorOf(classes, data),
            "row 0: label -2147483648 is out of range; program 'classes' "
            "expects classes from 0 to 2");
}

TEST_F(ExamplesTest, RefusesNegativeCounts) {
  ChangeableProgram counting(real);
  counting.label.counts = 1;
  TestData data = realData(9);
  for (float &label : data.realLabels)
    label = std::abs(label);
  EXPECT_EQ(open(counting.program, data).realLabels()[1], data.realLabels[1]);
  data.realLabels[5] = -3;
  EXPECT_EQ(errorOf(counting.program, data),
            "row 2: label -3 is negative; program 'real' expects counts, of at "
            "least 0");
}

TEST_F(ExamplesTest, RefusesOtherLabels) {
  TestData data = realData(9);
  data.labelColumns = 0;
  data.realLabels.resize(9);
  EXPECT_EQ(errorOf(real, data),
            "program 'real' expects labels of 2 columns, but the file has 1");
  data.realLabels.clear();
  data.classLabels.assign(9, 1);
  EXPECT_EQ(errorOf(real, data), "program 'real' expects real labels, but the "
                                 "file has classes; write 'labels' as F32");
  data = classData(9);
  data.classLabels.clear();
  data.realLabels.assign(18, 1);
  data.labelColumns = 2;
  EXPECT_EQ(errorOf(classes, data),
            "program 'classes' expects one class a row, but the file has "
            "labels of 2 columns; write them as I32 [rows]");
  EXPECT_EQ(errorOf(sparse,
                    [] {
                      TestData data = sparseData(9);
                      data.realLabels.assign(18, 1);
                      data.labelColumns = 2;
                      return data;
                    }()),
            "program 'sparse' expects labels of 1 column, but the file has 2");
}

TEST_F(ExamplesTest, ConvertsWhatMeansTheSame) {
  TestData data = sparseData(4);
  data.realLabels.clear();
  data.classLabels = {0, 1, 1, 0};
  const Examples binary = open(sparse, data);
  EXPECT_EQ(std::vector(binary.realLabels(), binary.realLabels() + 4),
            (std::vector<float>{0, 1, 1, 0}));
  data.classLabels[2] = 2;
  EXPECT_TRUE(errorOf(sparse, data).starts_with("row 2: label 2 is out of"));

  data = classData(4);
  data.classLabels.clear();
  data.realLabels = {2, 0, 1, 1};
  const Examples classed = open(classes, data);
  EXPECT_EQ(std::vector(classed.classLabels(), classed.classLabels() + 4),
            (std::vector<std::int32_t>{2, 0, 1, 1}));
  for (float label : {0.5f, -1.0f, 3.0f, 3e9f}) {
    data.realLabels[1] = label;
    EXPECT_TRUE(errorOf(classes, data).starts_with("row 1: label ")) << label;
  }
}

TEST_F(ExamplesTest, TakesAClassForEachPlace) {
  ChangeableProgram places(classes);
  places.label.shape = {/*rank=*/1, {2, 1, 1, 1}, /*bounded=*/0};
  TestData data = classData(9);
  EXPECT_EQ(errorOf(places.program, data),
            "program 'classes' expects 2 classes a row, but the file has "
            "labels of 1 column; write them as I32 [rows, 2]");
  data.labelColumns = 2;
  data.classLabels = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
  const Examples examples = open(places.program, data);
  EXPECT_EQ(std::vector(examples.classLabels(), examples.classLabels() + 18),
            data.classLabels);
  EXPECT_EQ(examples.stratumOf(8), 0);
  EXPECT_EQ(errorOf(classes, data),
            "program 'classes' expects one class a row, but the file has "
            "labels of 2 columns; write them as I32 [rows]");
  data.classLabels[15] = 3;
  EXPECT_EQ(errorOf(places.program, data),
            "row 7: label 3 is out of range; program 'classes' expects classes "
            "from 0 to 2");
}

TEST_F(ExamplesTest, IgnoresLabelsThatAreNotUsed) {
  TestData data = sparseData(9);
  data.realLabels[4] = 7;
  const Examples examples = open(sparse, data, LabelUse::Ignored);
  MlcCall call{};
  examples.describe(call);
  EXPECT_EQ(call.labels[0], nullptr);
  EXPECT_NE(call.inputs[0].indptr, nullptr);
}

TEST_F(ExamplesTest, CapacityIsThatOfTheFullestRows) {
  TestData data = sparseData(4);
  data.indptr = {0, 3, 3, 8, 10};
  data.indices = {0, 1, 2, 0, 1, 2, 3, 4, 5, 6};
  data.values.assign(10, 1);
  const Examples examples = open(sparse, data);
  EXPECT_EQ(examples.nonzeroCapacity(1), 5);
  EXPECT_EQ(examples.nonzeroCapacity(2), 8);
  EXPECT_EQ(examples.nonzeroCapacity(3), 10);
  EXPECT_EQ(examples.nonzeroCapacity(100), 10);
  EXPECT_EQ(open(real, realData(9)).nonzeroCapacity(3), 0);
}

TEST_F(ExamplesTest, AcceptsRowsWithoutEntries) {
  TestData data = sparseData(3);
  data.indptr = {0, 0, 0, 0};
  data.indices.clear();
  data.values.clear();
  EXPECT_EQ(open(sparse, data).nonzeroCapacity(8), 0);
}

/// What calls get of the input.
MlcInputData describe(const Examples &examples) {
  MlcCall call{};
  examples.describe(call);
  return call.inputs[0];
}

TEST_F(ExamplesTest, MapsWhatProgramsReadAndConvertsTheRest) {
  TestData data = sparseData(9);
  const auto begin = [](auto indices) {
    return static_cast<const void *>(indices.data());
  };
  const std::vector<std::uint16_t> columns(data.indices.begin(),
                                           data.indices.end());
  const auto narrow = [](const MlcInputData &input, std::size_t count) {
    const auto *indices = static_cast<const std::uint16_t *>(input.indices);
    return std::vector(indices, indices + count);
  };
  const Examples converted = open(sparse, data);
  EXPECT_EQ(narrow(describe(converted), columns.size()), columns);
  data.narrow = true;
  const Examples mapped = open(sparse, data);
  EXPECT_EQ(narrow(describe(mapped), columns.size()), columns);
  EXPECT_EQ(describe(mapped).indices,
            std::visit(begin, mapped.data().indices()));

  // Wider programs read I32 as it is.
  data.narrow = false;
  ChangeableProgram changed(sparse);
  const MlcProgram &program = changed.program;
  std::int64_t &width = changed.input.shape.sizes[0];
  width = data.width = MLC_U16_WIDTH + 1;
  const Examples wide = open(program, data);
  EXPECT_EQ(describe(wide).indices, std::visit(begin, wide.data().indices()));
  width = data.width = MLC_U16_WIDTH;
  const Examples edge = open(program, data);
  EXPECT_EQ(narrow(describe(edge), columns.size()), columns);
}

TEST_F(ExamplesTest, LeavesOutValuesThatAreAllOne) {
  TestData data = sparseData(9);
  const Examples examples = open(sparse, data);
  EXPECT_EQ(describe(examples).values, examples.data().values().data());
  data.values.assign(data.indices.size(), 1);
  EXPECT_EQ(describe(open(sparse, data)).values, nullptr);
  data.values.clear();
  EXPECT_EQ(describe(open(sparse, data)).values, nullptr);
}

TEST_F(ExamplesTest, ComparesVectorizers) {
  TestData data = sparseData(5);
  data.metadata["vectorizer"] = "{\"words\": 1}";
  const Examples examples = open(sparse, data);
  EXPECT_NO_THROW(examples.expectSameVectorizer(*examples.data().file()));
  const auto other = [&](const char *name) {
    data.write(folder / name);
    return SafetensorsFile(folder / name);
  };
  data.vocabulary = "good\nbad\n";
  EXPECT_THROW(examples.expectSameVectorizer(other("first")), InputError);
  data.vocabulary.clear();
  data.metadata["vectorizer"] = "{\"words\": 2}";
  EXPECT_THROW(examples.expectSameVectorizer(other("second")), InputError);
  data.metadata.erase("vectorizer");
  EXPECT_NO_THROW(examples.expectSameVectorizer(other("none")));
}

/// Several labels of yes or no a row, as no handmade program has them.
TEST_F(ExamplesTest, ColumnsOfBinaryLabels) {
  ChangeableProgram changed(real);
  const MlcProgram &program = changed.program;
  changed.label.kind = MLC_LABEL_BINARY;
  TestData data = realData(3);
  data.realLabels = {0, 1, 1, 0, 1, 1};
  const Examples examples = open(program, data);
  EXPECT_EQ(examples.realLabels()[1], 1);
  EXPECT_EQ(examples.stratumOf(1), 0);
  for (const float bad : {-1.0f, 1.5f}) {
    data.realLabels[3] = bad;
    const std::string error = errorOf(program, data);
    EXPECT_TRUE(error.starts_with("row 1: label ")) << error;
    EXPECT_TRUE(error.ends_with(" expects 0 to 1")) << error;
  }
  data.realLabels.clear();
  data.labelColumns = 0;
  data.classLabels = {0, 1, 1};
  EXPECT_EQ(errorOf(program, data),
            "program 'real' expects labels of 2 columns, but the file has one "
            "class a row");
}

TEST_F(ExamplesTest, ClassesAreStrata) {
  const TestData data = classData(5);
  const Examples examples = open(classes, data);
  for (int row = 0; row < 5; ++row)
    EXPECT_EQ(examples.stratumOf(row), data.classLabels[row]);
}

/// Rows in memory were made by the vectorizer they are to be used with.
TEST_F(ExamplesTest, RowsInMemoryHaveNoOtherVectorizer) {
  SparseRows rows;
  rows.width = 20;
  rows.endRow(1);
  const Examples examples(sparse,
                          Dataset("memory", {.sparse = rows, .dense = {}}),
                          LabelUse::Needed);
  TestData other = sparseData(5);
  other.metadata["vectorizer"] = "{}";
  other.write(path);
  EXPECT_NO_THROW(examples.expectSameVectorizer(SafetensorsFile(path)));
}

} // namespace
} // namespace mlc::runtime
