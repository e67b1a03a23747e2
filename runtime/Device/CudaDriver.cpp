//===- CudaDriver.cpp - The driver of NVIDIA's GPUs -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device/CudaDriver.h"

#include <cstdlib>
#include <dlfcn.h>
#include <fmt/format.h>

namespace mlc::runtime {

/// CUDA 12.0: the first driver that all functions in use belong to with the
/// meaning that they have today.
constexpr int oldestVersion = 12000;

static std::string versionText(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

CudaDriver::CudaDriver() {
  const char *chosen = std::getenv("MLC_CUDA_LIBRARY");
  const char *name = chosen && *chosen ? chosen : "libcuda.so.1";
  // Never closed: drivers leave threads and handlers behind.
  void *library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    throw NoDevice(fmt::format("no NVIDIA driver: {}", ::dlerror()));
  const auto find = [&](const char *symbol) {
    void *function = ::dlsym(library, symbol);
    if (!function)
      throw NoDevice(fmt::format("the NVIDIA driver is too old: {} has no {}; "
                                 "install one for CUDA {} or later",
                                 name, symbol, versionText(oldestVersion)));
    return function;
  };
#define MLC_FIND(member, symbol, arguments)                                    \
  member = reinterpret_cast<decltype(member)>(find(symbol));
  MLC_CUDA_FUNCTIONS(MLC_FIND)
#undef MLC_FIND
  if (const cuda::Result result = init(0); result != cuda::Success)
    throw NoDevice(
        fmt::format("the NVIDIA driver does not start: {}", describe(result)));
  expectRecent();
}

void CudaDriver::expectRecent() const {
  int version = 0;
  check(driverGetVersion(&version), "asking the driver's version");
  if (version < oldestVersion)
    throw NoDevice(fmt::format("the NVIDIA driver is too old: it is for CUDA "
                               "{}; install one for CUDA {} or later",
                               versionText(version),
                               versionText(oldestVersion)));
}

std::string CudaDriver::describe(cuda::Result result) const {
  const char *name = nullptr, *text = nullptr;
  if (getErrorName(result, &name) != cuda::Success || !name)
    name = "an unknown error";
  if (getErrorString(result, &text) != cuda::Success || !text)
    text = "no description";
  return fmt::format("{} ({}, {})", text, name, int(result));
}

void CudaDriver::check(cuda::Result result, const char *what) const {
  if (result != cuda::Success)
    throw InputError(fmt::format("GPU: {}: {}", what, describe(result)));
}

} // namespace mlc::runtime
