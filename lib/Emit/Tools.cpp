//===- Tools.cpp - Other programs, and files for them ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tools.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <optional>

using namespace llvm;
using namespace mlc;

TemporaryFolder::~TemporaryFolder() {
  if (!path_.empty())
    sys::fs::remove_directories(path_);
}

Error TemporaryFolder::open() {
  if (std::error_code code = sys::fs::createUniqueDirectory("mlc", path_))
    return fileError("the folder for temporary files", code);
  return Error::success();
}

std::string TemporaryFolder::in(const Twine &file) const {
  SmallString<128> result(path_);
  sys::path::append(result, file);
  return result.str().str();
}

Error mlc::runTool(StringRef tool, ArrayRef<std::string> arguments,
                   StringRef log) {
  ErrorOr<std::string> program = sys::findProgramByName(tool);
  if (!program)
    return createStringError("there is no '" + tool +
                             "' here; install g++, which brings it");
  SmallVector<StringRef> words{*program};
  words.append(arguments.begin(), arguments.end());
  std::optional<StringRef> redirects[] = {StringRef(""), log, log};
  std::string message;
  if (sys::ExecuteAndWait(*program, words, std::nullopt, redirects,
                          /*SecondsToWait=*/0, /*MemoryLimit=*/0,
                          &message) == 0)
    return Error::success();
  if (auto said = MemoryBuffer::getFile(log))
    message += (*said)->getBuffer();
  return createStringError(tool + ": " + message);
}

Expected<std::string> mlc::findRuntimeArchive(StringRef name) {
  std::string path = runtimeFolder() + "/lib" + name.str() + ".a";
  if (!sys::fs::exists(path))
    return createStringError(path + ": not found; mlc needs its runtime "
                                    "beside it, as cmake --install puts it");
  return path;
}

Error mlc::copyOutput(StringRef from, StringRef to) {
  auto content = MemoryBuffer::getFile(from, /*IsText=*/false,
                                       /*RequiresNullTerminator=*/false);
  if (!content)
    return fileError(from, content.getError());
  return writeOutput(to, (*content)->getBuffer());
}
