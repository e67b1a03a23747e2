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
//   launches=N      after so many launches of kernels the GPU is lost
//   order=N         0, 1, 2: forward, backward, mixed (see Order)
//
//===----------------------------------------------------------------------===//

#include "Device/CudaApi.h"
#include "Warp.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace mlc::runtime::cuda;
using mlc::emulator::Kernel;
using mlc::emulator::Order;
using mlc::emulator::Warp;

namespace {

/// The number of a word of MLC_FAKE_CUDA.
long setting(const char *name, long otherwise) {
  const char *text = std::getenv("MLC_FAKE_CUDA");
  const std::string all = std::string(",") + (text ? text : "");
  const std::string word = std::string(",") + name + "=";
  const std::size_t at = all.find(word);
  return at == std::string::npos ? otherwise
                                 : std::atol(&all[at + word.size()]);
}

struct LoadedModule {
  std::string ptx;
  void *library;
};

struct Launch {
  Kernel kernel;
  unsigned blocks, threads;
  std::uint64_t slots;
  std::int64_t number;
};

/// All of the driver's state; its functions are called by one thread.
struct Driver {
  std::map<DevicePointer, std::size_t> memory;
  std::size_t used = 0;
  long launches = 0;
  bool isLost = false, isCapturing = false;
  std::vector<Launch> captured;
  Warp warp;
};
Driver &driver() {
  static Driver state;
  return state;
}

Result lose() {
  driver().isLost = true;
  return LaunchFailed;
}

bool isAllocated(DevicePointer address, std::size_t bytes) {
  auto after = driver().memory.upper_bound(address);
  if (after == driver().memory.begin())
    return false;
  --after;
  return address + bytes <= after->first + after->second;
}

/// As a real device does, nothing succeeds after it was lost.
Result copy(void *to, const void *from, std::size_t bytes,
            std::initializer_list<const void *> onDevice) {
  if (driver().isLost)
    return LaunchFailed;
  for (const void *address : onDevice)
    if (!isAllocated(DevicePointer(address), bytes))
      return InvalidValue;
  std::memcpy(to, from, bytes);
  return Success;
}

Result run(const Launch &launch) {
  Driver &state = driver();
  if (state.isLost || state.launches++ >= setting("launches", 1L << 60))
    return lose();
  const auto order = Order(setting("order", 0));
  const std::int64_t warps = launch.threads / Warp::size;
  for (std::int64_t i = 0; i < launch.blocks; ++i)
    for (std::int64_t j = 0; j < warps; ++j)
      if (!state.warp.run(
              launch.kernel, reinterpret_cast<void *>(launch.slots),
              launch.number, mlc::emulator::placeOf(order, i, launch.blocks),
              mlc::emulator::placeOf(order, j, warps) * Warp::size, order)) {
        std::fputs("fake CUDA: a thread left its warp waiting\n", stderr);
        return lose();
      }
  return Success;
}

} // namespace

extern "C" {

// What emulated kernels call.
std::int64_t mlc_emulated_block() { return Warp::currentBlock(); }
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
  *value = attribute == CapabilityMajor ? architecture / 10 : architecture % 10;
  return Success;
}
Result cuDevicePrimaryCtxRetain(Context *context, Device) {
  *context = reinterpret_cast<Context>(&driver());
  return Success;
}
Result cuDevicePrimaryCtxRelease_v2(Device) {
  if (!driver().memory.empty() && !driver().isLost)
    std::fputs("fake CUDA: memory was not given back\n", stderr);
  return Success;
}
Result cuCtxSetCurrent(Context) { return Success; }

Result cuModuleLoadDataEx(Module *module, const void *image, unsigned, int *,
                          void **) {
  if (const long result = setting("load", 0))
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
  const auto &loaded = *reinterpret_cast<LoadedModule *>(module);
  const bool isBinary = loaded.ptx.starts_with("\x7f"
                                               "ELF");
  if (!isBinary &&
      loaded.ptx.find(std::string(".entry ") + name + "(") == std::string::npos)
    return NotFound;
  *function = reinterpret_cast<Function>(::dlsym(loaded.library, name));
  return *function ? Success : NotFound;
}

