//===- HelpText.h - What --help prints --------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_HELPTEXT_H
#define MLC_RUNTIME_IMPORT_HELPTEXT_H

#include <cstddef>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace mlc::runtime {

/// The help of an app, its lines as wide as the terminal at most.
std::string helpOf(const CLI::App &app);

/// Breaks longer lines at spaces. What was broken off stands under the
/// description of an option, or under its line's first letter. Words that are
/// longer than a line stay whole; 0 columns: nothing is broken.
std::string wrapHelp(std::string_view text, std::size_t columns);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_HELPTEXT_H
