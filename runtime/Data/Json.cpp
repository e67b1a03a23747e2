//===- Json.cpp - The one place where Boost.JSON is compiled --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Every other file includes <boost/json.hpp> and links mlc-data.

// With sanitizers GCC 12 sees an overflow in Boost's arrays; there is none.
#pragma GCC diagnostic ignored "-Warray-bounds"
#include <boost/json/src.hpp>
