//===- FirstWeights.h - What a training starts from -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_FIRSTWEIGHTS_H
#define MLC_RUNTIME_COMMANDS_FIRSTWEIGHTS_H

#include "Commands/Commands.h"
#include "Program/Examples.h"
#include "Program/Model.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mlc::runtime {

/// Reads `NAME=TENSOR,...` of --init-map; `NAME=` is a parameter that takes no
/// tensor. Returns what is wrong with it, if anything.
std::string readWeightNames(const std::string &text, WeightNames &names);

void addFirstWeightsOptions(CLI::App &command, FirstWeights &first);

/// Gives the model the values that --seed draws; over them, where `init` is not
/// null, those of that file; and over those word vectors: each row of the
/// parameter `into` [words, dimensions] is the vector of its word of the
/// training set `data`. Of other words it stays as --init has it, and is
/// without
/// --init uniform within 1 / dimensions. Returns what of the files did not meet
/// the model, for people. Throws InputError where the file's weights are for
/// other features or classes than the training set's, as loadWeights does, and
/// where the vectors are not for this parameter. Source of the range:
/// fastText's -pretrainedVectors.
std::vector<std::string> setFirstWeights(const MlcProgram &program,
                                         const TrainCommand &command,
                                         const SafetensorsFile &data,
                                         const SafetensorsFile *init,
                                         Model &model);

/// The same with the file that --init names, if it is given.
std::vector<std::string> setFirstWeights(const MlcProgram &program,
                                         const TrainCommand &command,
                                         const SafetensorsFile &data,
                                         Model &model);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_FIRSTWEIGHTS_H
