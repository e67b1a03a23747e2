//===- DeviceProgramLoad.cpp - A program's code for one GPU ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What DeviceProgram finds out when it is made: which code runs here, with
// whose products, and where its kernels are.

#include "Program/DeviceProgram.h"

#include "System/Console.h"

#include <algorithm>
#include <fmt/format.h>

namespace mlc::runtime {

static std::span<const MlcLaunches> entriesOf(const MlcDevice &device) {
  return {device.entries, std::size_t(device.entry_count)};
}

/// Whether products go to the library: where it is not to be had, there is code
/// that does without.
void DeviceProgram::chooseProducts() {
  if (!code_->generated)
    return;
  try {
    // The addresses, by which algorithms are chosen, never change.
    workspace_.reserve(std::max(code_->workspace, code_->generated->workspace),
                       "a batch");
    MlcCall none{};
    const std::vector<std::int64_t> capacities(program_.input_count);
    none.capacities = capacities.data();
    slotValues_ = slotsFor(none, DeviceTables(program_));
    products_ = std::make_unique<DeviceProducts>(
        *device_, MlcPrecision(code_->precision));
    for (const MlcLaunches &entry : runtime::entriesOf(*code_))
      prepareProducts(entry);
  } catch (const NoCublas &reason) {
    products_.reset();
    code_ = code_->generated;
    printNote(fmt::format("{}; the program's own kernels compute its products "
                          "instead (install CUDA's libcublas, or name it in "
                          "MLC_CUBLASLT_LIBRARY)",
                          reason.what()));
  }
}

void DeviceProgram::prepareProducts(const MlcLaunches &launches) {
  for (const MlcKernel &launch : std::span(launches.kernels, launches.count))
    if (launch.product)
      products_->prepare(*launch.product, program_.batch, slotValues_);
}

/// Binary code for this very GPU, or the newest PTX that it understands.
const MlcDeviceImage &DeviceProgram::chooseImage() const {
  const MlcDeviceImage *best = nullptr;
  const std::span images(code_->images, code_->image_count);
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
        program_.name, code_->target, device_->architecture()));
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
  for (const MlcLaunches &entry : runtime::entriesOf(*code_))
    launches_[entry.entry].kernels = findKernels(entry);
  findSteps();
  rowLists_ = std::make_unique<DeviceRows>(
      *device_, findKernel(code_->order).function, code_->order);
}

DeviceProgram::Kernel DeviceProgram::findKernel(const MlcKernel &kernel) const {
  Kernel found{nullptr, unsigned(kernel.blocks), unsigned(kernel.threads),
               kernel.product};
  if (found.product)
    return found;
  device_->driver().check(device_->driver().moduleGetFunction(
                              &found.function, module_, kernel.name),
                          "looking for a kernel");
  return found;
}

std::vector<DeviceProgram::Kernel>
DeviceProgram::findKernels(const MlcLaunches &launches) const {
  std::vector<Kernel> kernels;
  for (const MlcKernel &kernel : std::span(launches.kernels, launches.count))
    kernels.push_back(findKernel(kernel));
  return kernels;
}

/// With as many blocks as can run at the same time, each with the shared memory
/// that it then needs: fewer blocks have more shards each.
void DeviceProgram::findChip() {
  const MlcKernel &kernel = code_->chip;
  if (!kernel.name)
    return;
  Kernel found = findKernel(kernel);
  for (std::int64_t blocks = kernel.blocks; blocks > 0;) {
    const std::int64_t bytes = code_->chip_shared[blocks - 1];
    const std::int64_t together =
        device_->blocksTogether(found.function, int(kernel.threads), bytes);
    if (together >= blocks) {
      found.blocks = unsigned(blocks);
      found.sharedBytes = unsigned(bytes);
      steps_ = found;
      return;
    }
    blocks = together;
  }
}

/// With as many blocks as can run at the same time.
void DeviceProgram::findSteps() {
  findChip();
  const MlcKernel &kernel = code_->steps;
  if (steps_.function || !kernel.name)
    return;
  Kernel found = findKernel(kernel);
  const std::int64_t blocks =
      device_->blocksTogether(found.function, int(kernel.threads));
  found.blocks = unsigned(std::min(blocks, kernel.blocks));
  if (found.blocks > 0)
    steps_ = found;
}

} // namespace mlc::runtime
