//===- StrangeCheckpointTest.cpp - Sealed, and still of no use ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Support/ExpectError.h"
#include "Support/HandmadeProgram.h"
#include "Support/TestData.h"
#include "System/OperatingSystem.h"
#include "Train/BestWeights.h"
#include "Train/Checkpoint.h"
#include "Train/CheckpointFolder.h"

#include <cerrno>
#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

/// Files with right hashes that no run has written so.
class StrangeCheckpointTest : public testing::Test {
protected:
  void expectRefused(const std::string &what) {
    CheckpointFolder(path).save(1, contents);
    const auto file = CheckpointFolder(path).newest();
    ASSERT_TRUE(file);
    const std::string error =
        errorOf([&] { loadCheckpoint(*file, program, {}, model); });
    EXPECT_NE(error.find(what), std::string::npos) << error;
    EXPECT_TRUE(error.starts_with(file->path() + ": ")) << error;
  }

  TemporaryFolder folder;
  std::string path = folder / "checkpoints";
  MlcProgram program = sparseProgram();
  Model model{program};
  SafetensorsContents contents = checkpointContents(program, model, {}, {});
};

TEST_F(StrangeCheckpointTest, EntriesThatAreMissingOrNoNumbers) {
  contents.metadata.erase("step");
  expectRefused("it has no entry \"step\"");
  for (const char *text : {"", "x", "1x", " 1", "99999999999999999999"}) {
    contents.metadata["step"] = text;
    expectRefused("its \"step\" is no number");
  }
}

TEST_F(StrangeCheckpointTest, TensorsOfAnotherShape) {
  const auto bias = std::ranges::find(contents.tensors, "parameter/layer.bias",
                                      &TensorView::name);
  ASSERT_NE(bias, contents.tensors.end());
  bias->shape = {1, 1};
  expectRefused("'parameter/layer.bias' has another shape than its parameter");
}

TEST_F(StrangeCheckpointTest, OtherNamesAreNoCheckpoints) {
  const CheckpointFolder checkpoints(path);
  const std::string digits(19, '0');
  for (const std::string &name :
       {"stop-" + digits + ".safetensors", "step-" + digits + ".safetensorz"})
    std::ofstream(path + "/" + name) << "a person's";
  EXPECT_FALSE(checkpoints.newest());
}

TEST_F(StrangeCheckpointTest, DamagedOnesThatCannotBeSetAside) {
  struct System : OperatingSystem {
    int rename(const char *from, const char *to) override {
      if (!std::string(to).ends_with(".damaged"))
        return OperatingSystem::rename(from, to);
      errno = EROFS;
      return -1;
    }
  } system;
  const CheckpointFolder checkpoints(path);
  for (int step : {1, 2})
    checkpoints.save(step, contents);
  for (const auto &entry : std::filesystem::directory_iterator(path))
    if (entry.path().string().find("2.") != std::string::npos)
      std::filesystem::resize_file(entry.path(), 30);
  setOperatingSystem(&system);
  testing::internal::CaptureStderr();
  const std::string error = errorOf([&] { checkpoints.newest(); });
  testing::internal::GetCapturedStderr();
  setOperatingSystem(nullptr);
  EXPECT_NE(error.find("2.safetensors: cannot be renamed: Read-only file"),
            std::string::npos)
      << error;
}

TEST_F(StrangeCheckpointTest, BestWeightsOfAnotherModel) {
  const std::string best = folder / "best";
  BestWeights weights(program, {}, best, 0, {});
  // 0: there are none yet.
  EXPECT_NO_THROW(weights.continueFrom({}, 3));
  std::map<std::string, std::string> metadata = {{"format", "mlc.weights"},
                                                 {"version", "1"}};
  for (const char *hash : {"", "0123"}) {
    if (*hash)
      metadata["model_hash"] = hash;
    writeSafetensors(best, {.tensors = {}, .metadata = metadata});
    EXPECT_NE(errorOf([&] { weights.continueFrom({2, 0.5}, 3); })
                  .find("best: expected the best weights of the run that is "
                        "resumed, of its epoch 2, but they are another "
                        "model's"),
              std::string::npos);
  }
  // Where none are kept, only the patience goes on.
  BestWeights patient(program, {}, "", 2, {});
  patient.continueFrom({2, 0.5}, 4);
  EXPECT_TRUE(patient.wantsEnd());
}

} // namespace
} // namespace mlc::runtime
