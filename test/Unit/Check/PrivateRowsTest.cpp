//===- PrivateRowsTest.cpp - What a row adds in compiled private steps ----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled private steps against gradients of single rows, which are computed
// here in f64. The state of sgd's momentum tells what a step summed up.
// MLC_PRIVATE_SHAPES and MLC_PRIVATE_ROWS ask for more of them: 512 shapes and
// a million hostile rows take some minutes.
//
//===----------------------------------------------------------------------===//

#include "StepRuns.h"
#include "lib/Check/JitProgram.h"

#include "CPU/Workers.h"
#include "Program/AlignedBuffer.h"
#include "Program/Workspace.h"
#include "Signature.h"
#include "mlc/Passes.h"
#include "mlc/Pipeline.h"
#include "mlc/Steps.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <random>

using namespace mlir;
using namespace mlc;

namespace {

constexpr int64_t kBatch = 8;

int64_t wanted(const char *variable, int64_t otherwise) {
  const char *text = std::getenv(variable);
  return text ? std::atoll(text) : otherwise;
}

/// y = tanh(x w + b) v + c, or with one weight and bias in both layers.
struct Net {
  int64_t in, hidden, out;
  bool isCsr, isTied;

  std::string text(double clip) const {
    const std::string i = std::to_string(in), h = std::to_string(hidden),
                      o = std::to_string(out);
    const std::string x = "tensor<?x" + i + "xf32" +
                          (isCsr ? ", #graph.csr>" : ">"),
                      w = "tensor<" + i + "x" + h + "xf32>",
                      b = "tensor<" + h + "xf32>",
                      v = "tensor<" + h + "x" + o + "xf32>",
                      c = "tensor<" + o + "xf32>",
                      y = "tensor<?x" + o + "xf32>";
    return "graph.program @net {\n"
           "  %w = graph.parameter \"w\" zeros : " +
           w +
           "\n"
           "  %b = graph.parameter \"b\" zeros : " +
           b + "\n" +
           (isTied ? ""
                   : "  %v = graph.parameter \"v\" zeros : " + v +
                         "\n"
                         "  %c = graph.parameter \"c\" zeros : " +
                         c + "\n") +
           "  graph.predict(%x: " + x +
           ") {\n"
           "    %h = graph.linear %x, %w, %b : " +
           x + ", " + w + ", " + b + "\n    %a = graph.tanh %h : tensor<?x" +
           h +
           "xf32>\n"
           "    %y = graph.linear %a, " +
           (isTied ? "%w, %b" : "%v, %c") + " : tensor<?x" + h + "xf32>, " + v +
           ", " + c +
           "\n"
           "    graph.yield %y : " +
           y +
           "\n  }\n"
           "  graph.loss(%y: " +
           y + ", %t: " + y +
           ") {\n"
           "    %l = graph.mse %y, %t : " +
           y + ", " + y +
           "\n"
           "    graph.yield %l : tensor<f32>\n  }\n"
           "  graph.train sgd(learning_rate = 0.5, momentum = 0.5) batch(" +
           std::to_string(kBatch) +
           ") epochs(1) private(clip = " + std::to_string(clip) + ")\n}\n";
  }
};

/// Everything that a call on some rows needs, in f32.
struct Batch {
  std::vector<float> features; ///< [rows, in]; where sparse, 0 is not stored.
  std::vector<float> targets;  ///< [rows, out].
  std::vector<float> scales;   ///< [rows].
};

/// A net, compiled, with parameters of its own.
class CompiledNet {
public:
  CompiledNet(const Net &net, double clip, double roundoff,
              const std::string &cpu = "native")
      : net(net) {
    DialectRegistry registry;
    registerDialects(registry);
    context_.appendDialectRegistry(registry);
    auto module = parseSourceString<ModuleOp>(net.text(clip), &context_);
    PassManager manager(&context_);
    manager.addPass(createForwardSteps());
    manager.addPass(createMakeGradients());
    manager.addPass(createMakePrivate({roundoff}));
    manager.addPass(createApplyOptimizer());
    EXPECT_TRUE(succeeded(manager.run(*module)));
    JitOptions options;
    options.cpu = cpu;
    program_.emplace(
        llvm::cantFail(JitProgram::compileSteps(*module, options)));
    for (int64_t i = 0; i < program().parameter_count; ++i)
      parameters.emplace_back(
          runtime::elementsOf(program().parameters[i].shape));
  }

