//===- Learner.h - From rows to weights in two passes -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_LEARNER_H
#define MLC_TOOLS_MLC_LEARNER_H

#include "LearningOptions.h"
#include "TwoRates.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlc {

/// What is learned from.
struct LearnedRows {
  Words data;          ///< Inputs, and what else `mlc data` is told.
  Words inputs;        ///< The inputs alone.
  std::string dataset; ///< A data set in the place of that.
  /// `--fold` and what goes with it. The rows of the fold are written to
  /// held-out.safetensors once all that can be learned from the others is.
  Words fold;
  double share = 0;  ///< Of the rows, set aside to choose the epochs by.
  std::string other; ///< Inputs of their own to choose by, in place of those.
  /// Whether they choose even where they are few; else these judge alone, as
  /// what they would choose is chance.
  bool mayBeFew = false;

  bool mayChoose() const { return share > 0 || !other.empty(); }
};

/// A program, and which data and models it was compiled for. Passes whose rows
/// are equally wide share it.
struct SharedProgram {
  std::string path; ///< Empty: none yet.
  std::string model;
};

/// What `mlc train` does, and so what `mlc cv` judges. The first pass sets rows
/// aside, by which it chooses the number of epochs, and learns everything from
/// the rest; the second learns from all rows for as many. Where nothing is set
/// aside, or no second pass is wanted, there is one. Each has
/// train.safetensors, model.mlir, program, weights.safetensors and
/// metrics.jsonl in its folder; of two passes the first one's is
/// FOLDER/choosing.
class Learner {
public:
  /// `shared` may be null. Throws UsageError.
  Learner(const LearningOptions &learning, const LearnedRows &rows,
          std::string folder, bool mayRefit, bool isQuiet,
          SharedProgram *shared = nullptr);

  /// Writes a page of the training that chooses.
  void reportTo(std::string path) { report_ = std::move(path); }
  /// Weights that PROGRAM calibrate wrote; the second pass stores their
  /// temperature and threshold.
  void decideAs(std::string path) { decision_ = std::move(path); }
  /// Called with the data set of the first pass before anything is learned from
  /// it; throws where it does not do.
  void checkData(std::function<void(const runtime::Dataset &)> check) {
    check_ = std::move(check);
  }
  /// Where what the programs print goes, by each pass; not called: stdout.
  void keepOutput() { keepsOutput_ = true; }

  /// The first pass, or the only one. Throws UsageError, InputError, Failed.
  void choose();
  /// The second pass, unless there is one alone.
  void learnFromAll();

  /// Of the last pass so far.
  const std::string &folder() const { return folder_; }
  const std::string &program() const { return program_; }
  const std::string &data() const { return data_; }
  Epochs chosen() const { return *chosen_; }
  bool hasSecondPass() const { return hasSecond_; }
  /// What `mlc data` made of a fold: what was learned from, what was held out.
  const std::vector<runtime::ImportedFile> &imported() const {
    return imported_;
  }

private:
  std::string in(const char *name) const;
  void run(Words command) const;
  void pass(bool isChoosing);
  void makeData(bool isChoosing);
  void makeModel();
  void compile();
  void train(bool isChoosing);
  bool areEnough() const;
  Words originOfRows(bool isChoosing) const;

  const LearningOptions &learning_;
  const LearnedRows &rows_;
  const std::string whole_; ///< The folder of the last pass.
  const bool hasSecond_, isQuiet_;
  SharedProgram *shared_;
  std::string report_, decision_;
  bool keepsOutput_ = false;
  std::function<void(const runtime::Dataset &)> check_;
  // Of the pass.
  std::string folder_, program_, data_;
  std::vector<runtime::ImportedFile> imported_;
  std::optional<Epochs> chosen_;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_LEARNER_H
