//===- Target.cpp - The CPU that code is made for -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Target.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace llvm;
using mlc::VectorUnit;

/// This machine's own triple, or that of `--target-triple`.
static Expected<Triple> findTriple(StringRef name) {
  Triple host(sys::getDefaultTargetTriple());
  if (name.empty()) {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    return host;
  }
  InitializeAllTargetInfos();
  InitializeAllTargets();
  InitializeAllTargetMCs();
  InitializeAllAsmPrinters();
  Triple triple(Triple::normalize(name));
  if (!triple.isX86_64() && triple.getArch() != Triple::aarch64)
    return createStringError("--target-triple: expected one of x86_64 or "
                             "aarch64, such as aarch64-linux-gnu, but got '" +
                             name + "'");
  return triple;
}

/// The registers that the vectors of generated code are made for.
static mlc::VectorUnit vectorUnitOf(const MCSubtargetInfo &subtarget) {
  // Wherever there is AArch64 there is NEON, but for a few kernels.
  if (subtarget.getTargetTriple().isAArch64())
    return VectorUnit::neon();
  VectorUnit unit = VectorUnit::sse2();
  if (subtarget.checkFeatures("+avx512f"))
    unit = VectorUnit::avx512();
  else if (subtarget.checkFeatures("+avx2"))
    unit = VectorUnit::avx2();
  unit.hasFma = subtarget.checkFeatures("+fma");
  unit.hasByteProducts = subtarget.checkFeatures("+avx512vnni,+avx512bw");
  return unit;
}

Expected<mlc::Target> mlc::makeTarget(StringRef cpu, StringRef tripleName) {
  Expected<Triple> found = findTriple(tripleName);
  if (!found)
    return found.takeError();
  const Triple triple = *found;
  const bool isHost = triple == Triple(sys::getDefaultTargetTriple());
  std::string message;
  const llvm::Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return createStringError(message);

  SubtargetFeatures wanted;
  std::string name = cpu.str();
  if (cpu == "native" && !isHost) {
    name = triple.isAArch64() ? "generic" : "x86-64";
  } else if (cpu == "native") {
    name = sys::getHostCPUName().str();
    for (const auto &feature : sys::getHostCPUFeatures())
      wanted.AddFeature(feature.first(), feature.second);
  }
  std::unique_ptr<MCSubtargetInfo> known(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!known->isCPUStringValid(name))
    return createStringError("unknown CPU '" + name + "'; expected native, " +
                             (triple.isAArch64()
                                  ? "generic, neoverse-n1"
                                  : "x86-64-v2, x86-64-v3, x86-64-v4") +
                             " or a CPU that llc -mcpu=help lists");

  mlc::Target result;
  TargetOptions options;
  // An inner loop of a product takes as long as its instructions are fetched:
  // their place in cache lines must not depend on what stands before.
  options.LoopAlignment = 64;
  options.FunctionSections = true;
  result.machine.reset(target->createTargetMachine(
      triple, name, wanted.getString(), options, Reloc::PIC_, std::nullopt,
      CodeGenOptLevel::Aggressive));
  if (!result.machine)
    return createStringError("no code can be made for " + triple.str());
  result.description = triple.str() + " " + name;

  const MCSubtargetInfo *subtarget = result.machine->getMCSubtargetInfo();
  for (const SubtargetFeatureKV &feature :
       subtarget->getEnabledProcessorFeatures())
    result.features +=
        (result.features.empty() ? "" : ",") + std::string(feature.Key);
  result.vectors = vectorUnitOf(*subtarget);
  result.isHost = isHost;
  return result;
}
