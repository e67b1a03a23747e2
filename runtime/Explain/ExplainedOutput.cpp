//===- ExplainedOutput.cpp - Which number is explained --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/ExplainedOutput.h"

#include "Data/ClassNames.h"
#include "Error.h"
#include "Program/KeptAnswers.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace mlc::runtime {

double ExplainedOutput::tolerance() const { return 1e-3 * std::abs(scale); }

double ExplainedOutput::scoreOf(std::span<const float> outputs) const {
  double sum = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (direction[i] != 0)
      sum += double(direction[i]) * outputs[i];
  return sum * scale + offset;
}

/// Of a class, of a column, or of the answers 0 and 1: its name, its score or
/// its number.
static std::string nameOf(const OutputTerms &terms, std::int64_t number) {
  const auto at = std::size_t(number);
  return at < terms.names.size()    ? terms.names[at]
         : at < terms.scores.size() ? fmt::format("{}", terms.scores[at])
                                    : std::to_string(number);
}

ExplainedOutput explainedOutput(const MlcProgram &program,
                                const OutputTerms &terms, std::int64_t column) {
  const std::int64_t columns = columnsOf(program);
  const Task task = taskOf(program);
  ExplainedOutput output;
  output.direction.assign(std::size_t(columns), 0);
  if (task == Task::MultiClass && columns > 1)
    std::ranges::fill(output.direction, float(-1.0 / double(columns - 1)));
  output.direction[std::size_t(column)] = 1;
  if (columns > 1)
    output.name = nameOf(terms, column);
  if (task == Task::Regression && terms.target) {
    output.scale = terms.target->deviation;
    output.offset = terms.target->mean;
  }
  if (task == Task::Binary)
    output.meaning = nameOf(terms, 1);
  else if (task != Task::Regression)
    output.meaning = output.name;
  return output;
}

std::int64_t columnNamed(const MlcProgram &program, const OutputTerms &terms,
                         const std::string &name, const std::string &option) {
  const std::int64_t columns = columnsOf(program);
  std::vector<std::string> names;
  for (std::int64_t column = 0; column < columns; ++column) {
    names.push_back(nameOf(terms, column));
    if (columns > 1 && names.back() == name)
      return column;
  }
  std::int64_t number = 0;
  const char *end = name.data() + name.size();
  const auto read = std::from_chars(name.data(), end, number);
  if (columns > 1 && read.ec == std::errc() && read.ptr == end && number >= 0 &&
      number < columns)
    return number;
  if (columns == 1)
    throw UsageError(fmt::format("{}: program '{}' has one output, which is "
                                 "what is explained; leave the option out",
                                 option, program.name));
  throw UsageError(fmt::format("{}: expected one of {}, but got {:?}", option,
                               showNames(names), name));
}

std::int64_t toldColumn(const MlcProgram &program, const OutputTerms &terms,
                        std::span<const float> outputs) {
  switch (taskOf(program)) {
  case Task::MultiClass:
    return classTold(outputs, terms.decision);
  case Task::MultiLabel:
    return std::ranges::max_element(outputs) - outputs.begin();
  case Task::Binary:
  case Task::Regression:
    break;
  }
  return 0;
}

std::string answerOf(const MlcProgram &program, const OutputTerms &terms,
                     std::span<const float> outputs, std::int64_t column) {
  switch (taskOf(program)) {
  case Task::MultiClass:
    return nameOf(terms, classTold(outputs, terms.decision));
  case Task::Binary:
    return nameOf(terms, isTold(outputs[0], 0, terms.decision));
  case Task::MultiLabel:
    return fmt::format("{}{}",
                       isTold(outputs[std::size_t(column)], std::size_t(column),
                              terms.decision)
                           ? ""
                           : "not ",
                       nameOf(terms, column));
  case Task::Regression:
    break;
  }
  const float output = outputs[std::size_t(column)];
  return fmt::format(
      "{}", float(terms.target ? terms.target->undo(output) : double(output)));
}

std::optional<double> probabilityOf(const MlcProgram &program,
                                    const OutputTerms &terms,
                                    std::span<const float> outputs,
                                    std::int64_t column) {
  const Task task = taskOf(program);
  if (task == Task::Regression)
    return std::nullopt;
  const std::vector<double> all =
      probabilitiesOf(task, outputs, terms.decision.temperature);
  if (task == Task::MultiClass)
    return all[std::size_t(classTold(outputs, terms.decision))];
  const double probability = all[std::size_t(column)];
  return isTold(outputs[std::size_t(column)], std::size_t(column),
                terms.decision)
             ? probability
             : 1 - probability;
}

} // namespace mlc::runtime
