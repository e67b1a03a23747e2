//===- PupilModel.cpp - The text of a smaller model -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PupilModel.h"

#include "../Steps.h"
#include "../TrialSettings.h"
#include "Error.h"
#include "Import/ModelText.h"
#include "dialects/Graph/Graph.h"
#include "lib/Emit/ModelFile.h"

#include <fmt/core.h>

using namespace mlc;
using namespace mlc::runtime;

static Task taskOf(graph::ProgramOp program, std::int64_t outputs,
                   const std::string &path) {
  switch (program.getLossFunction().getLabelKind()) {
  case graph::LabelKind::Class:
    return Task::MultiClass;
  case graph::LabelKind::Binary:
    return outputs == 1 ? Task::Binary : Task::MultiLabel;
  case graph::LabelKind::Real:
  case graph::LabelKind::Count:
    throw InputError(fmt::format("{}: predicts quantities, but mlc compress "
                                 "judges answers that are right or wrong; give "
                                 "a classifier",
                                 path));
  }
  __builtin_unreachable();
}

/// The parameter by which a linear op multiplies the features.
static graph::ParameterOp firstWeightOf(graph::ProgramOp program) {
  mlir::Value input = program.getPredict().getBody().getArgument(0);
  if (!input.hasOneUse())
    return {};
  auto linear = mlir::dyn_cast<graph::LinearOp>(*input.getUsers().begin());
  if (!linear || linear.getInput() != input)
    return {};
  auto parameter = linear.getWeight().getDefiningOp<graph::ParameterOp>();
  return parameter && parameter.getValue().hasOneUse() ? parameter
                                                       : graph::ParameterOp();
}

TeacherFacts mlc::readTeacher(const std::string &path, const Dataset &data) {
  ModelFile file;
  if (failed(
          file.read(path, false, ModelSizes{data.width(), outputsFor(data)})))
    throw Failed{1};
  graph::ProgramOp program = *file.module().getOps<graph::ProgramOp>().begin();
  TeacherFacts facts;
  facts.name = program.getSymName().str();
  mlir::Type predicted = program.getLoss().getBody().getArgument(0).getType();
  const auto shape = mlir::cast<mlir::ShapedType>(predicted).getShape();
  if (shape.size() != 2)
    throw InputError(fmt::format(
        "{}: predicts several places of a row, but mlc compress knows models "
        "whose rows have one answer, tensor<?xC>",
        path));
  facts.outputs = shape.back();
  facts.task = taskOf(program, facts.outputs, path);
  if (graph::ParameterOp weight = firstWeightOf(program)) {
    facts.firstWeight = weight.getName().str();
    mlir::Operation *layer = *weight.getValue().getUsers().begin();
    const bool isLast =
        llvm::all_of(layer->getUsers(), [](mlir::Operation *user) {
          return mlir::isa<graph::YieldOp>(user);
        });
    if (!isLast)
      facts.units = weight.getValue().getType().getDimSize(1);
  }
  return facts;
}

/// Replaces the only place of `from`, which the text that mlc new writes has.
static void replace(std::string &text, const std::string &from,
                    const std::string &to) {
  const std::size_t at = text.find(from);
  if (at == text.npos)
    throw std::logic_error("a model of mlc new has no " + from);
  text.replace(at, from.size(), to);
}

bool mlc::computesWithNumbers(int bits, const Dataset &data) {
  return bits == 8 || (bits < 32 && data.isSparse());
}

bool mlc::scalesUnits(int bits, const Dataset &data, std::int64_t features,
                      std::int64_t units) {
  if (!computesWithNumbers(bits, data) || !data.isSparse())
    return computesWithNumbers(bits, data);
  // By test/benchmark/quantized: a review of 1,000 x 128 is twice as fast, but
  // rows of few units, and those that no near cache holds, are not.
  constexpr std::int64_t fewUnits = 32, nearBytes = 1 << 19;
  return bits == 8 && units >= fewUnits && features * units <= nearBytes;
}

