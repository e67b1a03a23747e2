//===- WordList.h - Lists of words, as tokens are ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_WORDLIST_H
#define MLC_RUNTIME_IMPORT_WORDLIST_H

#include "Text/VectorizerSettings.h"

#include <cstddef>
#include <string>
#include <vector>

namespace mlc::runtime {

/// The words of a file, one a line: blank lines are skipped, and so is what
/// stands behind a `|`, or on a line that starts with `# `, as lists of stop
/// words have it. Throws InputError.
std::vector<std::string> readWordList(const std::string &path);

/// What of a list no token can ever be.
struct Unmatched {
  std::size_t count = 0;
  std::string examples; ///< The first of them, for people.
};

/// Puts in the place of each entry the tokens that a tokenizer makes of it,
/// with a space between them, so that `The` or `isn’t` match what texts become.
/// An entry cannot match where its tokens are fewer than `least` or more than
/// `most`, or where another entry is what it would become and none may be there
/// twice (`mayRepeat`); it stays as it is.
Unmatched meetTokens(std::vector<std::string> &words,
                     const TokenizerSettings &tokenizer, int least, int most,
                     bool mayRepeat);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_WORDLIST_H
