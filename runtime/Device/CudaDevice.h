//===- CudaDevice.h - A GPU and its memory ----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DEVICE_CUDADEVICE_H
#define MLC_RUNTIME_DEVICE_CUDADEVICE_H

#include "Device/CudaDriver.h"
#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace mlc::runtime {

/// One GPU, and the stream that all work on it goes through in order.
class CudaDevice {
public:
  /// Throws NoDevice where the driver has no GPU of this number.
  explicit CudaDevice(int number);
  ~CudaDevice();
  CudaDevice(const CudaDevice &) = delete;
  CudaDevice &operator=(const CudaDevice &) = delete;

  const CudaDriver &driver() const { return driver_; }
  cuda::Stream stream() const { return stream_; }
  int number() const { return number_; }
  /// "NVIDIA H100 80GB HBM3".
  const std::string &name() const { return name_; }
  /// 90 for compute capability 9.0.
  std::int64_t architecture() const { return architecture_; }

  /// 0 where blocks of one launch cannot wait for one another.
  std::int64_t multiprocessors() const { return multiprocessors_; }

  /// How many blocks of a kernel can run at the same time and wait for one
  /// another, each with so many bytes of shared memory; 0 where none can.
  std::int64_t blocksTogether(cuda::Function kernel, int threads,
                              std::int64_t sharedBytes = 0) const;

  /// Waits for all work. Throws InputError where some of it failed.
  void synchronize() const;

private:
  int attribute(cuda::Attribute attribute) const;

  CudaDriver driver_;
  int number_;
  cuda::Device device_ = 0;
  std::string name_;
  std::int64_t architecture_ = 0;
  int multiprocessors_ = 0; ///< 0 where their blocks cannot wait for others.
  int sharedMemory_ = 0;    ///< Bytes that a block may have.
  cuda::Stream stream_ = nullptr;
};

/// Memory of a device; none at first. Copies are done when the device's work
/// before them is; the host's bytes must live until then.
class DeviceMemory {
public:
  explicit DeviceMemory(const CudaDevice &device) : device_(&device) {}
  ~DeviceMemory() { release(); }
  DeviceMemory(DeviceMemory &&other) noexcept;
  DeviceMemory &operator=(DeviceMemory &&other) noexcept;

  /// Makes room for so many bytes; what was in it is lost if there was less.
  /// Throws InputError that names `what` where the device has not so much.
  void reserve(std::size_t bytes, const char *what);
  /// Makes room for the bytes and copies them in.
  void assign(std::span<const std::byte> bytes, const char *what);
  void copyIn(std::span<const std::byte> bytes, std::size_t offset = 0);
  void copyOut(std::span<std::byte> bytes, std::size_t offset = 0) const;

  cuda::DevicePointer address() const { return address_; }
  /// The same for structures that kernels read; nothing here may follow it.
  template <typename T>
  T *pointer() const {
    return reinterpret_cast<T *>(address_);
  }

private:
  void release();

  const CudaDevice *device_;
  cuda::DevicePointer address_ = 0;
  std::size_t bytes_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DEVICE_CUDADEVICE_H
