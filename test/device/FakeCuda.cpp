//===- FakeCuda.cpp - A CUDA driver without a GPU -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The driver's functions that the runtime uses (runtime/Device/CudaApi.h), as a
// library that stands in for libcuda: MLC_CUDA_LIBRARY names it. Memory is the
// host's and is full of NaN at first; each copy is checked against what is
// allocated. Kernels are those of the library in MLC_EMULATED_KERNELS, which is
// made of `mlc compile --target cuda --emit emulation`, and run thread by
// thread (Warp.h); the PTX must have an entry of the same name.
//
// MLC_FAKE_CUDA says what goes wrong, e.g. `version=11040,launches=100`:
//   version=N       what cuDriverGetVersion answers
//   devices=N       how many GPUs there are
//   init=N          what cuInit returns
//   architecture=N  90 for sm_90
//   memory=N        bytes of a GPU
//   load=N          what loading code returns
//   binary=N        what loading binary code returns, but not PTX
//   launches=N      after so many launches of kernels the GPU is lost
//   cooperative=N   0: not all blocks of a kernel can run at the same time
//   processors=N    multiprocessors
//   blocks=N        how many blocks each of them can run at the same time (1)
//   together=N      how many blocks of a cooperative launch find room at most,
//                   as others use the GPU
//   shared=N        bytes of shared memory that a block may have
//   tell=N          1: says on stderr what is launched cooperatively or as a
//                   graph
//   order=N         0, 1, 2: forward, backward, mixed (see Order)
//   copies=1        tell on stderr of each copy to and from the host
//
//===----------------------------------------------------------------------===//

#include "FakeDriver.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>

using namespace mlc::runtime::cuda;
using mlc::emulator::Launch;
using mlc::emulator::LoadedKernel;
using mlc::emulator::LoadedModule;
using mlc::emulator::setting;
using mlc::emulator::Warp;
using Works = std::vector<mlc::emulator::FakeDriver::Work>;

static mlc::emulator::FakeDriver &driver() {
  return mlc::emulator::FakeDriver::get();
}

/// As sm_90 has.
static long sharedMemory() { return setting("shared", 227 << 10); }
/// What a launch may ask for without cuFuncSetAttribute.
static constexpr long plainSharedMemory = 48 << 10;

/// An odd number, as sizes of grids that a test should see.
static int multiprocessors() { return int(setting("processors", 3)); }

/// Blocks that each of them runs at the same time.
static int blocksOfOne() { return int(setting("blocks", 1)); }

static void tellCopy(const char *where, std::size_t bytes) {
  if (setting("copies", 0))
    std::fprintf(stderr, "fake CUDA: %zu bytes %s\n", bytes, where);
}

