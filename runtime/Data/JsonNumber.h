//===- JsonNumber.h - A number of JSON, to its last bit ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_JSONNUMBER_H
#define MLC_RUNTIME_DATA_JSONNUMBER_H

#include <string_view>

namespace mlc::runtime {

/// The number behind the first key `name` in the text of a JSON object; NaN
/// where there is none. Boost's parser may miss the last bit of a double, which
/// matters where figures are written again or compared.
double jsonNumberOf(std::string_view json, std::string_view name);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_JSONNUMBER_H
