//===- WeightsTest.cpp - Weights files ------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Weights.h"

#include "Data/PackedFile.h"
#include "Data/Seal.h"
#include "Error.h"
#include "Support/HandmadeProgram.h"
#include "Support/PeakMemory.h"
#include "Support/TestData.h"

#include <fstream>
#include <gtest/gtest.h>
#include <limits>

namespace mlc::runtime {
namespace {

using namespace mlc::test;

class WeightsTest : public testing::Test {
protected:
  WeightsTest() {
    contents.tensors = {tensor("layer.weight", ElementType::F32, {4, 3}),
                        tensor("layer.bias", ElementType::F32, {3})};
    contents.metadata = {{"format", "mlc.weights"}, {"version", "1"}};
  }

  TensorView tensor(const std::string &name, ElementType type,
                    std::vector<std::int64_t> shape) const {
    std::size_t bytes = sizeOf(type);
    for (std::int64_t size : shape)
      bytes *= size;
    return {name, type, std::move(shape),
            std::as_bytes(std::span(elements)).first(bytes)};
  }

  /// The error of loading `contents`, without the path in front.
  std::string errorOfContents() {
    writeSafetensors(path, contents);
    try {
      loadWeights(SafetensorsFile(path), program, model);
    } catch (const InputError &error) {
      const std::string message = error.what();
      EXPECT_TRUE(message.starts_with(path + ": ")) << message;
      return message.substr(std::min(message.size(), path.size() + 2));
    }
    return "no error";
  }