std::string mlc::quantizedModel(std::string text, const Dataset &data,
                                int bits) {
  if (!computesWithNumbers(bits, data))
    return text;
  const std::string head = "  %w1 = graph.parameter \"layer1.weight\" ";
  const std::string sizes = ": tensor<";
  const std::size_t begin = text.find(head), type = text.find(sizes, begin);
  const std::size_t end = text.find('\n', type);
  if (begin == text.npos || type == text.npos || end == text.npos)
    throw std::logic_error("a model of mlc new has no " + head);
  const std::string shape = text.substr(
      type + sizes.size(), text.rfind("xf32>", end) - type - sizes.size());
  const std::int64_t units = std::stoll(shape.substr(shape.rfind('x') + 1));
  const bool byUnits = scalesUnits(bits, data, data.width(), units);
  const std::string types = fmt::format(
      "tensor<{}xi{}>, tensor<{}xf16>", shape, bits,
      byUnits ? fmt::format("1x{}", units) : std::to_string(data.width()));
  const std::string numbers = types.substr(0, types.find(',')),
                    scales = types.substr(types.find(' ') + 1);
  text.replace(
      begin, end - begin,
      fmt::format("  // Whole numbers with a scale for each {}, as mlc "
                  "compress --bits {} wrote them.\n"
                  "  %q1 = graph.parameter \"layer1.weight\" stored : {}\n"
                  "  %s1 = graph.parameter \"layer1.weight.scale\" stored : {}",
                  byUnits ? "unit" : "row", bits, numbers, scales));
  const std::string predict = "graph.predict(%x: !rows) {\n";
  replace(text, predict,
          predict +
              fmt::format("    %w1 = graph.dequantize %q1, %s1 : {}\n", types));
  return text;
}

/// Says of the first layer that what is 0 stays 0.
static void keepZeros(std::string &text) {
  const std::size_t name = text.find("\"layer1.weight\""),
                    type = text.find(" : tensor<", name);
  if (name == text.npos || type == text.npos)
    throw std::logic_error("a model of mlc new has no layer1.weight");
  text.insert(type, " keep_zeros");
}

/// Of the teacher's loss, as mlc new writes it, the one that distils.
static void addTeacher(std::string &text, const CompressOptions &options,
                       bool areClasses) {
  const std::string labels = areClasses ? "tensor<?xi32>" : "!outputs";
  replace(text, fmt::format("graph.loss(%y: !outputs, %label: {})", labels),
          fmt::format("graph.loss(%y: !outputs, %label: {}, %teacher: "
                      "!outputs)",
                      labels));
  replace(text,
          fmt::format("graph.{} %y, %label : !outputs, {}\n",
                      areClasses ? "cross_entropy" : "bce_with_logits", labels),
          fmt::format("graph.{} %y, %label, %teacher alpha({:#}) "
                      "temperature({:#}) : !outputs, {}, !outputs\n",
                      areClasses ? "distill_cross_entropy" : "distill_bce",
                      options.alpha, options.temperature, labels));
}

std::string mlc::pupilModel(const Dataset &data, const TeacherFacts &teacher,
                            const CompressOptions &options, bool isTaught) {
  const std::int64_t units = options.units.value_or(teacher.units);
  ModelOptions model{.dropout = 0};
  if (units > 0)
    model.hidden = {units};
  else
    model.isLinear = true;
  std::string text = modelFor(data, teacher.name, model);
  const bool areClasses = teacher.task == Task::MultiClass;
  if (data.hasClassLabels() != areClasses)
    throw InputError(
        fmt::format("{}: its labels are {}, but the model predicts {}",
                    data.path(), data.hasClassLabels() ? "classes" : "numbers",
                    areClasses ? "one of several classes" : "0 or 1"));
  if (isTaught)
    addTeacher(text, options, areClasses);
  if (options.prune > 0)
    keepZeros(text);
  constexpr const char *path = "the smaller model";
  if (const auto epochs = options.learning.epochsGiven())
    replace(text, fmt::format("epochs({})", epochsIn(text, path)),
            fmt::format("epochs({})", *epochs));
  TrialSettings settings;
  settings.learningRate = options.learning.rateGiven();
  return editModel(text, settings, path);
}
