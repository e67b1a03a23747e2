//===- Amounts.h - Numbers with units ---------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_AMOUNTS_H
#define MLC_TOOLS_MLC_AMOUNTS_H

#include <string_view>

namespace mlc {

/// Seconds of `90s`, `5m`, `2h` or `1d`. Throws UsageError, which names the
/// option.
double secondsIn(const char *option, std::string_view text);

/// Bytes of `500`, `10k`, `100kB` or `2M`; a k is 1,000. Throws UsageError,
/// which names the option.
double bytesIn(const char *option, std::string_view text);

} // namespace mlc

#endif // MLC_TOOLS_MLC_AMOUNTS_H