  TemporaryFolder folder;
  std::string path = folder / "weights.safetensors";
  MlcProgram program = classProgram();
  Model model{program};
  std::vector<float> elements = std::vector<float>(64, 0.5f);
  SafetensorsContents contents;
};

TEST_F(WeightsTest, ComeBackAsTheyWere) {
  model.initialize(3);
  saveWeights(path, program, model, {{"seed", "3"}});
  Model other(program);
  const SafetensorsFile file(path);
  loadWeights(file, program, other);
  for (std::int64_t i = 0; i < program.parameter_count; ++i)
    EXPECT_TRUE(std::ranges::equal(model.parameter(i), other.parameter(i)));
  EXPECT_TRUE(isSealed(file));
  std::map<std::string, std::string> metadata = file.metadata();
  std::erase_if(metadata, [](const auto &entry) {
    return entry.first.starts_with("xxh3");
  });
  EXPECT_EQ(metadata, (std::map<std::string, std::string>{
                          {"format", "mlc.weights"},
                          {"version", "1"},
                          {"program", "classes"},
                          {"compiler", "hand 1.0"},
                          {"model_hash", "fffffffffffffffe"},
                          {"seed", "3"}}));
}

TEST_F(WeightsTest, AreWithoutZerosWhereTheNameEndsInXz) {
  for (bool hasZeros : {false, true}) {
    std::ranges::fill(model.parameter(0), 0.5f);
    if (hasZeros)
      std::ranges::fill(model.parameter(0).subspan(1), 0.0f);
    model.parameter(0).back() = -2;
    std::ranges::fill(model.parameter(1), 0.0f); // of one dimension
    const std::string packed = folder / "weights.xz";
    saveWeights(packed, program, model, {{"seed", "3"}});
    Model other(program);
    const SafetensorsFile file(packed);
    loadWeights(file, program, other);
    for (std::int64_t i = 0; i < program.parameter_count; ++i)
      EXPECT_TRUE(std::ranges::equal(model.parameter(i), other.parameter(i)));
    EXPECT_EQ(file.metadata().at("seed"), "3");
    const std::string bytes = readFile(packed);
    EXPECT_TRUE(isPacked(std::as_bytes(std::span(bytes))));
  }
}

TEST_F(WeightsTest, EveryFlippedBitShows) {
  model.initialize(3);
  saveWeights(path, program, model, {{"seed", "3"}});
  const std::string good = readFile(path);
  Model other(program);
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = char(bad[at] ^ 1 << bit);
      std::ofstream(path, std::ios::binary | std::ios::in)
          .write(bad.data(), bad.size());
      EXPECT_THROW(loadWeights(SafetensorsFile(path), program, other),
                   DamagedFile)
          << "byte " << at << ", bit " << bit;
    }
}

TEST_F(WeightsTest, OtherNames) {
  model.initialize(3);
  const std::vector<float> bias(model.parameter(1).begin(),
                                model.parameter(1).end());
  contents.tensors[0].name = "encoder.0";
  contents.tensors[1].name = "head";
  writeSafetensors(path, contents);
  const SafetensorsFile file(path);
  const auto errorOf = [&](const WeightNames &names) {
    return inputError([&] { loadWeights(file, program, model, names); });
  };
  UnmetWeights unmet =
      loadWeights(file, program, model,
                  {{{"layer.weight", "encoder.0"}, {"layer.bias", "head"}}});
  EXPECT_TRUE(unmet.parameters.empty() && unmet.tensors.empty());
  EXPECT_EQ(model.parameter(0)[0], 0.5f);
  EXPECT_EQ(model.parameter(1)[0], 0.5f);

  model.initialize(3);
  unmet = loadWeights(file, program, model,
                      {{{"layer.weight", "encoder.0"}}, /*mayMiss=*/true});
  EXPECT_EQ(unmet.parameters, std::vector<std::string>{"layer.bias"});
  EXPECT_EQ(unmet.tensors, std::vector<std::string>{"head"});
  EXPECT_EQ(model.parameter(0)[0], 0.5f);
  EXPECT_TRUE(std::ranges::equal(model.parameter(1), bias));
  // A tensor that nobody takes is not passed over by a map alone.
  EXPECT_NE(errorOf({{{"layer.weight", "encoder.0"}, {"layer.bias", ""}}})
                .find("tensor \"head\" is no parameter"),
            std::string::npos);
  // What is named has to be there, whatever else may be missing.
  EXPECT_NE(errorOf({{{"layer.weight", "decoder"}}, /*mayMiss=*/true})
                .find("decoder"),
            std::string::npos);
  EXPECT_EQ(errorOf({{{"layer", "head"}}}),
            path + ": \"layer\" is no parameter of program 'classes'; it has "
                   "layer.weight, layer.bias");
  // Another shape is no missing tensor.
  EXPECT_NE(errorOf({{{"layer.weight", "head"}}, /*mayMiss=*/true})
                .find("expected shape [4, 3], but the file has [3]"),
            std::string::npos);
}

TEST_F(WeightsTest, AcceptsWhatFits) {
  EXPECT_EQ(errorOfContents(), "no error");
}

TEST_F(WeightsTest, NamesTheTensorOfAnotherShape) {
  contents.tensors[0] = tensor("layer.weight", ElementType::F32, {3, 4});
  EXPECT_EQ(errorOfContents(),
            "tensor 'layer.weight': expected shape [4, 3], but the file has "
            "[3, 4]; PyTorch keeps weights as [out, in], so transpose it");
  contents.tensors[0] = tensor("layer.weight", ElementType::F32, {4, 3});
  contents.tensors[1] = tensor("layer.bias", ElementType::F32, {3, 1});
  EXPECT_EQ(errorOfContents(),
            "tensor 'layer.bias': expected shape [3], but the file has [3, "
            "1]; were these weights trained by another model?");
}

/// The shape of a square matrix does not tell whether it is the right way
/// round.
TEST_F(WeightsTest, WarnsOfASquareMatrixOfAnotherHand) {
  const MlcParameter square[] = {parameter("a.weight", {3, 3}, MLC_INIT_ZEROS),
                                 parameter("layer.bias", {3}, MLC_INIT_ZEROS),
                                 parameter("b.weight", {1, 1}, MLC_INIT_ZEROS)};
  program.parameters = square;
  program.parameter_count = 3;
  contents.tensors = {tensor("a.weight", ElementType::F32, {3, 3}),
                      tensor("layer.bias", ElementType::F32, {3}),
                      tensor("b.weight", ElementType::F32, {1, 1})};
  const auto said = [&] {
    writeSafetensors(path, contents);
    testing::internal::CaptureStderr();
    checkWeights(SafetensorsFile(path), program);
    return testing::internal::GetCapturedStderr();
  };
  const std::string warning = said();
  EXPECT_TRUE(warning.starts_with("warning: " + path + ": ")) << warning;
  EXPECT_NE(warning.find("whether a.weight, which is square, is [in, out]"),
            std::string::npos)
      << warning;
  contents.metadata["layout"] = "in_out";
  EXPECT_EQ(said(), "");
  contents.metadata["layout"] = "out_in";
  writeSafetensors(path, contents);
  EXPECT_THROW(checkWeights(SafetensorsFile(path), program), InputError);
  // What mlc wrote is as it is.
  contents.metadata.erase("layout");
  contents.sealed = true;
  EXPECT_EQ(said(), "");
}

TEST_F(WeightsTest, NamesTheTensorThatIsMissing) {
  contents.tensors.pop_back();
  EXPECT_NE(errorOfContents().find("layer.bias"), std::string::npos);
}

TEST_F(WeightsTest, NamesTheTensorOfAnotherType) {
  contents.tensors[1] = tensor("layer.bias", ElementType::I32, {3});
  EXPECT_NE(errorOfContents().find("layer.bias"), std::string::npos);
}

TEST_F(WeightsTest, NamesTheTensorTooMany) {
  contents.tensors.push_back(tensor("layer2.bias", ElementType::F32, {3}));
  EXPECT_EQ(errorOfContents(),
            "tensor \"layer2.bias\" is no parameter of program 'classes'; were "
            "these weights trained by another model?");
}

TEST_F(WeightsTest, NamesTheElementThatIsNotFinite) {
  elements[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(errorOfContents(),
            "tensor 'layer.weight': element 5 is nan; take the weights of a "
            "training that ended well");
}

TEST_F(WeightsTest, RefusesAnotherFormat) {
  contents.metadata["format"] = "mlc.dataset";
  EXPECT_NE(errorOfContents().find("mlc.weights"), std::string::npos);
  contents.metadata.clear();
  EXPECT_NE(errorOfContents(), "no error");
}

TEST_F(WeightsTest, AreNotSavedUnlessFinite) {
  model.parameter(1)[2] = -std::numeric_limits<float>::infinity();
  EXPECT_THROW(saveWeights(path, program, model, {}), InputError);
  EXPECT_FALSE(std::filesystem::exists(path));
}

/// Seals that no program writes, with hashes that are right.
TEST_F(WeightsTest, SealsThatLackSomething) {
  SafetensorsContents sealed = contents;
  addSeal(sealed);
  sealed.metadata.erase("xxh3/layer.bias");
  writeSafetensors(path, sealed);
  std::string bytes = readFile(path);
  const std::size_t size = SafetensorsFile(path).beforeData().size();
  closeSeal(std::span(bytes).first(size));
  std::ofstream(path, std::ios::binary) << bytes;
  const auto error = [&] {
    try {
      expectSeal(SafetensorsFile(path));
    } catch (const DamagedFile &damaged) {
      return std::string(damaged.what());
    }
    return std::string("no error");
  };
  EXPECT_NE(error().find("tensor \"layer.bias\" has no hash"),
            std::string::npos);
  // Not even room for the digits.
  std::ofstream(path, std::ios::binary)
      << withLength(R"({"__metadata__":{"xxh3":"1"}})");
  EXPECT_NE(error().find("its header has no hash"), std::string::npos);
}

TEST_F(WeightsTest, AVectorizersTensorIsNoParameter) {
  contents.tensors.push_back(tensor("vocabulary", ElementType::U8, {3}));
  writeSafetensors(path, contents);
  const SafetensorsFile file(path);
  EXPECT_EQ(vectorizerTensors(file, program).size(), 1u);
  std::vector<MlcParameter> parameters(
      program.parameters, program.parameters + program.parameter_count);
  parameters[1].name = "vocabulary";
  program.parameters = parameters.data();
  try {
    vectorizerTensors(file, program);
    ADD_FAILURE() << "expected an error";
  } catch (const InputError &error) {
    EXPECT_NE(std::string(error.what()).find("rename the parameter"),
              std::string::npos);
  }
}

} // namespace
} // namespace mlc::runtime
