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

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace mlc::runtime {

/// Copies of the data sets that calls point to: see MlcCall.
class DeviceData {
public:
  DeviceData(const MlcProgram &program, const CudaDevice &device)
      : program_(program), device_(device) {}

  /// Copies the data set of `rows` rows, and waits. One that was placed before
  /// with the same addresses is replaced, since its bytes may be others; of
  /// several, the last few are kept.
  void place(const MlcCall &call, std::int64_t rows);

  /// Fills the slots of MlcCall's fields with the copies' addresses. The data
  /// was placed.
  void describe(const MlcCall &call, std::span<std::int64_t> slots) const;

private:
  static constexpr std::size_t arrayCount = 5;
  /// An array of a data set.
  struct Array {
    MlcCallField field;
    const void *host;
    std::size_t bytes;
  };
  using Arrays = std::array<Array, arrayCount>;
  struct Copy {
    std::array<const void *, arrayCount> hosts;
    std::vector<DeviceMemory> memory; ///< One for each array.
  };
  Arrays arraysOf(const MlcCall &call, std::int64_t rows) const;
  static std::array<const void *, arrayCount> hostsOf(const Arrays &arrays);

  const MlcProgram &program_;
  const CudaDevice &device_;
  std::deque<Copy> copies_; ///< The oldest first.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DEVICE_DEVICEDATA_H
