//===- CudaDevice.cpp - A GPU and its memory ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device/CudaDevice.h"

#include <fmt/format.h>
#include <utility>

namespace mlc::runtime {

CudaDevice::CudaDevice(int number) : number_(number) {
  int count = 0;
  if (const cuda::Result result = driver_.deviceGetCount(&count);
      result != cuda::Success)
    throw NoDevice(
        fmt::format("no GPU can be asked for: {}", driver_.describe(result)));
  if (count == 0)
    throw NoDevice("this machine has no NVIDIA GPU that may be used");
  if (number >= count)
    throw NoDevice(fmt::format("there is no GPU {}; this machine has {}, "
                               "numbered from 0",
                               number, count));
  driver_.check(driver_.deviceGet(&device_, number), "taking the device");
  char name[256] = "";
  driver_.check(driver_.deviceGetName(name, sizeof name, device_),
                "asking its name");
  name_ = name;
  architecture_ =
      10 * attribute(cuda::CapabilityMajor) + attribute(cuda::CapabilityMinor);
  if (attribute(cuda::CooperativeLaunch))
    multiprocessors_ = attribute(cuda::Multiprocessors);
  sharedMemory_ = attribute(cuda::SharedMemoryOfBlock);
  cuda::Context context = nullptr;
  driver_.check(driver_.contextRetain(&context, device_), "starting");
  try {
    driver_.check(driver_.contextSetCurrent(context), "starting");
    driver_.check(driver_.streamCreate(&stream_, cuda::streamNonBlocking),
                  "starting");
  } catch (...) {
    driver_.contextRelease(device_);
    throw;
  }
}

int CudaDevice::attribute(cuda::Attribute attribute) const {
  int value = 0;
  driver_.check(driver_.deviceGetAttribute(&value, attribute, device_),
                "asking what it can do");
  return value;
}

std::int64_t CudaDevice::blocksTogether(cuda::Function kernel, int threads,
                                        std::int64_t sharedBytes) const {
  if (multiprocessors_ == 0 || sharedBytes > sharedMemory_)
    return 0;
  // More than 48 KiB must be asked for.
  if (sharedBytes > 0)
    driver_.check(driver_.functionSetAttribute(
                      kernel, cuda::DynamicSharedMemory, int(sharedBytes)),
                  "asking for shared memory");
  int blocks = 0;
  driver_.check(
      driver_.occupancy(&blocks, kernel, threads, std::size_t(sharedBytes)),
      "asking how many blocks it runs");
  return std::int64_t(blocks) * multiprocessors_;
}

// What fails here has failed before, and has been said then.
CudaDevice::~CudaDevice() {
  driver_.streamDestroy(stream_);
  driver_.contextRelease(device_);
}

void CudaDevice::synchronize() const {
  driver_.check(driver_.streamSynchronize(stream_),
                "its work was not completed");
}

DeviceMemory::DeviceMemory(DeviceMemory &&other) noexcept
    : device_(other.device_), address_(std::exchange(other.address_, 0)),
      bytes_(std::exchange(other.bytes_, 0)) {}

DeviceMemory &DeviceMemory::operator=(DeviceMemory &&other) noexcept {
  std::swap(device_, other.device_);
  std::swap(address_, other.address_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

void DeviceMemory::release() {
  if (address_)
    device_->driver().free(address_);
  address_ = 0;
  bytes_ = 0;
}

void DeviceMemory::reserve(std::size_t bytes, const char *what) {
  if (bytes <= bytes_)
    return;
  release();
  const cuda::Result result = device_->driver().allocate(&address_, bytes);
  if (result == cuda::OutOfMemory)
    throw InputError(fmt::format(
        "GPU {} ({}) has not enough memory for {}: {} bytes; use --device cpu "
        "or another GPU, less data, or compile with a smaller --batch",
        device_->number(), device_->name(), what, bytes));
  device_->driver().check(result, "asking for memory");
  bytes_ = bytes;
}

void DeviceMemory::assign(std::span<const std::byte> bytes, const char *what) {
  reserve(bytes.size(), what);
  copyIn(bytes);
}

void DeviceMemory::copyIn(std::span<const std::byte> bytes,
                          std::size_t offset) {
  if (!bytes.empty())
    device_->driver().check(
        device_->driver().copyToDevice(address_ + offset, bytes.data(),
                                       bytes.size(), device_->stream()),
        "copying to it");
}

void DeviceMemory::copyOut(std::span<std::byte> bytes,
                           std::size_t offset) const {
  if (!bytes.empty())
    device_->driver().check(
        device_->driver().copyToHost(bytes.data(), address_ + offset,
                                     bytes.size(), device_->stream()),
        "copying from it");
}

} // namespace mlc::runtime
