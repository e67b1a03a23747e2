//===- two_programs.cpp - Two compiled programs in one process ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// two_programs DATA WEIGHTS1 WEIGHTS2: trains both on one data set, and has
// both predict, one alone and then both at once. Status 1 where the answers are
// others then.

#include "Commands/CommandLine.h"
#include "Program/Examples.h"
#include "Program/Predictor.h"

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

using namespace mlc::runtime;

extern "C" const MlcProgram mlc_program_imdb_mlp, mlc_program_small$2dnet;

static int train(const MlcProgram &program, std::string data,
                 std::string weights) {
  std::vector<std::string> words = {
      "program", "train",  "--data", data,       "-o",  weights,    "--threads",
      "2",       "--seed", "7",      "--device", "cpu", "--epochs", "2"};
  std::vector<char *> arguments;
  for (std::string &word : words)
    arguments.push_back(word.data());
  return programMain(program, int(arguments.size()), arguments.data());
}

/// What a program with its weights says of each row.
class Answers {
public:
  Answers(const MlcProgram &program, const std::string &data,
          const std::string &weights)
      : examples(program, data, LabelUse::Ignored),
        predictor(program, SafetensorsFile(weights)) {}

  std::vector<float> get() const {
    Predictor::Workspace workspace(predictor);
    std::vector<std::int32_t> rows(examples.rows());
    for (std::size_t row = 0; row < rows.size(); ++row)
      rows[row] = std::int32_t(row);
    std::vector<float> outputs(rows.size());
    void *outputTable[] = {outputs.data()};
    MlcCall call{};
    examples.describe(call);
    call.capacities = examples.capacities();
    call.rows = rows.data();
    call.row_count = examples.rows();
    call.outputs = outputTable;
    predictor.run(ProgramStep::Predict, call, workspace);
    return outputs;
  }

private:
  Examples examples;
  Predictor predictor;
};

int main(int, char **arguments) {
  if (int status = train(mlc_program_imdb_mlp, arguments[1], arguments[2]))
    return status;
  if (int status = train(mlc_program_small$2dnet, arguments[1], arguments[3]))
    return status;
  const Answers first(mlc_program_imdb_mlp, arguments[1], arguments[2]),
      second(mlc_program_small$2dnet, arguments[1], arguments[3]);
  const std::vector<float> firstAlone = first.get(), secondAlone = second.get();
  std::vector<float> firstBeside;
  std::thread other([&] {
    for (int turn = 0; turn < 20; ++turn)
      firstBeside = first.get();
  });
  bool same = firstAlone != secondAlone;
  for (int turn = 0; turn < 20; ++turn)
    same = second.get() == secondAlone && same;
  other.join();
  if (!same || firstBeside != firstAlone) {
    std::puts("answers differ");
    return 1;
  }
}
