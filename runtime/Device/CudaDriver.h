//===- CudaDriver.h - The driver of NVIDIA's GPUs ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DEVICE_CUDADRIVER_H
#define MLC_RUNTIME_DEVICE_CUDADRIVER_H

#include "Device/CudaApi.h"
#include "Error.h"

#include <string>

namespace mlc::runtime {

/// There is no GPU that this program could run on, for the reason given.
class NoDevice : public InputError {
public:
  using InputError::InputError;
};

/// The driver's functions, found in libcuda when the program runs.
class CudaDriver : public cuda::Functions {
public:
  /// Opens libcuda.so.1, or the library that the environment variable
  /// MLC_CUDA_LIBRARY names. Throws NoDevice where there is none, or one that
  /// is too old.
  CudaDriver();
  CudaDriver(const CudaDriver &) = delete;
  CudaDriver &operator=(const CudaDriver &) = delete;

  /// Throws InputError where `result` is not Success: "GPU: WHAT: the driver's
  /// words".
  void check(cuda::Result result, const char *what) const;

  /// The driver's name and words for a result.
  std::string describe(cuda::Result result) const;

private:
  void expectRecent() const;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DEVICE_CUDADRIVER_H
