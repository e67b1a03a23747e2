//===- CheckpointTest.cpp - Files that hold a run -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Checkpoint.h"

#include "Data/Seal.h"
#include "Error.h"
#include "Support/ExpectError.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"
#include "Train/CheckpointFolder.h"

#include <cmath>
#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;
using Names = std::vector<std::string>;

void writeFile(const std::string &path, const std::string &bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string nameOf(int step) {
  const std::string number = std::to_string(step);
  std::string name = "step-";
  name.append(19 - number.size(), '0');
  return name.append(number).append(".safetensors");
}

class CheckpointTest : public testing::Test {
protected:
  CheckpointTest() {
    for (std::int64_t i = 0; i < 2; ++i) {
      float value = 0.1f;
      for (float &element : model.parameter(i))
        element = value *= -1.7f;
      for (float &element : model.state(i))
        element = value *= 0.3f;
    }
  }

  void save(int step) {
    Checkpoint checkpoint = written;
    checkpoint.point.step = step;
    CheckpointFolder(path).save(
        step, checkpointContents(program, model, origin, checkpoint));
  }

  Names names() {
    Names names;
    for (const auto &entry : std::filesystem::directory_iterator(path))
      names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  std::string newestName() {
    return std::filesystem::path(CheckpointFolder(path).newest()->path())
        .filename();
  }

  TemporaryFolder folder;
  std::string path = folder / "checkpoints";
  const MlcProgram program = sparseProgram();
  Model model{program};
  std::vector<OriginEntry> origin = {{"seed", "--seed", "7", "use the same"},
                                     {"init_hash", "first weights", "", "no"}};
  Checkpoint written{.point = {.epoch = 3,
                               .step = 60,
                               .position = 477,
                               .examples = 64,
                               .lossSum = 0.1 + 0.2,
                               .seconds = 1e-7,
                               .firstLoss = std::nextafter(0.7, 1)},
                     .best = {2, 1.0 / 3},
                     .metrics = {12345, ~std::uint64_t(0) - 5}};
};

TEST_F(CheckpointTest, ReadsBackEveryBit) {
  save(60);
  const auto file = CheckpointFolder(path).newest();
  ASSERT_TRUE(file);
  Model other(program);
  const Checkpoint read = loadCheckpoint(*file, program, origin, other);
  EXPECT_EQ(read.point.epoch, 3);
  EXPECT_EQ(read.point.step, 60);
  EXPECT_EQ(read.point.position, 477);
  EXPECT_EQ(read.point.examples, 64);
  EXPECT_EQ(read.point.lossSum, written.point.lossSum);
  EXPECT_EQ(read.point.seconds, written.point.seconds);
  EXPECT_EQ(read.point.firstLoss, written.point.firstLoss);
  EXPECT_EQ(read.best.epoch, 2);
  EXPECT_EQ(read.best.value, written.best.value);
  EXPECT_EQ(read.metrics.bytes, 12345);
  EXPECT_EQ(read.metrics.hash, written.metrics.hash);
  for (std::int64_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(std::ranges::equal(model.parameter(i), other.parameter(i)));
    EXPECT_TRUE(std::ranges::equal(model.state(i), other.state(i)));
  }
}

TEST_F(CheckpointTest, ReadsBackWhatOutliersAreJudgedBy) {
  for (int step = 0; step < 150; ++step) {
    written.point.losses.add(0.1f * float(step));
    written.point.gradientNorms.add(1 / (1.0f + float(step)));
  }
  written.point.skipped = 7;
  written.point.skippedOfEpoch = 2;
  save(60);
  const auto file = CheckpointFolder(path).newest();
  Model other(program);
  Checkpoint read = loadCheckpoint(*file, program, origin, other);
  EXPECT_EQ(read.point.skipped, 7);
  EXPECT_EQ(read.point.skippedOfEpoch, 2);
  for (auto member : {&TrainingPoint::losses, &TrainingPoint::gradientNorms}) {
    EXPECT_EQ((read.point.*member).count(), 150);
    EXPECT_EQ((read.point.*member).values(), (written.point.*member).values());
  }
  // The next value takes the place of the same one.
  EXPECT_EQ(read.point.losses.add(3), written.point.losses.add(3));
}

TEST_F(CheckpointTest, NamesTheDifference) {
  save(60);
  const auto file = CheckpointFolder(path).newest();
  origin[1].value = "0123";
  EXPECT_EQ(errorOf([&] { loadCheckpoint(*file, program, origin, model); }),
            path + "/" + nameOf(60) +
                ": was made with another first weights: none, but this run has "
                "0123; no");
  origin[0].value = "8";
  EXPECT_EQ(errorOf([&] { loadCheckpoint(*file, program, origin, model); }),
            path + "/" + nameOf(60) +
                ": was made with another --seed: 7, but this run has 8; use "
                "the same");
}

TEST_F(CheckpointTest, ShowsWhatIsNoLetterAsAnEscape) {
  origin[0].value = std::string("8\0\x1b[2J", 6);
  save(60);
  const auto file = CheckpointFolder(path).newest();
  origin[0].value = "7";
  EXPECT_EQ(errorOf([&] { loadCheckpoint(*file, program, origin, model); }),
            path + "/" + nameOf(60) +
                ": was made with another --seed: 8\\x00\\x1b[2J, but this run "
                "has 7; use the same");
}

TEST_F(CheckpointTest, EveryFlippedBitShows) {
  save(60);
  const std::string name = path + "/" + nameOf(60);
  const std::string good = readFile(name);
  std::int64_t tried = 0;
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int bit = 0; bit < 8; ++bit, ++tried) {
      std::string bad = good;
      bad[at] = char(bad[at] ^ 1 << bit);
      std::ofstream(name, std::ios::binary | std::ios::in)
          .write(bad.data(), bad.size());
      EXPECT_THROW(expectSeal(SafetensorsFile(name)), DamagedFile)
          << "byte " << at << ", bit " << bit;
    }
  EXPECT_EQ(tried, 8 * std::int64_t(good.size()));
  RecordProperty("flipped_bits", int(tried));
  writeFile(name, good);
  expectSeal(SafetensorsFile(name));
}

TEST_F(CheckpointTest, EveryShorterFileShows) {
  save(60);
  const std::string name = path + "/" + nameOf(60);
  const std::string good = readFile(name);
  for (std::size_t size = 0; size < good.size(); ++size) {
    std::filesystem::resize_file(name, size);
    EXPECT_THROW(expectSeal(SafetensorsFile(name)), DamagedFile) << size;
    writeFile(name, good);
  }
  writeFile(name, good + "x");
  EXPECT_THROW(expectSeal(SafetensorsFile(name)), DamagedFile);
}

TEST_F(CheckpointTest, WithoutASealItIsDamaged) {
  SafetensorsContents contents =
      checkpointContents(program, model, origin, written);
  contents.sealed = false;
  std::filesystem::create_directory(path);
  writeSafetensors(path + "/" + nameOf(60), contents);
  EXPECT_NE(errorOf([&] {
              CheckpointFolder(path).newest();
            }).find("none of its 1 checkpoints is intact"),
            std::string::npos);
}

TEST_F(CheckpointTest, KeepsTheTwoNewest) {
  EXPECT_FALSE(CheckpointFolder(path).newest());
  for (int step : {9, 10, 100})
    save(step);
  EXPECT_EQ(names(), (Names{nameOf(10), nameOf(100)}));
  EXPECT_EQ(newestName(), nameOf(100));
  save(100);
  EXPECT_EQ(names(), (Names{nameOf(10), nameOf(100)}));
}

TEST_F(CheckpointTest, FallsBackToTheOneBeforeAndSetsTheDamagedAside) {
  save(10);
  save(20);
  std::filesystem::resize_file(path + "/" + nameOf(20), 100);
  testing::internal::CaptureStderr();
  EXPECT_EQ(newestName(), nameOf(10));
  EXPECT_NE(testing::internal::GetCapturedStderr().find(nameOf(20)),
            std::string::npos);
  EXPECT_EQ(names(), (Names{nameOf(10), nameOf(20) + ".damaged"}));
  // It neither counts nor pushes out.
  save(15);
  save(17);
  EXPECT_EQ(names(), (Names{nameOf(15), nameOf(17), nameOf(20) + ".damaged"}));
}

TEST_F(CheckpointTest, WhereAllAreDamagedNothingIsChanged) {
  save(10);
  save(20);
  for (int step : {10, 20})
    std::filesystem::resize_file(path + "/" + nameOf(step), 100);
  testing::internal::CaptureStderr();
  EXPECT_EQ(errorOf([&] { CheckpointFolder(path).newest(); }),
            path + ": none of its 2 checkpoints is intact; start anew in "
                   "another folder");
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(names(), (Names{nameOf(10), nameOf(20)}));
}

TEST_F(CheckpointTest, RemovesWhatKilledRunsLeft) {
  save(10);
  writeFile(path + "/.mlc-123-0.tmp", "half");
  writeFile(path + "/notes.txt", "a person's");
  CheckpointFolder again(path);
  EXPECT_EQ(names(), (Names{"notes.txt", nameOf(10)}));
}

TEST_F(CheckpointTest, OneRunAtATime) {
  const CheckpointFolder first(path);
  EXPECT_EQ(errorOf([&] { CheckpointFolder second(path); }),
            path + ": another run keeps its checkpoints here; wait for its "
                   "end, or name another folder");
}

TEST_F(CheckpointTest, ANewRunPushesOutNone) {
  CheckpointFolder(path).expectNone();
  save(10);
  EXPECT_NE(errorOf([&] {
              CheckpointFolder(path).expectNone();
            }).find("has a checkpoint already; go on from it with --resume"),
            std::string::npos);
}

TEST_F(CheckpointTest, SaysWhyAFolderCannotBeUsed) {
  const std::string file = folder / "file";
  writeFile(file, "");
  for (const std::string &bad :
       {folder / "none/checkpoints", file, file + "/checkpoints"}) {
    const std::string error = errorOf([&] { CheckpointFolder unused(bad); });
    EXPECT_TRUE(error.starts_with(bad + ": cannot be ")) << error;
  }
  for (const char *slashes : {"/", "//"}) {
    const CheckpointFolder same(path + slashes);
    EXPECT_TRUE(std::filesystem::is_directory(path));
  }
}

} // namespace
} // namespace mlc::runtime
