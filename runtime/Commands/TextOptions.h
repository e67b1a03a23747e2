//===- TextOptions.h - How commands are told to read texts ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_TEXTOPTIONS_H
#define MLC_RUNTIME_COMMANDS_TEXTOPTIONS_H

#include "Import/Documents.h"
#include "Program/Examples.h"

namespace CLI {
class App;
}

namespace mlc::runtime {

/// Adds the options of `mlc data` that say how texts are read, without those of
/// labels where they are not used. `options` must outlive the command.
void addTextOptions(CLI::App &command, DocumentOptions &options, LabelUse use);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_TEXTOPTIONS_H
