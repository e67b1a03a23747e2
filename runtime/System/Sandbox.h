//===- Sandbox.h - Giving up what a server does not need --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_SANDBOX_H
#define MLC_RUNTIME_SYSTEM_SANDBOX_H

namespace mlc::runtime {

/// From now on no thread of this process can open a file, make a socket, start
/// a program, a thread or a process, make memory executable or gain a
/// privilege: the system refuses (EPERM). What is open stays usable, and
/// clients can be accepted. Cannot be undone. False where the system has no
/// such filters.
bool enterSandbox();

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_SANDBOX_H
