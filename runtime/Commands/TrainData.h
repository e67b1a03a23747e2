//===- TrainData.h - The rows of a training run -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_TRAINDATA_H
#define MLC_RUNTIME_COMMANDS_TRAINDATA_H

#include "Audit/RowList.h"
#include "Commands/Commands.h"
#include "Program/ForwardPass.h"
#include "Program/Weights.h"
#include "Train/RowWeights.h"
#include "Train/Split.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace mlc::runtime {

/// What training and testing take their rows from.
struct TrainData {
  Examples training;
  std::optional<Examples> test;
  std::vector<std::int32_t> trainingRows, testRows;
  std::vector<TensorView> vectorizer; ///< For the weights file.

  TrainData(const MlcProgram &program, const TrainCommand &command)
      : training(program, command.data, LabelUse::Taught),
        vectorizer(vectorizerTensors(*training.data().file(), program)) {
    if (!command.test.empty()) {
      test.emplace(program, command.test, LabelUse::Needed);
      test->expectSameVectorizer(*training.data().file());
      testRows = allRows(test->rows());
    }
    if (command.validation > 0) {
      Split split =
          splitRows(training, command.validation, command.trainer.seed);
      trainingRows = std::move(split.training);
      testRows = std::move(split.validation);
    } else {
      trainingRows = allRows(training.rows());
    }
    if (!command.forgotten.empty())
      leaveOut(readRowList(command.forgotten, training.rows()), trainingRows);
    if (hasWeights(program))
      training.setWeights(trainingWeights(training, program, trainingRows,
                                          command.classWeights));
  }

  const Examples &testExamples() const { return test ? *test : training; }

  std::int64_t nonzeroCapacity(std::int64_t batch) const {
    return std::max(training.nonzeroCapacity(batch),
                    testExamples().nonzeroCapacity(batch));
  }
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_TRAINDATA_H
