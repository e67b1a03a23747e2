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
#include <string>
#include <vector>

namespace mlc::runtime {

static std::vector<std::string> libraryNames() {
  const char *chosen = std::getenv("MLC_CUBLASLT_LIBRARY");
  if (chosen && *chosen)
    return {chosen};
  return {"libcublasLt.so.13", "libcublasLt.so.12"};
}

CublasLibrary::CublasLibrary() {
  std::string problems;
  for (const std::string &name : libraryNames()) {
    const std::string problem = open(name.c_str());
    if (problem.empty())
      return;
    problems += (problems.empty() ? "" : "; ") + problem;
  }
  throw NoCublas("no cuBLASLt: " + problems);
}

/// The file that a function is in.
static std::string fileOf(void *function) {
  Dl_info info;
  return ::dladdr(function, &info) && info.dli_fname ? info.dli_fname : "?";
}

std::string CublasLibrary::open(const char *name) {
  // Never closed, as the driver.
  void *library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return ::dlerror();
#define MLC_FIND(member, symbol, arguments)                                    \
  member = reinterpret_cast<decltype(member)>(::dlsym(library, symbol));       \
  if (!member)                                                                 \
    return fmt::format("{} has no {}", name, symbol);
  MLC_CUBLAS_FUNCTIONS(MLC_FIND)
#undef MLC_FIND
  const cublas::Status status = create(&handle_);
  if (status == cublas::Success)
    return {};
  return fmt::format("{} does not start (status {})",
                     fileOf(reinterpret_cast<void *>(create)), int(status));
}

CublasLibrary::~CublasLibrary() { destroy(handle_); }

} // namespace mlc::runtime
