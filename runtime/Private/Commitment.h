//===- Commitment.h - A hash that only an owner can repeat ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PRIVATE_COMMITMENT_H
#define MLC_RUNTIME_PRIVATE_COMMITMENT_H

#include "Private/PrivacyKey.h"

#include <string>
#include <string_view>

namespace mlc::runtime {

/// 32 lower-case hexadecimal digits of a hash of `text`, keyed by a subkey of
/// `key`: who has the key can show what the text was, and nobody else can find
/// out by trying texts. BLAKE2b.
std::string commitment(const PrivacyKey &key, std::string_view text);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PRIVATE_COMMITMENT_H
