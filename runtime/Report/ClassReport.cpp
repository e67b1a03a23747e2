//===- ClassReport.cpp - What is told of classes --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/ClassReport.h"

#include "Report/Figures.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace mlc::runtime {

constexpr std::int64_t maxTextClasses = 100;
constexpr std::int64_t maxTextConfusion = 20;

std::vector<ClassLine> classLines(Judgement &judgement,
                                  std::span<const std::string> classNames) {
  std::vector<ClassLine> lines;
  for (const ClassCount &count : judgement.counts().classes())
    lines.push_back(
        {className(classNames, std::ssize(lines)), scoresOf(count)});
  return lines;
}

std::vector<ClassLine> averageLines(Judgement &judgement) {
  const ClassAverages &averages = judgement.counts().averages();
  const bool isMultiLabel = judgement.judged().task == Task::MultiLabel;
  std::vector<ClassLine> lines;
  if (isMultiLabel)
    lines.push_back({"micro avg", averages.micro});
  lines.push_back({"macro avg", averages.macro});
  lines.push_back({"weighted avg", averages.weighted});
  if (isMultiLabel)
    lines.push_back({"samples avg", averages.samples});
  return lines;
}

/// Characters (code points) of UTF-8.
static std::size_t lengthOf(std::string_view text) {
  return std::ranges::count_if(text,
                               [](char byte) { return (byte & 0xc0) != 0x80; });
}

/// With blanks in front, up to `width` characters.
static std::string toRight(std::string_view text, std::size_t width) {
  const std::size_t length = lengthOf(text);
  return std::string(width > length ? width - length : 0, ' ') +
         std::string(text);
}

std::string classReportText(Judgement &judgement,
                            std::span<const std::string> classNames) {
  std::vector<ClassLine> classes = classLines(judgement, classNames);
  if (std::ssize(classes) > maxTextClasses)
    classes.clear();
  std::size_t width = std::string_view("weighted avg").size();
  for (const ClassLine &line : classes)
    width = std::max(width, lengthOf(line.name));
  std::string text =
      toRight("", width) + "  precision    recall  f1-score   support\n\n";
  const auto add = [&](const ClassLine &line) {
    text +=
        fmt::format("{}  {:>9.4f} {:>9.4f} {:>9.4f} {:>9}\n",
                    toRight(line.name, width), line.scores.precision,
                    line.scores.recall, line.scores.f1, line.scores.support);
  };
  for (const ClassLine &line : classes)
    add(line);
  if (!classes.empty())
    text += "\n";
  if (judgement.judged().task != Task::MultiLabel)
    text += fmt::format("{}  {:>9} {:>9} {:>9.4f} {:>9}\n",
                        toRight("accuracy", width), "", "",
                        judgement.counts().accuracy(), judgement.judged().rows);
  for (const ClassLine &line : averageLines(judgement))
    add(line);
  return text;
}

std::string confusionText(Judgement &judgement,
                          std::span<const std::string> classNames) {
  const ClassCounts &counts = judgement.counts();
  const std::int64_t classes = std::ssize(counts.classes());
  if (counts.confusion().empty() || classes > maxTextConfusion)
    return "";
  std::size_t width = 1;
  for (std::int64_t i = 0; i < classes; ++i)
    width = std::max(width, lengthOf(className(classNames, i)));
  const std::size_t cell =
      std::max(width, fmt::formatted_size("{}", judgement.judged().rows));
  std::string text = toRight("", width);
  for (std::int64_t i = 0; i < classes; ++i)
    text += "  " + toRight(className(classNames, i), cell);
  text += "\n";
  for (std::int64_t truth = 0; truth < classes; ++truth) {
    text += toRight(className(classNames, truth), width);
    for (std::int64_t told = 0; told < classes; ++told)
      text +=
          "  " +
          toRight(fmt::format("{}", counts.confusion()[truth * classes + told]),
                  cell);
    text += "\n";
  }
  return text;
}

static std::string scoresJson(const ClassScores &scores) {
  return fmt::format("{{\"precision\": {}, \"recall\": {}, \"f1-score\": {}, "
                     "\"support\": {}}}",
                     scores.precision, scores.recall, scores.f1,
                     scores.support);
}

static std::string confusionJson(const ClassCounts &counts) {
  if (counts.confusion().empty())
    return "null";
  const std::size_t classes = counts.classes().size();
  std::string json;
  for (std::size_t i = 0; i < counts.confusion().size(); ++i)
    json += fmt::format("{}{}",
                        i == 0             ? "[["
                        : i % classes == 0 ? "], ["
                                           : ", ",
                        counts.confusion()[i]);
  return json + "]]";
}

static std::string calibrationJson(const Calibration &calibration) {
  std::string json;
  for (const ReliabilityBin &bin : calibration.bins)
    json += fmt::format(
        "{}{{\"count\": {}, \"confidence\": {}, \"accuracy\": {}}}",
        json.empty() ? "[" : ", ", bin.count, bin.confidence, bin.accuracy);
  return json + "]";
}

/// Members of the object that are no classes, whatever the task.
static bool isMember(std::string_view name) {
  static const std::string_view members[] = {
      "rows",        "loss",      "threshold",        "temperature",
      "micro avg",   "macro avg", "weighted avg",     "samples avg",
      "calibration", "report",    "confusion_matrix", "accuracy"};
  if (std::ranges::find(members, name) != std::end(members))
    return true;
  for (const auto &[task, columns] : {std::pair(Task::Binary, 1),
                                      {Task::MultiLabel, 2},
                                      {Task::MultiClass, 3}})
    if (std::ranges::count(measureNames(task, columns), name) > 0)
      return true;
  return false;
}

std::string classKey(const std::string &name) {
  return isMember(name) ? "class:" + name : name;
}

std::string classReportJson(Judgement &judgement,
                            std::span<const std::string> classNames) {
  std::string json;
  for (const ClassLine &line : classLines(judgement, classNames))
    json += fmt::format("{}: {}, ", jsonText(classKey(line.name)),
                        scoresJson(line.scores));
  for (const ClassLine &line : averageLines(judgement))
    json += fmt::format("\"{}\": {}, ", line.name, scoresJson(line.scores));
  return json + fmt::format("\"confusion_matrix\": {}, \"calibration\": {}",
                            confusionJson(judgement.counts()),
                            calibrationJson(judgement.calibration()));
}

} // namespace mlc::runtime
