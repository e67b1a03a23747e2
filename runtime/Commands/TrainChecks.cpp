//===- TrainChecks.cpp - Refuses what train cannot do ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TrainChecks.h"

#include "Audit/RunRecord.h"
#include "Commands/OutputPaths.h"
#include "Commands/PrivateOptions.h"
#include "Error.h"
#include "Program/ProgramStep.h"
#include "Signature.h"

#include <fmt/format.h>

namespace mlc::runtime {

/// Of a learning rate that is ftrl's alpha.
static void checkFtrl(const TrainCommand &command) {
  const TrainerOptions &trainer = command.trainer;
  if (!(trainer.learningRate > 0))
    throw UsageError("--learning-rate: ftrl divides by it, so it must be above "
                     "0");
  if (!isConstant(trainer.schedule))
    throw UsageError(fmt::format(
        "{}: the rates of ftrl fall by themselves; leave it out",
        command.schedule.kind.empty() ? "--warmup"
                                      : "--schedule " + command.schedule.kind));
}

void checkOptions(const MlcProgram &program, const TrainCommand &command) {
  expectEntry(program, ProgramStep::Train);
  checkPrivateOptions(program, command);
  if (command.profile && !functionOf(program, ProgramStep::ProfiledTrain))
    throw UsageError("--profile: this program cannot tell where its time goes; "
                     "compile the model with mlc compile --profile");
  if (!command.classWeights.text.empty() && !hasWeights(program))
    throw UsageError(fmt::format(
        "--class-weight: the loss of program '{}' takes no weights; give "
        "graph.loss an argument %w: tensor<?xf32> and its loss op weight(%w), "
        "as mlc new --weighted does, and compile it anew",
        program.name));
  if (std::string_view(program.optimizer).starts_with("ftrl("))
    checkFtrl(command);
  if (command.trainer.skipOutliers && program.accumulate > 1)
    throw UsageError(fmt::format(
        "--skip-outliers: program '{}' changes its parameters after {} steps "
        "together (accumulate), of which one alone cannot be left out; compile "
        "the model without accumulate({}), or leave the option out",
        program.name, program.accumulate, program.accumulate));
  if (command.test.empty() && command.validation == 0)
    for (const auto &[option, isGiven] :
         {std::pair("--best", !command.best.empty()),
          std::pair("--patience", command.patience > 0),
          std::pair("--measure", !command.measures.empty()),
          std::pair("--select-by", command.selectBy != "loss"),
          std::pair("--min-delta", command.minDelta > 0),
          std::pair(command.schedule.kind.empty()
                        ? "schedule(plateau), which the model asks for,"
                        : "--schedule plateau",
                    command.trainer.schedule.kind == ScheduleKind::Plateau)})
      if (isGiven)
        throw UsageError(
            fmt::format("{} needs --test or --validation to judge by", option));
  if (command.overfit > 0)
    for (const auto &[option, isGiven] :
         {std::pair("-o", !command.output.empty()),
          std::pair("--best", !command.best.empty()),
          std::pair("--metrics", !command.metrics.empty()),
          std::pair("--report", !command.report.empty()),
          std::pair("--sign", !command.sign.empty()),
          std::pair("--tensorboard", !command.tensorboard.empty()),
          std::pair("--checkpoints", !command.checkpoints.empty())})
      if (isGiven)
        throw UsageError(fmt::format("{}: --overfit keeps nothing, since what "
                                     "it learns is of no use; leave it out",
                                     option));
  if (!command.sign.empty() && command.output.empty() && command.best.empty())
    throw UsageError("--sign needs -o or --best: what is signed is the record "
                     "beside weights");
  std::vector<std::string> used = {
      command.test,      command.first.init,  command.first.vectors,
      command.sign,      command.reportAfter, command.decisionOf,
      command.forgotten, command.continued,   command.privacy.keyFile};
  used.insert(used.end(), command.data.begin(), command.data.end());
  used.insert(used.end(), command.alsoLearned.begin(),
              command.alsoLearned.end());
  for (const auto &[option, path] : {std::pair("-o", command.output),
                                     std::pair("--metrics", command.metrics),
                                     std::pair("--best", command.best),
                                     std::pair("--report", command.report)}) {
    expectDistinct(option, path, used);
    used.push_back(path);
  }
  for (const std::string &path : {command.output, command.best, command.report})
    if (!path.empty())
      expectWritable(path);
  for (const auto &[option, path] :
       {std::pair("-o", command.output), std::pair("--best", command.best)})
    if (!path.empty()) {
      expectDistinct(option, recordPath(path), used);
      expectWritable(recordPath(path));
    }
}

} // namespace mlc::runtime
