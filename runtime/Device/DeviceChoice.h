//===- DeviceChoice.h - What runs a program ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DEVICE_DEVICECHOICE_H
#define MLC_RUNTIME_DEVICE_DEVICECHOICE_H

#include "Device/CudaDevice.h"
#include "Device/DeviceCode.h"
#include "mlc/RuntimeABI.h"

#include <memory>
#include <string>

namespace mlc::runtime {

/// The option --device.
struct DeviceRequest {
  enum Kind { Auto, Cpu, Cuda } kind = Auto;
  int number = 0; ///< Of the GPU.
};

/// `auto`, `cpu`, `cuda` (the first GPU) or `cuda:N`; throws UsageError for
/// anything else.
DeviceRequest parseDevice(const std::string &text);

/// A GPU and a program's code on it.
struct LoadedDevice {
  /// Throws NoDevice where there is no GPU of this number, or none that can run
  /// the program's code.
  LoadedDevice(const MlcProgram &program, int number)
      : device(number), code(device, program, *program.device) {}

  CudaDevice device;
  DeviceCode code;
};

/// The GPU that is to run the program, with its code, or null for the CPU.
/// Where `auto` finds no GPU that can run a program that could use one, says so
/// on stderr. Throws NoDevice where only a GPU would do, and InputError where
/// the program has no code for what is asked for.
std::unique_ptr<LoadedDevice> chooseDevice(const MlcProgram &program,
                                           const DeviceRequest &request);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DEVICE_DEVICECHOICE_H
