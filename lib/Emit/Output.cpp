//===- Output.cpp - Output files, whole or not at all ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Output.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <unistd.h>

using namespace llvm;
using namespace mlc;

Error mlc::fileError(StringRef path, std::error_code code) {
  std::string reason = code.message();
  if (!reason.empty())
    reason[0] = toLower(reason[0]);
  return createStringError(path + ": " + reason);
}

static std::error_code writeAll(int file, StringRef bytes) {
  raw_fd_ostream stream(file, /*shouldClose=*/false);
  stream << bytes;
  stream.flush();
  std::error_code code = stream.error();
  stream.clear_error();
  return code;
}

/// Writes a file that is only read while this compilation runs. To flush it to
/// the disk would take as long as to link it.
static Error writeTemporary(StringRef path, StringRef bytes) {
  int file;
  std::error_code code = sys::fs::openFileForWrite(path, file);
  if (!code) {
    code = writeAll(file, bytes);
    close(file);
  }
  return code ? fileError(path, code) : Error::success();
}

Error mlc::writeOutput(StringRef path, StringRef bytes) {
  // A rename would put a file in the place of a device or a pipe.
  if (sys::fs::exists(path) && !sys::fs::is_regular_file(path))
    return createStringError(path + ": is no regular file; give the name of a "
                                    "file");
  // A kill in the middle leaves this file behind. O_TMPFILE would not, but the
  // name that linkat gives it cannot be one that is taken, and outputs replace.
  SmallString<128> temporary;
  int file;
  if (std::error_code code = sys::fs::createUniqueFile(
          path + ".%%%%%%.tmp", file, temporary, sys::fs::OF_None,
          sys::fs::all_read | sys::fs::all_write))
    return fileError(path, code);
  scope_exit remove([&] { sys::fs::remove(temporary); });
  std::error_code code = writeAll(file, bytes);
  if (!code && fsync(file) != 0)
    code = errnoAsErrorCode();
  close(file);
  if (!code)
    code = sys::fs::rename(temporary, path);
  if (code)
    return fileError(path, code);
  remove.release();
  return Error::success();
}

Error mlc::flushStandardOutput() {
  outs().flush();
  std::error_code code = outs().error();
  outs().clear_error();
  return code ? fileError("standard output", code) : Error::success();
}

std::string mlc::runtimeFolder() {
  static int anchor;
  std::string self =
      sys::fs::getMainExecutable(nullptr, static_cast<void *>(&anchor));
  SmallString<128> folder =
      sys::path::parent_path(sys::path::parent_path(self));
  sys::path::append(folder, "lib", "mlc");
  return folder.str().str();
}

/// The folder of LLVM's linker, which takes a quarter of the time that the
/// system's own does; nothing where there is none, and the driver's choice is
/// as good.
static std::optional<std::string> findFastLinker() {
  ErrorOr<std::string> found =
      sys::findProgramByName("ld.lld", {MLC_LLVM_TOOLS});
  if (!found)
    found = sys::findProgramByName("ld.lld");
  if (!found)
    return std::nullopt;
  return sys::path::parent_path(*found).str();
}

Error mlc::linkExecutable(StringRef path, ArrayRef<std::string> objects,
                          const LinkOptions &options) {
  std::string runtime = runtimeFolder();
  SmallString<128> library(runtime);
  sys::path::append(library, "libmlc-commands.a");
  if (!sys::fs::exists(library))
    return createStringError(library + ": not found; mlc needs its runtime "
                                       "beside it, as cmake --install puts it");
  ErrorOr<std::string> driver = sys::findProgramByName("c++");
  if (!driver)
    return createStringError("no C++ driver 'c++' to link with; install g++");

  SmallString<128> folder;
  if (std::error_code code = sys::fs::createUniqueDirectory("mlc", folder))
    return fileError("the folder for temporary files", code);
  scope_exit clean([&] { sys::fs::remove_directories(folder); });
  SmallString<128> programPath(folder), logPath(folder);
  sys::path::append(programPath, "program");
  sys::path::append(logPath, "log");
  SmallVector<std::string> files;
  for (const std::string &object : objects) {
    files.push_back((folder + "/" + Twine(files.size()) + ".o").str());
    if (Error error = writeTemporary(files.back(), object))
      return createStringError(
          path + ": cannot be linked: " + toString(std::move(error)));
  }

  // Each may need those behind it; see runtime/CMakeLists.txt.
  for (StringRef name : split(MLC_RUNTIME_ARCHIVES, ','))
    files.push_back((runtime + "/lib" + name + ".a").str());
  SmallVector<StringRef> arguments{*driver};
  arguments.append(files.begin(), files.end());
  arguments.append({"-o", programPath, "-pthread", "-Wl,--gc-sections"});
  // Programs face strangers' files and requests: no fixed addresses, no table
  // of calls that can be written once they run, no stack that can be executed.
  // A shadow stack needs nothing of the libraries but libgcc's unwinder, which
  // knows it; linkers say so on demand alone, since C's start-up files do not.
  arguments.append(
      {"-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack", "-Wl,-z,shstk"});
  if (options.isStatic) // -static-libstdc++ would go back to shared libraries.
    arguments.push_back("-static-pie");
  else
    arguments.append({"-pie", "-static-libstdc++", "-static-libgcc"});
  std::string folderOption;
  if (std::optional<std::string> linker = findFastLinker()) {
    folderOption = "-B" + *linker;
    arguments.append({"-fuse-ld=lld", folderOption});
    // A static program is moved to its addresses by start-up code of its own,
    // which knows packed relocations; a shared libc may be too old for them.
    // Functions with the same code are there once, but for those whose address
    // is taken, which may be compared; so are texts that others end with (-O2).
    if (options.isStatic)
      arguments.append(
          {"-Wl,--pack-dyn-relocs=relr", "-Wl,--icf=safe", "-Wl,-O2"});
  }
  // What the runtime was built with (MLC_SANITIZE) a program needs as well.
  SmallVector<std::string, 2> sanitizers;
  for (StringRef sanitizer :
       {StringRef(options.sanitize), StringRef(MLC_SANITIZE)})
    if (!sanitizer.empty())
      sanitizers.push_back(("-fsanitize=" + sanitizer).str());
  arguments.append(sanitizers.begin(), sanitizers.end());
  if (sanitizers.empty())
    arguments.push_back("-Wl,-s"); // A sanitizer's report names functions.
  if (options.useBlas)
    arguments.push_back("-lopenblas");
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(logPath),
                                          StringRef(logPath)};
  std::string message;
  if (sys::ExecuteAndWait(*driver, arguments, std::nullopt, redirects,
                          /*SecondsToWait=*/0, /*MemoryLimit=*/0,
                          &message) != 0) {
    if (auto log = MemoryBuffer::getFile(logPath))
      message += (*log)->getBuffer();
    return createStringError(path + ": cannot be linked: " + message);
  }
  auto program = MemoryBuffer::getFile(programPath, /*IsText=*/false,
                                       /*RequiresNullTerminator=*/false);
  if (!program)
    return fileError(programPath, program.getError());
  if (Error error = writeOutput(path, (*program)->getBuffer()))
    return error;
  const auto executable =
      static_cast<sys::fs::perms>(sys::fs::all_all & ~sys::fs::getUmask());
  if (std::error_code code = sys::fs::setPermissions(path, executable))
    return fileError(path, code);
  return Error::success();
}
