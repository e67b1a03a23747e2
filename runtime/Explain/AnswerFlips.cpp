//===- AnswerFlips.cpp - What must go for another answer ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explain/AnswerFlips.h"

#include "Program/KeptAnswers.h"

#include <algorithm>

namespace mlc::runtime {

static constexpr std::size_t mostRemoved = 100;

std::optional<AnswerFlip>
findFlip(std::size_t units, std::span<const std::size_t> order,
         const std::string &answer, const PredictWithout &predict,
         const AnswerOf &answerOf,
         const std::function<double(std::span<const float>)> &score) {
  using Units = std::vector<std::size_t>;
  AnswerFlip flip;
  /// The first of the lists that changes the answer; -1 without one.
  auto firstFlip = [&](std::span<const Units> lists) -> std::ptrdiff_t {
    if (lists.empty())
      return -1;
    const std::vector<float> outputs = predict(lists);
    const std::size_t columns = outputs.size() / lists.size();
    for (std::size_t list = 0; list < lists.size(); ++list) {
      const auto own = std::span(outputs).subspan(list * columns, columns);
      const std::string then = answerOf(own);
      if (then == answer)
        continue;
      flip.units = lists[list];
      flip.answer = then;
      flip.score = score(own);
      return std::ptrdiff_t(list);
    }
    return -1;
  };
  std::vector<Units> lists;
  for (std::size_t unit : order)
    lists.push_back({unit});
  for (std::size_t unit = 0; unit < units; ++unit)
    if (std::ranges::find(order, unit) == order.end())
      lists.push_back({unit});
  if (firstFlip(lists) >= 0) {
    flip.isFewest = true;
    return flip;
  }
  lists.clear();
  Units removed;
  for (std::size_t unit : order.first(std::min(order.size(), mostRemoved))) {
    removed.push_back(unit);
    if (removed.size() > 1)
      lists.push_back(removed);
  }
  if (firstFlip(lists) < 0)
    return std::nullopt;
  // Put back what is not needed, the least first.
  for (bool isDone = false; !isDone && flip.units.size() > 2;) {
    lists.clear();
    const Units all = flip.units;
    for (std::size_t at = all.size(); at-- > 0;) {
      lists.push_back(all);
      lists.back().erase(lists.back().begin() + std::ptrdiff_t(at));
    }
    isDone = firstFlip(lists) < 0;
  }
  flip.isFewest = flip.units.size() == 2;
  return flip;
}

void seekFlip(const MlcProgram &program, const OutputTerms &terms,
              const ExplainedOutput &output, const PredictWithout &predict,
              Explanation &explanation) {
  const Task task = taskOf(program);
  if (task == Task::Regression)
    return;
  explanation.wasFlipSought = true;
  const std::int64_t column = explanation.column;
  // Whether positive parts speak for the answer that is given.
  const bool isUp =
      task == Task::MultiClass
          ? classTold(explanation.outputs, terms.decision) == column
          : isTold(explanation.outputs[std::size_t(column)],
                   std::size_t(column), terms.decision);
  std::vector<std::size_t> order;
  for (std::size_t unit = 0; unit < explanation.units.size(); ++unit)
    if (isUp ? explanation.units[unit].part > 0
             : explanation.units[unit].part < 0)
      order.push_back(unit);
  explanation.flip = findFlip(
      explanation.units.size(), order, explanation.answer, predict,
      [&](std::span<const float> outputs) {
        return answerOf(program, terms, outputs, column);
      },
      [&](std::span<const float> outputs) { return output.scoreOf(outputs); });
}

} // namespace mlc::runtime
