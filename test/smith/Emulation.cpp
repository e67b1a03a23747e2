//===- Emulation.cpp - A GPU for models, emulated -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emulation.h"

#include "Error.h"
#include "mlc/Emit.h"

#include "llvm/Support/Program.h"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

using namespace mlc;

void mlc::smith::emulateGpu(const std::string &text, const std::string &folder,
                            const RunSettings &settings) {
  const std::string driver = MLC_FAKE_CUDA_PATH;
  if (!std::filesystem::exists(driver))
    throw runtime::InputError(fmt::format("{}: not there; build it", driver));
  const std::string model = folder + "/model.mlir", object = folder + "/k.o",
                    kernels = folder + "/k.so";
  std::ofstream(model) << text;
  CompileOptions options;
  options.input = model;
  options.output = object;
  options.emit = "emulation";
  options.target = "cuda";
  options.gemm = settings.gemm;
  options.costs = settings.costs;
  if (compileModel(options) != 0)
    throw runtime::InputError("no kernels can be made");
  auto linker = llvm::sys::findProgramByName("c++");
  const std::string path =
      "-Wl,-rpath," + std::filesystem::path(driver).parent_path().string();
  if (!linker ||
      llvm::sys::ExecuteAndWait(*linker, {*linker, "-shared", "-o", kernels,
                                          object, driver, path, "-lm"}) != 0)
    throw runtime::InputError("the kernels cannot be linked");
  setenv("MLC_CUBLASLT_LIBRARY", MLC_FAKE_CUBLASLT_PATH, /*overwrite=*/1);
  setenv("MLC_CUDA_LIBRARY", driver.c_str(), /*overwrite=*/1);
  setenv("MLC_EMULATED_KERNELS", kernels.c_str(), 1);
  setenv("MLC_FAKE_CUDA", fmt::format("order={}", settings.order).c_str(), 1);
}
