//===- Checkpoint.cpp - A run that can be resumed, in a file --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Checkpoint.h"

#include "Data/SafetensorsHeader.h"
#include "Error.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace mlc::runtime {

/// Calls `use(key, number)` with each number of a checkpoint.
template <typename Checkpoint, typename Use>
static void forNumbers(Checkpoint &checkpoint, Use use) {
  use("epoch", checkpoint.point.epoch);
  use("step", checkpoint.point.step);
  use("position", checkpoint.point.position);
  use("examples", checkpoint.point.examples);
  use("loss_sum", checkpoint.point.lossSum);
  use("seconds", checkpoint.point.seconds);
  use("first_loss", checkpoint.point.firstLoss);
  use("gradient_norm", checkpoint.point.gradientNorm);
  use("plateau_best", checkpoint.point.plateauBest);
  use("plateau_wait", checkpoint.point.plateauWait);
  use("reductions", checkpoint.point.reductions);
  use("best_epoch", checkpoint.best.epoch);
  use("best_value", checkpoint.best.value);
  use("metrics_bytes", checkpoint.metrics.bytes);
  use("metrics_hash", checkpoint.metrics.hash);
}

/// The same of a run that skips outliers.
template <typename Checkpoint, typename Use>
static void forNumbersOfSkipping(Checkpoint &checkpoint, Use use) {
  use("skipped_steps", checkpoint.point.skipped);
  use("skipped_of_epoch", checkpoint.point.skippedOfEpoch);
}
constexpr char kWatchedSteps[] = "watched_steps";

/// Calls `use(name, values)` with what a checkpoint has of the last steps.
template <typename Checkpoint, typename Use>
static void forRecentValues(Checkpoint &checkpoint, Use use) {
  use("recent/losses", checkpoint.point.losses);
  use("recent/gradient_norms", checkpoint.point.gradientNorms);
}

SafetensorsContents
checkpointContents(const MlcProgram &program, const Model &model,
                   std::span<const OriginEntry> origin,
                   const Checkpoint &checkpoint,
                   const std::map<std::string, std::string> &facts) {
  SafetensorsContents contents;
  contents.sealed = true;
  const auto add = [&](const char *kind, const char *name,
                       const MlcShape &shape, std::span<const float> elements) {
    contents.tensors.push_back({fmt::format("{}/{}", kind, name),
                                ElementType::F32, sizesOf(shape),
                                std::as_bytes(elements)});
  };
  for (std::int64_t i = 0; i < program.parameter_count; ++i)
    add("parameter", program.parameters[i].name, program.parameters[i].shape,
        model.parameter(i));
  for (std::int64_t i = 0; i < program.state_count; ++i)
    add("state", program.states[i].name, program.states[i].shape,
        model.state(i));
  contents.metadata = {{"format", "mlc.checkpoint"}, {"version", "1"}};
  contents.metadata.insert(facts.begin(), facts.end());
  for (const OriginEntry &entry : origin)
    contents.metadata[entry.key] = entry.value;
  // fmt's shortest decimals read back as the same bits.
  const auto addNumber = [&](const char *key, auto number) {
    contents.metadata[key] = fmt::format("{}", number);
  };
  forNumbers(checkpoint, addNumber);
  if (const std::int64_t watched = checkpoint.point.losses.count()) {
    addNumber(kWatchedSteps, watched);
    forNumbersOfSkipping(checkpoint, addNumber);
    forRecentValues(checkpoint, [&](const char *name,
                                    const RecentValues &recent) {
      contents.tensors.push_back({name,
                                  ElementType::F32,
                                  {RecentValues::size},
                                  std::as_bytes(std::span(recent.values()))});
    });
  }
  return contents;
}

static const std::string &entryOf(const SafetensorsFile &file,
                                  const std::string &key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end())
    failDamaged(file.path(), fmt::format("it has no entry {:?}", key));
  return found->second;
}

static void expectSameOrigin(const SafetensorsFile &file,
                             std::span<const OriginEntry> origin) {
  const auto shown = [](const std::string &value) {
    // Whatever stands in the file, it is a message of letters that comes of it.
    const std::string quoted = fmt::format("{:?}", value);
    return value.empty() ? "none" : quoted.substr(1, quoted.size() - 2);
  };
  for (const OriginEntry &entry : origin) {
    // An option that is not given, and was not known when the file was made.
    if (entry.value.empty() && !file.metadata().contains(entry.key))
      continue;
    // As before there were any, all rows were in one window.
    if (const std::string theirs =
            entry.key == "window" && !file.metadata().contains(entry.key)
                ? ""
                : entryOf(file, entry.key);
        theirs != entry.value)
      throw InputError(fmt::format(
          "{}: was made with another {}: {}, but this run has {}; {}",
          file.path(), entry.meaning, shown(theirs), shown(entry.value),
          entry.advice));
  }
}

static void loadTensor(const SafetensorsFile &file, const std::string &name,
                       const MlcShape &shape, std::span<float> elements) {
  const TensorView &tensor = file.get(name, ElementType::F32);
  if (tensor.shape != sizesOf(shape))
    failDamaged(file.path(), fmt::format("tensor '{}' has another shape than "
                                         "its parameter",
                                         name));
  std::ranges::copy(tensor.as<float>(), elements.begin());
}

static Checkpoint numbersOf(const SafetensorsFile &file) {
  file.expectFormat("mlc.checkpoint");
  Checkpoint checkpoint;
  const auto readNumber = [&](const char *key, auto &number) {
    const std::string &text = entryOf(file, key);
    const char *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end)
      failDamaged(file.path(), fmt::format("its {:?} is no number", key));
  };
  forNumbers(checkpoint, readNumber);
  if (file.metadata().contains(kWatchedSteps)) {
    std::int64_t watched = 0;
    readNumber(kWatchedSteps, watched);
    if (watched < 0)
      failDamaged(file.path(),
                  fmt::format("its {:?} is below 0", kWatchedSteps));
    forNumbersOfSkipping(checkpoint, readNumber);
    forRecentValues(checkpoint, [&](const char *name, RecentValues &recent) {
      const TensorView &tensor = file.get(name, ElementType::F32);
      std::array<float, RecentValues::size> values;
      if (tensor.as<float>().size() != values.size())
        failDamaged(file.path(), fmt::format("tensor '{}' has another shape "
                                             "than {} numbers",
                                             name, values.size()));
      std::ranges::copy(tensor.as<float>(), values.begin());
      recent.set(values, watched);
    });
  }
  return checkpoint;
}

TrainingPoint pointOf(const SafetensorsFile &file) {
  return numbersOf(file).point;
}

void loadModel(const SafetensorsFile &file, const MlcProgram &program,
               Model &model) {
  for (std::int64_t i = 0; i < program.parameter_count; ++i)
    loadTensor(file, fmt::format("parameter/{}", program.parameters[i].name),
               program.parameters[i].shape, model.parameter(i));
  for (std::int64_t i = 0; i < program.state_count; ++i)
    loadTensor(file, fmt::format("state/{}", program.states[i].name),
               program.states[i].shape, model.state(i));
}

Checkpoint loadCheckpoint(const SafetensorsFile &file,
                          const MlcProgram &program,
                          std::span<const OriginEntry> origin, Model &model) {
  file.expectFormat("mlc.checkpoint");
  expectSameOrigin(file, origin);
  Checkpoint checkpoint = numbersOf(file);
  loadModel(file, program, model);
  return checkpoint;
}

} // namespace mlc::runtime
