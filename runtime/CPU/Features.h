//===- Features.h - What this CPU can run -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_CPU_FEATURES_H
#define MLC_RUNTIME_CPU_FEATURES_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Where CPUID tells of a feature: a bit of the register `place` (0 to 3: EAX,
/// EBX, ECX, EDX), and what of XCR0 the operating system must save for it.
struct CpuBit {
  std::uint32_t leaf, subleaf, place, bit;
  std::uint64_t state;
};

/// Of a feature by LLVM's name; nothing where it is not known.
std::optional<CpuBit> cpuBitOf(std::string_view name);

/// Whether this CPU and its operating system run the instructions that LLVM
/// calls `name` ("avx2"). Nothing for names of no instructions that compiled
/// code contains: tuning hints, system instructions, the x86-64 baseline.
std::optional<bool> cpuHas(std::string_view name);

/// Of a comma-separated list ("avx2,fma" or "+avx2,+fma"), the names that this
/// CPU lacks, in the order given. Names that cpuHas does not know do not count.
std::vector<std::string> missingFeatures(std::string_view list);

/// The highest x86-64 level that this CPU has: "x86-64-v4", "x86-64-v3", or ""
/// for less.
std::string cpuLevel();

/// What the CPU calls itself, e.g. "Intel(R) Xeon(R) Processor"; empty where it
/// does not say.
std::string cpuName();

} // namespace mlc::runtime

#endif // MLC_RUNTIME_CPU_FEATURES_H
