//===- Imdb.h - The real reviews, for tests and measurements ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_TEXT_IMDB_H
#define MLC_TEST_UNIT_TEXT_IMDB_H

#include "Text/Document.h"

#include <string>
#include <vector>

namespace mlc::test {

/// The folder of the IMDB Large Movie Review Dataset: MLC_IMDB_DATA, or
/// shared/data/imdb beside the repository. Empty where it is not there.
std::string imdbFolder();

/// The whole text of a compressed file.
std::string readCompressed(const std::string &path);

/// The reviews of PART.csv.xz, `label,review` with every review quoted.
std::vector<runtime::Document> readReviews(const std::string &part);

/// Documents in memory.
class MemorySource : public runtime::DocumentSource {
public:
  explicit MemorySource(const std::vector<runtime::Document> &documents)
      : documents_(documents) {}

  bool next(runtime::Document &document) override {
    if (next_ == documents_.size())
      return false;
    document.text.assign(documents_[next_].text);
    document.label = documents_[next_++].label;
    return true;
  }

private:
  const std::vector<runtime::Document> &documents_;
  std::size_t next_ = 0;
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_TEXT_IMDB_H
