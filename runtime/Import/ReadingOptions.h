//===- ReadingOptions.h - Options that say how texts are read ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_READINGOPTIONS_H
#define MLC_RUNTIME_IMPORT_READINGOPTIONS_H

#include "Import/Documents.h"

namespace CLI {
class App;
}

namespace mlc::runtime {

/// Adds the options that say how texts are read, the same for `mlc data` and
/// for programs; those of labels only where `hasLabels`. `options` must outlive
/// the parser.
void addReadingOptions(CLI::App &app, DocumentOptions &options, bool hasLabels,
                       const char *group);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_READINGOPTIONS_H
