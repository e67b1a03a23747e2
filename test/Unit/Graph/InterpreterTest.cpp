//===- InterpreterTest.cpp - The reference against numbers by hand --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/Interpreter.h"
#include "dialects/Graph/Graph.h"

#include "mlir/Parser/Parser.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace mlc;
using namespace mlc::reference;

namespace {

/// Runs functions of one result and keeps the last error.
class InterpreterTest : public testing::Test {
protected:
  InterpreterTest() {
    context.loadDialect<graph::GraphDialect, mlir::func::FuncDialect>();
    context.getDiagEngine().registerHandler(
        [&](mlir::Diagnostic &diagnostic) { error = diagnostic.str(); });
  }

  /// `body` defines %r of type `type`.
  DatumRef run(const std::string &arguments, const std::string &body,
               const std::string &type, std::vector<Datum> data) {
    const std::string text = "func.func @f(" + arguments + ") -> " + type +
                             " {\n" + body + "\nreturn %r : " + type + "\n}";
    auto module =
        mlir::parseSourceString<mlir::ModuleOp>(text, &context, "test");
    if (!module)
      return nullptr;
    std::vector<DatumRef> references;
    for (Datum &datum : data)
      references.push_back(makeDatum(std::move(datum)));
    auto results =
        evaluate(*module->getOps<mlir::func::FuncOp>().begin(), references);
    return succeeded(results) ? results->at(0) : nullptr;
  }

  /// An op of `%x`, [n, 2].
  std::vector<double> runUnary(const std::string &op,
                               std::vector<double> elements) {
    const auto rows = static_cast<int64_t>(elements.size() / 2);
    DatumRef y =
        run("%x: tensor<?x2xf32>", "%r = graph." + op + " : tensor<?x2xf32>",
            "tensor<?x2xf32>", {Reals({rows, 2}, elements)});
    return y ? std::get<Reals>(*y).elements : std::vector<double>();
  }

  static void expectNear(const std::vector<double> &actual,
                         const std::vector<double> &expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i)
      EXPECT_NEAR(actual[i], expected[i], 1e-14) << "element " << i;
  }

  mlir::MLIRContext context;
  std::string error;
};

TEST_F(InterpreterTest, Activations) {
  expectNear(runUnary("relu %x", {-1.5, 0, 2, 3}), {0, 0, 2, 3});
  expectNear(runUnary("leaky_relu %x, 0.1", {-1.5, 2}), {-0.15, 2});
  expectNear(runUnary("scale %x, 0.1", {-1.5, 2}), {-0.15, 0.2});
  expectNear(runUnary("sigmoid %x", {0, std::log(3.0)}), {0.5, 0.75});
  expectNear(runUnary("tanh %x", {0, std::log(3.0)}), {0, 0.8});
  // x times the normal distribution's function, from its tables.
  expectNear(runUnary("gelu %x", {1, -2}),
             {0.841344746068542949, -2 * 0.022750131948179207});
  expectNear(
      runUnary("silu %x", {-1.5, 0.0, 0.5, 2.0}),
      {-0.2736382857095345, 0.0, 0.3112296656009273, 1.7615941559557646});
  expectNear(
      runUnary("mish %x", {-1.5, 0.0, 0.5, 2.0}),
      {-0.29809974216680674, 0.0, 0.3752452113048951, 1.9439589595339946});
  expectNear(runUnary("selu %x", {-1.5, 0.0, 0.5, 2.0}),
             {-1.3658143533672527, 0.0, 0.5253504936777402, 2.101401974710961});
  expectNear(runUnary("softmax %x", {0, std::log(3.0), 1000, 1000}),
             {0.25, 0.75, 0.5, 0.5});
  expectNear(runUnary("sum_row %x", {1, 2, 3, 4}), {3, 3, 7, 7});
}

