//===- ProgramSummary.cpp - The layers of a program -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/ProgramSummary.h"

#include "Program/Records.h"
#include "Signature.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>

namespace mlc::runtime {

static MlcAmount amountOf(const MlcProgram &program, std::string_view name) {
  for (const MlcEntryPoint &entry : entriesOf(program))
    if (entry.name == name)
      return entry.multiplications;
  return {};
}

std::vector<LayerSummary> layersOf(const MlcProgram &program,
                                   bool &areCounted) {
  std::vector<LayerSummary> layers;
  std::int64_t perRow = 0, perNonzero = 0;
  for (std::int64_t i = 0; i < program.parameter_count; ++i) {
    const MlcParameter &parameter = program.parameters[i];
    if (isScales(program, parameter)) // The scales of a quantised weight.
      continue;
    const auto sizes = sizesOf(parameter.shape);
    const std::string_view whole = parameter.name;
    const std::string name(whole.substr(0, whole.rfind('.')));
    const bool isMatrix = sizes.size() > 1;
    if (isMatrix || layers.empty() || layers.back().name != name)
      layers.push_back({name, {}});
    LayerSummary &layer = layers.back();
    layer.parameters += elementsOf(parameter.shape);
    if (layer.output.empty() && !sizes.empty())
      layer.output.assign(sizes.begin() + isMatrix, sizes.end());
    if (!isMatrix)
      continue;
    // The first matrix meets the input's rows.
    const bool meetsNonzeros = isSparse(program) && perNonzero == 0;
    const std::int64_t elements = elementsOf(parameter.shape);
    (meetsNonzeros ? layer.multiplicationsPerNonzero : layer.multiplications) =
        meetsNonzeros
            ? elements / sizes[0] + (isQuantized(parameter) &&
                                     !isScaledByColumns(program, parameter))
            : elements;
    perRow += layer.multiplications;
    perNonzero += layer.multiplicationsPerNonzero;
  }
  const MlcAmount counted = amountOf(program, "predict");
  areCounted = counted.constant == 0 && counted.per_row == double(perRow) &&
               counted.per_nonzero == double(perNonzero);
  return layers;
}

/// "1,234 and 16 a non-zero".
static std::string amountText(double perRow, double perNonzero) {
  const auto whole = [](double number) {
    std::string digits = fmt::format("{:.0f}", number);
    for (auto at = std::ssize(digits) - 3; at > 0; at -= 3)
      digits.insert(std::size_t(at), ",");
    return digits;
  };
  if (perNonzero == 0)
    return whole(perRow);
  const std::string sparse = whole(perNonzero) + " a non-zero";
  return perRow == 0 ? sparse : whole(perRow) + " + " + sparse;
}

std::int64_t countParameters(const MlcProgram &program) {
  std::int64_t elements = 0;
  for (std::int64_t i = 0; i < program.parameter_count; ++i)
    if (!isScales(program, program.parameters[i]))
      elements += elementsOf(program.parameters[i].shape);
  return elements;
}

/// As they lie in memory: a quantised weight with its scales in between, or, of
/// columns, beside it as floats.
static std::int64_t bytesOfWeights(const MlcProgram &program) {
  std::int64_t bytes = 0;
  for (std::int64_t i = 0; i < program.parameter_count; ++i) {
    const MlcParameter &parameter = program.parameters[i];
    if (isQuantized(parameter))
      bytes += std::int64_t(recordBytes(program, parameter));
    else if (!isScales(program, parameter) || parameter.shape.rank == 2)
      bytes += elementsOf(parameter.shape) * std::int64_t(sizeof(float));
  }
  return bytes;
}

static std::int64_t bytesOfStates(const MlcProgram &program) {
  std::int64_t elements = 0;
  for (std::int64_t i = 0; i < program.state_count; ++i)
    elements += elementsOf(program.states[i].shape);
  return elements * std::int64_t(sizeof(float));
}

std::string summaryText(const MlcProgram &program) {
  bool areCounted = false;
  const std::vector<LayerSummary> layers = layersOf(program, areCounted);
  std::string text = fmt::format(
      "{}: {} [{}{}] in, {} output{}\n\n", program.name,
      isSparse(program) ? "sparse rows" : "dense rows",
      isBounded(inputOf(program)) ? "at most " : "", widthOf(program),
      columnsOf(program), columnsOf(program) == 1 ? "" : "s");
  const auto line = [&](std::string_view layer, std::string_view output,
                        const std::string &parameters,
                        const std::string &multiplications) {
    text += fmt::format("{:<20}{:<16}{:>14}{:>26}\n", layer, output, parameters,
                        multiplications);
  };
  line("layer", "output shape", "parameters", "multiplications a row");
  for (const LayerSummary &layer : layers)
    line(layer.name, fmt::format("(?, {})", fmt::join(layer.output, ", ")),
         amountText(double(layer.parameters), 0),
         areCounted ? amountText(double(layer.multiplications),
                                 double(layer.multiplicationsPerNonzero))
                    : "");
  const MlcAmount predict = amountOf(program, "predict"),
                  train = amountOf(program, "train");
  line("total", "", amountText(double(countParameters(program)), 0),
       amountText(predict.per_row, predict.per_nonzero));
  if (train.per_row > 0 || train.per_nonzero > 0)
    line("to train", "", "", amountText(train.per_row, train.per_nonzero));
  text += fmt::format("\nweights {} bytes, and {} of the optimiser's state\n",
                      amountText(double(bytesOfWeights(program)), 0),
                      amountText(double(bytesOfStates(program)), 0));
  return text;
}

} // namespace mlc::runtime
