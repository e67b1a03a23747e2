//===- Sodium.cpp - libsodium, made ready ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/Sodium.h"

#include "Error.h"

namespace mlc::runtime {

void prepareSodium() {
  static const int prepared = sodium_init();
  if (prepared < 0)
    throw InputError("libsodium cannot be used; is there /dev/urandom?");
}

} // namespace mlc::runtime