TEST_F(InterpreterTest, OtherShapes) {
  const Reals x({2, 4}, {1, 2, 3, 4, 0, std::log(3.0), 5, 5});
  DatumRef y = run("%x: tensor<?x4xf32>",
                   "%r = graph.reshape %x : tensor<?x4xf32> -> "
                   "tensor<?x2x2xf32>",
                   "tensor<?x2x2xf32>", {x});
  ASSERT_TRUE(y) << error;
  EXPECT_EQ(std::get<Reals>(*y).shape, (Shape{2, 2, 2}));
  EXPECT_EQ(std::get<Reals>(*y).elements, x.elements);
  // Rows are along the last of the dimensions.
  DatumRef sums =
      run("%x: tensor<?x2x2xf32>", "%r = graph.sum_row %x : tensor<?x2x2xf32>",
          "tensor<?x2x2xf32>", {*y});
  ASSERT_TRUE(sums) << error;
  expectNear(std::get<Reals>(*sums).elements,
             {3, 3, 7, 7, std::log(3.0), std::log(3.0), 10, 10});
  DatumRef dots = run("%x: tensor<?x2x2xf32>",
                      "%r = graph.dot_places %x, %x : tensor<?x2x2xf32>, "
                      "tensor<?x2x2xf32>",
                      "tensor<?x2x2xf32>", {*y});
  ASSERT_TRUE(dots) << error;
  const double three = std::log(3.0);
  expectNear(std::get<Reals>(*dots).elements,
             {5, 11, 11, 25, three * three, 5 * three, 5 * three, 50});
  DatumRef shares =
      run("%x: tensor<?x2x2xf32>", "%r = graph.softmax %x : tensor<?x2x2xf32>",
          "tensor<?x2x2xf32>", {*y});
  ASSERT_TRUE(shares) << error;
  const double e = std::exp(1.0);
  expectNear(std::get<Reals>(*shares).elements,
             {1 / (1 + e), e / (1 + e), 1 / (1 + e), e / (1 + e), 0.25, 0.75,
              0.5, 0.5});
}

TEST_F(InterpreterTest, Columns) {
  const Reals x({2, 2}, {1, 5, -3, -3}), s({2}, {2, -1}), t({2}, {0.5, 10});
  const auto byColumns = [&](const std::string &op, int rows) -> Reals {
    const std::string type = "tensor<?x2xf32>", row = ", tensor<2xf32>";
    DatumRef y =
        run("%x: " + type + ", %s: tensor<2xf32>, %t: tensor<2xf32>",
            "%r = graph." + op + " : " + type + row + (rows == 2 ? row : ""),
            type, {x, s, t});
    return y ? std::get<Reals>(*y) : Reals({0}, 0.0);
  };
  expectNear(byColumns("scale_columns %x, %s", 1).elements, {2, -5, -6, 3});
  // Rows of mean 3 and -3; the first has variance 4, the second 0.
  const double z = 2 / std::sqrt(4 + 1.25);
  expectNear(byColumns("layer_norm %x, %s, %t epsilon(1.25)", 2).elements,
             {0.5 - 2 * z, 10 - z, 0.5, 10});
}

TEST_F(InterpreterTest, ColumnsOfABatch) {
  // Columns of mean -1 and 3 and of variance 4 and 0; of one row there is none.
  const Reals several({2, 2}, {1, 3, -3, 3}), one({1, 2}, {1, 3});
  const Reals s({2}, {2, -1}), t({2}, {0.5, 10}), m({2}, {0.5, 1}),
      v({2}, {0.25, 3});
  const auto normalized = [&](const Reals &x, const std::string &mode) {
    const std::string row = ", tensor<2xf32>";
    DatumRef y =
        run("%x: tensor<?x2xf32>, %s: tensor<2xf32>, %t: tensor<2xf32>, %m: "
            "tensor<2xf32>, %v: tensor<2xf32>",
            "%r = graph.batch_norm %x, %s, %t, %m, %v" + mode +
                " epsilon(1.0) : tensor<?x2xf32>" + row + row + row + row,
            "tensor<?x2xf32>", {x, s, t, m, v});
    return y ? std::get<Reals>(*y).elements : std::vector<double>();
  };
  const double z = 2 / std::sqrt(5.0);
  expectNear(normalized(several, " by_batch"),
             {0.5 + 2 * z, 10, 0.5 - 2 * z, 10});
  const double r = std::sqrt(1.25);
  const std::vector<double> running{0.5 + 2 * 0.5 / r, 10 - 1};
  expectNear(normalized(several, ""),
             {running[0], running[1], 0.5 - 2 * 3.5 / r, 10 - 1});
  expectNear(normalized(one, ""), running);
  expectNear(normalized(one, " by_batch"), running);
}

