//===- ModelMemoryTest.cpp - Memory that weights and checkpoints take -----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/CommandLineFixture.h"
#include "Support/PeakMemory.h"
#include "Train/Checkpoint.h"
#include "Train/CheckpointFolder.h"

#include <algorithm>
#include <filesystem>
#include <span>

namespace mlc::test {
namespace {

using namespace runtime;

void trainNothing(const MlcCall *call) {
  const std::int64_t batch = sparseProgram().batch;
  if (call->worker == 0)
    std::fill_n(call->losses, (call->row_count + batch - 1) / batch, 0.5f);
}

/// sparseProgram with another parameter, of 4 MiB as its state is.
MlcProgram largeProgram() {
  static const MlcParameter parameters[] = {
      sparseProgram().parameters[0], sparseProgram().parameters[1],
      parameter("table", {1 << 20, 1}, MLC_INIT_ZEROS)};
  static const MlcState states[] = {sparseProgram().states[0],
                                    sparseProgram().states[1],
                                    state("table.momentum", 2, parameters[2])};
  static ChangeableProgram changed(sparseProgram());
  MlcProgram &program = changed.program;
  program.parameters = parameters;
  program.states = states;
  program.parameter_count = program.state_count = 3;
  changed.entry("train").function = trainNothing;
  return program;
}
constexpr std::int64_t largeState = 8 * mebibyte, largeWeights = 4 * mebibyte;

constexpr const char *checkpointName = "step-0000000000000000007.safetensors";

/// A safetensors file without data: `entries` follow those that say what it is.
std::string headerOf(const char *format, const std::string &metadata,
                     const std::string &tensors) {
  std::string text = R"({"__metadata__":{"version":"1","format":")";
  text.append(format).append("\"").append(metadata);
  return withLength(text.append("}").append(tensors).append("}"));
}

std::string manyEntries(std::size_t bytes) {
  return headerOf("mlc.weights", words(",\"", "\":\"\"", bytes), "");
}
std::string manyTensors(std::size_t bytes) {
  return headerOf("mlc.weights", "",
                  words(",\"",
                        R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})",
                        bytes));
}
std::string longerThanItIs(std::size_t bytes) {
  return headerOf("mlc.weights", "",
                  R"(,"layer.weight":{"dtype":"F32",)"
                  R"("shape":[2305843009213693951],)"
                  R"("data_offsets":[0,9223372036854775804]})") +
         std::string(bytes, ' ');
}

/// `PROGRAM eval` with it as weights.
void evaluate(const std::string &path) {
  sparseData(20).write(path + ".data");
  runInside(sparseProgram(),
            {"eval", "--data", path + ".data", "--weights", path});
}

std::vector<OriginEntry> origin() {
  return {{"seed", "--seed", "7", "use the same"}};
}

/// A checkpoint with right hashes, changed.
std::string checkpoint(void (*change)(SafetensorsContents &, std::size_t),
                       std::size_t bytes) {
  const TemporaryFolder folder;
  const MlcProgram program = sparseProgram();
  const Model model(program);
  SafetensorsContents contents =
      checkpointContents(program, model, origin(), {});
  change(contents, bytes);
  writeSafetensors(folder / "file", contents);
  return readFile(folder / "file");
}

/// Goes on from it, as `--resume` does.
void resume(const std::string &path) {
  const std::string folder = path + ".checkpoints";
  std::filesystem::create_directory(folder);
  std::filesystem::rename(path, folder + "/" + checkpointName);
  const MlcProgram program = sparseProgram();
  Model model(program);
  if (const auto file = CheckpointFolder(folder).newest())
    loadCheckpoint(*file, program, origin(), model);
}

