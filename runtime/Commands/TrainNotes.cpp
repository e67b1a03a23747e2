//===- TrainNotes.cpp - What is told at the end of training ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TrainNotes.h"

#include "Commands/MeasureOptions.h"
#include "Program/KeptAnswers.h"
#include "Report/AnswerWarnings.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

std::string testName(const TrainCommand &command) {
  return command.test.empty() ? "validation" : "test";
}

/// Whether an optimiser, as a program tells it, makes weights 0.
static bool makesZeros(std::string_view optimizer) {
  return optimizer.starts_with("ftrl(") ||
         optimizer.find(") l1(") != std::string_view::npos;
}

std::string zerosNote(const MlcProgram &program, const Model &model) {
  if (!makesZeros(program.optimizer))
    return "";
  std::int64_t elements = 0, zeros = 0;
  for (std::int64_t i = 0; i < program.parameter_count; ++i) {
    elements += std::ssize(model.parameter(i));
    zeros += std::ranges::count(model.parameter(i), 0.0f);
  }
  return fmt::format("{} of {} weights are 0 ({:.1f} %); a file whose name "
                     "ends in .xz has the others alone",
                     zeros, elements, 100 * double(zeros) / double(elements));
}

RunMeasures runMeasures(const MlcProgram &program, const TrainCommand &command,
                        std::span<const std::string> classNames) {
  RunMeasures run{measuresOf(program, command.measures, classNames), {}};
  run.selection.minDelta = command.minDelta;
  run.selection.name = command.selectBy;
  if (command.selectBy == "loss")
    return run;
  const Measure measure(command.selectBy, taskOf(program), columnsOf(program),
                        classNames, "--select-by");
  run.selection.isHigherBetter = measure.isHigherBetter();
  if (command.selectBy != scoreName(program) &&
      std::ranges::find(run.measures, command.selectBy, &Measure::name) ==
          run.measures.end())
    run.measures.push_back(measure);
  return run;
}

/// Which file has whose weights.
static std::string filesText(const TrainCommand &command, bool isLastBest) {
  if (command.best.empty() && command.output.empty())
    return "";
  if (command.output.empty())
    return fmt::format("; its weights are in {}", command.best);
  if (command.best.empty())
    return isLastBest
               ? fmt::format("; its weights are in {}", command.output)
               : fmt::format("; {} has the weights of the last epoch, --best "
                             "FILE keeps those of the best",
                             command.output);
  return fmt::format("; its weights are in {} (--best), those of the last "
                     "epoch in {} (-o)",
                     command.best, command.output);
}

std::string bestNote(const TrainCommand &command, const BestWeights &best,
                     std::int64_t epochs) {
  const std::int64_t epoch = best.best().epoch;
  if (epoch == 0)
    return "";
  return fmt::format("best epoch {} of {}: {} {} {:.4f}{}", epoch, epochs,
                     testName(command), best.selection().name,
                     best.best().value, filesText(command, epoch == epochs));
}

std::string lastTestWarning(const Evaluation &test, std::int64_t rows,
                            std::span<const std::string> classNames) {
  if (test.onlyAnswer < 0 || test.score == 1)
    return "";
  return oneAnswerWarning("after the last epoch ",
                          className(classNames, test.onlyAnswer), rows,
                          std::llround((1 - test.score) * double(rows)));
}

std::string overfittingWarning(const TrainCommand &command,
                               const EpochResult &least,
                               const EpochResult &last) {
  constexpr double risen = 1.1; // Less may be chance.
  if (!(last.test->loss > risen * least.test->loss && last.loss &&
        *last.loss < *least.loss))
    return "";
  return fmt::format(
      "overfitting: since epoch {0} the loss of the training rows fell from "
      "{1:.4f} to {2:.4f}, that of the {3} rows rose from {4:.4f} to {5:.4f}; "
      "end sooner (--patience N), or use dropout or weight decay",
      least.epoch, *least.loss, *last.loss, testName(command), least.test->loss,
      last.test->loss);
}

} // namespace mlc::runtime