TEST_F(InterpreterTest, LinearOfDenseAndCsrRows) {
  const Reals w({3, 2}, {1, 2, 3, 4, 5, 6}), b({2}, {10, 20});
  const CsrRows csr{3, {0, 2, 2}, {0, 2}, {2, -1}};
  const Reals dense({2, 3}, {2, 0, -1, 0, 0, 0});
  for (bool isCsr : {false, true}) {
    const std::string x =
        isCsr ? "tensor<?x3xf32, #graph.csr>" : "tensor<?x3xf32>";
    DatumRef y = run("%x: " + x + ", %w: tensor<3x2xf32>, %b: tensor<2xf32>",
                     "%r = graph.linear %x, %w, %b : " + x +
                         ", tensor<3x2xf32>, tensor<2xf32>",
                     "tensor<?x2xf32>", {isCsr ? Datum(csr) : dense, w, b});
    ASSERT_TRUE(y) << error;
    EXPECT_EQ(std::get<Reals>(*y).shape, (Shape{2, 2}));
    expectNear(std::get<Reals>(*y).elements, {7, 18, 10, 20});
  }
}

TEST_F(InterpreterTest, MatmulInEveryTransposition) {
  // All are [[1, 2], [3, 4]] [[5, 6, 7], [8, 9, 10]].
  const Reals a({2, 2}, {1, 2, 3, 4}), aT({2, 2}, {1, 3, 2, 4});
  const Reals b({2, 3}, {5, 6, 7, 8, 9, 10}), bT({3, 2}, {5, 8, 6, 9, 7, 10});
  for (bool lhs : {false, true})
    for (bool rhs : {false, true}) {
      const std::string types = std::string("tensor<2x2xf32>, ") +
                                (rhs ? "tensor<3x2xf32>" : "tensor<2x3xf32>");
      const std::string attributes =
          std::string("{") + (lhs ? "transpose_lhs" : "") +
          (lhs && rhs ? ", " : "") + (rhs ? "transpose_rhs" : "") + "}";
      DatumRef y = run(std::string("%a: tensor<2x2xf32>, %b: ") +
                           (rhs ? "tensor<3x2xf32>" : "tensor<2x3xf32>"),
                       "%r = graph.matmul %a, %b " + attributes + " : " + types,
                       "tensor<2x3xf32>", {lhs ? aT : a, rhs ? bT : b});
      ASSERT_TRUE(y) << error;
      expectNear(std::get<Reals>(*y).elements, {21, 24, 27, 47, 54, 61});
    }
}

TEST_F(InterpreterTest, RowsOfMoreThanTwoDimensions) {
  // [1, 2, 2] and [1, 2, 1], whose rows are [1, 2], [3, 4] and [5], [6].
  const Reals x({1, 2, 2}, {1, 2, 3, 4}), dy({1, 2, 1}, {5, 6});
  const Reals w({2, 1}, {10, 100});
  DatumRef y = run("%x: tensor<?x2x2xf32>, %w: tensor<2x1xf32>",
                   "%r = graph.linear %x, %w : tensor<?x2x2xf32>, "
                   "tensor<2x1xf32>",
                   "tensor<?x2x1xf32>", {x, w});
  ASSERT_TRUE(y) << error;
  EXPECT_EQ(std::get<Reals>(*y).shape, (Shape{1, 2, 1}));
  expectNear(std::get<Reals>(*y).elements, {210, 430});
  y = run("%x: tensor<?x2x2xf32>, %d: tensor<?x2x1xf32>",
          "%r = graph.matmul %x, %d {transpose_lhs} : tensor<?x2x2xf32>, "
          "tensor<?x2x1xf32>",
          "tensor<2x1xf32>", {x, dy});
  ASSERT_TRUE(y) << error;
  expectNear(std::get<Reals>(*y).elements, {23, 34});
  y = run("%x: tensor<?x2x2xf32>",
          "%r = graph.sum_batch %x : tensor<?x2x2xf32>", "tensor<2xf32>", {x});
  ASSERT_TRUE(y) << error;
  expectNear(std::get<Reals>(*y).elements, {4, 6});
}

TEST_F(InterpreterTest, MeansOverTheSecondDimension) {
  const std::string sized = "tensor<?x?x2xf32, #graph.sizes<\"steps\" max 4>>";
  const Reals x({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 9}), y({2, 2}, {1, 2, 3, 4});
  for (const std::string &type : {std::string("tensor<?x2x2xf32>"), sized}) {
    DatumRef mean = run("%x: " + type, "%r = graph.average %x : " + type,
                        "tensor<?x2xf32>", {x});
    ASSERT_TRUE(mean) << error;
    expectNear(std::get<Reals>(*mean).elements, {2, 3, 6, 7.5});
    DatumRef same =
        run("%x: " + type + ", %y: tensor<?x2xf32>",
            "%r = graph.spread %y like %x : tensor<?x2xf32>, " + type, type,
            {x, y});
    ASSERT_TRUE(same) << error;
    expectNear(std::get<Reals>(*same).elements, {1, 2, 1, 2, 3, 4, 3, 4});
  }
}

