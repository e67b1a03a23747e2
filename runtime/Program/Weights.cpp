//===- Weights.cpp - Weights files ----------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Weights.h"

#include "Data/PackedFile.h"
#include "Data/QuantizedMatrix.h"
#include "Data/Seal.h"
#include "Error.h"
#include "Program/Records.h"
#include "System/Console.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>

namespace mlc::runtime {

/// `place` is the beginning of the message.
static void expectFinite(const std::string &place, const char *name,
                         std::span<const float> elements) {
  for (std::size_t i = 0; i < elements.size(); ++i)
    if (!std::isfinite(elements[i]))
      throw InputError(fmt::format(
          "{}: tensor '{}': element {} is {}; take the weights of a training "
          "that ended well",
          place, name, i, elements[i]));
}

/// What may be done where a matrix has another shape.
static const char *shapeAdvice(std::vector<std::int64_t> expected,
                               const std::vector<std::int64_t> &found) {
  std::ranges::reverse(expected);
  return expected.size() == 2 && expected == found
             ? "; PyTorch keeps weights as [out, in], so transpose it"
             : "; were these weights trained by another model?";
}

/// The same for a tensor that no parameter is called like.
static std::string nameAdvice(std::string_view name,
                              std::span<const MlcParameter> parameters) {
  for (const MlcParameter &parameter : parameters)
    if (name.ends_with(parameter.name) &&
        name[name.size() - std::string_view(parameter.name).size() - 1] == '.')
      return fmt::format("; rename it to {:?}, and others that start alike, or "
                         "name them by train --init-map",
                         parameter.name);
  return "; were these weights trained by another model?";
}

/// That its numbers are as the program reads them.
static void expectQuantized(const SafetensorsFile &file,
                            const TensorView &tensor,
                            const MlcParameter &parameter) {
  const int bits = bitsOf(parameter);
  const auto matrix = quantizedMatrix(file, tensor);
  if (!matrix || matrix->bits != bits)
    throw InputError(fmt::format(
        "{}: tensor {:?}: expected whole numbers of {} bits, but got {}; give "
        "the weights that mlc compress --bits {} wrote beside the model",
        file.path(), tensor.name, bits,
        matrix ? fmt::format("{} bits", matrix->bits)
               : std::string(nameOf(tensor.type)),
        bits));
  const std::vector<std::int64_t> shape = {matrix->rows, matrix->columns};
  if (shape != sizesOf(parameter.shape))
    throw InputError(
        fmt::format("{}: tensor '{}': expected shape {}, but the file has {}{}",
                    file.path(), parameter.name, sizesOf(parameter.shape),
                    shape, shapeAdvice(sizesOf(parameter.shape), shape)));
}

/// `name`: of the tensor that is to be this parameter.
static const TensorView &tensorOf(const SafetensorsFile &file,
                                  const MlcParameter &parameter,
                                  const std::string &name) {
  const TensorView *stored = file.find(name);
  if (stored && isQuantized(parameter)) {
    expectQuantized(file, *stored, parameter);
    return *stored;
  }
  if (stored && parameter.element == MLC_F32)
    if (const auto matrix = quantizedMatrix(file, *stored))
      throw InputError(fmt::format(
          "{}: tensor {:?}: expected elements of F32, but got whole numbers of "
          "{} bits; compile the model that mlc compress wrote beside it",
          file.path(), name, matrix->bits));
  const TensorView &tensor =
      file.get(name, isQuantized(parameter)         ? ElementType::I8
                     : parameter.element == MLC_F16 ? ElementType::F16
                                                    : ElementType::F32);
  if (tensor.shape != sizesOf(parameter.shape))
    throw InputError(
        fmt::format("{}: tensor '{}': expected shape {}, but the file has {}{}",
                    file.path(), name, sizesOf(parameter.shape), tensor.shape,
                    shapeAdvice(sizesOf(parameter.shape), tensor.shape)));
  return tensor;
}

/// Throws where a name in `names` is no parameter's.
static void expectParameters(const SafetensorsFile &file,
                             const WeightNames &names,
                             const MlcProgram &program) {
  const std::span parameters(program.parameters, program.parameter_count);
  for (const auto &[name, tensor] : names.tensors)
    if (std::ranges::none_of(parameters, [&](const MlcParameter &parameter) {
          return name == parameter.name;
        })) {
      std::vector<std::string> known;
      for (const MlcParameter &parameter : parameters)
        known.emplace_back(parameter.name);
      throw InputError(
          fmt::format("{}: {:?} is no parameter of program '{}'; it has {}",
                      file.path(), name, program.name, fmt::join(known, ", ")));
    }
}

/// The name of the tensor that a parameter takes.
static std::string nameFor(const MlcParameter &parameter,
                           const WeightNames &names) {
  const auto found = names.tensors.find(parameter.name);
  return found == names.tensors.end() ? parameter.name : found->second;
}

static bool isOfVectorizer(const TensorView &tensor) {
  return tensor.name == "vocabulary" || tensor.name.starts_with("vectorizer.");
}

std::vector<TensorView> vectorizerTensors(const SafetensorsFile &file,
                                          const MlcProgram &program) {
  std::vector<TensorView> tensors;
  std::ranges::copy_if(file.tensors(), std::back_inserter(tensors),
                       isOfVectorizer);
  for (const TensorView &tensor : tensors)
    for (std::int64_t i = 0; i < program.parameter_count; ++i)
      if (tensor.name == program.parameters[i].name)
        throw InputError(fmt::format(
            "{}: its vectorizer has a tensor {:?}, and program '{}' a "
            "parameter of that name; rename the parameter in the model",
            file.path(), tensor.name, program.name));
  return tensors;
}

/// Of a matrix of as many rows as columns, its shape does not tell whether it
/// is the right way round: `layout` in the metadata does, or this warns.
static void checkLayout(const SafetensorsFile &file,
                        std::span<const MlcParameter> parameters) {
  const auto layout = file.metadata().find("layout");
  if (layout != file.metadata().end()) {
    if (layout->second != "in_out")
      throw InputError(fmt::format(
          "{}: expected the layout \"in_out\" in its metadata, but got {:?}; "
          "transpose matrices that are [out, in], as PyTorch's are",
          file.path(), layout->second));
    return;
  }
  std::vector<std::string_view> square;
  for (const MlcParameter &parameter : parameters)
    if (const auto sizes = sizesOf(parameter.shape);
        sizes.size() == 2 && sizes[0] == sizes[1] && sizes[0] > 1)
      square.push_back(parameter.name);
  if (!square.empty())
    printNote(fmt::format(
        "warning: {}: it was not written by mlc, and nothing tells whether "
        "{}, which {} square, {} [in, out]; transpose what comes from "
        "PyTorch, whose linear layers have [out, in], and say so by the entry "
        "\"layout\": \"in_out\" in the metadata",
        file.path(), fmt::join(square, ", "), square.size() == 1 ? "is" : "are",
        square.size() == 1 ? "is" : "are"));
}

/// Tensors of the file that are nobody's, in its order.
static std::vector<std::string>
tensorsOfNobody(const SafetensorsFile &file,
                std::span<const MlcParameter> parameters,
                const WeightNames &names) {
  std::vector<std::string> others;
  for (const TensorView &tensor : file.tensors())
    if (!isOfVectorizer(tensor) && !isScales(file, tensor) &&
        std::ranges::none_of(parameters, [&](const MlcParameter &parameter) {
          return tensor.name == nameFor(parameter, names);
        }))
      others.push_back(tensor.name);
  return others;
}

std::vector<const TensorView *> checkWeights(const SafetensorsFile &file,
                                             const MlcProgram &program,
                                             const WeightNames &names) {
  expectParameters(file, names, program);
  if (isSealed(file))
    expectSeal(file);
  file.expectFormat("mlc.weights");
  const std::span parameters(program.parameters, program.parameter_count);
  if (!names.mayMiss)
    if (const auto others = tensorsOfNobody(file, parameters, names);
        !others.empty())
      throw InputError(
          fmt::format("{}: tensor {:?} is no parameter of program '{}'{}",
                      file.path(), others.front(), program.name,
                      nameAdvice(others.front(), parameters)));
  std::vector<const TensorView *> tensors;
  for (const MlcParameter &parameter : parameters) {
    const std::string name = nameFor(parameter, names);
    const bool isLeft =
        name.empty() || (names.mayMiss && !file.find(name) &&
                         !names.tensors.contains(parameter.name));
    tensors.push_back(isLeft ? nullptr : &tensorOf(file, parameter, name));
  }
  for (const TensorView *tensor : tensors)
    if (tensor && tensor->type == ElementType::F32)
      expectFinite(file.path(), tensor->name.c_str(), tensor->as<float>());
  if (!isSealed(file))
    checkLayout(file, parameters);
  return tensors;
}

UnmetWeights loadWeights(const SafetensorsFile &file, const MlcProgram &program,
                         Model &model, const WeightNames &names) {
  const std::vector<const TensorView *> tensors =
      checkWeights(file, program, names);
  const std::span parameters(program.parameters, program.parameter_count);
  UnmetWeights unmet = {{}, tensorsOfNobody(file, parameters, names)};
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (tensors[i])
      std::ranges::copy(tensors[i]->as<float>(), model.parameter(i).begin());
    else
      unmet.parameters.emplace_back(parameters[i].name);
  return unmet;
}

void saveWeights(const std::string &path, const MlcProgram &program,
                 const Model &model,
                 std::map<std::string, std::string> provenance,
                 const std::vector<TensorView> &vectorizer) {
  for (std::int64_t i = 0; i < program.parameter_count; ++i)
    expectFinite(
        "training diverged, weights are not saved; lower --learning-rate",
        program.parameters[i].name, model.parameter(i));
  SafetensorsContents contents;
  for (std::int64_t i = 0; i < program.parameter_count; ++i)
    contents.tensors.push_back({program.parameters[i].name, ElementType::F32,
                                sizesOf(program.parameters[i].shape),
                                std::as_bytes(model.parameter(i))});
  std::ranges::copy(vectorizer, std::back_inserter(contents.tensors));
  contents.metadata = std::move(provenance);
  contents.metadata["format"] = "mlc.weights";
  contents.metadata["version"] = "1";
  contents.metadata["program"] = program.name;
  contents.metadata["compiler"] = program.compiler;
  contents.metadata["model_hash"] =
      fmt::format("{:016x}", std::uint64_t(program.model_hash));
  contents.sealed = true;
  if (path.ends_with(".xz"))
    writePacked(path, contents, {.matrix = "", .bits = 32});
  else
    writeSafetensors(path, contents);
}

} // namespace mlc::runtime