const MemoryInput inputs[] = {
    {"WeightsOfManyEntries", manyEntries, evaluate, 16},
    {"WeightsOfManyTensors", manyTensors, evaluate, 10},
    {"WeightsThatSayTheyAreLonger", longerThanItIs, evaluate, 2},
    {"WeightsOfManyWords",
     [](std::size_t bytes) {
       std::string text = words("", "\n", bytes);
       std::string file = headerOf(
           "mlc.weights", "",
           R"(,"vocabulary":{"dtype":"U8","shape":[)" +
               std::to_string(text.size()).append("],\"data_offsets\":[0,") +
               std::to_string(text.size()).append("]}"));
       return file + text;
     },
     evaluate, 2},
    {"CheckpointOfManyEntries", manyEntries, resume, 16},
    {"CheckpointOfManyTensors", manyTensors, resume, 10},
    {"CheckpointThatSaysItIsLonger", longerThanItIs, resume, 2},
    {"SealedCheckpointOfManyEntries",
     [](std::size_t bytes) {
       return checkpoint(
           [](SafetensorsContents &contents, std::size_t size) {
             for (std::size_t at = 0; at < size; at += 16)
               contents.metadata[std::to_string(at)] = "";
           },
           bytes);
     },
     resume, 16},
    {"SealedCheckpointOfALargeTensor",
     [](std::size_t bytes) {
       return checkpoint(
           [](SafetensorsContents &contents, std::size_t size) {
             static std::string data;
             data.assign(size, 'x');
             contents.tensors.push_back({"x",
                                         ElementType::U8,
                                         {std::int64_t(size)},
                                         std::as_bytes(std::span(data))});
           },
           bytes);
     },
     resume, 2},
    {"SealedCheckpointOfAnotherRun",
     [](std::size_t bytes) {
       return checkpoint(
           [](SafetensorsContents &contents, std::size_t size) {
             // Each of which a message shows as four letters.
             contents.metadata["seed"].assign(size, '\x01');
           },
           bytes);
     },
     resume, 5},
};

class ModelMemoryTest : public testing::TestWithParam<MemoryInput> {};

TEST_P(ModelMemoryTest, FollowsTheInput) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  const TemporaryFolder folder;
  expectMemoryFollows(GetParam(), folder / "input");
}

INSTANTIATE_TEST_SUITE_P(Inputs, ModelMemoryTest, testing::ValuesIn(inputs),
                         [](const auto &info) { return info.param.name; });

TEST(RunMemoryTest, FollowsTheModel) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  const TemporaryFolder folder;
  const std::string data = folder / "data", weights = folder / "weights";
  sparseData(64).write(data);
  const Arguments run = {"train",         "--data",     data,
                         "--checkpoints", folder / "c", "--epochs"};
  const auto peakOf = [&](const Arguments &arguments, const Arguments &more) {
    Arguments all = arguments;
    all.insert(all.end(), more.begin(), more.end());
    return peakMemory([&] { runInside(largeProgram(), all); });
  };
  // The model and a copy of it, to which a fault of the last steps goes back;
  // and the program's own file, mapped while its record is made.
  const auto most = 2 * largeState + constantMemory +
                    std::int64_t(std::filesystem::file_size("/proc/self/exe"));
  const std::int64_t first = peakOf(run, {"2", "-o", weights});
  EXPECT_LE(first, most);
  // A checkpoint is read into the model before there is the copy.
  EXPECT_LE(peakOf(run, {"4", "--resume", "-o", weights}),
            first + 2 * mebibyte);
  // The weights, as they are on the disk.
  for (const char *command : {"eval", "predict"})
    EXPECT_LE(peakOf({command, "--data", data, "--weights"}, {weights}),
              largeWeights + constantMemory);
}

TEST(RunMemoryTest, StaysWithinTheOptionsLimits) {
  if (isSanitized)
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  const TemporaryFolder folder;
  const std::string data = folder / "data";
  sparseData(64).write(data);
  const std::string most = "9223372036854775807";
  struct Case {
    Arguments options;
    int status;
  };
  for (const auto &[options, status] :
       std::vector<Case>{{{"--threads", "64"}, 0},
                         {{"--threads", "65"}, 2},
                         {{"--epochs", most, "--max-steps", "3"}, 0},
                         {{"--max-steps", most}, 0},
                         {{"--max-steps", "3", "--checkpoints", folder / "c",
                           "--checkpoint-every", most},
                          0},
                         {{"--validation", "0.5", "--patience", most}, 0},
                         {{"--seed", "18446744073709551615"}, 0}}) {
    Arguments arguments = {"train", "--data", data};
    arguments.insert(arguments.end(), options.begin(), options.end());
    EXPECT_EQ(runInside(sparseProgram(), arguments).status, status)
        << options.front();
    EXPECT_LE(peakMemory([&] { runInside(sparseProgram(), arguments); }),
              constantMemory)
        << options.front();
  }
}

} // namespace
} // namespace mlc::test
