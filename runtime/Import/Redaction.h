//===- Redaction.h - Addresses and numbers that tell who it is --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_REDACTION_H
#define MLC_RUNTIME_IMPORT_REDACTION_H

#include <cstdint>
#include <string>

namespace mlc::runtime {

/// How many of each kind were found.
struct RedactedCounts {
  std::int64_t addresses = 0; ///< E-mail.
  std::int64_t phones = 0;
  std::int64_t cards = 0; ///< Payment cards.

  /// "3 e-mail addresses, 1 telephone number and 0 card numbers".
  std::string text() const;
};

/// Puts a space for each byte of an e-mail address, a telephone number or a
/// payment card's number in `text`, and counts them. They are told by their
/// form alone:
///
/// * an address: LOCAL@DOMAIN, the domain of two labels or more, the last of
///   letters;
/// * a card's number: 13 to 19 digits, the first from 2 to 6, which may be
///   parted by single spaces or hyphens, and whose last is right by Luhn's rule
///   (ISO/IEC 7812-1);
/// * a telephone number: `+` and 7 to 15 digits (ITU-T E.164), `00` and 9 to
///   17; a 0 and 8 to 12 more digits, parted at least once, or 9 to 10 without;
///   three, three and four digits, as in North America, with or without a 1
///   before them. Parts are parted by spaces, `-`, `.`, `/` and parentheses.
///   A date (two, two and four digits with the same sign between) is none.
///
/// Takes time in proportion to the text.
void redact(std::string &text, RedactedCounts &counts);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_REDACTION_H
