//===- ModuleParts.h - A program in two parts -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_MODULEPARTS_H
#define MLC_LIB_EMIT_MODULEPARTS_H

#include "llvm/IR/Module.h"

#include <memory>
#include <utility>

namespace mlc {

/// Divides a program for two threads: the first part is the largest entry point
/// with all that it calls, the second is everything else. What both call is in
/// both, so that LLVM knows as much of each function's arguments as it does in
/// the whole program, and makes the same code of it. The division depends on
/// the program alone. Returns null where there is nothing to divide: only one
/// entry point, or variables that two parts would have to share.
///
/// llvm::SplitModule does not serve: it tears calls apart, or keeps everything
/// together that the descriptor names.
std::pair<std::unique_ptr<llvm::Module>, std::unique_ptr<llvm::Module>>
divide(llvm::Module &module);

} // namespace mlc

#endif // MLC_LIB_EMIT_MODULEPARTS_H
