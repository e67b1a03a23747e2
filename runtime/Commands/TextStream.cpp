//===- TextStream.cpp - Texts that are predicted as they come -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TextStream.h"

#include "Commands/TextInput.h"
#include "Error.h"
#include "Import/Utf8.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mlc::runtime {

/// Rows and bytes of text in a chunk, to the next batch.
static constexpr std::int64_t chunkRows = 1024;
static constexpr std::size_t chunkBytes = 4 << 20;

static bool isRegularFile(const std::string &path) {
  struct stat status;
  const int failed = path == standardInput ? fstat(STDIN_FILENO, &status)
                                           : stat(path.c_str(), &status);
  return failed == 0 && S_ISREG(status.st_mode);
}

/// Whether this is a text rather than the name of a file.
static bool isText(const std::string &path) {
  struct stat status;
  return path.find_first_of(" \t\n") != path.npos &&
         stat(path.c_str(), &status) != 0;
}

static Vectorizer loadTextVectorizer(const SafetensorsFile &weights) {
  Vectorizer vectorizer = Vectorizer::load(weights);
  if (!vectorizer.isText())
    throw InputError(fmt::format("{}: was trained on LIBSVM text, so it knows "
                                 "no words; give --data, or train it on texts",
                                 weights.path()));
  return vectorizer;
}

TextStream::TextStream(const std::string &path, TextCheck check,
                       const SafetensorsFile &weights)
    : text_(isText(path) ? std::optional(path) : std::nullopt),
      lines_(text_ ? std::nullopt
                   : std::optional<PlainTextReader>(std::in_place,
                                                    LineReader(path), check)),
      vectorizer_(loadTextVectorizer(weights)), session_(vectorizer_),
      waits_(!isRegularFile(path)) {}

/// The next text; false at the end and where a line is none, which is then in
/// `error_`.
bool TextStream::take(Document &document) {
  if (!lines_) {
    if (!text_)
      return false;
    if (const char *bad = findBadText(*text_);
        bad != text_->data() + text_->size())
      throw InputError("--text: " + describeBadText(bad, false));
    document.text = *std::exchange(text_, std::nullopt);
    return true;
  }
  const std::size_t before = lines_->lineNumber();
  try {
    return lines_->next(document);
  } catch (const InputError &error) {
    if (lines_->lineNumber() == before)
      throw; // It was not the line.
    error_ = error.what();
    return false;
  }
}

std::optional<Examples> TextStream::next(const MlcProgram &program) {
  FeatureRows rows;
  rows.sparse.width = vectorizer_.features();
  rows.isDense = vectorizer_.isDense();
  std::size_t bytes = 0;
  Document document;
  auto isFull = [&] {
    const auto count = std::int64_t(rows.size());
    if (count == 0)
      return false;
    return (waits_ && lines_ && !lines_->isReady()) ||
           (count % program.batch == 0 &&
            (count >= chunkRows || bytes >= chunkBytes));
  };
  while (!isFull() && take(document)) {
    session_.transform(document.text, 0, rows);
    bytes += document.text.size();
  }
  const std::string path = lines_ ? lines_->path() : "--text";
  if (rows.size() == 0) {
    if (isEmpty_ && !error_)
      throw InputError(fmt::format("{}: expected a text on each line, but got "
                                   "an empty file; write a text a line",
                                   path));
    isEmpty_ = false;
    return std::nullopt;
  }
  isEmpty_ = false;
  return Examples(program, makeDataset(path, std::move(rows), vectorizer_),
                  LabelUse::Ignored);
}

} // namespace mlc::runtime
