//===- CublasLibrary.cpp - NVIDIA's library of products -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device/CublasLibrary.h"

#include <cstdlib>
#include <dlfcn.h>
#include <fmt/format.h>

namespace mlc::runtime {

/// The name by which it was opened last, and null where it cannot be.
static void *openLibrary(const char *&name) {
  const char *chosen = std::getenv("MLC_CUBLASLT_LIBRARY");
  if (chosen && *chosen)
    return ::dlopen(name = chosen, RTLD_NOW | RTLD_LOCAL);
  for (const char *each : {"libcublasLt.so.13", "libcublasLt.so.12"})
    if (void *library = ::dlopen(name = each, RTLD_NOW | RTLD_LOCAL))
      return library;
  return nullptr;
}

CublasLibrary::CublasLibrary() {
  const char *name = nullptr;
  // Never closed, as the driver.
  void *library = openLibrary(name);
  if (!library)
    throw NoCublas(fmt::format("no cuBLASLt: {}", ::dlerror()));
  const auto find = [&](const char *symbol) {
    void *function = ::dlsym(library, symbol);
    if (!function)
      throw NoCublas(fmt::format("cuBLASLt: {} has no {}", name, symbol));
    return function;
  };
#define MLC_FIND(member, symbol, arguments)                                    \
  member = reinterpret_cast<decltype(member)>(find(symbol));
  MLC_CUBLAS_FUNCTIONS(MLC_FIND)
#undef MLC_FIND
  if (const cublas::Status status = create(&handle_); status != cublas::Success)
    throw NoCublas(
        fmt::format("cuBLASLt does not start (status {})", int(status)));
}

CublasLibrary::~CublasLibrary() { destroy(handle_); }

} // namespace mlc::runtime
