//===- CudaApi.h - The part of CUDA's driver API in use ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declared by hand, so that the runtime builds without the CUDA toolkit and
// runs without a driver. Source: NVIDIA, "CUDA Driver API", cuda.h of CUDA 12
// and 13, whose names, numbers and meanings these are. The driver keeps them:
// a changed function gets another name (`_v2`).
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DEVICE_CUDAAPI_H
#define MLC_RUNTIME_DEVICE_CUDAAPI_H

#include <cstddef>

namespace mlc::runtime::cuda {

using Device = int;
using DevicePointer = unsigned long long;
using Context = struct ContextOpaque *;
using Module = struct ModuleOpaque *;
using Function = struct FunctionOpaque *;
using Stream = struct StreamOpaque *;
using Graph = struct GraphOpaque *;
using GraphExec = struct GraphExecOpaque *;

/// CUresult: of the driver's numbers, those that are looked at.
enum Result : int {
  Success = 0,
  InvalidValue = 1,
  OutOfMemory = 2,
  NoDevice = 100,
  InvalidDevice = 101,
  NoBinaryForGpu = 209,
  InvalidPtx = 218,
  UnsupportedPtxVersion = 222,
  NotFound = 500,
  LaunchFailed = 719,
  TooManyBlocks = 720, ///< CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE
};

/// CUdevice_attribute.
enum Attribute : int {
  Multiprocessors = 16,
  CapabilityMajor = 75,
  CapabilityMinor = 76,
  CooperativeLaunch = 95,
  SharedMemoryOfBlock = 97, ///< MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, bytes
};

/// CUfunction_attribute.
enum FunctionAttribute : int {
  DynamicSharedMemory = 8, ///< The most that a launch may ask for, bytes.
};

/// CU_STREAM_NON_BLOCKING, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL.
constexpr unsigned streamNonBlocking = 1;
constexpr int captureThreadLocal = 1;

/// Every function in use: the name of the member, the symbol, the arguments.
#define MLC_CUDA_FUNCTIONS(X)                                                  \
  X(getErrorName, "cuGetErrorName", (Result, const char **))                   \
  X(getErrorString, "cuGetErrorString", (Result, const char **))               \
  X(init, "cuInit", (unsigned))                                                \
  X(driverGetVersion, "cuDriverGetVersion", (int *))                           \
  X(deviceGetCount, "cuDeviceGetCount", (int *))                               \
  X(deviceGet, "cuDeviceGet", (Device *, int))                                 \
  X(deviceGetName, "cuDeviceGetName", (char *, int, Device))                   \
  X(deviceGetAttribute, "cuDeviceGetAttribute", (int *, Attribute, Device))    \
  X(contextRetain, "cuDevicePrimaryCtxRetain", (Context *, Device))            \
  X(contextRelease, "cuDevicePrimaryCtxRelease_v2", (Device))                  \
  X(contextSetCurrent, "cuCtxSetCurrent", (Context))                           \
  X(moduleLoad, "cuModuleLoadDataEx",                                          \
    (Module *, const void *, unsigned, int *, void **))                        \
  X(moduleUnload, "cuModuleUnload", (Module))                                  \
  X(moduleGetFunction, "cuModuleGetFunction",                                  \
    (Function *, Module, const char *))                                        \
  X(allocate, "cuMemAlloc_v2", (DevicePointer *, std::size_t))                 \
  X(free, "cuMemFree_v2", (DevicePointer))                                     \
  X(copyToDevice, "cuMemcpyHtoDAsync_v2",                                      \
    (DevicePointer, const void *, std::size_t, Stream))                        \
  X(copyToHost, "cuMemcpyDtoHAsync_v2",                                        \
    (void *, DevicePointer, std::size_t, Stream))                              \
  X(copyOnDevice, "cuMemcpyDtoDAsync_v2",                                      \
    (DevicePointer, DevicePointer, std::size_t, Stream))                       \
  X(streamCreate, "cuStreamCreate", (Stream *, unsigned))                      \
  X(streamDestroy, "cuStreamDestroy_v2", (Stream))                             \
  X(streamSynchronize, "cuStreamSynchronize", (Stream))                        \
  X(beginCapture, "cuStreamBeginCapture_v2", (Stream, int))                    \
  X(endCapture, "cuStreamEndCapture", (Stream, Graph *))                       \
  X(graphInstantiate, "cuGraphInstantiateWithFlags",                           \
    (GraphExec *, Graph, unsigned long long))                                  \
  X(graphLaunch, "cuGraphLaunch", (GraphExec, Stream))                         \
  X(graphDestroy, "cuGraphDestroy", (Graph))                                   \
  X(graphExecDestroy, "cuGraphExecDestroy", (GraphExec))                       \
  X(launchKernel, "cuLaunchKernel",                                            \
    (Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,     \
     unsigned, Stream, void **, void **))                                      \
  X(functionSetAttribute, "cuFuncSetAttribute",                                \
    (Function, FunctionAttribute, int))                                        \
  X(occupancy, "cuOccupancyMaxActiveBlocksPerMultiprocessor",                  \
    (int *, Function, int, std::size_t))                                       \
  X(launchTogether, "cuLaunchCooperativeKernel",                               \
    (Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,     \
     unsigned, Stream, void **))

/// Pointers to them.
struct Functions {
#define MLC_DECLARE(member, symbol, arguments)                                 \
  Result(*member) arguments = nullptr;
  MLC_CUDA_FUNCTIONS(MLC_DECLARE)
#undef MLC_DECLARE
};

} // namespace mlc::runtime::cuda

#endif // MLC_RUNTIME_DEVICE_CUDAAPI_H
