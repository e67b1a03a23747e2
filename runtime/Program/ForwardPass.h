//===- ForwardPass.h - Runs a program without training it -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_FORWARDPASS_H
#define MLC_RUNTIME_PROGRAM_FORWARDPASS_H

#include "Metrics/Measure.h"
#include "Program/ChunkSize.h"
#include "Program/Executor.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace mlc::runtime {

class KeptAnswers;

/// What `evaluate` or `predict` said of some rows.
struct ForwardChunk {
  std::span<const std::int32_t> rows;
  std::span<const float> outputs; ///< [rows, outputs]
  std::span<const float> losses;  ///< `evaluate`: [batches]
};

/// What rows add up to, in their order.
struct Tally {
  double loss = 0; ///< Of all rows.
  /// Binary: columns with the right sign. Class: places whose first largest
  /// output is the label.
  std::int64_t right = 0;
  double squares = 0; ///< Real: squared errors of all columns.
  /// The answer of all rows: a class, or of one binary output 0 or 1. -1 before
  /// the first, and where there are several outputs or a GPU counts.
  std::int64_t answer = -1;
  bool hasAnswers = false; ///< That differ.

  void addAnswer(std::int64_t next) {
    hasAnswers |= answer >= 0 && next != answer;
    answer = next;
  }
};

/// Runs an entry point over any number of rows in buffers of bounded size, many
/// batches a call: each worker runs batches of its own.
class ForwardPass {
public:
  ForwardPass(Executor &executor, const Examples &examples);

  /// Calls `consume` with consecutive chunks of `rows`. Returns false where a
  /// signal stopped it early.
  bool run(ProgramStep step, std::span<const std::int32_t> rows,
           const std::function<void(const ForwardChunk &)> &consume);

  /// Evaluates rows on a GPU, which counts what is right: see Tally. Outputs
  /// stay there, and what comes back is a few bytes a batch.
  bool count(std::span<const std::int32_t> rows, Tally &tally);

private:
  /// Calls `run` with consecutive chunks of rows, for which `call_` is ready.
  bool
  forEachChunk(std::span<const std::int32_t> rows, ChunkSize &chunk,
               const std::function<void(std::span<const std::int32_t>)> &run);
  std::int64_t batchesOf(std::int64_t rows) const;

  Executor &executor_;
  MlcCall call_;
  std::int64_t batchLimit_; ///< Batches that the buffers have room for.
  std::vector<float> outputs_, losses_;
  void *outputTable_[1]; ///< [outputs] where they are.
  ChunkSize chunk_;
  std::int64_t countLimit_; ///< The same where outputs stay on a GPU.
  std::vector<float> countedLosses_;
  std::vector<std::int32_t> scores_; ///< Or floats, by the kind of label.
  ChunkSize countChunk_;
};

/// What a program is worth on some rows.
struct Evaluation {
  double loss = 0; ///< Mean over the rows.
  /// Binary: share of right signs over all rows and columns (a label of at
  /// least 0.5 is positive, an output above 0). Class: share of rows whose
  /// first largest output is the label. Real: root of the mean squared error,
  /// in the units of the targets where those were scaled.
  double score = 0;
  /// What every row was told; -1 where they were told several things, or where
  /// that is not known (see Tally).
  std::int64_t onlyAnswer = -1;
  std::vector<Figure> figures; ///< Of the measures that were asked for.
};

/// "accuracy", or "rmse" for real labels.
const char *scoreName(const MlcProgram &program);

/// The score for people: "85.42 %" or "0.1234".
std::string scoreText(const MlcProgram &program, double score);

/// A forward pass that keeps count.
class Evaluator {
public:
  /// `rows` is not empty. Measures have outputs kept (KeptAnswers), and a GPU's
  /// brought to the host; without them nothing is.
  Evaluator(Executor &executor, const Examples &examples,
            std::vector<std::int32_t> rows, std::vector<Measure> measures = {});
  ~Evaluator();

  /// Nothing where a signal stopped it. `observe`, if given, sees all outputs.
  std::optional<Evaluation>
  run(const std::function<void(const ForwardChunk &)> &observe = {});

private:
  void add(const ForwardChunk &chunk, Tally &tally) const;
  void addRow(std::int32_t row, const float *outputs, Tally &tally) const;
  double scoreOf(const Tally &tally) const;

  Executor &executor_;
  const MlcProgram &program_;
  const Examples &examples_;
  std::vector<std::int32_t> rows_;
  std::shared_ptr<PlacedRows> placed_; ///< They, for a GPU.
  ForwardPass pass_;
  std::vector<Measure> measures_;
  std::unique_ptr<KeptAnswers> kept_; ///< Null without measures.
};

/// 0, 1, ... count - 1.
std::vector<std::int32_t> allRows(std::int64_t count);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_FORWARDPASS_H
