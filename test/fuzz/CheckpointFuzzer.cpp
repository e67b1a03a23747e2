//===- CheckpointFuzzer.cpp - Going on from checkpoints -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Support/HandmadeProgram.h"
#include "Train/Checkpoint.h"
#include "Train/CheckpointFolder.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <unistd.h>

using namespace mlc;
using namespace mlc::runtime;
using namespace mlc::test;
namespace fs = std::filesystem;

namespace {

const std::vector<OriginEntry> kOrigin = {
    {"model_hash", "model", "0123", "use the program that wrote it"},
    {"seed", "--seed", "7", "give the same"}};

/// Changes the checkpoint of a run as the lines of `text` say: `KEY=VALUE` sets
/// an entry of its metadata, `-NAME` removes a tensor or an entry, and `<NAME`
/// makes a tensor shorter. So the reader is reached behind the hashes, which
/// are right.
void change(SafetensorsContents &contents, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = line.find('=');
    if (line.starts_with("-")) {
      contents.metadata.erase(line.substr(1));
      std::erase_if(contents.tensors, [&](const TensorView &tensor) {
        return tensor.name == line.substr(1);
      });
    } else if (line.starts_with("<")) {
      for (TensorView &tensor : contents.tensors)
        if (tensor.name == line.substr(1) && tensor.shape[0] > 1) {
          tensor.bytes =
              tensor.bytes.first(tensor.bytes.size() / tensor.shape[0]);
          tensor.shape[0] = 1;
        }
    } else if (equals != std::string::npos) {
      contents.metadata[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }
}

/// Reads the newest checkpoint as `--resume` does; what is wrong must be said.
void resume(const std::string &folder, const MlcProgram &program) {
  try {
    Model model(program);
    if (const auto file = CheckpointFolder(folder).newest())
      loadCheckpoint(*file, program, kOrigin, model);
  } catch (const InputError &error) {
    const std::string_view message = error.what();
    if (message.starts_with(folder) &&
        message.find("; ") != std::string_view::npos)
      return;
    std::fprintf(stderr, "a message without place or advice: %s\n",
                 error.what());
    std::abort();
  }
}

} // namespace

/// The input stands first for a file, then for what was done to one that a run
/// wrote.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  // Memory: a fuzzer syncs files to no disk.
  static const std::string folder =
      "/dev/shm/mlc-checkpoint-fuzzer." + std::to_string(::getpid());
  static const MlcProgram program = sparseProgram();
  fs::remove_all(folder);
  fs::create_directory(folder);
  std::ofstream(folder + "/step-0000000000000000007.safetensors")
      .write(reinterpret_cast<const char *>(data),
             static_cast<std::streamsize>(size));
  resume(folder, program);

  fs::remove_all(folder);
  const Model model(program);
  SafetensorsContents contents =
      checkpointContents(program, model, kOrigin, Checkpoint());
  change(contents, {reinterpret_cast<const char *>(data), size});
  try {
    CheckpointFolder(folder).save(7, contents);
  } catch (const InputError &) {
    // Names and entries that no file can hold.
  }
  resume(folder, program);
  fs::remove_all(folder);
  return 0;
}
