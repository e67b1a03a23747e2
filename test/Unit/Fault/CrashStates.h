//===- CrashStates.h - What a crash leaves of operations --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_FAULT_CRASHSTATES_H
#define MLC_TEST_UNIT_FAULT_CRASHSTATES_H

#include "RecordingSystem.h"
#include "Workplace.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace mlc::test {

/// What is on the disk when the machine starts again.
struct Disk {
  Files files;
  std::set<std::string> folders;
};

/// What is in a folder.
Disk diskOf(const std::string &folder);

/// Makes a folder have that and nothing else.
void restore(const Disk &disk, const std::string &folder);

/// A crash after the first `done` operations.
struct CrashState {
  std::size_t done;
  std::string what; ///< Which of them the disk has, for people.
  Disk disk;
};

/// Calls `use` with every different state in which the disk can be when the
/// machine stops after any number of the operations. All that POSIX promises
/// is that what was synchronised is there: a file's bytes by its own fsync, its
/// name by its folder's. So, after each number of operations, these are tried:
///   - everything done is on the disk; and the last write only in part
///   - no bytes that were not synchronised, with and without the files' lengths
///   - no names that were not synchronised, with and without such bytes
///   - of the changes of names since then only the first few, or all but one
///   - of the writes since then all but one
/// Source: Pillai et al., "All File Systems Are Not Created Equal: On the
/// Complexity of Crafting Crash-Consistent Applications" (ALICE), OSDI 2014.
void forEachCrashState(const Disk &start,
                       const std::vector<std::string> &startFiles,
                       const std::vector<Operation> &operations,
                       const std::function<void(const CrashState &)> &use);

} // namespace mlc::test

#endif // MLC_TEST_UNIT_FAULT_CRASHSTATES_H
