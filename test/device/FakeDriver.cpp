//===- FakeDriver.cpp - What an emulated GPU holds and does ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FakeDriver.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <memory>

using namespace mlc::runtime::cuda;

namespace mlc::emulator {

long setting(const char *name, long otherwise) {
  const char *text = std::getenv("MLC_FAKE_CUDA");
  const std::string all = std::string(",") + (text ? text : "");
  const std::string word = std::string(",") + name + "=";
  const std::size_t at = all.find(word);
  return at == std::string::npos ? otherwise
                                 : std::atol(&all[at + word.size()]);
}

Function LoadedModule::find(const std::string &name) const {
  // Kept for the program's life, as functions are until their module goes.
  static std::map<void *, std::unique_ptr<LoadedKernel>> kernels;
  if (!isBinary(code) && code.find(".entry " + name + "(") == std::string::npos)
    return nullptr;
  void *together = ::dlsym(library, name.c_str());
  void *alone = ::dlsym(library, (name + "_alone").c_str());
  void *address = together ? together : alone;
  if (!address)
    return nullptr;
  auto &kernel = kernels[address];
  if (!kernel)
    kernel = std::make_unique<LoadedKernel>(reinterpret_cast<Kernel>(address),
                                            !together);
  return reinterpret_cast<Function>(kernel.get());
}

FakeDriver &FakeDriver::get() {
  static FakeDriver driver;
  return driver;
}

Result FakeDriver::lose() {
  isLost_ = true;
  return LaunchFailed;
}

bool FakeDriver::isAllocated(DevicePointer address, std::size_t bytes) const {
  auto after = memory_.upper_bound(address);
  if (after == memory_.begin())
    return false;
  --after;
  return address + bytes <= after->first + after->second;
}

Result FakeDriver::copy(void *to, const void *from, std::size_t bytes,
                        std::initializer_list<const void *> onDevice) {
  if (isLost_)
    return LaunchFailed;
  for (const void *address : onDevice)
    if (!isAllocated(DevicePointer(address), bytes))
      return InvalidValue;
  std::memcpy(to, from, bytes);
  return Success;
}

Result FakeDriver::allocate(DevicePointer *address, std::size_t bytes) {
  if (isLost_)
    return LaunchFailed;
  if (bytes == 0)
    return InvalidValue;
  const std::size_t limit = setting("memory", 1L << 34);
  if (used_ + bytes > limit)
    return OutOfMemory;
  constexpr std::size_t alignment = 256;
  void *memory = std::aligned_alloc(alignment, (bytes + alignment - 1) /
                                                   alignment * alignment);
  if (!memory)
    return OutOfMemory;
  std::memset(memory, 0xff, bytes); // NaN, for who reads before writing
  *address = DevicePointer(memory);
  memory_[*address] = bytes;
  used_ += bytes;
  return Success;
}

Result FakeDriver::free(DevicePointer address) {
  const auto found = memory_.find(address);
  if (found == memory_.end())
    return InvalidValue;
  used_ -= found->second;
  memory_.erase(found);
  std::free(reinterpret_cast<void *>(address));
  return Success;
}

Result FakeDriver::launch(const Launch &launch) {
  if (launch.blocks <= 0 || launch.threads <= 0 ||
      launch.threads % Warp::size != 0)
    return InvalidValue;
  return submit([launch] {
    switch (runLaunch(launch, Order(setting("order", 0)))) {
    case Outcome::Done:
      return true;
    case Outcome::Stuck:
      std::fputs("fake CUDA: a thread was left waiting for others\n", stderr);
      return false;
    case Outcome::Lost:
      std::fputs("fake CUDA: a thread awaits a word that no block publishes\n",
                 stderr);
      return false;
    case Outcome::OutOfBounds:
      std::fputs("fake CUDA: a block wrote beyond its shared memory\n", stderr);
      return false;
    }
    return false;
  });
}

Result FakeDriver::submit(const Work &work) {
  if (!isRecording_)
    return run(work);
  recorded_.push_back(work);
  return Success;
}

void FakeDriver::beginRecording() {
  isRecording_ = true;
  recorded_.clear();
}

std::vector<FakeDriver::Work> FakeDriver::endRecording() {
  isRecording_ = false;
  return std::move(recorded_);
}

Result FakeDriver::run(const Work &work) {
  if (isLost_ || launches_++ >= setting("launches", 1L << 60))
    return lose();
  return work() ? Success : lose();
}

} // namespace mlc::emulator
