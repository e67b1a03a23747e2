//===- FeaturesTest.cpp - What this CPU can run ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Features.h"

#include <gtest/gtest.h>

namespace mlc::runtime {
namespace {

/// Our table against the compiler's own, name by name.
#define EXPECT_SAME(llvmName, gccName)                                         \
  EXPECT_EQ(cpuHas(llvmName), __builtin_cpu_supports(gccName) != 0) << llvmName

TEST(FeaturesTest, AgreesWithTheCompiler) {
  EXPECT_SAME("sse3", "sse3");
  EXPECT_SAME("ssse3", "ssse3");
  EXPECT_SAME("sse4.1", "sse4.1");
  EXPECT_SAME("sse4.2", "sse4.2");
  EXPECT_SAME("popcnt", "popcnt");
  EXPECT_SAME("pclmul", "pclmul");
  EXPECT_SAME("aes", "aes");
  EXPECT_SAME("avx", "avx");
  EXPECT_SAME("avx2", "avx2");
  EXPECT_SAME("fma", "fma");
  EXPECT_SAME("f16c", "f16c");
  EXPECT_SAME("bmi", "bmi");
  EXPECT_SAME("bmi2", "bmi2");
  EXPECT_SAME("lzcnt", "lzcnt");
  EXPECT_SAME("movbe", "movbe");
#ifndef __clang__ // Which takes the names, but says no of any processor.
  EXPECT_SAME("cx16", "cmpxchg16b");
  EXPECT_SAME("sahf", "lahf_lm");
#endif
  EXPECT_SAME("adx", "adx");
  EXPECT_SAME("sha", "sha");
  EXPECT_SAME("gfni", "gfni");
  EXPECT_SAME("vaes", "vaes");
  EXPECT_SAME("vpclmulqdq", "vpclmulqdq");
  EXPECT_SAME("sse4a", "sse4a");
  EXPECT_SAME("xop", "xop");
  EXPECT_SAME("fma4", "fma4");
  EXPECT_SAME("tbm", "tbm");
  EXPECT_SAME("movdiri", "movdiri");
}

TEST(FeaturesTest, AgreesWithTheCompilerOnWideVectors) {
  EXPECT_SAME("avx512f", "avx512f");
  EXPECT_SAME("avx512bw", "avx512bw");
  EXPECT_SAME("avx512cd", "avx512cd");
  EXPECT_SAME("avx512dq", "avx512dq");
  EXPECT_SAME("avx512vl", "avx512vl");
  EXPECT_SAME("avx512ifma", "avx512ifma");
  EXPECT_SAME("avx512vbmi", "avx512vbmi");
  EXPECT_SAME("avx512vbmi2", "avx512vbmi2");
  EXPECT_SAME("avx512vnni", "avx512vnni");
  EXPECT_SAME("avx512bitalg", "avx512bitalg");
  EXPECT_SAME("avx512vpopcntdq", "avx512vpopcntdq");
  EXPECT_SAME("avx512vp2intersect", "avx512vp2intersect");
  EXPECT_SAME("avx512bf16", "avx512bf16");
  EXPECT_SAME("avx512fp16", "avx512fp16");
  EXPECT_SAME("avxvnni", "avxvnni");
  EXPECT_SAME("amx-tile", "amx-tile");
  EXPECT_SAME("amx-int8", "amx-int8");
  EXPECT_SAME("amx-bf16", "amx-bf16");
}

#undef EXPECT_SAME

TEST(FeaturesTest, LevelsAreTheCompilers) {
  const std::string level = __builtin_cpu_supports("x86-64-v4")   ? "x86-64-v4"
                            : __builtin_cpu_supports("x86-64-v3") ? "x86-64-v3"
                                                                  : "";
  EXPECT_EQ(cpuLevel(), level);
}

TEST(FeaturesTest, NamesWhatIsMissing) {
  // AMD dropped xop before it, or Intel, made AVX-512: no CPU has both.
  const auto missing = missingFeatures("sse2,+avx512f,sse3,+xop");
  EXPECT_FALSE(missing.empty());
  for (const std::string &name : missing)
    EXPECT_TRUE(name == "avx512f" || name == "xop") << name;
}

TEST(FeaturesTest, PassesOverWhatIsNoInstruction) {
  EXPECT_EQ(cpuHas("prefer-256-bit"), std::nullopt);
  EXPECT_EQ(cpuHas(""), std::nullopt);
  EXPECT_TRUE(missingFeatures("").empty());
  EXPECT_TRUE(missingFeatures(",,fsgsbase,64bit,-xop,").empty());
}

} // namespace
} // namespace mlc::runtime