  const MlcProgram &program() const { return program_->program(); }

  /// What a step of these rows sums up, divided by kBatch, parameter after
  /// parameter.
  std::vector<float> sums(const Batch &batch, int64_t workers = 1) const;

  /// The same of one row alone, in f64 and without clipping, as it is defined.
  std::vector<double> gradient(const Batch &batch, int64_t row) const;

  const Net net;
  std::vector<std::vector<float>> parameters;

private:
  MLIRContext context_;
  std::optional<JitProgram> program_;
};

std::vector<float> CompiledNet::sums(const Batch &batch,
                                     int64_t workers) const {
  const int64_t rows = std::ssize(batch.scales);
  std::vector<int64_t> indptr{0};
  std::vector<uint16_t> indices;
  std::vector<float> values, squares;
  for (int64_t row = 0; row < rows; ++row) {
    double square = 0;
    for (int64_t column = 0; column < net.in; ++column)
      if (const float x = batch.features[row * net.in + column]; x != 0) {
        indices.push_back(static_cast<uint16_t>(column));
        values.push_back(x);
        square += double(x) * x;
      }
    indptr.push_back(std::ssize(indices));
    auto above = static_cast<float>(square);
    if (above < square)
      above = std::nextafter(above, INFINITY);
    squares.push_back(std::max(above, std::numeric_limits<float>::min()));
  }
  const MlcInputData input =
      net.isCsr ? MlcInputData{values.data(), indices.data(), indptr.data()}
                : MlcInputData{batch.features.data(), nullptr, nullptr};
  std::vector<runtime::AlignedBuffer<float>> memory;
  std::vector<void *> parameterTable, stateTable;
  const auto place = [&](std::vector<void *> &table,
                         std::span<const float> from, size_t size) {
    auto &buffer = memory.emplace_back(size);
    std::ranges::copy(from, buffer.data());
    table.push_back(buffer.data());
  };
  for (const std::vector<float> &parameter : parameters)
    place(parameterTable, parameter, parameter.size());
  for (int64_t i = 0; i < program().state_count; ++i)
    place(stateTable, {}, runtime::elementsOf(program().states[i].shape));
  std::vector<int32_t> order(rows);
  std::iota(order.begin(), order.end(), 0);
  const void *labels[] = {batch.targets.data()};
  const int64_t capacity = std::ssize(indices);
  std::vector<double> rates(rows, 0.5);
  std::vector<float> losses(rows);
  const MlcWorkspace &bytes = runtime::findEntry(program(), "train")->workspace;
  MlcCall call = {};
  call.rows = order.data();
  call.row_count = rows;
  call.inputs = &input;
  call.capacities = &capacity;
  call.labels = labels;
  call.parameters = parameterTable.data();
  call.states = stateTable.data();
  auto workspace = runtime::makeWorkspace(bytes, workers, capacity);
  call.workspace = workspace.data();
  call.losses = losses.data();
  call.learning_rates = rates.data();
  call.row_scales = batch.scales.data();
  call.row_squares = squares.data();
  call.ranks = 1;
  runtime::Workers(workers).run(
      runtime::findEntry(program(), "train")->function, call);
  std::vector<float> sums;
  for (int64_t i = 0; i < program().state_count; ++i) {
    const auto *state = static_cast<const float *>(stateTable[i]);
    const int64_t size = runtime::elementsOf(program().states[i].shape);
    if (StringRef(program().states[i].name).ends_with(".momentum_buffer"))
      sums.insert(sums.end(), state, state + size);
    else // Nothing is left for the next step.
      EXPECT_EQ(std::count(state, state + size, 0.0f), size);
  }
  return sums;
}

std::vector<double> CompiledNet::gradient(const Batch &batch,
                                          int64_t row) const {
  const auto [in, hidden, out, isCsr, isTied] = net;
  const float *x = &batch.features[row * in];
  const std::vector<float> &w = parameters[0], &b = parameters[1],
                           &v = parameters[isTied ? 0 : 2],
                           &c = parameters[isTied ? 1 : 3];
  std::vector<double> a(b.begin(), b.end()), y(c.begin(), c.end());
  for (int64_t j = 0; j < hidden; ++j) {
    for (int64_t i = 0; i < in; ++i)
      a[j] += double(x[i]) * w[i * hidden + j];
    a[j] = std::tanh(a[j]);
    for (int64_t k = 0; k < out; ++k)
      y[k] += a[j] * v[j * out + k];
  }
  std::vector<double> dw(w.size()), db(b.size()), dv(v.size()), dc(c.size());
  for (int64_t k = 0; k < out; ++k)
    dc[k] = 2 * (y[k] - batch.targets[row * out + k]) / double(out);
  for (int64_t j = 0; j < hidden; ++j) {
    double da = 0;
    for (int64_t k = 0; k < out; ++k) {
      da += dc[k] * v[j * out + k];
      dv[j * out + k] = a[j] * dc[k];
    }
    db[j] = da * (1 - a[j] * a[j]);
    for (int64_t i = 0; i < in; ++i)
      dw[i * hidden + j] = x[i] * db[j];
  }
  std::vector<double> all;
  const auto add = [&](std::vector<double> first,
                       const std::vector<double> &second) {
    if (isTied)
      std::ranges::transform(first, second, first.begin(), std::plus<>());
    all.insert(all.end(), first.begin(), first.end());
  };
  add(dw, dv);
  add(db, dc);
  if (!isTied) {
    add(dv, {});
    add(dc, {});
  }
  return all;
}

class Numbers {
public:
  explicit Numbers(unsigned seed) : engine_(seed) {}
  int64_t whole(int64_t first, int64_t last) {
    return first + int64_t(engine_() % uint64_t(last - first + 1));
  }
  float real() { return float(engine_()) / 0x1p31f - 1; }
  /// Of a size that f32 can hardly hold, or tiny, or neither.
  float hostile() {
    constexpr float sizes[] = {0,      1e-45f, 1e-39f, 1.2e-38f, 1e-30f, 1e-19f,
                               1e-10f, 1,      1e10f,  1e19f,    1e30f,  3e38f};
    return real() * sizes[whole(0, std::ssize(sizes) - 1)];
  }

private:
  std::mt19937 engine_;
};

template <typename Number>
Batch batchOf(const Net &net, int64_t rows, Number number, Numbers &numbers) {
  Batch batch;
  for (int64_t i = 0; i < rows * net.in; ++i)
    batch.features.push_back(numbers.whole(0, 2) ? number() : 0);
  for (int64_t i = 0; i < rows * net.out; ++i)
    batch.targets.push_back(number());
  batch.scales.assign(rows, 1);
  return batch;
}

double normOf(auto &&numbers) {
  double squares = 0;
  for (double x : numbers)
    squares += x * x;
  return std::sqrt(squares);
}

Batch onlyRow(Batch batch, int64_t row) {
  std::ranges::fill(batch.scales, 0.0f);
  batch.scales[row] = 1;
  return batch;
}

/// Norms against gradients that are made: what a row adds has the clip's norm
/// and the gradient's direction.
TEST(PrivateRowsTest, NormsAreThoseOfEachRowsGradient) {
  Numbers numbers(1);
  const int64_t shapes = wanted("MLC_PRIVATE_SHAPES", 4);
  for (int64_t shape = 0; shape < shapes; ++shape) {
    Net net{numbers.whole(1, 70), numbers.whole(1, 40), numbers.whole(1, 20),
            shape % 2 == 1, shape % 4 >= 2};
    if (net.isTied) {
      net.isCsr = false;
      net.in = net.out = net.hidden;
    }
    constexpr double clip = 0.015625; // Below any of these norms.
    CompiledNet compiled(net, clip, /*roundoff=*/0);
    for (std::vector<float> &parameter : compiled.parameters)
      for (float &element : parameter)
        element = numbers.real() / std::sqrt(float(net.in));
    const Batch batch =
        batchOf(net, 3, [&] { return numbers.real(); }, numbers);
    for (int64_t row = 0; row < 3; ++row) {
      const std::vector<double> gradient = compiled.gradient(batch, row);
      const std::vector<float> sums = compiled.sums(onlyRow(batch, row));
      ASSERT_GT(normOf(gradient), clip);
      ASSERT_EQ(gradient.size(), sums.size());
      double product = 0;
      for (size_t i = 0; i < sums.size(); ++i)
        product += kBatch * double(sums[i]) * gradient[i];
      // |g| (s |g|) / clip = |g| / the norm that was used.
      EXPECT_NEAR(product / normOf(gradient) / clip, 1, 2e-6)
          << net.text(clip) << "row " << row;
      EXPECT_NEAR(kBatch * normOf(sums), clip, 2e-6 * clip);
    }
  }
}

/// No row, whatever it holds, adds more than the clip, and none makes the sum
/// anything but a number.
TEST(PrivateRowsTest, HostileRowsAddNoMoreThanTheClip) {
  Numbers numbers(2);
  constexpr double clip = 0.5;
  for (const char *cpu : {"x86-64-v2", "x86-64-v3", "x86-64-v4", "native"}) {
    if (!llvm::cantFail(missingHere(cpu)).empty())
      continue;
    const std::string name = cpu;
    const int64_t rows =
        name == "native" ? wanted("MLC_PRIVATE_ROWS", 1000) : 200;
    for (const Net &net :
         {Net{9, 5, 3, true, false}, Net{7, 5, 1, false, false},
          Net{5, 5, 5, false, true}}) {
      CompiledNet compiled(net, clip, 0x1p-24, name);
      double most = 0;
      for (int64_t row = 0; row < rows; ++row) {
        if (row % 50 == 0)
          for (std::vector<float> &parameter : compiled.parameters)
            for (float &element : parameter)
              element = row % 100 ? numbers.hostile() : 3 * numbers.real();
        const Batch batch = batchOf(
            net, 1,
            [&] { return row % 3 ? numbers.hostile() : 100 * numbers.real(); },
            numbers);
        const double norm = kBatch * normOf(compiled.sums(batch));
        ASSERT_TRUE(std::isfinite(norm)) << cpu << " row " << row;
        ASSERT_LE(norm, clip) << cpu << " row " << row;
        most = std::max(most, norm);
      }
      EXPECT_GT(most, clip * (1 - 1e-5)); // Some are clipped.
    }
  }
}

/// A step's sum without a row differs by what the row adds alone, by the other
/// rows' sums in another order at most; also where rows are of two batches.
TEST(PrivateRowsTest, NoRowChangesWhatAnotherAdds) {
  Numbers numbers(3);
  for (const Net &net :
       {Net{40, 33, 2, true, false}, Net{30, 17, 5, false, false},
        Net{12, 12, 12, false, true}}) {
    constexpr double clip = 0.5;
    CompiledNet compiled(net, clip, 0x1p-24);
    for (std::vector<float> &parameter : compiled.parameters)
      for (float &element : parameter)
        element = numbers.real();
    for (int64_t rows : {int64_t(1), kBatch, kBatch + 3, 4 * kBatch}) {
      Batch batch = batchOf(net, rows, [&] { return numbers.real(); }, numbers);
      // One that would be heard if it were not clipped.
      for (int64_t i = 0; i < net.in; ++i)
        batch.features[i] *= 1e6f;
      const std::vector<float> whole = compiled.sums(batch);
      EXPECT_EQ(compiled.sums(batch, 2), whole); // Bits.
      std::vector<double> added(whole.size());
      for (int64_t row = 0; row < rows; ++row) {
        const std::vector<float> one = compiled.sums(onlyRow(batch, row));
        Batch without = batch;
        without.scales[row] = 0;
        const std::vector<float> rest = compiled.sums(without);
        for (size_t i = 0; i < whole.size(); ++i) {
          ASSERT_NEAR(kBatch * (double(whole[i]) - rest[i]), kBatch * one[i],
                      1e-6 * double(rows));
          added[i] += one[i];
        }
      }
      for (size_t i = 0; i < whole.size(); ++i)
        ASSERT_NEAR(whole[i], added[i], 1e-6 * double(rows));
    }
  }
}

} // namespace
