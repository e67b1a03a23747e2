//===- InfoCommand.cpp - PROGRAM info -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Features.h"
#include "Commands/Commands.h"
#include "Commands/ProgramSummary.h"
#include "Commands/WeightsInfo.h"
#include "Program/Model.h"
#include "Program/Workspace.h"
#include "System/Console.h"
#include "Train/Schedule.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <span>

namespace mlc::runtime {

namespace {

const char *inputName(const MlcProgram &program) {
  return isSparse(program) ? "csr" : "dense";
}

const char *labelName(const MlcProgram &program) {
  switch (labelKindOf(program)) {
  case MLC_LABEL_REAL:
    return labelOf(program).counts ? "count" : "real";
  case MLC_LABEL_BINARY:
    return "binary";
  case MLC_LABEL_CLASS:
    return "class";
  }
  return "unknown";
}

const char *elementName(const MlcParameter &parameter) {
  switch (parameter.element) {
  case MLC_F16:
    return "f16";
  case MLC_I8:
    return "i8";
  case MLC_I4:
    return "i4";
  default:
    return "f32";
  }
}

std::string initializerText(const MlcParameter &parameter) {
  if (parameter.element != MLC_F32)
    return "stored";
  switch (MlcInitializer(parameter.initializer)) {
  case MLC_INIT_ZEROS:
    return "zeros";
  case MLC_INIT_CONSTANT:
    return fmt::format("constant({})", parameter.value);
  case MLC_INIT_UNIFORM:
    return fmt::format("uniform({})", parameter.value);
  case MLC_INIT_UNIFORM_FAN_IN:
    return "uniform_fan_in";
  case MLC_INIT_NORMAL:
    return fmt::format("normal({})", parameter.value);
  }
  return "unknown";
}

/// How the parameter is trained, where that differs from others: as the model
/// says it, after a blank.
std::string trainingText(const MlcParameter &parameter) {
  if (parameter.element != MLC_F32)
    return "";
  if (parameter.training == MLC_TRAINING_NONE)
    return " frozen";
  if (parameter.training == MLC_TRAINING_RUNNING)
    return " running";
  std::string text;
  if (parameter.rate != 1)
    text += fmt::format(" rate({})", parameter.rate);
  if (parameter.weight_decay >= 0)
    text += fmt::format(" weight_decay({})", parameter.weight_decay);
  if (parameter.l1 >= 0)
    text += fmt::format(" l1({})", parameter.l1);
  return text;
}

/// A parameter's own weight decay or l1, or null.
boost::json::value ownOf(double number) {
  if (number < 0)
    return nullptr;
  return number;
}

boost::json::object scheduleJson(const MlcProgram &program) {
  const ScheduleSettings schedule = ownSchedule(program);
  return {{"text", scheduleText(schedule)},
          {"is_constant", isConstant(schedule)},
          {"depends_on_epochs", dependsOnLength(schedule)}};
}

/// A bound of gradients, or null.
boost::json::value boundOf(double bound) {
  if (bound == 0)
    return nullptr;
  return bound;
}

/// What the model says of the way down besides its optimiser and epochs.
std::string descentText(const MlcProgram &program) {
  std::string text;
  if (program.schedule)
    text += fmt::format(", schedule {}", program.schedule);
  if (program.clip_norm > 0)
    text += fmt::format(", clip_norm {}", program.clip_norm);
  if (program.private_clip > 0)
    text += fmt::format(", private(clip = {})", program.private_clip);
  if (program.clip_value > 0)
    text += fmt::format(", clip_value {}", program.clip_value);
  if (program.accumulate > 1)
    text += fmt::format(", accumulate {}", program.accumulate);
  return text;
}

/// The GPUs that it was compiled for, or null.
boost::json::value gpuTarget(const MlcProgram &program) {
  if (!program.device)
    return nullptr;
  return boost::json::string(program.device->target);
}

/// Whether blocks that keep their shards wait for words of one another, and not
/// for all blocks: the kernel's name says so (lib/Lowering/GPU/Launches.h).
bool isByWords(const MlcKernel &chip) {
  return std::string_view(chip.name).starts_with("train_chip_by_words");
}

/// How it trains on them, or null.
boost::json::value gpuSteps(const MlcProgram &program) {
  if (!program.device)
    return nullptr;
  return program.device->chip.name    ? "chip"
         : program.device->steps.name ? "kernel"
                                      : "launches";
}

/// What is launched on a GPU for a training step, kernel by kernel.
std::span<const MlcKernel> trainLaunches(const MlcDevice &device) {
  for (const MlcLaunches &entry : std::span(device.entries, device.entry_count))
    if (entry.entry == std::string_view("train"))
      return {entry.kernels, std::size_t(entry.count)};
  return {};
}

std::string gpuStepsText(const MlcDevice &device) {
  if (device.chip.name)
    return fmt::format("one launch for many steps, on up to {} blocks that "
                       "keep {} bytes or more each in shared memory and wait "
                       "for {}",
                       device.chip.blocks,
                       device.chip_shared[device.chip.blocks - 1],
                       isByWords(device.chip) ? "single numbers of one another"
                                              : "all blocks at once");
  return device.steps.name ? std::string("one launch for many steps")
                           : fmt::format("{} launches a step, as a CUDA graph",
                                         trainLaunches(device).size());
}

/// Who computes dense products on them, or null.
boost::json::value gpuProducts(const MlcProgram &program) {
  if (!program.device)
    return nullptr;
  return program.device->generated ? "cublas" : "generated";
}

/// What products' operands may be rounded to, or null.
boost::json::value matmulPrecision(const MlcProgram &program) {
  if (!program.device)
    return nullptr;
  switch (MlcPrecision(program.device->precision)) {
  case MLC_PRECISION_F32:
    return "f32";
  case MLC_PRECISION_TF32:
    return "tf32";
  case MLC_PRECISION_BF16:
    return "bf16";
  }
  return "unknown";
}

std::string gpuProductsText(const MlcProgram &program) {
  const auto count = std::ranges::count_if(
      trainLaunches(*program.device),
      [](const MlcKernel &launch) { return launch.product; });
  if (!program.device->generated)
    return "generated code";
  return fmt::format("cuBLASLt, {}, {} a step; generated code where it is "
                     "missing",
                     std::string_view(matmulPrecision(program).as_string()),
                     count);
}

boost::json::array entriesJson(const MlcProgram &program) {
  boost::json::array entries;
  for (const MlcEntryPoint &entry : entriesOf(program)) {
    const MlcAmount &products = entry.multiplications;
    entries.push_back({{"name", entry.name},
                       {"multiplications",
                        {{"constant", products.constant},
                         {"per_row", products.per_row},
                         {"per_nonzero", products.per_nonzero}}}});
  }
  return entries;
}

boost::json::array layersJson(const MlcProgram &program) {
  boost::json::array layers;
  bool areCounted = false;
  for (const LayerSummary &layer : layersOf(program, areCounted)) {
    boost::json::object entry = {
        {"name", layer.name},
        {"output",
         boost::json::array(layer.output.begin(), layer.output.end())},
        {"parameters", layer.parameters}};
    if (areCounted)
      entry["multiplications"] = {
          {"per_row", layer.multiplications},
          {"per_nonzero", layer.multiplicationsPerNonzero}};
    layers.push_back(std::move(entry));
  }
  return layers;
}

std::string infoJson(const MlcProgram &program, const std::string &weights) {
  const MlcWorkspace workspace = workspaceOf(program, WorkspaceUse::All);
  boost::json::array parameters, missing;
  for (std::int64_t i = 0; i < program.parameter_count; ++i) {
    const MlcParameter &parameter = program.parameters[i];
    const auto shape = sizesOf(parameter.shape);
    parameters.push_back(
        {{"name", parameter.name},
         {"shape", boost::json::array(shape.begin(), shape.end())},
         {"elements", elementsOf(parameter.shape)},
         {"element", elementName(parameter)},
         {"initializer", initializerText(parameter)},
         {"trained", parameter.training == MLC_TRAINING_GRADIENT},
         {"running", parameter.training == MLC_TRAINING_RUNNING},
         {"rate", parameter.rate},
         {"weight_decay", ownOf(parameter.weight_decay)},
         {"l1", ownOf(parameter.l1)}});
  }
  boost::json::array states;
  for (std::int64_t i = 0; i < program.state_count; ++i)
    states.push_back(program.states[i].name);
  for (const std::string &feature : missingFeatures(program.features))
    missing.push_back(boost::json::string(feature));
  return boost::json::serialize(boost::json::object{
      {"program", program.name},
      {"compiler", program.compiler},
      {"model_hash", fmt::format("{:016x}", std::uint64_t(program.model_hash))},
      {"compiler_hash",
       fmt::format("{:016x}", std::uint64_t(program.compiler_hash))},
      {"target", program.target},
      {"gpu_target", gpuTarget(program)},
      {"gpu_steps", gpuSteps(program)},
      {"gpu_products", gpuProducts(program)},
      {"matmul_precision", matmulPrecision(program)},
      {"features", program.features},
      {"missing_features", missing},
      {"input", {{"kind", inputName(program)}, {"width", widthOf(program)}}},
      {"label",
       {{"kind", labelName(program)},
        {"outputs", columnsOf(program)},
        {"places", placesOf(program)}}},
      {"batch", program.batch},
      {"epochs", program.epochs},
      {"learning_rate", program.learning_rate},
      {"schedule", scheduleJson(program)},
      {"accumulate", program.accumulate},
      {"clip_norm", boundOf(program.clip_norm)},
      {"private_clip", boundOf(program.private_clip)},
      {"clip_value", boundOf(program.clip_value)},
      {"optimizer", program.optimizer},
      {"parameters", parameters},
      {"parameter_elements", countParameters(program)},
      {"layers", layersJson(program)},
      {"states", states},
      {"workspace",
       {{"shared", workspace.shared},
        {"own", workspace.own},
        {"own_per_nonzero", workspace.own_per_nonzero}}},
      {"entries", entriesJson(program)},
      {"weights", weightsJson(program, weights)},
  });
}

std::string infoText(const MlcProgram &program, const std::string &weights) {
  const MlcWorkspace workspace = workspaceOf(program, WorkspaceUse::All);
  std::string text =
      fmt::format("{}, made by {}\n\n", program.name, program.compiler);
  const auto line = [&](std::string_view name, const std::string &value) {
    text += fmt::format("{:<12}{}\n", name, value);
  };
  line("input", fmt::format("{}, {}{} features", inputName(program),
                            isBounded(inputOf(program)) ? "at most " : "",
                            widthOf(program)));
  line("label",
       fmt::format("{}, {} output{}{}", labelName(program), columnsOf(program),
                   columnsOf(program) == 1 ? "" : "s",
                   placesOf(program) == 1
                       ? ""
                       : fmt::format(" of {} places", placesOf(program))));
  line("training",
       isQuantized(program)
           ? "none: its weights are whole numbers"
           : fmt::format("{}, batch {}, {} epochs{}", program.optimizer,
                         program.batch, program.epochs, descentText(program)));
  line("parameters", fmt::format("{} in {} tensors", countParameters(program),
                                 program.parameter_count));
  for (std::int64_t i = 0; i < program.parameter_count; ++i) {
    const MlcParameter &parameter = program.parameters[i];
    line("",
         fmt::format("{}  {}  {}  {}{}", parameter.name,
                     sizesOf(parameter.shape), elementsOf(parameter.shape),
                     parameter.element == MLC_F32 ? initializerText(parameter)
                                                  : elementName(parameter),
                     trainingText(parameter)));
  }
  line("workspace",
       fmt::format("{} bytes, and a thread {} and {} a non-zero of a batch",
                   workspace.shared, workspace.own, workspace.own_per_nonzero));
  line("model hash", fmt::format("{:016x}", std::uint64_t(program.model_hash)));
  line("target", program.target);
  if (program.device) {
    line("GPU target", program.device->target);
    line("GPU steps", gpuStepsText(*program.device));
    line("GPU gemm", gpuProductsText(program));
  }
  for (const auto &[name, value] : weightsText(program, weights))
    line(name, value);
  const auto missing = missingFeatures(program.features);
  line("this CPU", missing.empty()
                       ? "runs it"
                       : fmt::format("lacks {}", fmt::join(missing, ", ")));
  return text;
}

} // namespace

int runCommand(const MlcProgram &program, const InfoCommand &command) {
  printResult(command.json      ? infoJson(program, command.weights) + "\n"
              : command.summary ? summaryText(program)
                                : infoText(program, command.weights));
  finishOutput();
  return 0;
}

} // namespace mlc::runtime
