//===- DeviceProducts.h - A program's products by cuBLASLt ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DEVICE_DEVICEPRODUCTS_H
#define MLC_RUNTIME_DEVICE_DEVICEPRODUCTS_H

#include "Device/CublasLibrary.h"
#include "Device/CudaDevice.h"
#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <utility>

namespace mlc::runtime {

/// How a product is computed for batches of a size: its descriptors, and the
/// algorithm that cuBLASLt's heuristic chose, which is kept, so that the bits
/// are the same whenever it is computed.
class ProductPlan;

/// The products of a program.
class DeviceProducts {
public:
  /// Throws NoCublas where there is no library.
  DeviceProducts(const CudaDevice &device, MlcPrecision precision);
  ~DeviceProducts();

  /// Addresses of operands: slots as kernels get them.
  using Slots = std::span<const std::int64_t>;

  /// Chooses how to compute a product for batches of `rows` rows. Throws
  /// NoCublas where the library has no way.
  void prepare(const MlcProduct &product, std::int64_t rows, Slots slots);

  /// Computes a product for a batch of `rows` rows of a call, `first` being the
  /// batch's first row in the call, after the device's work before it.
  void run(const MlcProduct &product, std::int64_t rows, std::int64_t first,
           Slots slots);

private:
  const ProductPlan &planFor(const MlcProduct &product, std::int64_t rows,
                             Slots slots);

  const CudaDevice &device_;
  CublasLibrary library_;
  cublas::ComputeType computeType_;
  DeviceMemory workspace_;
  std::map<std::pair<const MlcProduct *, std::int64_t>,
           std::unique_ptr<ProductPlan>>
      plans_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DEVICE_DEVICEPRODUCTS_H
