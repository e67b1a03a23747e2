//===- EmbeddingsReader.cpp - Reads word vectors --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/EmbeddingsReader.h"

#include "Import/LabelReader.h"
#include "Import/LineReader.h"
#include "Import/ReadWhole.h"

#include <cmath>
#include <fmt/core.h>
#include <unordered_set>

using namespace mlc::runtime;

/// Takes the piece before the next space off the front.
static std::string_view takeToken(std::string_view &rest) {
  std::string_view token = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(rest.size(), token.size() + 1));
  return token;
}

static std::int64_t countTokens(std::string_view line) {
  std::int64_t count = 0;
  for (; !line.empty(); ++count)
    takeToken(line);
  return count;
}

/// Appends the vector behind a word.
static void readVector(const LineReader &lines, std::string_view rest,
                       Embeddings &embeddings) {
  const char *end = rest.data() + rest.size();
  for (std::int64_t at = 0; at < embeddings.dimensions; ++at) {
    if (rest.empty())
      lines.fail(end, fmt::format("expected {} numbers behind the word, but "
                                  "got {}; check that the file is whole",
                                  embeddings.dimensions, at));
    const char *place = rest.data();
    const std::string_view token = takeToken(rest);
    float number;
    if (!readWhole(token, number) || !std::isfinite(number))
      lines.fail(place, fmt::format("expected a finite number, but got {}; "
                                    "give word vectors as text",
                                    showToken(token)));
    embeddings.vectors.push_back(number);
  }
  if (!rest.empty())
    lines.fail(rest.data(), fmt::format("expected {} numbers behind the word, "
                                        "as on the first line, but got more; "
                                        "check that the file is whole",
                                        embeddings.dimensions));
}

Embeddings mlc::runtime::readEmbeddings(const std::string &path) {
  LineReader lines(path);
  lines.setCheck(TextCheck::Require);
  Embeddings embeddings;
  std::unordered_set<std::string> seen;
  std::string_view line;
  while (lines.next(line)) {
    while (line.ends_with(' '))
      line.remove_suffix(1);
    const char *start = line.data();
    if (embeddings.dimensions == 0) {
      std::string_view rest = line;
      std::int64_t words;
      const bool isHeader = countTokens(line) == 2 &&
                            readWhole(takeToken(rest), words) &&
                            readWhole(rest, embeddings.dimensions);
      if (!isHeader)
        embeddings.dimensions = countTokens(line) - 1;
      if (embeddings.dimensions < 1 ||
          embeddings.dimensions > maxEmbeddingDimensions)
        lines.fail(start,
                   fmt::format("expected a word and 1 to {} numbers, "
                               "but got {}; give word vectors as text, "
                               "in the form of GloVe or word2vec",
                               maxEmbeddingDimensions, embeddings.dimensions));
      if (isHeader)
        continue;
    }
    const std::string_view word = takeToken(line);
    if (word.empty())
      lines.fail(start, "expected a word, but got nothing; give a line `WORD "
                        "NUMBER NUMBER ...` for each");
    if (!seen.emplace(word).second)
      continue;
    embeddings.words.emplace_back(word);
    readVector(lines, line, embeddings);
  }
  if (embeddings.words.empty())
    lines.fail("expected word vectors, but got none; give a file with a line "
               "`WORD NUMBER NUMBER ...` for each");
  return embeddings;
}
