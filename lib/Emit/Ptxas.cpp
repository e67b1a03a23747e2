//===- Ptxas.cpp - PTX as binary code -------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ptxas.h"
#include "Output.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

using namespace llvm;

/// Where the toolkit says that it is, where it usually is, and in PATH.
static std::optional<std::string> findPtxas() {
  const std::string home = sys::Process::GetEnv("CUDA_HOME").value_or("");
  for (StringRef root : {StringRef(home), StringRef("/usr/local/cuda")}) {
    SmallString<128> folder(root);
    sys::path::append(folder, "bin");
    if (ErrorOr<std::string> found =
            sys::findProgramByName("ptxas", StringRef(folder)))
      return *found;
  }
  if (ErrorOr<std::string> found = sys::findProgramByName("ptxas"))
    return *found;
  return std::nullopt;
}

std::optional<std::string> mlc::assemblePtx(StringRef ptx,
                                            StringRef architecture) {
  std::optional<std::string> ptxas = findPtxas();
  SmallString<128> folder;
  if (!ptxas || sys::fs::createUniqueDirectory("mlc", folder))
    return std::nullopt;
  scope_exit clean([&] { sys::fs::remove_directories(folder); });
  SmallString<128> input(folder), output(folder);
  sys::path::append(input, "kernels.ptx");
  sys::path::append(output, "kernels.cubin");
  if (Error error = writeOutput(input, ptx)) {
    consumeError(std::move(error));
    return std::nullopt;
  }
  std::string option = ("-arch=" + architecture).str();
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(""),
                                          StringRef("")};
  if (sys::ExecuteAndWait(*ptxas, {*ptxas, option, "-O3", input, "-o", output},
                          std::nullopt, redirects) != 0)
    return std::nullopt;
  auto binary = MemoryBuffer::getFile(output, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!binary)
    return std::nullopt;
  return (*binary)->getBuffer().str();
}
