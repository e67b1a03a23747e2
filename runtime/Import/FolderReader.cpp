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
#include <tuple>

using namespace mlc::runtime;
namespace fs = std::filesystem;

static constexpr std::size_t firstTextBytes = 1 << 14;

FolderReader::FolderReader(const std::string &folder, const TextFields &fields,
                           LabelReader &labels)
    : folder_(folder), fields_(fields), labels_(labels) {
  for (const char *part : {"pos", "neg"}) {
    std::error_code error;
    if (!fs::is_directory(fs::path(folder) / part, error))
      throw InputError(fmt::format("{}: expected folders pos/ and neg/ in it, "
                                   "but there is no {}/; give a folder such as "
                                   "aclImdb/train",
                                   folder, part));
  }
  list(/*isPositive=*/true);
  list(/*isPositive=*/false);
  if (reviews_.empty())
    throw InputError(fmt::format("{}: expected reviews, but pos/ and neg/ are "
                                 "empty; give a folder such as aclImdb/train",
                                 folder));
}

static fs::path partOf(const std::string &folder, bool isPositive) {
  return fs::path(folder) / (isPositive ? "pos" : "neg");
}

std::string FolderReader::pathOf(const Review &review) const {
  return partOf(folder_, review.isPositive) / review.name;
}

/// Splits ID_RATING.txt, or throws.
static std::pair<std::uint64_t, std::string_view>
splitName(const std::string &path, std::string_view name) {
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
      return {id, rating};
  }
  throw InputError(fmt::format("{}: expected a name such as 0_9.txt (id, star "
                               "rating), but got {}; rename or remove the file",
                               path, showToken(name)));
}

void FolderReader::list(bool isPositive) {
  const std::string folder = partOf(folder_, isPositive);
  const std::size_t before = reviews_.size();
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    std::string name = at->path().filename();
    if (name.starts_with('.'))
      continue;
    const std::uint64_t id = splitName(at->path(), name).first;
    reviews_.push_back({id, std::move(name), isPositive});
  }
  if (error)
    throw InputError(fmt::format("{}: cannot be read: {}; check its "
                                 "permissions",
                                 folder, error.message()));
  // The order of a directory is the file system's affair.
  std::ranges::sort(reviews_.begin() + static_cast<std::ptrdiff_t>(before),
                    reviews_.end(), {}, [](const Review &review) {
                      return std::tie(review.id, review.name);
                    });
}

double FolderReader::labelOf(const Review &review, const std::string &path) {
  if (fields_.label.empty())
    return 0;
  if (labels_.rule().kind == LabelKind::Binary && !labels_.rule().positiveFrom)
    return review.isPositive;
  try {
    return labels_.read(splitName(path, review.name).second);
  } catch (const LabelError &error) {
    throw InputError(
        fmt::format("{}: in the rating of its name: {}", path, error.what()));
  }
}

/// The whole file, decompressed.
static void readText(const std::string &path, std::string &text) {
  std::size_t size = 0;
  text.resize(firstTextBytes);
  try {
    std::unique_ptr<ByteSource> source = openByteSource(path);
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
  if (next_ == reviews_.size())
    return false;
  const Review &review = reviews_[next_++];
  const std::string path = pathOf(review);
  document.label = labelOf(review, path);
  readText(path, document.text);
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
