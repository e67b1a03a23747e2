//===- DeviceCode.h - A program's kernels, loaded to a GPU ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DEVICE_DEVICECODE_H
#define MLC_RUNTIME_DEVICE_DEVICECODE_H

#include "Device/CudaDevice.h"
#include "mlc/RuntimeABI.h"

namespace mlc::runtime {

/// A program's code on a GPU, as long as this lives: the binary code for it, or
/// the newest PTX that it understands. A driver may refuse binary code that a
/// newer assembler wrote and still translate the PTX beside it, so all that
/// could run is tried in this order; what was refused is said on stderr.
class DeviceCode {
public:
  /// `code` is the program's, with products by a library or without. Throws
  /// NoDevice where there is none for this GPU or its driver is too old for all
  /// of it, and InputError where it cannot be loaded for another reason.
  DeviceCode(const CudaDevice &device, const MlcProgram &program,
             const MlcDevice &code);
  ~DeviceCode();
  DeviceCode(const DeviceCode &) = delete;
  DeviceCode &operator=(const DeviceCode &) = delete;

  /// The tables of what was loaded.
  const MlcDevice &tables() const { return code_; }
  /// Throws InputError where the code has no kernel of this name.
  cuda::Function find(const char *kernel) const;

private:
  void load(const MlcProgram &program);
  cuda::Result tryImage(const MlcDeviceImage &image, std::string &log);

  const CudaDevice &device_;
  const MlcDevice &code_;
  cuda::Module module_ = nullptr;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DEVICE_DEVICECODE_H
