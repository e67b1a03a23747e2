//===- CrashTest.cpp - The machine stops at any moment --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CrashStates.h"
#include "Train/CheckpointFolder.h"
#include "Workplace.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace mlc::test {
namespace {

using runtime::CheckpointFolder;

/// While it lives, nothing is shown.
class Silence {
public:
  Silence() {
    std::fflush(nullptr);
    const int nowhere = open("/dev/null", O_WRONLY);
    for (int i : {1, 2}) {
      old_[i - 1] = dup(i);
      dup2(nowhere, i);
    }
    close(nowhere);
  }
  ~Silence() {
    std::fflush(nullptr);
    for (int i : {1, 2}) {
      dup2(old_[i - 1], i);
      close(old_[i - 1]);
    }
  }

private:
  int old_[2];
};

// In a folder of its own, which nothing else brings to the disk.
const std::string checkpoints = "runs/checkpoints";

bool isCheckpoint(const std::string &path) {
  return path.starts_with(checkpoints + "/step-") &&
         path.ends_with(".safetensors");
}

/// A run whose every operation is recorded; then the machine stops after each.
class CrashTest : public testing::Test {
protected:
  CrashTest() {
    std::filesystem::create_directory(work);
    sparseData(40).write(folder / "data");
    sparseData(20, 2).write(folder / "test");
  }

  int train(Arguments more) {
    Arguments arguments = {"program",
                           "train",
                           "--data",
                           folder / "data",
                           "--test",
                           folder / "test",
                           "--epochs",
                           "4",
                           "--threads",
                           "1",
                           "-o",
                           work + "/weights",
                           "--best",
                           work + "/best",
                           "--metrics",
                           work + "/run.metrics",
                           "--checkpoints",
                           work + "/" + checkpoints,
                           "--metrics-every-step"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    FaultySystem fast{Fault()};
    if (!recording)
      runtime::setOperatingSystem(&fast);
    const Silence silence;
    const int status = runTool(arguments);
    if (!recording)
      runtime::setOperatingSystem(nullptr);
    return status;
  }

  void startEmpty() { restore({.files = {}, .folders = {"runs"}}, work); }

  /// All that a run leaves but its checkpoints.
  Files outputs() {
    Files files = filesBelow(work);
    std::erase_if(files, [](const auto &file) {
      return file.first.starts_with(checkpoints + "/") ||
             file.first.find(".mlc-") != std::string::npos;
    });
    return files;
  }

  /// Records the run, and checks every state that a crash can leave of it.
  /// Returns how many there were.
  int crashEverywhere(const Arguments &run, const Files &whole) {
    const Disk start = diskOf(work);
    std::vector<std::string> startFiles;
    for (const auto &[name, text] : start.files)
      startFiles.push_back(name);
    RecordingSystem system(work, startFiles);
    runtime::setOperatingSystem(&system);
    recording = true;
    EXPECT_EQ(train(run), 0);
    recording = false;
    runtime::setOperatingSystem(nullptr);
    EXPECT_EQ(outputs(), whole);
    notePromises(start, startFiles, system.operations());

    int states = 0;
    forEachCrashState(
        start, startFiles, system.operations(), [&](const CrashState &state) {
          if (HasFailure())
            return;
          SCOPED_TRACE(testing::Message() << "after " << state.done << " of "
                                          << system.operations().size()
                                          << " operations: " << state.what);
          check(state, whole);
          ++states;
        });
    return states;
  }

  /// Which checkpoint is promised after each number of operations: the newest
  /// of those that were there when the folder was last looked through, which
  /// the program does as soon as it takes one for saved. And what is in each.
  void notePromises(const Disk &start,
                    const std::vector<std::string> &startFiles,
                    const std::vector<Operation> &operations) {
    std::map<std::string, int> names;
    std::map<int, std::string> contents;
    for (std::size_t i = 0; i < startFiles.size(); ++i) {
      names[startFiles[i]] = int(i);
      contents[int(i)] = start.files.at(startFiles[i]);
      if (isCheckpoint(startFiles[i]))
        complete[startFiles[i]].insert(contents[int(i)]);
    }
    std::string promised = startPromise;
    promises = {promised};
    for (const Operation &operation : operations) {
      if (operation.kind == Operation::Create)
        names[operation.path] = operation.file;
      if (operation.kind == Operation::Write)
        contents[operation.file] += operation.bytes;
      if (operation.kind == Operation::Remove)
        names.erase(operation.path);
      if (operation.kind == Operation::Rename) {
        names[operation.to] = names.at(operation.path);
        names.erase(operation.path);
        if (isCheckpoint(operation.to))
          complete[operation.to].insert(contents[names[operation.to]]);
      }
      if (operation.kind == Operation::List)
        for (const auto &[name, file] : names)
          if (isCheckpoint(name) && !start.files.contains(name))
            promised = std::max(promised, name);
      promises.push_back(promised);
    }
    EXPECT_FALSE(promised.empty());
  }

  void check(const CrashState &state, const Files &whole) {
    restore(state.disk, work);
    const std::string &promised = promises.at(state.done);
    {
      const Silence silence;
      const auto newest = CheckpointFolder(work + "/" + checkpoints).newest();
      if (!newest) {
        ASSERT_EQ(promised, "") << "nothing is left";
      } else {
        const std::string name =
            std::filesystem::relative(newest->path(), work).string();
        ASSERT_GE(name, promised);
        ASSERT_TRUE(complete[name].contains(readFile(newest->path()))) << name;
      }
    }
    ASSERT_EQ(train({"--resume"}), 0);
    ASSERT_EQ(outputs(), whole);
  }

  TemporaryFolder folder{memoryFolder()};
  std::string work = folder / "work";
  bool recording = false;
  std::string startPromise; ///< The newest intact one at the start.
  std::vector<std::string> promises;
  std::map<std::string, std::set<std::string>> complete;
};

TEST_F(CrashTest, TheNewestCheckpointAlwaysLoadsAndTheRunGoesOnBitForBit) {
  startEmpty();
  ASSERT_EQ(train({}), 0);
  const Files whole = outputs();
  EXPECT_EQ(whole.size(), 5u); // Metrics, and two weights with their records.
  startEmpty();
  int states = crashEverywhere({"--checkpoint-every", "1"}, whole);
  RecordProperty("states_of_a_run", states);

  // A resumed run: it cuts off metrics, and sets a damaged checkpoint aside.
  startEmpty();
  ASSERT_EQ(train({"--checkpoint-every", "1", "--max-steps", "8"}), 0);
  const std::string newest =
      work + "/" + checkpoints + "/step-0000000000000000008.safetensors";
  ASSERT_TRUE(std::filesystem::exists(newest));
  std::filesystem::resize_file(newest, 700);
  startPromise = checkpoints + "/step-0000000000000000007.safetensors";
  ASSERT_TRUE(std::filesystem::exists(work + "/" + startPromise));
  const int resumed =
      crashEverywhere({"--checkpoint-every", "1", "--resume"}, whole);
  RecordProperty("states_of_a_resumed_run", resumed);
  std::printf("%d crash states of a run, %d of a resumed one\n", states,
              resumed);
  EXPECT_GE(states + resumed, 2000);
}

} // namespace
} // namespace mlc::test
