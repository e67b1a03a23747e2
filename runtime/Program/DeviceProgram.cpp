//===- DeviceProgram.cpp - A program on a GPU -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/DeviceProgram.h"

#include "mlc/StepRoles.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace mlc::runtime {

/// Batches that are launched at once, as one CUDA graph: enough to hide what a
/// launch costs, few enough to be made in no time.
constexpr std::int64_t graphSteps = 16;

DeviceProgram::DeviceProgram(const MlcProgram &program,
                             std::unique_ptr<CudaDevice> device, Model &model)
    : program_(program), device_(std::move(device)), model_(model),
      code_(program.device), workspace_(*device_), slots_(*device_),
      losses_(*device_), outputs_(*device_), scores_(*device_),
      learningRates_(*device_), doneTable_(*device_), data_(program, *device_) {
  model_.forEachRaw([&](std::span<float> tensor) {
    tensors_.emplace_back(*device_);
    tensors_.back().reserve(tensor.size_bytes(), "the parameters");
  });
  chooseProducts();
  workspace_.reserve(std::max<std::int64_t>(code_->workspace, 64), "a batch");
  loadModule();
  model_.attach([this] { copyModelOut(); });
}

DeviceProgram::~DeviceProgram() {
  model_.detach();
  for (const auto &[entry, launches] : launches_)
    if (launches.graph)
      device_->driver().graphExecDestroy(launches.graph);
  if (module_)
    device_->driver().moduleUnload(module_);
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
  device_->synchronize();
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

/// What kernels get: an MlcDeviceCall, and then the tables of StepRoles.def.
std::vector<std::int64_t>
DeviceProgram::slotsFor(const MlcCall &call, const DeviceTables &data) const {
  MlcDeviceCall block{
      .call = call, .done = 0, .barrier = 0, .scores = scores_.pointer<void>()};
  block.call.workspace = workspace_.pointer<void>();
  block.call.losses = losses_.pointer<float>();
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

DeviceProgram::Launches &DeviceProgram::launchesOf(ProgramStep step) {
  return launches_.at(entryOf(program_, step)->name);
}

void DeviceProgram::launch(const Launches &launches, std::int64_t offset,
                           Batch batch) {
  cuda::DevicePointer slots = slots_.address();
  void *arguments[] = {&slots, &offset};
  for (const Kernel &kernel : launches.kernels)
    if (kernel.product)
      products_->run(*kernel.product, batch.rows, batch.first, slotValues_);
    else
      device_->driver().check(
          device_->driver().launchKernel(kernel.function, kernel.blocks, 1, 1,
                                         kernel.threads, 1, 1, 0,
                                         device_->stream(), arguments, nullptr),
          "launching a kernel");
}

/// Records the launches of graphSteps batches. The slots' address and the
/// batches' offsets are a part of it, all else is in the slots; of products,
/// the addresses of operands, which are all in memory that stays where it is,
/// and that their batches are full.
void DeviceProgram::makeGraph(Launches &launches) {
  const CudaDriver &driver = device_->driver();
  driver.check(driver.beginCapture(device_->stream(), cuda::captureThreadLocal),
               "recording launches");
  for (std::int64_t step = 0; step < graphSteps; ++step)
    launch(launches, step, {step * program_.batch, program_.batch});
  cuda::Graph graph = nullptr;
  driver.check(driver.endCapture(device_->stream(), &graph),
               "recording launches");
  const cuda::Result result =
      driver.graphInstantiate(&launches.graph, graph, 0);
  driver.graphDestroy(graph);
  driver.check(result, "recording launches");
}

/// All steps of a call, by the kernel that runs many.
void DeviceProgram::launchTogether(std::int64_t count) {
  cuda::DevicePointer slots = slots_.address();
  void *arguments[] = {&slots, &count};
  device_->driver().check(
      device_->driver().launchTogether(steps_.function, steps_.blocks, 1, 1,
                                       steps_.threads, 1, 1, steps_.sharedBytes,
                                       device_->stream(), arguments),
      "launching a kernel");
}

void DeviceProgram::runSteps(ProgramStep step, std::int64_t rows) {
  const std::int64_t batch = program_.batch, count = (rows + batch - 1) / batch;
  if (step == ProgramStep::Train && steps_.function)
    return launchTogether(count);
  Launches &launches = launchesOf(step);
  const CudaDriver &driver = device_->driver();
  std::int64_t done = 0;
  const auto setDone = [&] {
    driver.check(
        driver.copyOnDevice(
            slots_.address() + MlcDeviceCall_done * sizeof(std::int64_t),
            doneTable_.address() + done / graphSteps * sizeof(std::int64_t),
            sizeof(std::int64_t), device_->stream()),
        "counting steps");
  };
  // Kernels see how many rows a batch has and where its outputs go. Products do
  // not: recorded are those of full batches, and none that may write outputs.
  const std::int64_t recordable = !products_                   ? count
                                  : step == ProgramStep::Train ? rows / batch
                                                               : 0;
  if (recordable >= graphSteps) {
    if (!launches.graph)
      makeGraph(launches);
    for (; recordable - done >= graphSteps; done += graphSteps) {
      setDone();
      driver.check(driver.graphLaunch(launches.graph, device_->stream()),
                   "launching steps");
    }
    setDone();
  }
  for (std::int64_t offset = 0; done + offset < count; ++offset) {
    const std::int64_t first = (done + offset) * batch;
    launch(launches, offset, {first, std::min(batch, rows - first)});
  }
}

void DeviceProgram::run(ProgramStep step, const MlcCall &call, void *scores) {
  const bool isTraining = step == ProgramStep::Train;
  const std::int64_t count =
      (call.row_count + program_.batch - 1) / program_.batch;
  if (model_.isChanged())
    copyModelIn();
  const std::size_t rowCount = call.row_count;
  const std::span losses(call.losses, call.losses ? count : 0);
  const std::size_t outputCount = rowCount * columnsOf(program_);
  const std::span outputs(call.outputs ? static_cast<float *>(call.outputs[0])
                                       : nullptr,
                          call.outputs ? outputCount : 0);
  const std::span counted(static_cast<std::byte *>(scores),
                          scores ? count * MLC_SCORE_BYTES : 0);
  losses_.reserve(count * sizeof(float), "losses");
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
  outputs_.copyOut(std::as_writable_bytes(outputs));
  scores_.copyOut(counted);
  device_->synchronize();
}

} // namespace mlc::runtime
