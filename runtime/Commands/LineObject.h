//===- LineObject.h - A line of the stream as a JSON object -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_LINEOBJECT_H
#define MLC_RUNTIME_COMMANDS_LINEOBJECT_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// What a line of `predict --text --format jsonl` asks (Stream.md).
struct LineObject {
  std::string text;
  std::string id; ///< As JSON, on one line; empty where there is none.
};

/// What is wrong with a line, and from which of its bytes on.
struct LineFault {
  std::size_t at;
  std::string what;
};

/// Reads an object with the text in its field `textKey`, or without that in
/// `text`, and, where it has one, an `id`: a text or a number. Where the line
/// is no such object, returns what is wrong with it; `line.id` is set where it
/// could be read.
std::optional<LineFault> readLineObject(std::string_view json,
                                        const std::string &textKey,
                                        LineObject &line);

/// The answer to a line that is no text: an object on a line, with the first
/// line of the message. `id` is JSON; empty where there is none.
std::string lineErrorJson(std::int64_t row, const std::string &id,
                          const std::string &message);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_LINEOBJECT_H