TEST_F(InterpreterTest, SampledMatmulHasTheEntriesOfItsPattern) {
  const std::string x = "tensor<?x3xf32, #graph.csr>";
  const std::string arguments =
      "%x: " + x + ", %d: tensor<?x2xf32>, %w: tensor<3x2xf32>";
  const CsrRows pattern{3, {0, 2, 2, 3}, {0, 2, 1}, {7, 8, 9}};
  const Reals dy({3, 2}, {1, 2, 3, 4, 5, 6}), w({3, 2}, {1, -1, 2, 0, 3, 1});
  const std::string op = "graph.sampled_matmul %x, %d, %w : " + x +
                         ", tensor<?x2xf32>, tensor<3x2xf32>";
  DatumRef y = run(arguments, "%r = " + op, x, {pattern, dy, w});
  ASSERT_TRUE(y) << error;
  EXPECT_EQ(std::get<CsrRows>(*y).starts, pattern.starts);
  EXPECT_EQ(std::get<CsrRows>(*y).indices, pattern.indices);
  expectNear(std::get<CsrRows>(*y).values, {-1, 5, 10});
  // What has the same entries is added entry by entry.
  y = run(arguments, "%p = " + op + "\n%r = arith.addf %p, %x : " + x, x,
          {pattern, dy, w});
  ASSERT_TRUE(y) << error;
  expectNear(std::get<CsrRows>(*y).values, {6, 13, 19});
}

TEST_F(InterpreterTest, RowsAndClasses) {
  const std::string types = "%x: tensor<?x2xf32>, %t: tensor<?xi32>";
  const Reals x({2, 2}, {0, std::log(3.0), 1000, 1000});
  const Integers t({2}, {1, 0});
  DatumRef y = run(types, "%r = graph.log_sum_exp %x : tensor<?x2xf32>",
                   "tensor<?xf32>", {x, t});
  ASSERT_TRUE(y) << error;
  expectNear(std::get<Reals>(*y).elements,
             {std::log(4.0), 1000 + std::log(2.0)});
  const std::string pick =
      "%r = graph.pick %x, %t : tensor<?x2xf32>, tensor<?xi32>";
  y = run(types, pick, "tensor<?xf32>", {x, t});
  ASSERT_TRUE(y) << error;
  expectNear(std::get<Reals>(*y).elements, {std::log(3.0), 1000});
  EXPECT_FALSE(run(types, pick, "tensor<?xf32>", {x, Integers({2}, {2, 0})}));
  EXPECT_EQ(error, "expected every label to be from 0 to below 2");
}

