//===- CublasLibrary.h - NVIDIA's library of products -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DEVICE_CUBLASLIBRARY_H
#define MLC_RUNTIME_DEVICE_CUBLASLIBRARY_H

#include "Device/CublasApi.h"
#include "Error.h"

#include <string>

namespace mlc::runtime {

/// Products cannot go to cuBLASLt, for the reason given.
class NoCublas : public InputError {
public:
  using InputError::InputError;
};

/// cuBLASLt's functions, found when the program runs, and its handle for the
/// device whose context is current.
class CublasLibrary : public cublas::Functions {
public:
  /// Opens libcublasLt of CUDA 13 or, where that is not there or the driver is
  /// too old for it, of CUDA 12, or the library that the environment variable
  /// MLC_CUBLASLT_LIBRARY names. Throws NoCublas, with a reason for each, where
  /// none starts.
  CublasLibrary();
  ~CublasLibrary();
  CublasLibrary(const CublasLibrary &) = delete;
  CublasLibrary &operator=(const CublasLibrary &) = delete;

  cublas::Handle handle() const { return handle_; }

private:
  /// Empty where the library starts, else what it lacks.
  std::string open(const char *name);

  cublas::Handle handle_ = nullptr;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DEVICE_CUBLASLIBRARY_H
