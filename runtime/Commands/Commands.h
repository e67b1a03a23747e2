//===- Commands.h - What a compiled program can be told to do ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_COMMANDS_H
#define MLC_RUNTIME_COMMANDS_COMMANDS_H

#include "CPU/Workers.h"
#include "Device/DeviceChoice.h"
#include "Import/Documents.h"
#include "Program/Weights.h"
#include "Train/CheckpointInterval.h"
#include "Train/RowWeights.h"
#include "Train/Trainer.h"
#include "mlc/RuntimeABI.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What was asked of the schedule.
struct ScheduleRequest {
  std::string kind; ///< Empty: not given.
  std::optional<double> warmup, finalShare, gamma, minDelta;
  std::int64_t every = 0, patience = 0; ///< 0: not given.
};

/// What a training starts from.
struct FirstWeights {
  std::string init; ///< A file of weights; empty for random values.
  std::string map;  ///< --init-map, as it was given.
  WeightNames names = {};
  std::string vectors; ///< A file of word vectors, for rows of `into`.
  std::string into;    ///< A parameter with a row for each word of the data.
};

/// What was asked of private training.
struct PrivacyRequest {
  std::optional<double> epsilon; ///< Where it was given.
  double delta = 1e-5;
  std::string keyFile; ///< Where the secret is kept; empty for nowhere.
  bool isTestPublic = false, isVocabularyPublic = false;
};

/// Paths are empty where not given.
struct TrainCommand {
  std::vector<std::string> data; ///< One file, or the parts of a set.
  std::string test, metrics, output;
  FirstWeights first;
  std::string continued; ///< A checkpoint, or a folder of them, to go on from.
  bool givesRate = false, givesSeed = false; ///< Whether the user named them.
  std::string report;                        ///< Where a page of the run goes.
  std::string reportAfter; ///< A metrics file whose epochs come first on it.
  std::string decisionOf;  ///< Weights whose temperature and threshold to keep.
  std::string sign;        ///< A secret key's file.
  std::string forgotten;   ///< A list of rows of `data` to leave out.
  std::vector<std::string> alsoLearned; ///< Other files with rows of `data`.
  std::string tensorboard;              ///< A folder for event files.
  std::string best;                  ///< Where the weights that test best go.
  std::int64_t patience = 0;         ///< Epochs; 0 for no end.
  std::vector<std::string> measures; ///< Names of figures of each test.
  std::string selectBy = "loss";     ///< What --best and --patience go by.
  double minDelta = 0;
  std::optional<std::chrono::seconds> maxTime;
  std::string checkpoints; ///< A folder.
  CheckpointInterval checkpointEvery;
  bool resume = false;
  double validation = 0; ///< Share of the rows; 0 for none.
  ClassWeights classWeights;
  bool metricsEveryStep = false;
  bool dryRun = false;      ///< One step, to see that all is well.
  std::int64_t overfit = 0; ///< Rows to learn by heart; 0: train.
  bool profile = false;     ///< Print where the time of the steps went.
  bool isQuiet = false;     ///< Print warnings and errors alone.
  std::int64_t threads = usableCores();
  DeviceRequest device;
  PrivacyRequest privacy;
  bool isSeedGiven = false;
  ScheduleRequest schedule; ///< Of which the trainer's options are made.
  TrainerOptions trainer;
};

struct EvalCommand {
  std::string data, weights;
  std::string predictions; ///< Where each row's outputs go, as JSON lines.
  std::vector<std::string> measures; ///< Names of figures; empty: all.
  std::string report;                ///< Where a page of them goes.
  DocumentOptions documents;
  std::int64_t threads = usableCores();
  DeviceRequest device;
  bool json = false;
};

struct PredictCommand {
  std::string data, weights;
  std::optional<std::string> text; ///< Lines of text in the place of `data`.
  DocumentOptions documents;
  std::int64_t threads = usableCores();
  DeviceRequest device;
  bool json = false;
};

/// Finds out from rows that were held out how sure a program may be.
struct CalibrateCommand {
  std::string data, weights, output;
  std::string threshold; ///< A ThresholdRule or a probability; empty for none.
  bool ofEachLabel = false; ///< Has a threshold of its own.
  std::string sign;         ///< A secret key's file; empty: not signed.
  DocumentOptions documents;
  std::int64_t threads = usableCores();
  DeviceRequest device;
  bool json = false;
};

struct InfoCommand {
  bool json = false;
  bool summary = false; ///< The layers alone.
  std::string weights;  ///< A file to tell of; empty: those inside.
};

/// Each returns the exit status, or throws InputError or UsageError.
int runCommand(const MlcProgram &program, const TrainCommand &command);
int runCommand(const MlcProgram &program, const EvalCommand &command);
int runCommand(const MlcProgram &program, const PredictCommand &command);
int runCommand(const MlcProgram &program, const CalibrateCommand &command);
int runCommand(const MlcProgram &program, const InfoCommand &command);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_COMMANDS_H
