//===- ModuleParts.cpp - A program in two parts ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModuleParts.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

using Functions = SetVector<const Function *>;

/// Whether more than direct calls uses it: another object file, or a table.
static bool isEntry(const Function &function) {
  return !function.isDeclaration() &&
         (!function.hasLocalLinkage() || function.hasAddressTaken());
}

/// A function and all that it calls, whose code is here.
static Functions calledFrom(const Function &entry) {
  Functions found;
  found.insert(&entry);
  for (size_t at = 0; at < found.size(); ++at)
    for (const Instruction &instruction : instructions(*found[at]))
      if (const auto *call = dyn_cast<CallBase>(&instruction))
        if (const Function *callee = call->getCalledFunction();
            callee && !callee->isDeclaration())
          found.insert(callee);
  return found;
}

static size_t sizeOf(const Functions &functions) {
  size_t size = 0;
  for (const Function *function : functions)
    size += function->getInstructionCount();
  return size;
}

/// Constants of a program's own may be in both parts; a variable may not.
static bool hasSharedVariables(const Module &module) {
  return any_of(module.globals(), [](const GlobalVariable &variable) {
    return variable.hasLocalLinkage() && !variable.isConstant();
  });
}

std::pair<std::unique_ptr<Module>, std::unique_ptr<Module>>
mlc::divide(Module &module) {
  MapVector<Function *, Functions> entries;
  for (Function &function : module)
    if (isEntry(function))
      entries[&function] = calledFrom(function);
  if (entries.size() < 2 || hasSharedVariables(module))
    return {};
  auto largest = max_element(entries, [](const auto &one, const auto &other) {
    return sizeOf(one.second) < sizeOf(other.second);
  });
  Functions others;
  for (auto &[entry, functions] : entries)
    if (entry != largest->first)
      others.insert(functions.begin(), functions.end());
  // Entry points meet as the parts are linked, and nobody else sees them.
  for (auto &[entry, functions] : entries)
    if (entry->hasLocalLinkage()) {
      entry->setLinkage(GlobalValue::ExternalLinkage);
      entry->setVisibility(GlobalValue::HiddenVisibility);
    }
  auto part = [&](const Functions &functions, bool hasTables) {
    ValueToValueMapTy values;
    return CloneModule(module, values, [&](const GlobalValue *value) {
      if (const auto *function = dyn_cast<Function>(value))
        return functions.contains(function);
      return hasTables || value->hasLocalLinkage();
    });
  };
  return {part(largest->second, false), part(others, true)};
}
