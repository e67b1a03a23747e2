//===- CommandLineFuzzer.cpp - Command lines ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CapturedOutput.h"
#include "Commands/CommandLine.h"
#include "Import/DataCommand.h"
#include "Support/HandmadeProgram.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

using namespace mlc;
using namespace mlc::runtime;
using namespace mlc::test;
namespace fs = std::filesystem;

namespace {

/// Calls of compiled code after which a run is stopped as by Ctrl-C: command
/// lines may ask for any number of epochs.
constexpr int kCallsAllowed = 20;
int calls;
ChangeableProgram changed(sparseProgram());
const MlcProgram &program = changed.program;

void trainAWhile(const MlcCall *call) {
  if (call->worker == 0 && ++calls == kCallsAllowed)
    std::raise(SIGINT);
  static const MlcFunction train = sparseProgram().entries[0].function;
  train(call);
}

/// What command lines may name: `t`, texts; `s`, LIBSVM text; `e`, an empty
/// file; and, made of them (makeFiles), `d` and `w`, the data set and weights
/// of the program.
std::map<std::string, std::string> files = {
    {"t", "label,review\n1,a good film\n0,a bad film\n"},
    {"s", "1 0:1 3:2\n0 2:1\n1 1:1\n0 19:1\n"},
    {"e", ""}};

void prepareFolder() {
  for (const auto &entry : fs::directory_iterator("."))
    fs::remove_all(entry.path());
  for (const auto &[name, content] : files)
    std::ofstream(name) << content;
}

int run(int (*main)(int, char **), const char *name,
        std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), name);
  std::vector<char *> argv;
  for (std::string &argument : arguments)
    argv.push_back(argument.data());
  argv.push_back(nullptr);
  return main(static_cast<int>(arguments.size()), argv.data());
}

int runProgram(int argc, char **argv) {
  return programMain(program, argc, argv);
}

void makeFiles() {
  prepareFolder();
  const CapturedOutput output;
  run(dataMain, "mlc data", {"s", "--format", "libsvm", "-o", "d"});
  run(runProgram, "program",
      {"train", "--data", "d", "-o", "w", "--epochs", "1", "--threads", "1"});
  for (const char *name : {"d", "w"})
    files[name] = (std::ostringstream() << std::ifstream(name).rdbuf()).str();
}

/// A line an argument. Nothing outside of the folder can be named.
std::vector<std::string> argumentsOf(std::string text) {
  std::vector<std::string> arguments(1);
  for (char c : text) {
    if (c == '\n')
      arguments.emplace_back();
    else if (c != '\0')
      arguments.back() += c == '/' ? '_' : c;
  }
  return arguments;
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  // Not on a disk.
  const std::string folder =
      "/dev/shm/mlc-command-line-fuzzer." + std::to_string(::getpid());
  fs::create_directory(folder);
  fs::current_path(folder);
  std::atexit([] { fs::remove_all(fs::current_path()); });
  changed.entry("train").function = trainAWhile;
  makeFiles();
  return 0;
}

/// The first letter says whose command line the rest is: `d`, that of
/// `mlc data`; any other, a trained program's. It ends with one of the statuses
/// that are promised, and says why.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  const std::vector<std::string> arguments =
      argumentsOf({reinterpret_cast<const char *>(data) + 1, size - 1});
  if (std::ranges::find(arguments, "serve") != arguments.end())
    return 0; // It would wait for clients.
  prepareFolder();
  int status = 0;
  std::string errors;
  {
    CapturedOutput output;
    calls = 0;
    status = data[0] == 'd' ? run(dataMain, "mlc data", arguments)
                            : run(runProgram, "program", arguments);
    errors = output.errors();
  }
  const bool isPromised =
      status == 0 || status == 128 + SIGINT ||
      ((status == 1 || status == 2) && errors.find("error: ") != errors.npos);
  if (!isPromised) {
    std::fprintf(stderr, "status %d: %s\n", status, errors.c_str());
    std::abort();
  }
  return 0;
}
