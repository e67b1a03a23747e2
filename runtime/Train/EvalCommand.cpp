//===- EvalCommand.cpp - PROGRAM eval -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Commands.h"
#include "Train/Console.h"
#include "Train/ForwardPass.h"
#include "Train/Weights.h"

#include "Error.h"

#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

int runCommand(const MlcProgram &program, const EvalCommand &command) {
  const Examples examples(program, command.data, LabelUse::Needed);
  const SafetensorsFile weights(command.weights);
  Model model(program);
  loadWeights(weights, program, model);
  examples.expectSameVectorizer(weights);
  Executor executor(program, model, command.threads,
                    examples.nonzeroCapacity(program.batch));
  const Evaluation result =
      *Evaluator(executor, examples, allRows(examples.rows())).run();
  if (!std::isfinite(result.loss))
    throw InputError(fmt::format("{}: the loss is {}; the weights or the data "
                                 "are too large for 32-bit numbers",
                                 command.data, result.loss));
  printResult(command.json
                  ? fmt::format("{{\"rows\": {}, \"loss\": {}, \"{}\": {}}}\n",
                                examples.rows(), result.loss,
                                scoreName(program), result.score)
                  : fmt::format("loss {:.4f}  {} {}  {} rows\n", result.loss,
                                scoreName(program),
                                scoreText(program, result.score),
                                examples.rows()));
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
