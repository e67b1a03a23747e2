//===- DeviceProgram.cpp - A program on a GPU -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device/DeviceProgram.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <utility>

namespace mlc::runtime {

/// Steps of training that are launched at once, as one CUDA graph: enough to
/// hide what a launch costs, few enough to be made in no time.
constexpr std::int64_t graphSteps = 16;

DeviceProgram::DeviceProgram(const MlcProgram &program,
                             std::unique_ptr<CudaDevice> device, Model &model)
    : program_(program), device_(std::move(device)), model_(model),
      workspace_(*device_), slots_(*device_), rows_(*device_),
      losses_(*device_), outputs_(*device_), doneTable_(*device_),
      data_(program, *device_) {
  loadModule();
  workspace_.reserve(std::max<std::int64_t>(program.device->workspace, 64),
                     "a batch");
  model_.forEachRaw([&](std::span<float> tensor) {
    tensors_.emplace_back(*device_);
    tensors_.back().reserve(tensor.size_bytes(), "the parameters");
  });
  model_.attach([this] { copyModelOut(); });
}

DeviceProgram::~DeviceProgram() {
  model_.detach();
  if (graph_)
    device_->driver().graphExecDestroy(graph_);
  if (module_)
    device_->driver().moduleUnload(module_);
}

/// Binary code for this very GPU, or the newest PTX that it understands.
const MlcDeviceImage &DeviceProgram::chooseImage() const {
  const MlcDeviceImage *best = nullptr;
  const std::span images(program_.device->images, program_.device->image_count);
  for (const MlcDeviceImage &image : images) {
    const bool isUsable = image.is_binary
                              ? image.architecture == device_->architecture()
                              : image.architecture <= device_->architecture();
    if (isUsable &&
        (!best || image.is_binary || image.architecture > best->architecture))
      best = &image;
  }
  if (!best)
    throw NoDevice(fmt::format(
        "GPU {} ({}) is sm_{}, but program '{}' was compiled for {}; recompile "
        "it with --gpu sm_{}",
        device_->number(), device_->name(), device_->architecture(),
        program_.name, program_.device->target, device_->architecture()));
  return *best;
}

void DeviceProgram::loadModule() {
  const CudaDriver &driver = device_->driver();
  char log[4096] = "";
  // CU_JIT_ERROR_LOG_BUFFER and its size, which is passed as the pointer.
  int options[] = {5, 6};
  void *values[] = {log, reinterpret_cast<void *>(sizeof log)};
  const cuda::Result result = driver.moduleLoad(
      &module_, chooseImage().code, std::size(options), options, values);
  if (result == cuda::UnsupportedPtxVersion)
    throw NoDevice(fmt::format("the NVIDIA driver is too old for the code of "
                               "program '{}' ({}); install a newer one, or "
                               "recompile for --gpu sm_80",
                               program_.name, driver.describe(result)));
  if (result != cuda::Success)
    throw InputError(fmt::format("GPU: its code cannot be loaded: {}{}{}",
                                 driver.describe(result), *log ? ": " : "",
                                 log));
  train_ = findKernels(program_.device->train);
  evaluate_ = findKernels(program_.device->evaluate);
  predict_ = findKernels(program_.device->predict);
  findSteps();
}

DeviceProgram::Kernel DeviceProgram::findKernel(const MlcKernel &kernel) const {
  Kernel found{nullptr, unsigned(kernel.blocks), unsigned(kernel.threads)};
  device_->driver().check(device_->driver().moduleGetFunction(
                              &found.function, module_, kernel.name),
                          "looking for a kernel");
  return found;
}

DeviceProgram::Kernels
DeviceProgram::findKernels(const MlcLaunches &launches) const {
  Kernels kernels;
  for (const MlcKernel &kernel : std::span(launches.kernels, launches.count))
    kernels.push_back(findKernel(kernel));
  return kernels;
}

/// With as many blocks as can run at the same time.
void DeviceProgram::findSteps() {
  const MlcKernel &kernel = program_.device->steps;
  if (!kernel.name)
    return;
  Kernel found = findKernel(kernel);
  const std::int64_t blocks =
      device_->blocksTogether(found.function, int(kernel.threads));
  found.blocks = unsigned(std::min(blocks, kernel.blocks));
  if (found.blocks > 0)
    steps_ = found;
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

std::vector<std::int64_t> DeviceProgram::slotsFor(const MlcCall &call) const {
  std::vector<std::int64_t> slots(MLC_SLOT_PARAMETERS + tensors_.size());
  data_.describe(call, slots);
  slots[MLC_CALL_ROWS] = std::int64_t(rows_.address());
  slots[MLC_CALL_ROW_COUNT] = call.row_count;
  slots[MLC_CALL_WORKSPACE] = std::int64_t(workspace_.address());
  slots[MLC_CALL_LOSSES] = std::int64_t(losses_.address());
  slots[MLC_CALL_OUTPUTS] = std::int64_t(outputs_.address());
  slots[MLC_CALL_LEARNING_RATE] =
      std::bit_cast<std::int64_t>(call.learning_rate);
  slots[MLC_CALL_STEP] = call.step;
  slots[MLC_CALL_POSITION] = call.position;
  slots[MLC_CALL_SEED] = call.seed;
  slots[MLC_CALL_NONZERO_CAPACITY] = call.nonzero_capacity;
  for (std::size_t i = 0; i < tensors_.size(); ++i)
    slots[MLC_SLOT_PARAMETERS + i] = std::int64_t(tensors_[i].address());
  return slots;
}

void DeviceProgram::launch(const Kernels &kernels, std::int64_t offset) {
  cuda::DevicePointer slots = slots_.address();
  void *arguments[] = {&slots, &offset};
  for (const Kernel &kernel : kernels)
    device_->driver().check(
        device_->driver().launchKernel(kernel.function, kernel.blocks, 1, 1,
                                       kernel.threads, 1, 1, 0,
                                       device_->stream(), arguments, nullptr),
        "launching a kernel");
}

/// The launches of graphSteps steps, recorded. The slots' address and the
/// steps' offsets are a part of it, all else is in the slots.
void DeviceProgram::makeGraph() {
  const CudaDriver &driver = device_->driver();
  driver.check(driver.beginCapture(device_->stream(), cuda::captureThreadLocal),
               "recording launches");
  for (std::int64_t step = 0; step < graphSteps; ++step)
    launch(train_, step);
  cuda::Graph graph = nullptr;
  driver.check(driver.endCapture(device_->stream(), &graph),
               "recording launches");
  const cuda::Result result = driver.graphInstantiate(&graph_, graph, 0);
  driver.graphDestroy(graph);
  driver.check(result, "recording launches");
}

/// All steps of a call, by the kernel that runs many.
void DeviceProgram::launchTogether(std::int64_t count) {
  cuda::DevicePointer slots = slots_.address();
  void *arguments[] = {&slots, &count};
  device_->driver().check(
      device_->driver().launchTogether(steps_.function, steps_.blocks, 1, 1,
                                       steps_.threads, 1, 1, 0,
                                       device_->stream(), arguments),
      "launching a kernel");
}

void DeviceProgram::runSteps(const Kernels &kernels, bool isTraining,
                             std::int64_t count) {
  if (isTraining && steps_.function)
    return launchTogether(count);
  const CudaDriver &driver = device_->driver();
  std::int64_t done = 0;
  const auto setDone = [&] {
    driver.check(
        driver.copyOnDevice(
            slots_.address() + MLC_SLOT_DONE * sizeof(std::int64_t),
            doneTable_.address() + done / graphSteps * sizeof(std::int64_t),
            sizeof(std::int64_t), device_->stream()),
        "counting steps");
  };
  if (isTraining && count >= graphSteps) {
    if (!graph_)
      makeGraph();
    for (; count - done >= graphSteps; done += graphSteps) {
      setDone();
      driver.check(driver.graphLaunch(graph_, device_->stream()),
                   "launching steps");
    }
    setDone();
  }
  for (std::int64_t offset = 0; done + offset < count; ++offset)
    launch(kernels, offset);
}

void DeviceProgram::run(ProgramStep step, const MlcCall &call) {
  const bool isTraining = step == ProgramStep::Train;
  const std::int64_t count =
      (call.row_count + program_.batch - 1) / program_.batch;
  if (model_.isChanged())
    copyModelIn();
  const std::size_t rowCount = call.row_count;
  rows_.assign(std::as_bytes(std::span(call.rows, rowCount)),
               "the order of rows");
  const std::span losses(call.losses, call.losses ? count : 0);
  const std::span outputs(call.outputs,
                          call.outputs ? rowCount * program_.outputs : 0);
  losses_.reserve(std::max<std::size_t>(losses.size_bytes(), 4), "losses");
  outputs_.reserve(std::max<std::size_t>(outputs.size_bytes(), 4), "outputs");
  if (doneValues_.size() <= std::size_t(count / graphSteps)) {
    doneValues_.resize(count / graphSteps + 1);
    for (std::size_t i = 0; i < doneValues_.size(); ++i)
      doneValues_[i] = std::int64_t(i) * graphSteps;
    doneTable_.assign(std::as_bytes(std::span(doneValues_)),
                      "numbers of steps");
  }
  const std::vector<std::int64_t> slots = slotsFor(call);
  // Never moved: the graph knows the address.
  slots_.assign(std::as_bytes(std::span(slots)), "a call's arguments");
  if (isTraining)
    model_.setStale();
  runSteps(step == ProgramStep::Train      ? train_
           : step == ProgramStep::Evaluate ? evaluate_
                                           : predict_,
           isTraining, count);
  losses_.copyOut(std::as_writable_bytes(losses));
  outputs_.copyOut(std::as_writable_bytes(outputs));
  device_->synchronize();
}

} // namespace mlc::runtime
