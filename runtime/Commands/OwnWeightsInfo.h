//===- OwnWeightsInfo.h - What weights inside a program say -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_OWNWEIGHTSINFO_H
#define MLC_RUNTIME_COMMANDS_OWNWEIGHTSINFO_H

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// For `info --json`: null where no weights are inside; else their `bytes` and
/// `hash`, what rows are made of (`input`: "text", "table", "columns" or, where
/// others make them, "features"), the `columns` of a table, `class_names`,
/// `temperature`, `threshold` and `trained_on` where they are known.
boost::json::value ownWeightsJson();

/// The same for people: what, and a word for it; empty without weights inside.
std::vector<std::pair<std::string, std::string>> ownWeightsText();

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_OWNWEIGHTSINFO_H
