//===- HandmadeProgram.cpp - Compiled programs written by hand ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/HandmadeProgram.h"

#include "Support/HandmadeSteps.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace mlc::test {

namespace {

MlcShape shape(std::initializer_list<std::int64_t> sizes) {
  MlcShape shape{std::int64_t(sizes.size()), {1, 1, 1, 1}, /*bounded=*/0};
  std::copy(sizes.begin(), sizes.end(), shape.sizes);
  return shape;
}

template <Spec spec>
MlcEntryPoint entry(const char *name, MlcFunction function,
                    std::int64_t flags) {
  MlcEntryPoint row{};
  row.name = name;
  row.function = function;
  row.flags = flags;
  row.inputs = row.outputs = 1;
  row.labels = (flags & MLC_ENTRY_LOSSES) ? 1 : 0;
  row.workspace = {.shared = sizeof(Workspace<spec>),
                   .own = sizeof(Own<spec>),
                   .own_per_nonzero = sizeof(std::int64_t)};
  row.multiplications.per_row = double(spec.width * spec.outputs);
  return row;
}

/// Of a row of features.
template <Spec spec>
MlcShape inputShape() {
  if (spec.most == 1)
    return shape({spec.width});
  MlcShape steps = shape({spec.most, spec.width});
  steps.bounded = 1;
  return steps;
}

template <Spec spec>
MlcProgram program(const char *name) {
  constexpr bool isClass = spec.label == MLC_LABEL_CLASS;
  static const MlcInput input{"features", spec.input, MLC_F32,
                              inputShape<spec>(), /*limit=*/0};
  static const MlcLabel label{"labels",
                              spec.label,
                              isClass ? MLC_I32 : MLC_F32,
                              isClass ? shape({}) : shape({spec.outputs}),
                              /*limit=*/isClass ? spec.outputs : 0,
                              /*counts=*/0,
                              /*output=*/0};
  static const MlcOutput output{"prediction", MLC_OUTPUT_ROWS, MLC_F32,
                                shape({spec.outputs}), /*input=*/0};
  static const MlcParameter parameters[] = {
      parameter("layer.weight", {spec.width, spec.outputs},
                MLC_INIT_UNIFORM_FAN_IN),
      parameter("layer.bias", {spec.outputs}, MLC_INIT_ZEROS)};
  static const MlcState states[] = {
      state("layer.weight.momentum", 0, parameters[0]),
      state("layer.bias.momentum", 1, parameters[1])};
  static const MlcEntryPoint entries[] = {
      [] {
        MlcEntryPoint row = entry<spec>("train", train<spec>,
                                        MLC_ENTRY_UPDATES | MLC_ENTRY_LOSSES);
        row.profiled = train<spec, /*profiled=*/true>;
        row.outputs = 0;
        return row;
      }(),
      entry<spec>("evaluate", runForward<spec, Entry::Evaluate>,
                  MLC_ENTRY_LOSSES),
      entry<spec>("predict", runForward<spec, Entry::Predict>, 0),
      entry<spec>("explain", explain<spec>, MLC_ENTRY_PATHS)};
  static const MlcRegion regions[] = {{"%y", {100, 10, 2}, {1000, 0, 8}},
                                      {"update(%w)", {0, 0, 0}, {400, 0, 0}}};
  MlcProgram row{};
  row.abi_version = MLC_ABI_VERSION;
  row.name = name;
  row.compiler = "hand 1.0";
  row.target = "x86_64-pc-linux-gnu x86-64";
  row.features = "sse2,cx8";
  row.optimizer = "sgd(momentum = 0.5)";
  row.model_hash = -2;
  row.compiler_hash = -3;
  row.input_count = 1;
  row.inputs = &input;
  row.label_count = 1;
  row.labels = &label;
  row.output_count = 1;
  row.outputs = &output;
  row.parameter_count = std::size(parameters);
  row.parameters = parameters;
  row.state_count = std::size(states);
  row.states = states;
  row.entry_count = std::size(entries);
  row.entries = entries;
  row.rank_shards = row.worker_shards = 1;
  row.batch = spec.batch;
  row.epochs = 3;
  row.learning_rate = 0.125;
  row.accumulate = 1;
  row.region_count = std::size(regions);
  row.regions = regions;
  return row;
}

} // namespace

MlcParameter parameter(const char *name,
                       std::initializer_list<std::int64_t> sizes,
                       MlcInitializer initializer, double value) {
  return {.name = name,
          .element = MLC_F32,
          .shape = shape(sizes),
          .initializer = initializer,
          .value = value,
          .fan_in = *sizes.begin(),
          .training = MLC_TRAINING_GRADIENT,
          .rate = 1,
          .weight_decay = -1,
          .l1 = -1,
          .data = nullptr};
}

MlcState state(const char *name, std::int64_t number,
               const MlcParameter &parameter) {
  return {.name = name,
          .parameter = number,
          .element = MLC_F32,
          .shape = parameter.shape};
}

ChangeableProgram::ChangeableProgram(const MlcProgram &original)
    : program(original), input(*original.inputs), label(*original.labels),
      entries(original.entries, original.entries + original.entry_count) {
  program.inputs = &input;
  program.labels = &label;
  program.entries = entries.data();
}

MlcEntryPoint &ChangeableProgram::entry(std::string_view name) {
  return *std::ranges::find(entries, name, &MlcEntryPoint::name);
}

MlcProgram sparseProgram() {
  return program<Spec{MLC_INPUT_CSR, 20, MLC_LABEL_BINARY, 1, 8}>("sparse");
}

template <MlcElement element, bool byColumns>
static MlcProgram quantized() {
  constexpr std::int64_t columns = 3;
  static const MlcParameter parameters[] = {
      [] {
        MlcParameter row =
            parameter("layer.weight", {20, columns}, MLC_INIT_ZEROS);
        row.element = element;
        row.training = MLC_TRAINING_NONE;
        return row;
      }(),
      parameter("layer.bias", {columns}, MLC_INIT_ZEROS),
      [] {
        MlcParameter row =
            byColumns
                ? parameter("layer.weight.scale", {1, columns}, MLC_INIT_ZEROS)
                : parameter("layer.weight.scale", {20}, MLC_INIT_ZEROS);
        row.element = MLC_F16;
        row.training = MLC_TRAINING_NONE;
        return row;
      }()};
  MlcProgram program = sparseProgram();
  program.name = "quantized";
  program.parameters = parameters;
  program.parameter_count = 3;
  program.state_count = 0;
  return program;
}

MlcProgram quantizedProgram(MlcElement element, bool byColumns) {
  if (byColumns)
    return quantized<MLC_I8, true>();
  return element == MLC_I8 ? quantized<MLC_I8, false>()
                           : quantized<MLC_I4, false>();
}

MlcProgram realProgram() {
  return program<Spec{MLC_INPUT_DENSE, 5, MLC_LABEL_REAL, 2, 5}>("real");
}

MlcProgram classProgram() {
  return program<Spec{MLC_INPUT_DENSE, 4, MLC_LABEL_CLASS, 3, 7}>("classes");
}

MlcProgram stepsProgram() {
  return program<Spec{MLC_INPUT_DENSE, 3, MLC_LABEL_BINARY, 1, 6, /*most=*/4}>(
      "steps");
}

} // namespace mlc::test
