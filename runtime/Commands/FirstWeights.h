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

namespace CLI {
class App;
}

namespace mlc::runtime {

/// Reads `NAME=TENSOR,...` of --init-map; `NAME=` is a parameter that takes no
/// tensor. Returns what is wrong with it, if anything.
std::string readWeightNames(const std::string &text, WeightNames &names);

void addFirstWeightsOptions(CLI::App &command, FirstWeights &first);

/// Gives the model the values that --seed draws and, where `init` is not null,
/// over them those of that file. Returns what of the two did not meet, for
/// people; empty where all did. Throws InputError where the file's weights are
/// for other features or classes than the training set's, or as loadWeights
/// does.
std::string setFirstWeights(const MlcProgram &program,
                            const TrainCommand &command,
                            const Examples &training,
                            const SafetensorsFile *init, Model &model);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_FIRSTWEIGHTS_H
