//===- DeviceProgram.cpp - A program on a GPU -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/DeviceProgram.h"

#include "System/Console.h"
#include "mlc/StepRoles.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <fmt/format.h>
#include <utility>

namespace mlc::runtime {

/// Batches that are launched at once, as one CUDA graph: enough to hide what a
/// launch costs, few enough to be made in no time.
constexpr std::int64_t graphSteps = 16;

DeviceProgram::DeviceProgram(const MlcProgram &program,
                             std::unique_ptr<LoadedDevice> loaded, Model &model)
    : program_(program), loaded_(std::move(loaded)), model_(model),
      code_(&loaded_->code), workspace_(device()), slots_(device()),
      losses_(device()), outputs_(device()), scores_(device()),
      learningRates_(device()), doneTable_(device()), data_(program, device()) {
  model_.forEachRaw([&](std::span<float> tensor) {
    tensors_.emplace_back(device());
    tensors_.back().reserve(tensor.size_bytes(), "the parameters");
  });
  chooseProducts();
  workspace_.reserve(std::max<std::int64_t>(code_->tables().workspace, 64),
                     "a batch");
  launches_ = launchTable(*code_);
  findSteps();
  const MlcKernel &order = code_->tables().order;
  rowLists_ =
      std::make_unique<DeviceRows>(device(), code_->find(order.name), order);
  model_.attach([this] { copyModelOut(); });
}

DeviceProgram::~DeviceProgram() {
  model_.detach();
  for (const auto &[entry, launches] : launches_)
    if (launches.graph)
      driver().graphExecDestroy(launches.graph);
}

void DeviceProgram::copyModelIn() {
  std::size_t number = 0;
  std::as_const(model_).forEach([&](std::span<const float> tensor) {
    tensors_[number++].copyIn(std::as_bytes(tensor));
  });
  model_.setUnchanged();
}

void DeviceProgram::copyModelOut() {
  std::size_t number = 0;
  model_.forEachRaw([&](std::span<float> tensor) {
    tensors_[number++].copyOut(std::as_writable_bytes(tensor));
  });
  device().synchronize();
}

void DeviceProgram::place(const MlcCall &call, std::int64_t rows) {
  data_.place(call, rows);
}

/// The entries of a table, word by word.
template <typename T>
static void append(const std::vector<T> &entries,
                   std::vector<std::int64_t> &slots) {
  const std::size_t before = slots.size();
  slots.resize(before + entries.size() * sizeof(T) / sizeof(std::int64_t));
  std::memcpy(slots.data() + before, entries.data(),
              entries.size() * sizeof(T));
}

static std::int64_t batchesOf(const MlcProgram &program, const MlcCall &call) {
  return (call.row_count + program.batch - 1) / program.batch;
}

/// What kernels get: an MlcDeviceCall, and then the tables of StepRoles.def.
std::vector<std::int64_t>
DeviceProgram::slotsFor(const MlcCall &call, const DeviceTables &data) const {
  MlcDeviceCall block{
      .call = call, .done = 0, .barrier = 0, .scores = scores_.pointer<void>()};
  block.call.workspace = workspace_.pointer<void>();
  block.call.losses = losses_.pointer<float>();
  // Gradients' norms stand behind the losses.
  block.call.gradient_norms = block.call.losses + batchesOf(program_, call);
  block.call.learning_rates = learningRates_.pointer<double>();
  std::vector<std::int64_t> slots(MlcDeviceCall_words);
  std::memcpy(slots.data(), &block, sizeof block);
  const auto tensors = [&](std::int64_t first, std::int64_t count) {
    std::vector<void *> entries;
    for (std::int64_t i = first; i < first + count; ++i)
      entries.push_back(tensors_[i].pointer<void>());
    return entries;
  };
  for (int table = 0; table < tableCount; ++table) {
    slots[tableInfos[table].field] = 0;
    switch (RoleSource(table)) {
    case RoleSource::Inputs:
      append(data.inputs, slots);
      break;
    case RoleSource::Capacities:
      append(
          std::vector(call.capacities, call.capacities + program_.input_count),
          slots);
      break;
    case RoleSource::Labels:
      append(data.labels, slots);
      break;
    case RoleSource::Outputs:
      append(std::vector{outputs_.pointer<void>()}, slots);
      break;
    case RoleSource::Parameters:
      append(tensors(0, program_.parameter_count), slots);
      break;
    case RoleSource::States:
      append(tensors(program_.parameter_count, program_.state_count), slots);
      break;
    default:
      assert(false && "no other source is a table");
    }
  }
  return slots;
}

/// What is launched for a batch of so many rows.
DeviceProgram::Launches &DeviceProgram::launchesOf(ProgramStep step,
                                                   std::int64_t rows) {
  LaunchTable &table = canMultiply(rows) ? launches_ : generatedLaunches_;
  return table.at(entryOf(program_, step)->name);
}

void DeviceProgram::launch(const Launches &launches, std::int64_t offset,
                           Batch batch) {
  cuda::DevicePointer slots = slots_.address();
  void *arguments[] = {&slots, &offset};
  for (const Kernel &kernel : launches.kernels)
    if (kernel.product)
      products_->run(*kernel.product, batch.rows, batch.first, slotValues_);
    else
      driver().check(driver().launchKernel(
                         kernel.function, kernel.blocks, 1, 1, kernel.threads,
                         1, 1, 0, device().stream(), arguments, nullptr),
                     "launching a kernel");
}

/// Records the launches of graphSteps batches. The slots' address and the
/// batches' offsets are a part of it, all else is in the slots; of products,
/// the addresses of operands, which are all in memory that stays where it is,
/// and that their batches are full.
void DeviceProgram::makeGraph(Launches &launches) {
  driver().check(
      driver().beginCapture(device().stream(), cuda::captureThreadLocal),
      "recording launches");
  cuda::Graph graph = nullptr;
  const auto end = [&] {
    return driver().endCapture(device().stream(), &graph);
  };
  try {
    for (std::int64_t step = 0; step < graphSteps; ++step)
      launch(launches, step, {step * program_.batch, program_.batch});
  } catch (...) {
    // The stream is of use again, whatever this answers.
    if (end() == cuda::Success)
      driver().graphDestroy(graph);
    throw;
  }
  driver().check(end(), "recording launches");
  const cuda::Result result =
      driver().graphInstantiate(&launches.graph, graph, 0);
  driver().graphDestroy(graph);
  driver().check(result, "recording launches");
}

/// All steps of a call, by the kernel that runs many. False, from then on,
/// where its blocks cannot run at the same time although the GPU has the
/// multiprocessors: others use it as well.
bool DeviceProgram::launchTogether(std::int64_t count) {
  if (!steps_.function)
    return false;
  cuda::DevicePointer slots = slots_.address();
  void *arguments[] = {&slots, &count};
  const cuda::Result result = driver().launchTogether(
      steps_.function, steps_.blocks, 1, 1, steps_.threads, 1, 1,
      steps_.sharedBytes, device().stream(), arguments);
  if (result == cuda::TooManyBlocks) {
    printNote(fmt::format(
        "GPU {} cannot run {} block{} at the same time now ({}); steps are "
        "launched one by one from here on{}",
        device().number(), steps_.blocks, steps_.blocks == 1 ? "" : "s",
        driver().describe(result),
        steps_.sharedBytes ? ", which sum in another order, so that the "
                             "weights' last bits are others"
                           : ", with the same result"));
    steps_ = {};
    return false;
  }
  driver().check(result, "launching a kernel");
  return true;
}

void DeviceProgram::runSteps(ProgramStep step, std::int64_t rows) {
  const std::int64_t batch = program_.batch, count = (rows + batch - 1) / batch;
  if (step == ProgramStep::Train && launchTogether(count))
    return;
  Launches &launches = launchesOf(step, batch);
  std::int64_t done = 0;
  const auto setDone = [&] {
    driver().check(
        driver().copyOnDevice(
            slots_.address() + MlcDeviceCall_done * sizeof(std::int64_t),
            doneTable_.address() + done / graphSteps * sizeof(std::int64_t),
            sizeof(std::int64_t), device().stream()),
        "counting steps");
  };
  // Kernels see how many rows a batch has and where its outputs go. Products do
  // not: recorded are those of full batches, and none that may write outputs.
  const std::int64_t recordable = !products_                   ? count
                                  : step == ProgramStep::Train ? rows / batch
                                                               : 0;
  // What the library or the driver sets up with its first call must not happen
  // while launches are recorded: the first ones are not.
  if (recordable >= graphSteps && !launches.areWarm) {
    for (; done < graphSteps; ++done)
      launch(launches, done, {done * batch, batch});
    launches.areWarm = true;
  }
  if (recordable - done >= graphSteps && !launches.graph)
    makeGraph(launches);
  if (launches.graph)
    for (; recordable - done >= graphSteps; done += graphSteps) {
      setDone();
      driver().check(driver().graphLaunch(launches.graph, device().stream()),
                     "launching steps");
    }
  if (done > 0)
    setDone();
  for (std::int64_t offset = 0; done + offset < count; ++offset) {
    const std::int64_t first = (done + offset) * batch;
    const std::int64_t size = std::min(batch, rows - first);
    launch(size == batch ? launches : launchesOf(step, size), offset,
           {first, size});
  }
}

void DeviceProgram::run(ProgramStep step, const MlcCall &call, void *scores) {
  const bool isTraining = step == ProgramStep::Train;
  const std::int64_t count = batchesOf(program_, call);
  if (model_.isChanged())
    copyModelIn();
  const std::size_t rowCount = call.row_count;
  const std::span losses(call.losses, call.losses ? count : 0);
  const std::span norms(call.gradient_norms, call.gradient_norms ? count : 0);
  const std::size_t outputCount = rowCount * columnsOf(program_);
  const std::span outputs(call.outputs ? static_cast<float *>(call.outputs[0])
                                       : nullptr,
                          call.outputs ? outputCount : 0);
  const std::span counted(static_cast<std::byte *>(scores),
                          scores ? count * MLC_SCORE_BYTES : 0);
  losses_.reserve(2 * count * sizeof(float), "losses");
  scores_.reserve(count * MLC_SCORE_BYTES, "scores");
  if (!isTraining)
    outputs_.reserve(outputCount * sizeof(float), "outputs");
  else
    learningRates_.assign(
        std::as_bytes(std::span(call.learning_rates, std::size_t(count))),
        "learning rates");
  if (doneValues_.size() <= std::size_t(count / graphSteps)) {
    doneValues_.resize(count / graphSteps + 1);
    for (std::size_t i = 0; i < doneValues_.size(); ++i)
      doneValues_[i] = std::int64_t(i) * graphSteps;
    doneTable_.assign(std::as_bytes(std::span(doneValues_)),
                      "numbers of steps");
  }
  MlcCall onDevice = call;
  onDevice.rows = reinterpret_cast<const std::int32_t *>(
      rowLists_->find({call.rows, rowCount}));
  slotValues_ = slotsFor(onDevice, data_.describe(call));
  // Never moved: the graph knows the address.
  slots_.assign(std::as_bytes(std::span(slotValues_)), "a call's arguments");
  if (isTraining)
    model_.setStale();
  runSteps(step, call.row_count);
  losses_.copyOut(std::as_writable_bytes(losses));
  losses_.copyOut(std::as_writable_bytes(norms), count * sizeof(float));
  outputs_.copyOut(std::as_writable_bytes(outputs));
  scores_.copyOut(counted);
  device().synchronize();
}

} // namespace mlc::runtime
