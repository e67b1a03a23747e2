//===- FakeDriver.h - What an emulated GPU holds and does -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_DEVICE_FAKEDRIVER_H
#define MLC_TEST_DEVICE_FAKEDRIVER_H

#include "Device/CudaApi.h"
#include "Warp.h"

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::emulator {

namespace cuda = mlc::runtime::cuda;

/// The number of a word of MLC_FAKE_CUDA (see FakeCuda.cpp).
long setting(const char *name, long otherwise);

/// What a CUmodule stands for: the PTX or binary, and the library that has
/// its kernels for the CPU.
struct LoadedModule {
  std::string code;
  void *library;

  static bool isBinary(std::string_view code) {
    return code.starts_with("\x7f"
                            "ELF");
  }
  /// Null where the code has no kernel of this name.
  cuda::Function find(const std::string &name) const;
};

/// A kernel: what a CUfunction stands for.
struct LoadedKernel {
  Kernel kernel;
  bool isAlone;
  /// Bytes of dynamic shared memory that a launch may ask for.
  long mostSharedBytes = 48 << 10;
};

/// All of the driver's state; its functions are called by one thread.
class FakeDriver {
public:
  static FakeDriver &get();

  bool isLost() const { return isLost_; }
  cuda::Result allocate(cuda::DevicePointer *address, std::size_t bytes);
  cuda::Result free(cuda::DevicePointer address);
  /// Uses of the device are counted; `release` tells whether it was the last.
  void retain() { ++uses_; }
  bool release() { return --uses_ == 0; }
  bool hasMemory() const { return !memory_.empty(); }

  /// The addresses `onDevice` must lie in memory that was allocated. As on a
  /// real device, nothing succeeds after it was lost.
  cuda::Result copy(void *to, const void *from, std::size_t bytes,
                    std::initializer_list<const void *> onDevice);

  bool isAllocated(cuda::DevicePointer address, std::size_t bytes) const;

  /// What a GPU is given to do; false where it does not end.
  using Work = std::function<bool()>;
  /// Does the work, or notes it while work is recorded.
  cuda::Result submit(const Work &work);
  cuda::Result launch(const Launch &launch);
  bool isRecording() const { return isRecording_; }
  void beginRecording();
  std::vector<Work> endRecording();
  cuda::Result run(const Work &work);

private:
  cuda::Result lose();

  std::map<cuda::DevicePointer, std::size_t> memory_;
  std::size_t used_ = 0;
  int uses_ = 0;
  long launches_ = 0;
  bool isLost_ = false, isRecording_ = false;
  std::vector<Work> recorded_;
};

} // namespace mlc::emulator

#endif // MLC_TEST_DEVICE_FAKEDRIVER_H
