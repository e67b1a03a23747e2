//===- Error.h - How the runtime reports failure ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_ERROR_H
#define MLC_RUNTIME_ERROR_H

#include <stdexcept>
#include <string>

namespace mlc::runtime {

/// What was given is at fault. The message is complete: it starts with the
/// place (`file:line:column: ` or `file: `), says what is wrong and what to
/// do, in lower case and without a full stop. Ends the program with status 1.
class InputError : public std::runtime_error {
public:
  explicit InputError(const std::string &message)
      : std::runtime_error(message) {}
};

/// A file's bytes are not what was written: cut off, changed, or never of this
/// format. Not used where the system refuses to read them.
class DamagedFile : public InputError {
public:
  using InputError::InputError;
};

/// The command line is at fault. Ends the program with status 2.
class UsageError : public std::runtime_error {
public:
  explicit UsageError(const std::string &message)
      : std::runtime_error(message) {}
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_ERROR_H
