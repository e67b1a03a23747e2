//===- FolderReader.h - Reads reviews from folders --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_FOLDERREADER_H
#define MLC_RUNTIME_IMPORT_FOLDERREADER_H

#include "Import/TextFormat.h"
#include "Text/Document.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Reads the layout of the IMDB Large Movie Review Dataset: `pos/` and `neg/`
/// hold a review a file, named ID_RATING.txt (or .txt.xz, .txt.gz). First all
/// of `pos/`, then `neg/`, each in the order of the ids; hidden files and other
/// folders beside the two are not looked at. A binary label is the folder's,
/// any other comes from the rating.
/// Source: the README of http://ai.stanford.edu/~amaas/data/sentiment/
class FolderReader : public DocumentSource {
public:
  /// Lists the files. `labels` must outlive the reader. Throws InputError
  /// where the folder has another layout.
  FolderReader(const std::string &folder, const TextFields &fields,
               LabelReader &labels);

  /// Throws InputError with the place of what is at fault.
  bool next(Document &document) override;

private:
  /// Of which there may be millions, in a folder whose path may be long.
  struct Review {
    std::uint64_t id;
    std::string name;
    bool isPositive;
  };
  void list(bool isPositive);
  std::string pathOf(const Review &review) const;
  double labelOf(const Review &review, const std::string &path);

  std::string folder_;
  TextFields fields_;
  LabelReader &labels_;
  std::vector<Review> reviews_;
  std::size_t next_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_FOLDERREADER_H