TEST_F(InterpreterTest, Losses) {
  const Reals y({2, 2}, {0, std::log(3.0), 1, 2}), t({2, 2}, {1, 0, 1, 4});
  const auto loss = [&](const std::string &op, Datum label,
                        const std::string &settings = "") {
    const std::string type = std::holds_alternative<Integers>(label)
                                 ? "tensor<?xi32>"
                                 : "tensor<?x2xf32>";
    DatumRef l = run("%y: tensor<?x2xf32>, %t: " + type,
                     "%r = graph." + op + " %y, %t" + settings +
                         " : tensor<?x2xf32>, " + type,
                     "tensor<f32>", {y, std::move(label)});
    return l ? std::get<Reals>(*l).elements[0] : NAN;
  };
  const auto distilled = [&](const std::string &op, const Reals &logits,
                             Datum label, const Reals &teacher) {
    const std::string type = std::holds_alternative<Integers>(label)
                                 ? "tensor<?xi32>"
                                 : "tensor<?x2xf32>";
    DatumRef l =
        run("%y: tensor<?x2xf32>, %t: " + type + ", %s: tensor<?x2xf32>",
            "%r = graph." + op + " %y, %t, %s alpha(0.5) temperature(2.0) : " +
                "tensor<?x2xf32>, " + type + ", tensor<?x2xf32>",
            "tensor<f32>", {logits, std::move(label), teacher});
    return l ? std::get<Reals>(*l).elements[0] : NAN;
  };
  const double log3 = std::log(3.0);
  EXPECT_NEAR(loss("mse", t), (1 + log3 * log3 + 0 + 4) / 4, 1e-14);
  EXPECT_NEAR(loss("mae", t), (1 + log3 + 0 + 2) / 4, 1e-14);
  EXPECT_NEAR(loss("huber", t, ", 1.5"),
              (0.5 + log3 * log3 / 2 + 0 + 1.5 * (2 - 0.75)) / 4, 1e-7);
  // Errors t - y of 1, -log 3, 0 and 2.
  EXPECT_NEAR(loss("quantile", t, ", 0.75"), (0.75 + 0.25 * log3 + 0 + 1.5) / 4,
              1e-14);
  EXPECT_NEAR(loss("poisson", t),
              (1 + 3 + std::exp(1.0) - 1 + std::exp(2.0) - 8) / 4, 1e-14);
  const Reals sides({2, 2}, {1, 0, 1, 0});
  EXPECT_NEAR(loss("hinge", sides), (1 + (1 + log3) + 0 + 3) / 4, 1e-14);
  // Probabilities of 1/2, 3/4, sigmoid(1) and sigmoid(2) for 1, 0, 1 and 0.
  const auto focal = [](double right, double weight) {
    return -weight * std::pow(1 - right, 2) * std::log(right);
  };
  EXPECT_NEAR(loss("focal_with_logits", sides, " alpha(0.25) gamma(2.0)"),
              (focal(0.5, 0.25) + focal(0.25, 0.75) +
               focal(1 / (1 + std::exp(-1.0)), 0.25) +
               focal(1 / (1 + std::exp(2.0)), 0.75)) /
                  4,
              1e-14);
  // -log of 1/2, 1/4, sigmoid(1), and softplus(2) - 2 * 4.
  EXPECT_NEAR(loss("bce_with_logits", t),
              (std::log(2.0) + std::log(4.0) + std::log(1 + std::exp(-1.0)) +
               std::log(1 + std::exp(2.0)) - 8) /
                  4,
              1e-14);
  // Labels of 0.9, 0.1, 0.9 and 3.3.
  EXPECT_NEAR(loss("bce_with_logits", t, " smoothing(0.2)"),
              (std::log(2.0) + std::log(4.0) - 0.1 * log3 +
               std::log(1 + std::exp(1.0)) - 0.9 + std::log(1 + std::exp(2.0)) -
               2 * 3.3) /
                  4,
              1e-7);
  EXPECT_NEAR(loss("cross_entropy", Integers({2}, {1, 0})),
              (std::log(4.0 / 3.0) + std::log(1 + std::exp(1.0))) / 2, 1e-14);
  // log(sum exp) of the rows minus 0.9 + 0.05 and 0.05 of the logits.
  EXPECT_NEAR(loss("cross_entropy", Integers({2}, {1, 0}), " smoothing(0.1)"),
              (std::log(4.0) - 0.95 * log3 + 1 + std::log(1 + std::exp(1.0)) -
               (0.95 * 1 + 0.05 * 2)) /
                  2,
              1e-7);
  // Half of bce, half of T^2 = 4 times bce at y / 2 with the labels
  // sigmoid(s / 2), where s is y itself.
  const auto taught = [](double x) {
    const double p = 1 / (1 + std::exp(-x));
    return -p * std::log(p) - (1 - p) * std::log(1 - p);
  };
  double soft = 0;
  for (double logit : y.elements)
    soft += 4 * taught(logit / 2) / 4;
  EXPECT_NEAR(distilled("distill_bce", y, t, y),
              0.5 * loss("bce_with_logits", t) + 0.5 * soft, 1e-14);
  // Of classes: at half of the logits, the teacher is sure of neither.
  const Reals unsure({2, 2}, {1, 1, -2, -2});
  EXPECT_NEAR(
      distilled("distill_cross_entropy", y, Integers({2}, {1, 0}), unsure),
      0.5 * loss("cross_entropy", Integers({2}, {1, 0})) +
          0.5 * 4 *
              (std::log(1 + std::sqrt(3.0)) - log3 / 4 +
               std::log(std::exp(0.5) + std::exp(1.0)) - 0.75) /
              2,
      1e-14);
  EXPECT_TRUE(std::isnan(loss("cross_entropy", Integers({2}, {1, 2}))));
  EXPECT_EQ(error, "expected every label to be from 0 to below 2");
}

