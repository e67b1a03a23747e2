//===- DeviceCode.cpp - A program's kernels, loaded to a GPU --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device/DeviceCode.h"

#include "System/Console.h"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace mlc::runtime {

/// What could run on a GPU of this architecture, what is tried first first.
static std::vector<const MlcDeviceImage *>
usableImages(const MlcDevice &code, std::int64_t architecture) {
  std::vector<const MlcDeviceImage *> usable;
  for (const MlcDeviceImage &image :
       std::span(code.images, std::size_t(code.image_count)))
    if (image.is_binary ? image.architecture == architecture
                        : image.architecture <= architecture)
      usable.push_back(&image);
  std::ranges::stable_sort(
      usable, std::ranges::greater(), [](const MlcDeviceImage *image) {
        return std::pair(image->is_binary, image->architecture);
      });
  return usable;
}

static std::string nameOf(const MlcDeviceImage &image) {
  return fmt::format("{} for sm_{}", image.is_binary ? "binary code" : "PTX",
                     image.architecture);
}

DeviceCode::DeviceCode(const CudaDevice &device, const MlcProgram &program,
                       const MlcDevice &code)
    : device_(device), code_(code) {
  load(program);
}

DeviceCode::~DeviceCode() { device_.driver().moduleUnload(module_); }

cuda::Result DeviceCode::tryImage(const MlcDeviceImage &image,
                                  std::string &log) {
  char text[4096] = "";
  // CU_JIT_ERROR_LOG_BUFFER and its size, which is passed as the pointer.
  int options[] = {5, 6};
  void *values[] = {text, reinterpret_cast<void *>(sizeof text)};
  const cuda::Result result = device_.driver().moduleLoad(
      &module_, image.code, std::size(options), options, values);
  log = text;
  return result;
}

void DeviceCode::load(const MlcProgram &program) {
  const CudaDriver &driver = device_.driver();
  const auto usable = usableImages(code_, device_.architecture());
  if (usable.empty())
    throw NoDevice(fmt::format(
        "GPU {} ({}) is sm_{}, but program '{}' was compiled for {}; recompile "
        "it with --gpu sm_{}",
        device_.number(), device_.name(), device_.architecture(), program.name,
        code_.target, device_.architecture()));
  cuda::Result result = cuda::Success;
  std::string refused, log; // what was refused, and why the last was
  for (const MlcDeviceImage *image : usable) {
    result = tryImage(*image, log);
    if (result == cuda::Success) {
      if (!refused.empty())
        printNote(fmt::format("the NVIDIA driver refused {}; {} runs instead",
                              refused, nameOf(*image)));
      return;
    }
    // What it lacks memory for is not refused.
    if (result == cuda::OutOfMemory)
      break;
    refused += fmt::format("{}{} ({})", refused.empty() ? "" : ", ",
                           nameOf(*image), driver.describe(result));
  }
  if (result == cuda::UnsupportedPtxVersion)
    throw NoDevice(fmt::format("the NVIDIA driver is too old for the code of "
                               "program '{}' ({}); install a newer one, or "
                               "recompile for --gpu sm_80",
                               program.name, driver.describe(result)));
  throw InputError(fmt::format("GPU: its code cannot be loaded: {}{}{}",
                               result == cuda::OutOfMemory
                                   ? driver.describe(result)
                                   : "the driver refused " + refused,
                               log.empty() ? "" : ": ", log));
}

cuda::Function DeviceCode::find(const char *kernel) const {
  cuda::Function found = nullptr;
  device_.driver().check(
      device_.driver().moduleGetFunction(&found, module_, kernel),
      "looking for a kernel");
  return found;
}

} // namespace mlc::runtime
