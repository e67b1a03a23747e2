//===- WholeInputError.h - All of the input is at fault ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_WHOLEINPUTERROR_H
#define MLC_RUNTIME_TEXT_WHOLEINPUTERROR_H

#include "Error.h"

#include <string>

namespace mlc::runtime {

/// What was given is at fault as a whole, and at no place of it: all texts have
/// one label, no word is left. Whoever knows the files names them.
class WholeInputError : public InputError {
public:
  /// `reason`: what is wrong and what to do.
  explicit WholeInputError(const std::string &reason)
      : InputError("the input: " + reason), reason_(reason) {}
  /// The same with the place of what is at fault.
  InputError at(const std::string &place) const {
    return InputError(place + ": " + reason_);
  }

private:
  std::string reason_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_WHOLEINPUTERROR_H
