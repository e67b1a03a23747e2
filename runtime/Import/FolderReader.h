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

/// Reads a folder that holds a folder for each class, with a text a file:
/// first all of one class, then the next, in the order of their names; within
/// them files in the order of theirs. Hidden files are not looked at.
///
/// The layout of the IMDB Large Movie Review Dataset is one of them: `pos/` and
/// `neg/`, in this order, hold a review a file, named ID_RATING.txt (or
/// .txt.xz, .txt.gz); other folders beside the two are not looked at. Files are
/// then in the order of the ids, and labels that are numbers come from the
/// ratings.
/// Sources: the README of http://ai.stanford.edu/~amaas/data/sentiment/,
/// http://qwone.com/~jason/20Newsgroups/
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
  struct File {
    std::uint64_t id; ///< 0 where names have none.
    std::string name;
    std::uint32_t part;
  };
  void findParts();
  void list(std::uint32_t part);
  void takeIds();
  std::string pathOf(const File &file) const;
  double labelOf(const File &file, const std::string &path);

  std::string folder_;
  TextFields fields_;
  LabelReader &labels_;
  std::vector<std::string> parts_; ///< Names of the folders.
  bool isReviews_ = false;         ///< pos/ and neg/.
  bool hasRatings_ = false;        ///< Files are named ID_RATING.txt.
  std::vector<File> files_;
  std::size_t next_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_FOLDERREADER_H
