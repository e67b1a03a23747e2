//===- Imdb.cpp - The real reviews, for tests and measurements ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Imdb.h"

#include "Import/ByteSource.h"

#include <cstdlib>
#include <filesystem>

using namespace mlc::runtime;

std::string mlc::test::imdbFolder() {
  const char *given = std::getenv("MLC_IMDB_DATA");
  std::string folder = given ? given : MLC_SOURCE_DIR "/../shared/data/imdb";
  return std::filesystem::exists(folder + "/train.csv.xz") ? folder : "";
}

std::string mlc::test::readCompressed(const std::string &path) {
  auto source = openByteSource(path);
  std::string text;
  constexpr std::size_t block = 1 << 20;
  for (;;) {
    const std::size_t used = text.size();
    text.resize(used + block);
    const std::size_t got = source->read(std::span(text).subspan(used));
    text.resize(used + got);
    if (got == 0)
      return text;
  }
}

std::vector<Document> mlc::test::readReviews(const std::string &part) {
  const std::string text =
      readCompressed(imdbFolder() + "/" + part + ".csv.xz");
  std::vector<Document> documents;
  // Each record is a line, and each review is quoted.
  for (std::size_t at = text.find('\n') + 1; at < text.size();) {
    Document document;
    document.label = text[at] == '1';
    for (at += 3; text[at] != '"' || text[at + 1] == '"'; ++at) {
      at += text[at] == '"';
      document.text.push_back(text[at]);
    }
    documents.push_back(std::move(document));
    at = text.find('\n', at) + 1;
  }
  return documents;
}
