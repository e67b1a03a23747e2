//===- Workplace.cpp - A folder with all that a run needs -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workplace.h"

#include "Commands/CommandLine.h"
#include "Import/DataCommand.h"
#include "Support/HandmadeProgram.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <regex>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mlc::test {

namespace fs = std::filesystem;

fs::path memoryFolder() {
  constexpr const char *memory = "/dev/shm";
  return access(memory, W_OK) == 0 ? fs::path(memory)
                                   : fs::temp_directory_path();
}

static std::string withoutTimes(const std::string &metrics) {
  static const std::regex times(", \"seconds\": [^}]*");
  return std::regex_replace(metrics, times, "");
}

Files filesBelow(const std::string &folder) {
  Files files;
  for (const auto &entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) {
      std::string text = readFile(entry.path());
      if (entry.path().extension() == ".metrics")
        text = withoutTimes(text);
      // Records tell times, too, in base64.
      if (entry.path().string().ends_with(".run.json") && text.ends_with("}\n"))
        text = "a whole record";
      files[fs::relative(entry.path(), folder)] = std::move(text);
    }
  return files;
}

void copyFolder(const std::string &from, const std::string &to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

int runTool(const Arguments &given, void (*start)()) {
  Arguments arguments = given;
  std::vector<char *> argv;
  for (std::string &argument : arguments)
    argv.push_back(argument.data());
  argv.push_back(nullptr);
  const int count = int(arguments.size());
  const MlcProgram program = sparseProgram();
  if (start)
    start();
  if (arguments[0] == "data")
    return runtime::dataMain(count, argv.data());
  return runtime::programMain(program, count, argv.data());
}

static void redirect(int descriptor, const char *path) {
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || dup2(file, descriptor) < 0)
    _exit(126);
  close(file);
}

Ending runForked(const Arguments &arguments, Failing failing, Fault fault) {
  static bool *const hit =
      static_cast<bool *>(mmap(nullptr, sizeof(bool), PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  static const TemporaryFolder folder(memoryFolder());
  static const std::string errorPath = folder / "error";
  *hit = false;
  const pid_t child = fork();
  if (child == 0) {
    redirect(STDOUT_FILENO, "/dev/null");
    redirect(STDERR_FILENO, errorPath.c_str());
    FaultySystem system(failing == Failing::Calls ? fault : Fault());
    runtime::setOperatingSystem(&system);
    static Fault allocation;
    allocation = failing == Failing::Allocations ? fault : Fault();
    const int status = runTool(arguments, [] {
      if (allocation.nth > 0)
        failAllocation(allocation.nth, allocation.forever);
    });
    *hit = stopFailingAllocations() || system.hasFailed();
    std::fflush(nullptr);
    _exit(status);
  }
  Ending ending;
  int status = 0;
  waitpid(child, &status, 0);
  ending.status =
      WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  // One that ends at once has no time to say so.
  ending.wasHit = *hit || ending.status != 0;
  ending.error = readFile(errorPath);
  return ending;
}

} // namespace mlc::test
