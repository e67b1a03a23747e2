//===- KeyCommand.h - The command mlc key -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_KEYCOMMAND_H
#define MLC_RUNTIME_AUDIT_KEYCOMMAND_H

namespace mlc::runtime {

/// `mlc key new NAME`. Returns the exit status.
int keyMain(int argc, char **argv);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_KEYCOMMAND_H
