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

Expected<mlc::Target> mlc::makeTarget(StringRef cpu) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  Triple triple(sys::getDefaultTargetTriple());
  std::string message;
  const llvm::Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return createStringError(message);

  SubtargetFeatures wanted;
  std::string name = cpu.str();
  if (cpu == "native") {
    name = sys::getHostCPUName().str();
    for (const auto &feature : sys::getHostCPUFeatures())
      wanted.AddFeature(feature.first(), feature.second);
  }
  std::unique_ptr<MCSubtargetInfo> known(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!known->isCPUStringValid(name))
    return createStringError("unknown CPU '" + name +
                             "'; expected native, x86-64-v2, x86-64-v3, "
                             "x86-64-v4 or a CPU that llc -mcpu=help lists");

  mlc::Target result;
  TargetOptions options;
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
  if (subtarget->checkFeatures("+avx512f"))
    result.vectors.lanes = 16, result.vectors.registers = 32;
  else if (subtarget->checkFeatures("+avx2"))
    result.vectors.lanes = 8;
  result.vectors.hasFma = subtarget->checkFeatures("+fma");
  return result;
}
