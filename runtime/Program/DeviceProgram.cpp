//===- DeviceProgram.cpp - A program on a GPU -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/DeviceProgram.h"

#include <algorithm>
#include <bit>
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
      doneTable_(*device_), data_(program, *device_) {
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
  for (const Launches *launches : {&train_, &evaluate_, &predict_})
    if (launches->graph)
      device_->driver().graphExecDestroy(launches->graph);
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

/// All slots; the data's are still to be filled.
std::vector<std::int64_t> DeviceProgram::slotsFor(const MlcCall &call) const {
  std::vector<std::int64_t> slots(MLC_SLOT_PARAMETERS + tensors_.size());
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
  slots[MLC_SLOT_SCORES] = std::int64_t(scores_.address());
  for (std::size_t i = 0; i < tensors_.size(); ++i)
    slots[MLC_SLOT_PARAMETERS + i] = std::int64_t(tensors_[i].address());
  return slots;
}

DeviceProgram::Launches &DeviceProgram::launchesOf(ProgramStep step) {
  return step == ProgramStep::Train      ? train_
         : step == ProgramStep::Evaluate ? evaluate_
                                         : predict_;
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
            slots_.address() + MLC_SLOT_DONE * sizeof(std::int64_t),
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
  const std::span outputs(call.outputs,
                          call.outputs ? rowCount * program_.outputs : 0);
  const std::span counted(static_cast<std::byte *>(scores),
                          scores ? count * MLC_SCORE_BYTES : 0);
  losses_.reserve(count * sizeof(float), "losses");
  scores_.reserve(count * MLC_SCORE_BYTES, "scores");
  if (!isTraining)
    outputs_.reserve(rowCount * program_.outputs * sizeof(float), "outputs");
  if (doneValues_.size() <= std::size_t(count / graphSteps)) {
    doneValues_.resize(count / graphSteps + 1);
    for (std::size_t i = 0; i < doneValues_.size(); ++i)
      doneValues_[i] = std::int64_t(i) * graphSteps;
    doneTable_.assign(std::as_bytes(std::span(doneValues_)),
                      "numbers of steps");
  }
  slotValues_ = slotsFor(call);
  data_.describe(call, slotValues_);
  slotValues_[MLC_CALL_ROWS] =
      std::int64_t(rowLists_->find({call.rows, rowCount}));
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