Result cuMemAlloc_v2(DevicePointer *address, std::size_t bytes) {
  if (driver().isLost)
    return LaunchFailed;
  if (bytes == 0)
    return InvalidValue;
  const std::size_t limit = setting("memory", 1L << 34);
  if (driver().used + bytes > limit)
    return OutOfMemory;
  constexpr std::size_t alignment = 256;
  void *memory = std::aligned_alloc(alignment, (bytes + alignment - 1) /
                                                   alignment * alignment);
  if (!memory)
    return OutOfMemory;
  std::memset(memory, 0xff, bytes);
  *address = DevicePointer(memory);
  driver().memory[*address] = bytes;
  driver().used += bytes;
  return Success;
}
Result cuMemFree_v2(DevicePointer address) {
  const auto found = driver().memory.find(address);
  if (found == driver().memory.end())
    return InvalidValue;
  driver().used -= found->second;
  driver().memory.erase(found);
  std::free(reinterpret_cast<void *>(address));
  return Success;
}
Result cuMemcpyHtoDAsync_v2(DevicePointer to, const void *from,
                            std::size_t bytes, Stream) {
  void *target = reinterpret_cast<void *>(to);
  return copy(target, from, bytes, {target});
}
Result cuMemcpyDtoHAsync_v2(void *to, DevicePointer from, std::size_t bytes,
                            Stream) {
  const void *source = reinterpret_cast<void *>(from);
  return copy(to, source, bytes, {source});
}
Result cuMemcpyDtoDAsync_v2(DevicePointer to, DevicePointer from,
                            std::size_t bytes, Stream) {
  void *target = reinterpret_cast<void *>(to);
  const void *source = reinterpret_cast<void *>(from);
  return copy(target, source, bytes, {target, source});
}

Result cuStreamCreate(Stream *stream, unsigned) {
  *stream = reinterpret_cast<Stream>(&driver());
  return Success;
}
Result cuStreamDestroy_v2(Stream) { return Success; }
Result cuStreamSynchronize(Stream) {
  return driver().isLost ? LaunchFailed : Success;
}
Result cuStreamBeginCapture_v2(Stream, int) {
  driver().isCapturing = true;
  driver().captured.clear();
  return Success;
}
Result cuStreamEndCapture(Stream, Graph *graph) {
  driver().isCapturing = false;
  *graph = reinterpret_cast<Graph>(
      new std::vector<Launch>(std::move(driver().captured)));
  return Success;
}
Result cuGraphInstantiateWithFlags(GraphExec *exec, Graph graph,
                                   unsigned long long) {
  *exec = reinterpret_cast<GraphExec>(
      new std::vector<Launch>(*reinterpret_cast<std::vector<Launch> *>(graph)));
  return Success;
}
Result cuGraphLaunch(GraphExec exec, Stream) {
  for (const Launch &launch : *reinterpret_cast<std::vector<Launch> *>(exec))
    if (const Result result = run(launch); result != Success)
      return result;
  return Success;
}
Result cuGraphDestroy(Graph graph) {
  delete reinterpret_cast<std::vector<Launch> *>(graph);
  return Success;
}
Result cuGraphExecDestroy(GraphExec exec) {
  delete reinterpret_cast<std::vector<Launch> *>(exec);
  return Success;
}

Result cuLaunchKernel(Function function, unsigned blocks, unsigned, unsigned,
                      unsigned threads, unsigned, unsigned, unsigned, Stream,
                      void **arguments, void **) {
  const Launch launch{reinterpret_cast<Kernel>(function), blocks, threads,
                      *static_cast<std::uint64_t *>(arguments[0]),
                      *static_cast<std::int64_t *>(arguments[1])};
  if (blocks == 0 || threads == 0 || threads % Warp::size != 0)
    return InvalidValue;
  if (!driver().isCapturing)
    return run(launch);
  driver().captured.push_back(launch);
  return Success;
}

} // extern "C"
