//===- Features.cpp - What this CPU can run -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/Features.h"

#include <array>
#include <cpuid.h>
#include <cstdint>

namespace mlc::runtime {

namespace {

enum Register { EAX, EBX, ECX, EDX };

/// Registers that the operating system must save: bits of XCR0.
enum SavedState : std::uint32_t {
  None = 0,
  Ymm = 0x6,
  Zmm = 0xe6,
  Tiles = 0x60000,
  Extended = 0x80000,
};

struct Feature {
  std::string_view name; ///< LLVM's.
  std::uint32_t leaf, subleaf;
  Register where;
  unsigned bit;
  SavedState state;
};

constexpr std::uint32_t extendedLeaf = 0x80000001;

/// Source: Intel 64 and IA-32 Architectures Software Developer's Manual,
/// volume 2, CPUID; AMD64 Architecture Programmer's Manual, volume 3, E.
constexpr Feature features[] = {
    {"sse3", 1, 0, ECX, 0, None},
    {"pclmul", 1, 0, ECX, 1, None},
    {"ssse3", 1, 0, ECX, 9, None},
    {"fma", 1, 0, ECX, 12, Ymm},
    {"cx16", 1, 0, ECX, 13, None},
    {"sse4.1", 1, 0, ECX, 19, None},
    {"sse4.2", 1, 0, ECX, 20, None},
    {"crc32", 1, 0, ECX, 20, None},
    {"movbe", 1, 0, ECX, 22, None},
    {"popcnt", 1, 0, ECX, 23, None},
    {"aes", 1, 0, ECX, 25, None},
    {"avx", 1, 0, ECX, 28, Ymm},
    {"f16c", 1, 0, ECX, 29, Ymm},
    {"bmi", 7, 0, EBX, 3, None},
    {"avx2", 7, 0, EBX, 5, Ymm},
    {"bmi2", 7, 0, EBX, 8, None},
    {"avx512f", 7, 0, EBX, 16, Zmm},
    {"avx512dq", 7, 0, EBX, 17, Zmm},
    {"adx", 7, 0, EBX, 19, None},
    {"avx512ifma", 7, 0, EBX, 21, Zmm},
    {"avx512cd", 7, 0, EBX, 28, Zmm},
    {"sha", 7, 0, EBX, 29, None},
    {"avx512bw", 7, 0, EBX, 30, Zmm},
    {"avx512vl", 7, 0, EBX, 31, Zmm},
    {"avx512vbmi", 7, 0, ECX, 1, Zmm},
    {"avx512vbmi2", 7, 0, ECX, 6, Zmm},
    {"gfni", 7, 0, ECX, 8, None},
    {"vaes", 7, 0, ECX, 9, Ymm},
    {"vpclmulqdq", 7, 0, ECX, 10, Ymm},
    {"avx512vnni", 7, 0, ECX, 11, Zmm},
    {"avx512bitalg", 7, 0, ECX, 12, Zmm},
    {"avx512vpopcntdq", 7, 0, ECX, 14, Zmm},
    {"movdiri", 7, 0, ECX, 27, None},
    {"avx512vp2intersect", 7, 0, EDX, 8, Zmm},
    {"amx-bf16", 7, 0, EDX, 22, Tiles},
    {"avx512fp16", 7, 0, EDX, 23, Zmm},
    {"amx-tile", 7, 0, EDX, 24, Tiles},
    {"amx-int8", 7, 0, EDX, 25, Tiles},
    {"avxvnni", 7, 1, EAX, 4, Ymm},
    {"avx512bf16", 7, 1, EAX, 5, Zmm},
    {"cmpccxadd", 7, 1, EAX, 7, None},
    {"amx-fp16", 7, 1, EAX, 21, Tiles},
    {"avxifma", 7, 1, EAX, 23, Ymm},
    {"avxvnniint8", 7, 1, EDX, 4, Ymm},
    {"avxneconvert", 7, 1, EDX, 5, Ymm},
    {"avxvnniint16", 7, 1, EDX, 10, Ymm},
    {"avx10.1", 7, 1, EDX, 19, Zmm},
    {"egpr", 7, 1, EDX, 21, Extended},
    {"sahf", extendedLeaf, 0, ECX, 0, None},
    {"lzcnt", extendedLeaf, 0, ECX, 5, None},
    {"sse4a", extendedLeaf, 0, ECX, 6, None},
    {"prfchw", extendedLeaf, 0, ECX, 8, None},
    {"xop", extendedLeaf, 0, ECX, 11, Ymm},
    {"fma4", extendedLeaf, 0, ECX, 16, Ymm},
    {"tbm", extendedLeaf, 0, ECX, 21, None},
};

constexpr std::string_view level3 =
    "sse3,ssse3,sse4.1,sse4.2,popcnt,cx16,sahf,avx,avx2,bmi,bmi2,f16c,fma,"
    "lzcnt,movbe";
constexpr std::string_view level4 =
    "avx512f,avx512bw,avx512cd,avx512dq,avx512vl";

std::array<std::uint32_t, 4> cpuid(std::uint32_t leaf, std::uint32_t subleaf) {
  std::array<std::uint32_t, 4> words{};
  // Zeros where the CPU has no such leaf.
  __get_cpuid_count(leaf, subleaf, &words[EAX], &words[EBX], &words[ECX],
                    &words[EDX]);
  return words;
}

/// XCR0: which registers the operating system saves; 0 before XSAVE.
std::uint32_t savedState() {
  constexpr unsigned osxsaveBit = 27;
  if (!(cpuid(1, 0)[ECX] >> osxsaveBit & 1))
    return 0;
  std::uint32_t low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

} // namespace

std::optional<CpuBit> cpuBitOf(std::string_view name) {
  for (const Feature &feature : features)
    if (feature.name == name)
      return CpuBit{feature.leaf, feature.subleaf,
                    static_cast<std::uint32_t>(feature.where), feature.bit,
                    feature.state};
  return std::nullopt;
}

std::optional<bool> cpuHas(std::string_view name) {
  for (const Feature &feature : features)
    if (feature.name == name)
      return (cpuid(feature.leaf, feature.subleaf)[feature.where] >>
                  feature.bit &
              1) &&
             (savedState() & feature.state) == feature.state;
  return std::nullopt;
}

std::vector<std::string> missingFeatures(std::string_view list) {
  std::vector<std::string> missing;
  while (!list.empty()) {
    std::string_view name = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), name.size() + 1));
    if (name.starts_with('+'))
      name.remove_prefix(1);
    if (!cpuHas(name).value_or(true))
      missing.emplace_back(name);
  }
  return missing;
}

std::string cpuLevel() {
  if (!missingFeatures(level3).empty())
    return "";
  return missingFeatures(level4).empty() ? "x86-64-v4" : "x86-64-v3";
}

std::string cpuName() {
  constexpr std::uint32_t first = 0x80000002, leaves = 3;
  std::string name;
  for (std::uint32_t leaf = first; leaf < first + leaves; ++leaf)
    for (std::uint32_t word : cpuid(leaf, 0))
      for (int byte = 0; byte < 4; ++byte)
        if (const char letter = char(word >> (8 * byte) & 0xff))
          name += letter;
  // Some fill it up with spaces, at either end.
  name.erase(0, name.find_first_not_of(' '));
  name.erase(name.find_last_not_of(' ') + 1);
  return name;
}

} // namespace mlc::runtime
