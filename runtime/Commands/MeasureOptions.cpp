//===- MeasureOptions.cpp - Which figures are asked for -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/MeasureOptions.h"

#include "Commands/TextInput.h"
#include "Data/ClassNames.h"
#include "Program/ForwardPass.h"
#include "Program/KeptAnswers.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace mlc::runtime {

void addMeasureOption(CLI::App &command, std::vector<std::string> &names,
                      const char *help) {
  command.add_option("--measure", names, help)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAME,...");
}

std::vector<std::string> answerNames(const SafetensorsFile &file) {
  std::vector<std::string> names = classNamesOf(file);
  if (!names.empty())
    return names;
  for (double score : scoresOf(file))
    names.push_back(fmt::format("{}", score));
  return names;
}

std::vector<Measure> measuresOf(const MlcProgram &program,
                                std::span<const std::string> names,
                                std::span<const std::string> classNames) {
  std::vector<Measure> measures;
  for (const std::string &name : names)
    if (name != "loss" && name != scoreName(program))
      measures.emplace_back(name, taskOf(program), columnsOf(program),
                            classNames, "--measure");
  return measures;
}

} // namespace mlc::runtime
