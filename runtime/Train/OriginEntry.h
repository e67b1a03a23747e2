//===- OriginEntry.h - One thing that a run's bits depend on ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_ORIGINENTRY_H
#define MLC_RUNTIME_TRAIN_ORIGINENTRY_H

#include <string>

namespace mlc::runtime {

/// One thing that a run's bits depend on.
struct OriginEntry {
  std::string key;     ///< In a checkpoint's `__metadata__`.
  std::string meaning; ///< For people, e.g. "--seed".
  std::string value;   ///< Empty where it was not given.
  std::string advice;  ///< What to do where it differs.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_ORIGINENTRY_H
