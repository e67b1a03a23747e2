//===- FolderReader.cpp - Reads reviews from folders ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/FolderReader.h"

#include "Error.h"
#include "Import/Utf8.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <tuple>

using namespace mlc::runtime;
namespace fs = std::filesystem;

static constexpr std::size_t firstTextBytes = 1 << 14;

FolderReader::FolderReader(const std::string &folder, const TextFields &fields,
                           LabelReader &labels)
    : folder_(folder), fields_(fields), labels_(labels) {
  findParts();
  for (std::size_t part = 0; part < parts_.size(); ++part)
    list(static_cast<std::uint32_t>(part));
  if (files_.empty())
    throw InputError(
        isReviews_
            ? fmt::format("{}: expected reviews, but pos/ and neg/ are empty; "
                          "give a folder such as aclImdb/train",
                          folder)
            : fmt::format("{}: expected texts, but the folders in it are "
                          "empty; give one with a folder for each class",
                          folder));
  if (isReviews_)
    takeIds();
  // The order of a directory is the file system's affair.
  std::ranges::sort(files_, {}, [](const File &file) {
    return std::tie(file.part, file.id, file.name);
  });
}

void FolderReader::findParts() {
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error)) {
    std::string name = at->path().filename();
    std::error_code unknown;
    if (!name.starts_with('.') && fs::is_directory(at->path(), unknown)) {
      if (parts_.size() == maxClasses)
        throw InputError(fmt::format("{}: expected at most {} folders, one for "
                                     "each class, but got more; give another "
                                     "folder",
                                     folder_, maxClasses));
      parts_.push_back(std::move(name));
    }
  }
  if (error)
    throw InputError(fmt::format("{}: cannot be read: {}; check its "
                                 "permissions",
                                 folder_, error.message()));
  const bool hasPos = std::ranges::count(parts_, "pos") > 0,
             hasNeg = std::ranges::count(parts_, "neg") > 0;
  isReviews_ = hasPos && hasNeg;
  if (isReviews_)
    parts_ = {"pos", "neg"};
  else if (hasPos || hasNeg)
    throw InputError(fmt::format("{}: expected folders pos/ and neg/ in it, "
                                 "but there is no {}/; give a folder such as "
                                 "aclImdb/train",
                                 folder_, hasPos ? "neg" : "pos"));
  else if (parts_.size() < 2)
    throw InputError(fmt::format(
        "{}: expected a folder for each class in it, or pos/ and neg/, but got "
        "{}; give a folder such as aclImdb/train or 20news-bydate-train",
        folder_, parts_.empty() ? "no folder" : "one folder alone"));
  std::ranges::sort(parts_);
  if (isReviews_)
    std::ranges::reverse(parts_);
}

std::string FolderReader::pathOf(const File &file) const {
  return fs::path(folder_) / parts_[file.part] / file.name;
}

/// Splits ID_RATING.txt; nothing where the name is another.
static std::optional<std::pair<std::uint64_t, std::string_view>>
splitName(std::string_view name) {
  const char *end = name.data() + name.size();
  std::uint64_t id = 0;
  auto [bar, error] = std::from_chars(name.data(), end, id);
  if (error == std::errc() && bar != end && *bar == '_') {
    std::string_view rest(bar + 1, end);
    const std::size_t dot = rest.find('.');
    const std::string_view rating = rest.substr(0, dot);
    const std::string_view ending = rest.substr(rating.size());
    if (!rating.empty() &&
        (ending == ".txt" || ending == ".txt.xz" || ending == ".txt.gz"))
      return std::pair(id, rating);
  }
  return std::nullopt;
}

void FolderReader::list(std::uint32_t part) {
  const std::string folder = fs::path(folder_) / parts_[part];
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    std::string name = at->path().filename();
    if (!name.starts_with('.'))
      files_.push_back({0, std::move(name), part});
  }
  if (error)
    throw InputError(fmt::format("{}: cannot be read: {}; check its "
                                 "permissions",
                                 folder, error.message()));
}

/// Of reviews, all names have an id and a rating or none has.
void FolderReader::takeIds() {
  const auto isNamed = [](const File &file) {
    return splitName(file.name).has_value();
  };
  hasRatings_ = std::ranges::any_of(files_, isNamed);
  if (!hasRatings_)
    return;
  for (File &file : files_) {
    const auto split = splitName(file.name);
    if (!split)
      throw InputError(fmt::format("{}: expected a name such as 0_9.txt (id, "
                                   "star rating), as others in the folder "
                                   "have, but got {}; rename or remove the "
                                   "file",
                                   pathOf(file), showToken(file.name)));
    file.id = split->first;
  }
}

double FolderReader::labelOf(const File &file, const std::string &path) {
  if (fields_.label.empty())
    return 0;
  const LabelRule &rule = labels_.rule();
  const bool hasNames = !rule.names.empty();
  const bool takesRating =
      rule.positiveFrom || rule.kind == LabelKind::Numbers ||
      rule.kind == LabelKind::Stars ||
      (rule.kind == LabelKind::Classes && hasRatings_ && !hasNames);
  try {
    if (takesRating && !hasRatings_)
      throw InputError(fmt::format("{}: expected a name such as 0_9.txt (id, "
                                   "star rating), since labels are scores, "
                                   "but got {}; leave --labels and "
                                   "--positive-from out, and each folder is a "
                                   "class",
                                   path, showToken(file.name)));
    if (takesRating)
      return labels_.read(splitName(file.name)->second);
    // A training set that was no folder may have called them 1 and 0.
    if (rule.form == LabelForm::Numbers && isReviews_ &&
        rule.kind == LabelKind::Binary)
      return parts_[file.part] == "pos";
    return labels_.readWord(parts_[file.part]);
  } catch (const LabelError &error) {
    throw InputError(fmt::format("{}: in {}: {}", path,
                                 takesRating ? "the rating of its name"
                                             : "the name of its folder",
                                 error.what()));
  }
}

/// The whole file, decompressed.
static void readText(const std::string &path, TextEncoding encoding,
                     std::string &text) {
  std::size_t size = 0;
  text.resize(firstTextBytes);
  try {
    std::unique_ptr<ByteSource> source = openText(path, encoding);
    while (true) {
      if (size == text.size()) {
        if (size >= maxDocumentBytes)
          throw SourceError(fmt::format("expected a text of at most {} MiB, "
                                        "but got a longer one; check that it "
                                        "is a review",
                                        maxDocumentBytes >> 20));
        text.resize(2 * size);
      }
      const std::size_t got =
          source->read({text.data() + size, text.size() - size});
      if (got == 0)
        break;
      size += got;
    }
    text.resize(size);
  } catch (const SourceError &error) {
    throw InputError(fmt::format("{}: {}", path, error.what()));
  }
}

bool FolderReader::next(Document &document) {
  if (next_ == files_.size())
    return false;
  const File &file = files_[next_++];
  const std::string path = pathOf(file);
  document.label = labelOf(file, path);
  readText(path, fields_.encoding, document.text);
  const std::string_view text = document.text;
  const char *bad = findBadText(text);
  if (bad == text.data() + text.size())
    return true;
  if (fields_.check == TextCheck::Refuse) {
    const std::size_t at = static_cast<std::size_t>(bad - text.data());
    const std::string_view before = text.substr(0, at);
    const std::size_t start = before.rfind('\n') + 1; // 0 where there is none.
    const auto line = std::ranges::count(before, '\n') + 1;
    failInLine(path, static_cast<std::size_t>(line),
               text.substr(start, text.find('\n', at) - start), bad,
               describeBadText(bad, true));
  }
  document.text = replaceBadText(text);
  return true;
}