TEST_F(InterpreterTest, DropoutDrawsAsItsTextSays) {
  // Computed with another implementation of Philox4x32-10: position crosses
  // 2^32, the seed uses all bits, the site is 3.
  const char mask[] = "01001100"
                      "01011001"
                      "01011000"
                      "01110010";
  DatumRef y = run("%x: tensor<?x8xf32>, %seed: i64, %position: i64",
                   "%r = graph.dropout %x, 0.5 key(%seed, %position) {site = "
                   "3 : i64} : tensor<?x8xf32>",
                   "tensor<?x8xf32>",
                   {Reals({4, 8}, 1.5),
                    Integers(static_cast<int64_t>(0xfedcba9876543210)),
                    Integers((int64_t(1) << 32) - 2)});
  ASSERT_TRUE(y) << error;
  for (size_t i = 0; i < 32; ++i)
    EXPECT_EQ(std::get<Reals>(*y).elements[i], mask[i] == '1' ? 3.0 : 0.0);
  expectNear(runUnary("dropout %x, 0.5", {1, 2}), {1, 2});
}

TEST_F(InterpreterTest, GatherAndOneHot) {
  DatumRef y = run("%x: tensor<?x2xf32>, %rows: tensor<?xi32>",
                   "%r = graph.gather %x, %rows : tensor<?x2xf32>, "
                   "tensor<?xi32>",
                   "tensor<?x2xf32>",
                   {Reals({3, 2}, {1, 2, 3, 4, 5, 6}), Integers({2}, {2, 0})});
  ASSERT_TRUE(y) << error;
  expectNear(std::get<Reals>(*y).elements, {5, 6, 1, 2});

  const std::string csr = "tensor<?x4xf32, #graph.csr>";
  y = run("%x: " + csr + ", %rows: tensor<?xi32>",
          "%r = graph.gather %x, %rows : " + csr + ", tensor<?xi32>", csr,
          {CsrRows{4, {0, 1, 1, 3}, {2, 0, 3}, {7, 8, 9}},
           Integers({3}, {2, 1, 0})});
  ASSERT_TRUE(y) << error;
  EXPECT_EQ(std::get<CsrRows>(*y).starts, (std::vector<int64_t>{0, 2, 2, 3}));
  EXPECT_EQ(std::get<CsrRows>(*y).indices, (std::vector<int64_t>{0, 3, 2}));
  expectNear(std::get<CsrRows>(*y).values, {8, 9, 7});

  y = run("%t: tensor<?xi32>",
          "%r = graph.one_hot %t : tensor<?xi32> -> tensor<?x3xf32>",
          "tensor<?x3xf32>", {Integers({2}, {2, 0})});
  ASSERT_TRUE(y) << error;
  expectNear(std::get<Reals>(*y).elements, {0, 0, 1, 1, 0, 0});
}

TEST_F(InterpreterTest, UnknownOpsAreErrors) {
  EXPECT_FALSE(run("%x: f32", "%r = math.cos %x : f32", "f32", {Reals(1.0)}));
  EXPECT_EQ(error, "the reference interpreter does not know 'math.cos' on "
                   "these types");
}

TEST_F(InterpreterTest, SizesAndDataThatDoNotFitAreErrors) {
  const std::string two = "%a: tensor<?xf32>, %b: tensor<?xf32>";
  EXPECT_FALSE(run(two, "%r = arith.addf %a, %b : tensor<?xf32>",
                   "tensor<?xf32>", {Reals({2}, 1.0), Reals({3}, 1.0)}));
  EXPECT_EQ(error, "expected operands of one shape at run time");
  EXPECT_FALSE(run(two, "%r = arith.addf %a, %b : tensor<?xf32>",
                   "tensor<?xf32>", {Reals({2}, 1.0), Reals({2, 1}, 1.0)}));
  EXPECT_EQ(error, "expected argument 1 to be 'tensor<?xf32>'");
  EXPECT_FALSE(run("%x: tensor<?x2xf32>, %rows: tensor<?xi32>",
                   "%r = graph.gather %x, %rows : tensor<?x2xf32>, "
                   "tensor<?xi32>",
                   "tensor<?x2xf32>", {Reals({3, 2}, 1.0), Integers({1}, 3)}));
  EXPECT_EQ(error, "expected every row to be from 0 to below 3");
}

} // namespace
