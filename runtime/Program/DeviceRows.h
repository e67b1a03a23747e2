//===- DeviceRows.h - Lists of rows in a GPU's memory -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_DEVICEROWS_H
#define MLC_RUNTIME_PROGRAM_DEVICEROWS_H

#include "Device/CudaDevice.h"
#include "Program/EpochOrder.h"
#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mlc::runtime {

/// A GPU's copy of a list of rows of the host, of which calls use parts. Known
/// as long as somebody holds it.
struct PlacedRows {
  std::span<const std::int32_t> host;
  DeviceMemory memory;
};

/// The lists of rows that calls point to.
class DeviceRows {
public:
  /// `kernel` computes an epoch's order (MlcDevice::order).
  DeviceRows(const CudaDevice &device, cuda::Function kernel,
             const MlcKernel &launch)
      : device_(device), kernel_(kernel), launch_(launch), slots_(device),
        others_(device) {}

  /// Copies rows, which do not change, and waits.
  std::shared_ptr<PlacedRows> place(std::span<const std::int32_t> rows);

  /// Writes the order's rows into the copy of `result`; the host's rows stay as
  /// they are. Both lists were placed.
  void order(const EpochOrder &order, std::span<const std::int32_t> result);

  /// Copies rows that were placed and have changed since.
  void update(std::span<const std::int32_t> rows);

  /// The address of rows that are a part of a placed list, or of a copy that is
  /// good until the next one is made.
  cuda::DevicePointer find(std::span<const std::int32_t> rows);

private:
  PlacedRows *holder(std::span<const std::int32_t> rows);

  const CudaDevice &device_;
  cuda::Function kernel_;
  const MlcKernel &launch_;
  DeviceMemory slots_, others_;
  MlcOrder values_{}; ///< Of slots_.
  std::vector<std::weak_ptr<PlacedRows>> placed_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_DEVICEROWS_H
