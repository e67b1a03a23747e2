//===- DecidedRow.h - What a model decided of one row -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_DECIDEDROW_H
#define MLC_RUNTIME_AUDIT_DECIDEDROW_H

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// What was asked: a text, or a row of features.
struct DecisionInput {
  enum Kind : std::uint8_t { Text, Dense, Sparse } kind = Text;
  std::string_view text;
  std::span<const float> values; ///< Of sparse rows none where all are 1.
  std::span<const std::int32_t> columns; ///< Of sparse rows.

  /// The text, or JSON: a list of numbers, or `{"columns":[],"values":[]}`.
  std::string bytes() const;
};

/// Views of what an answering thread has.
struct DecidedRow {
  std::int64_t time = 0;    ///< Milliseconds since 1970, UTC.
  std::string_view weights; ///< SHA-256 of their file, in hexadecimal.
  DecisionInput input;
  std::span<const float> outputs;
  std::span<const std::int64_t> labels;
  std::string_view explanation; ///< JSON; empty where nobody asked for it.
};

/// What of an input is kept.
enum class InputKeeping {
  None,   ///< Nothing.
  Commit, ///< What proves it to who has it: a commitment, and its salt apart.
  Full,   ///< Beside that the input itself, apart.
};

/// Without it nobody can tell what a commitment is of.
using Salt = std::array<std::uint8_t, 32>;

/// BLAKE2b of 32 bytes, keyed by a salt, in hexadecimal.
std::string commitmentOf(const Salt &salt, std::string_view bytes);

/// A decision as a log's leaf has it, JSON. With a salt it has commitments.
/// `program`: SHA-256 of the executable. At most longestEntry bytes.
std::string entryText(const DecidedRow &decision, std::string_view program,
                      const std::optional<Salt> &salt);

/// What can be erased, a line without its end.
std::string payloadText(std::uint64_t entry, const Salt &salt,
                        const DecidedRow &decision, InputKeeping inputs);

/// The time of an entry, and the commitments in it, which may be empty.
struct LoggedDecision {
  std::string time; ///< 2026-12-31T23:59:59.999Z
  std::string salt, input, explanation;

  std::string day() const { return time.substr(0, 10); }
  /// Throws InputError, naming `where`, for what is no entry.
  static LoggedDecision parse(const std::string &where, std::string_view text);
};

/// A line of a payload file.
struct Payload {
  std::uint64_t entry = 0;
  bool isErased = false;
  Salt salt = {};
  std::optional<std::string> input, explanation;

  /// Reads one of the form that payloadText or erasedText writes and no other.
  /// Throws InputError, naming `where`.
  static Payload parse(const std::string &where, std::string_view line);
  /// Whether it is what the entry's commitments are of.
  bool belongsTo(const LoggedDecision &entry) const;
};

/// What stands in the place of a payload that was erased, `size` bytes.
std::string erasedText(std::uint64_t entry, std::size_t size);

/// 2026-12-31T23:59:59.999Z
std::string millisecondText(std::int64_t time);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_DECIDEDROW_H
