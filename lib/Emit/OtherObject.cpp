//===- OtherObject.cpp - An object file made by another thread ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OtherObject.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mlc;

OtherObject::OtherObject(const Module &module, const TargetMachine &machine,
                         const CodeOptions &options)
    : options_(options), machine_(machine.getTarget().createTargetMachine(
                             machine.getTargetTriple(), machine.getTargetCPU(),
                             machine.getTargetFeatureString(), machine.Options,
                             machine.getRelocationModel(),
                             machine.getCodeModel(), machine.getOptLevel())) {
  raw_svector_ostream stream(bitcode_);
  WriteBitcodeToFile(module, stream);
  thread_ = std::thread([this] { result_.emplace(make()); });
}

OtherObject::~OtherObject() {
  if (!thread_.joinable())
    return; // Its result was taken.
  thread_.join();
  consumeError(result_->takeError());
}

Expected<ObjectBytes> OtherObject::take() {
  thread_.join();
  return std::move(*result_);
}

Expected<ObjectBytes> OtherObject::make() {
  LLVMContext context;
  Expected<std::unique_ptr<Module>> module = parseBitcodeFile(
      MemoryBufferRef(StringRef(bitcode_.data(), bitcode_.size()), ""),
      context);
  if (!module)
    return module.takeError();
  optimizeModule(**module, *machine_, options_);
  ObjectBytes bytes;
  if (Error error = generateCode(**module, *machine_, bytes))
    return error;
  return bytes;
}
