//===- DeviceData.h - Data sets in a GPU's memory ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DEVICE_DEVICEDATA_H
#define MLC_RUNTIME_DEVICE_DEVICEDATA_H

#include "Device/CudaDevice.h"
#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace mlc::runtime {

/// Data in a GPU's memory, as MlcCall's tables of inputs and labels say.
struct DeviceTables {
  explicit DeviceTables(const MlcProgram &program)
      : inputs(program.input_count), labels(program.label_count) {}

  std::vector<MlcInputData> inputs;
  std::vector<const void *> labels;
};

/// Copies of the data sets that calls point to: see MlcCall.
class DeviceData {
public:
  DeviceData(const MlcProgram &program, const CudaDevice &device)
      : program_(program), device_(device) {}

  /// Copies the data set of `rows` rows, and waits. One that was placed before
  /// with the same addresses is replaced, since its bytes may be others; of
  /// several, the last few are kept.
  void place(const MlcCall &call, std::int64_t rows);

  /// The copies' addresses. The data was placed.
  DeviceTables describe(const MlcCall &call) const;

private:
  struct Copy {
    std::vector<const void *> hosts;
    std::vector<DeviceMemory> memory; ///< One for each of these.
  };

  const MlcProgram &program_;
  const CudaDevice &device_;
  std::deque<Copy> copies_; ///< The oldest first.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DEVICE_DEVICEDATA_H
