//===- TextOptions.cpp - How commands are told to read texts --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TextOptions.h"

#include "Import/ReadingOptions.h"

namespace mlc::runtime {

void addTextOptions(CLI::App &command, DocumentOptions &options, LabelUse use) {
  addReadingOptions(command, options, use == LabelUse::Needed, "Texts");
}

} // namespace mlc::runtime
