//===- MeasureOptions.h - Which figures are asked for -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_MEASUREOPTIONS_H
#define MLC_RUNTIME_COMMANDS_MEASUREOPTIONS_H

#include "Data/Safetensors.h"
#include "Metrics/Measure.h"
#include "mlc/RuntimeABI.h"

#include <span>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mlc::runtime {

/// Adds --measure, which takes names separated by commas; `names` must outlive
/// the command.
void addMeasureOption(CLI::App &command, std::vector<std::string> &names,
                      const char *help);

/// What classes, or the answers 0 and 1, or columns are called in a data set or
/// weights: their names, or the scores that they stand for; else empty.
std::vector<std::string> answerNames(const SafetensorsFile &file);

/// The figures of these names, but for the loss and the program's own score
/// (accuracy or rmse), which are told anyway. Throws UsageError.
std::vector<Measure> measuresOf(const MlcProgram &program,
                                std::span<const std::string> names,
                                std::span<const std::string> classNames);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_MEASUREOPTIONS_H
