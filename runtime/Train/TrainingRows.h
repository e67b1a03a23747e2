//===- TrainingRows.h - Where steps get their rows --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_TRAININGROWS_H
#define MLC_RUNTIME_TRAIN_TRAININGROWS_H

#include "Program/Executor.h"
#include "Program/StagedRows.h"

#include <array>
#include <cstdint>
#include <future>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// In which order a run takes its rows.
struct RowOrder {
  bool isShuffled = true;
  std::uint64_t seed = 0;
  std::int64_t window = std::numeric_limits<std::int64_t>::max(); ///< Rows.
};

class ResidentRows;

/// The rows of a run, in the order of each epoch (WindowedOrder). Where they
/// lie never changes what they are, nor any bit of what is learned.
class TrainingRows {
public:
  virtual ~TrainingRows() = default;

  /// Rows of an epoch.
  virtual std::int64_t size() const = 0;
  /// Told before calls of an epoch; the same may come again.
  virtual void startEpoch(std::int64_t epoch) = 0;
  /// A call for steps, to which rows are still to be told.
  virtual MlcCall call() = 0;
  /// How many rows a call from place `first` of the epoch may have, at most:
  /// one at least, and as many more as make a batch.
  virtual std::int64_t mostFrom(std::int64_t first) const = 0;
  /// Points a call to the `count` rows from place `first` on.
  virtual void describe(std::int64_t first, std::int64_t count,
                        MlcCall &call) = 0;
  /// These, where all are in memory and as they were given; else null.
  virtual const ResidentRows *resident() const { return nullptr; }
  /// "rows 5, 0, 8, ... of FILE": those from place `first` on, for people, and
  /// that there are more.
  virtual std::string textOf(std::int64_t first, std::int64_t count,
                             bool hasMore) const = 0;
};

/// Some rows of examples that are in memory, or on a GPU.
class ResidentRows : public TrainingRows {
public:
  /// `rows` are not empty.
  ResidentRows(Executor &executor, const Examples &examples,
               std::vector<std::int32_t> rows, const RowOrder &order);

  std::int64_t size() const override { return std::ssize(rows_); }
  void startEpoch(std::int64_t epoch) override;
  MlcCall call() override { return executor_.callOn(examples_); }
  std::int64_t mostFrom(std::int64_t) const override { return size(); }
  void describe(std::int64_t first, std::int64_t, MlcCall &call) override {
    call.rows = &order_[std::size_t(first)];
  }
  const ResidentRows *resident() const override { return this; }
  std::string textOf(std::int64_t first, std::int64_t count,
                     bool hasMore) const override;

  const Examples &examples() const { return examples_; }
  /// Those of the examples that are trained on, as they were given.
  std::span<const std::int32_t> given() const { return rows_; }

private:
  EpochOrder epochOrder() const {
    return {rows_, settings_.isShuffled, settings_.seed, epoch_,
            settings_.window};
  }

  Executor &executor_;
  const Examples &examples_;
  RowOrder settings_;
  std::int64_t epoch_ = 1;
  std::vector<std::int32_t> rows_; ///< As given.
  /// As this epoch takes them; where a GPU has them, only their place.
  std::vector<std::int32_t> order_;
  std::array<std::shared_ptr<PlacedRows>, 2> placed_; ///< Both, for a GPU.
};

/// All rows of the parts of a data set. A window of them is in memory, and the
/// next one is read meanwhile; nothing grows with the number of rows.
class StreamedRows : public TrainingRows {
public:
  /// The parts were checked. Only for a CPU.
  StreamedRows(Executor &executor, const ExampleParts &parts,
               const RowWeightRule &weights, const RowOrder &order);
  ~StreamedRows() override;

  std::int64_t size() const override { return parts_.rows(); }
  void startEpoch(std::int64_t epoch) override;
  MlcCall call() override { return executor_.callOfTraining(); }
  std::int64_t mostFrom(std::int64_t first) const override;
  void describe(std::int64_t first, std::int64_t count, MlcCall &call) override;
  std::string textOf(std::int64_t first, std::int64_t count,
                     bool hasMore) const override;

private:
  /// An epoch's order, and the window of it whose rows are in memory.
  struct Epoch {
    WindowedOrder order;
    std::optional<WindowedOrder::Window> window = std::nullopt;
    std::int64_t number = -1; ///< Of that window.
  };

  void enter(std::int64_t window);
  void leave();
  void readAhead(std::int64_t window);

  Executor &executor_;
  const ExampleParts &parts_;
  RowOrder settings_;
  std::int64_t epochNumber_ = 0;
  std::optional<Epoch> epoch_;
  std::future<void> ahead_; ///< The reading of the next window.
  std::int64_t staged_;     ///< Rows that are copied at a time, about.
  std::vector<std::int64_t> rows_;
  StagedRows stage_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_TRAININGROWS_H
