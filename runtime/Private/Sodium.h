//===- Sodium.h - libsodium, made ready -------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_SODIUM_H
#define MLC_RUNTIME_PRIVATE_SODIUM_H

#include <sodium.h>

namespace mlc::runtime {

/// Before any other of its functions: it finds out what the CPU has, and
/// whether there is entropy. Throws InputError where there is none.
void prepareSodium();

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_SODIUM_H
