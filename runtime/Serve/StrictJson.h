//===- StrictJson.h - JSON that says one thing ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_STRICTJSON_H
#define MLC_RUNTIME_SERVE_STRICTJSON_H

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <string_view>

namespace mlc::runtime {

/// Parses JSON of strangers: at most 16 arrays and objects within one another,
/// UTF-8, no key twice in an object, of which readers could take either.
/// Throws HttpError (400) that tells where it ends.
boost::json::value parseStrict(std::string_view text,
                               boost::json::storage_ptr memory = {});

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_STRICTJSON_H
