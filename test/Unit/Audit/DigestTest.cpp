//===- DigestTest.cpp - Hashes, and the energy of a machine ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/BackgroundDigests.h"
#include "Audit/Base64.h"
#include "Audit/Energy.h"
#include "Support/ExpectError.h"
#include "Support/TestData.h"

namespace mlc::test {
namespace {

using namespace runtime;

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

TEST(DigestTest, IsSha256) {
  // FIPS 180-2, appendix B.
  EXPECT_EQ(sha256Of(bytesOf("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256Of({}),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(DigestTest, FilesBesideOtherWorkAreWhatTheyAreAlone) {
  const TemporaryFolder folder;
  std::vector<std::string> paths;
  for (const std::size_t bytes : {0, 1, 16383, 16384, 16385, 1000000}) {
    paths.push_back(folder / std::to_string(bytes));
    std::string text(bytes, 'x');
    for (std::size_t i = 0; i < bytes; ++i)
      text[i] = char(i * i >> 3);
    writeFile(paths.back(), text);
  }
  for (int wait : {0, 20}) { // Asked for at once, and when all is done.
    BackgroundDigests digests(paths);
    std::this_thread::sleep_for(std::chrono::milliseconds(wait));
    const auto found = digests.finish();
    ASSERT_EQ(found.size(), paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i)
      EXPECT_EQ(found[i], sha256OfFile(paths[i])) << paths[i];
    EXPECT_EQ(digests.finish(), found);
  }
  {
    const BackgroundDigests unused(paths);
  }
  EXPECT_NE(errorOf([&] { BackgroundDigests({folder / "none"}); }).find("none"),
            std::string::npos);
}

TEST(DigestTest, Base64IsOfOneForm) {
  for (const char *text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
    EXPECT_EQ(fromBase64(toBase64(bytesOf(text))), text);
  EXPECT_EQ(toBase64(bytesOf("fooba")), "Zm9vYmE=");
  // Without padding, with bits that say nothing, of another alphabet, spaces.
  for (const char *bad :
       {"Zm9vYmE", "Zm9vYmF=", "Zm9vYmE=\n", "Zm9-YmE=", "Z",
        " Zm9vYmE=", "Zm9vYmE==", "Zm\xb9vYmE=", "\xdam9vYmE="})
    EXPECT_FALSE(fromBase64(bad)) << bad;
}

class EnergyTest : public testing::Test {
protected:
  void set(const std::string &counter, const std::string &energy,
           const std::string &range = "1000000") {
    std::filesystem::create_directory(folder / counter);
    writeFile(folder / counter + "/energy_uj", energy + "\n");
    writeFile(folder / counter + "/max_energy_range_uj", range + "\n");
  }

  TemporaryFolder folder;
};

TEST_F(EnergyTest, AddsPackagesAndNotTheirParts) {
  set("intel-rapl:0", "100000");
  set("intel-rapl:1", "5");
  set("intel-rapl:0:0", "7");
  set("other", "7");
  EnergyMeter meter(folder / "");
  EXPECT_EQ(meter.joules(), 0);
  set("intel-rapl:0", "600000");
  set("intel-rapl:1", "250005");
  set("intel-rapl:0:0", "999999");
  meter.update();
  EXPECT_DOUBLE_EQ(meter.joules().value(), 0.75);
  // A counter begins anew.
  set("intel-rapl:0", "100000");
  meter.update();
  EXPECT_DOUBLE_EQ(meter.joules().value(), 1.25);
  std::filesystem::remove_all(folder / "intel-rapl:1");
  meter.update();
  EXPECT_FALSE(meter.joules());
}

TEST_F(EnergyTest, IsNotKnownWithoutCounters) {
  EXPECT_FALSE(EnergyMeter(folder / "none").joules());
  set("intel-rapl:0", "no number");
  EXPECT_FALSE(EnergyMeter(folder / "").joules());
}

} // namespace
} // namespace mlc::test