extern "C" {

// What emulated kernels call.
std::int64_t mlc_emulated_block() { return Warp::currentBlock(); }
std::int64_t mlc_emulated_blocks() { return Warp::currentBlocks(); }
void mlc_emulated_barrier() { Warp::waitAtBarrier(); }
void mlc_emulated_block_barrier() { Warp::waitForBlock(); }
void mlc_emulated_publish(std::uint64_t *word, float value,
                          std::uint32_t step) {
  Warp::publish(word, value, step);
}
float mlc_emulated_await(const std::uint64_t *word, std::uint32_t step) {
  return Warp::await(word, step);
}
void *mlc_emulated_shared() { return Warp::currentShared(); }
std::int64_t mlc_emulated_thread() { return Warp::currentThread(); }
std::int32_t mlc_emulated_shuffle(std::int32_t value, std::int32_t distance) {
  return Warp::exchange(value, distance);
}

Result cuGetErrorName(Result result, const char **name) {
  static const std::map<int, const char *> names = {
      {InvalidValue, "CUDA_ERROR_INVALID_VALUE"},
      {OutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY"},
      {NoDevice, "CUDA_ERROR_NO_DEVICE"},
      {NotFound, "CUDA_ERROR_NOT_FOUND"},
      {UnsupportedPtxVersion, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
      {LaunchFailed, "CUDA_ERROR_LAUNCH_FAILED"}};
  const auto found = names.find(result);
  if (found == names.end())
    return InvalidValue;
  *name = found->second;
  return Success;
}
Result cuGetErrorString(Result result, const char **text) {
  static const std::map<int, const char *> texts = {
      {InvalidValue, "invalid argument"},
      {OutOfMemory, "out of memory"},
      {NoDevice, "no CUDA-capable device is detected"},
      {NotFound, "named symbol not found"},
      {UnsupportedPtxVersion,
       "the provided PTX was compiled with an unsupported toolchain."},
      {LaunchFailed, "unspecified launch failure"}};
  const auto found = texts.find(result);
  if (found == texts.end())
    return InvalidValue;
  *text = found->second;
  return Success;
}

Result cuInit(unsigned) { return Result(setting("init", 0)); }
Result cuDriverGetVersion(int *version) {
  *version = int(setting("version", 13000));
  return Success;
}
Result cuDeviceGetCount(int *count) {
  *count = int(setting("devices", 1));
  return Success;
}
Result cuDeviceGet(Device *device, int number) {
  *device = number;
  return Success;
}
Result cuDeviceGetName(char *name, int size, Device) {
  std::snprintf(name, size, "emulated GPU");
  return Success;
}
Result cuDeviceGetAttribute(int *value, Attribute attribute, Device) {
  const int architecture = int(setting("architecture", 90));
  switch (attribute) {
  case CapabilityMajor:
    *value = architecture / 10;
    return Success;
  case CapabilityMinor:
    *value = architecture % 10;
    return Success;
  case CooperativeLaunch:
    *value = int(setting("cooperative", 1));
    return Success;
  case Multiprocessors:
    *value = multiprocessors();
    return Success;
  case SharedMemoryOfBlock:
    *value = int(sharedMemory());
    return Success;
  }
  return InvalidValue;
}
Result cuDevicePrimaryCtxRetain(Context *context, Device) {
  driver().retain();
  *context = reinterpret_cast<Context>(&driver());
  return Success;
}
Result cuDevicePrimaryCtxRelease_v2(Device) {
  if (driver().release() && driver().hasMemory() && !driver().isLost())
    std::fputs("fake CUDA: memory was not given back\n", stderr);
  return Success;
}
Result cuCtxSetCurrent(Context) { return Success; }

Result cuModuleLoadDataEx(Module *module, const void *image, unsigned, int *,
                          void **) {
  if (const long result = setting("load", 0))
    return Result(result);
  if (LoadedModule::isBinary(static_cast<const char *>(image)))
    if (const long result = setting("binary", 0))
      return Result(result);
  const char *path = std::getenv("MLC_EMULATED_KERNELS");
  void *library = path ? ::dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (!library) {
    std::fprintf(stderr, "fake CUDA: MLC_EMULATED_KERNELS: %s\n",
                 path ? ::dlerror() : "not set");
    return NotFound;
  }
  *module = reinterpret_cast<Module>(
      new LoadedModule{static_cast<const char *>(image), library});
  return Success;
}
Result cuModuleUnload(Module module) {
  delete reinterpret_cast<LoadedModule *>(module);
  return Success;
}
Result cuModuleGetFunction(Function *function, Module module,
                           const char *name) {
  *function = reinterpret_cast<LoadedModule *>(module)->find(name);
  return *function ? Success : NotFound;
}

Result cuMemAlloc_v2(DevicePointer *address, std::size_t bytes) {
  return driver().allocate(address, bytes);
}
Result cuMemFree_v2(DevicePointer address) { return driver().free(address); }
Result cuMemcpyHtoDAsync_v2(DevicePointer to, const void *from,
                            std::size_t bytes, Stream) {
  void *target = reinterpret_cast<void *>(to);
  tellCopy("to the GPU", bytes);
  return driver().copy(target, from, bytes, {target});
}
Result cuMemcpyDtoHAsync_v2(void *to, DevicePointer from, std::size_t bytes,
                            Stream) {
  const void *source = reinterpret_cast<void *>(from);
  tellCopy("to the host", bytes);
  return driver().copy(to, source, bytes, {source});
}
Result cuMemcpyDtoDAsync_v2(DevicePointer to, DevicePointer from,
                            std::size_t bytes, Stream) {
  void *target = reinterpret_cast<void *>(to);
  const void *source = reinterpret_cast<void *>(from);
  return driver().copy(target, source, bytes, {target, source});
}

Result cuStreamCreate(Stream *stream, unsigned) {
  *stream = reinterpret_cast<Stream>(&driver());
  return Success;
}
Result cuStreamDestroy_v2(Stream) { return Success; }
Result cuStreamSynchronize(Stream) {
  return driver().isLost() ? LaunchFailed : Success;
}
Result cuStreamBeginCapture_v2(Stream, int) {
  driver().beginRecording();
  return Success;
}
Result cuStreamEndCapture(Stream, Graph *graph) {
  *graph = reinterpret_cast<Graph>(new Works(driver().endRecording()));
  return Success;
}
Result cuGraphInstantiateWithFlags(GraphExec *exec, Graph graph,
                                   unsigned long long) {
  *exec =
      reinterpret_cast<GraphExec>(new Works(*reinterpret_cast<Works *>(graph)));
  return Success;
}
Result cuGraphLaunch(GraphExec exec, Stream) {
  const Works &works = *reinterpret_cast<Works *>(exec);
  if (setting("tell", 0))
    std::fprintf(stderr, "fake CUDA: a graph of %zu launches\n", works.size());
  for (const auto &work : works)
    if (const Result result = driver().run(work); result != Success)
      return result;
  return Success;
}
Result cuGraphDestroy(Graph graph) {
  delete reinterpret_cast<Works *>(graph);
  return Success;
}
Result cuGraphExecDestroy(GraphExec exec) {
  delete reinterpret_cast<Works *>(exec);
  return Success;
}

Result cuLaunchKernel(Function function, unsigned blocks, unsigned, unsigned,
                      unsigned threads, unsigned, unsigned, unsigned, Stream,
                      void **arguments, void **) {
  const LoadedKernel &loaded = *reinterpret_cast<LoadedKernel *>(function);
  return driver().launch({loaded.kernel, loaded.isAlone, blocks, threads,
                          *static_cast<void **>(arguments[0]),
                          *static_cast<std::int64_t *>(arguments[1])});
}

Result cuFuncSetAttribute(Function function, FunctionAttribute attribute,
                          int value) {
  if (attribute != DynamicSharedMemory || value < 0 || value > sharedMemory())
    return InvalidValue;
  reinterpret_cast<LoadedKernel *>(function)->mostSharedBytes =
      std::max<long>(value, plainSharedMemory);
  return Success;
}

Result cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks,
                                                   Function function, int,
                                                   std::size_t sharedBytes) {
  if (long(sharedBytes) >
      reinterpret_cast<LoadedKernel *>(function)->mostSharedBytes)
    return InvalidValue;
  *blocks = blocksOfOne();
  return Success;
}

Result cuLaunchCooperativeKernel(Function function, unsigned blocks, unsigned,
                                 unsigned, unsigned threads, unsigned, unsigned,
                                 unsigned sharedBytes, Stream,
                                 void **arguments) {
  const LoadedKernel &loaded = *reinterpret_cast<LoadedKernel *>(function);
  if (long(sharedBytes) > loaded.mostSharedBytes)
    return InvalidValue;
  if (const int room = multiprocessors() * blocksOfOne();
      blocks > unsigned(std::min<long>(room, setting("together", room))))
    return TooManyBlocks;
  if (setting("tell", 0))
    std::fprintf(stderr, "fake CUDA: %u blocks, %u bytes each\n", blocks,
                 sharedBytes);
  return driver().launch({loaded.kernel, loaded.isAlone, blocks, threads,
                          *static_cast<void **>(arguments[0]),
                          *static_cast<std::int64_t *>(arguments[1]),
                          /*isCooperative=*/true, sharedBytes});
}

} // extern "C"
