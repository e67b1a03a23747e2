//===- LogCommand.h - The command mlc log -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_LOGCOMMAND_H
#define MLC_RUNTIME_AUDIT_LOGCOMMAND_H

namespace mlc::runtime {

/// `mlc log verify|prove|erase`. Returns the exit status.
int logMain(int argc, char **argv);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_LOGCOMMAND_H
