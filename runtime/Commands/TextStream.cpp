//===- TextStream.cpp - Texts that are predicted as they come -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TextStream.h"

#include "Commands/LineObject.h"
#include "Commands/TextInput.h"
#include "Error.h"
#include "Import/TextPlace.h"
#include "Import/Utf8.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mlc::runtime {

/// Rows and bytes of text in a chunk, to the next batch.
static constexpr std::int64_t chunkRows = 1024;
static constexpr std::size_t chunkBytes = 4 << 20;

StreamOptions streamOptions(const DocumentOptions &documents,
                            std::int64_t threads) {
  const auto &format = documents.format;
  if (format && format != TextFormat::Lines && format != TextFormat::JsonLines)
    throw UsageError("--format: with --text, expected lines or jsonl; give "
                     "other files by --data");
  const bool hasObjects = format == TextFormat::JsonLines;
  return {.check = documents.fields.check,
          .textKey = hasObjects ? documents.fields.text : "",
          .threads = threads};
}

static bool isRegularFile(const std::string &path) {
  struct stat status;
  const int failed = path == standardInput ? fstat(STDIN_FILENO, &status)
                                           : stat(path.c_str(), &status);
  return failed == 0 && S_ISREG(status.st_mode);
}

/// The text that this is, rather than the name of a file. Throws InputError
/// where the weights want no texts, before a file is looked for.
static std::optional<std::string> textOf(const std::string &path,
                                         const SafetensorsFile &weights) {
  if (weights.metadata().contains("table"))
    throw InputError(fmt::format(
        "{}: was trained on a table, whose rows are no texts alone; give rows "
        "with the names of their columns by --data, as CSV or JSON",
        weights.path()));
  struct stat status;
  if (path.find_first_of(" \t\n") == path.npos ||
      stat(path.c_str(), &status) == 0)
    return std::nullopt;
  return path;
}

static Vectorizer loadTextVectorizer(const SafetensorsFile &weights) {
  Vectorizer vectorizer = Vectorizer::load(weights);
  if (!vectorizer.isText())
    throw InputError(fmt::format("{}: was trained on LIBSVM text, so it knows "
                                 "no words; give --data, or train it on texts",
                                 weights.path()));
  return vectorizer;
}

TextStream::TextStream(const std::string &path, StreamOptions options,
                       const SafetensorsFile &weights)
    : options_(std::move(options)), text_(textOf(path, weights)),
      lines_(text_ ? std::nullopt
                   : std::optional<PlainTextReader>(
                         std::in_place, LineReader(path), options_.check)),
      vectorizer_(loadTextVectorizer(weights)), session_(vectorizer_),
      waits_(!isRegularFile(path)) {}

/// The next text; false at the end and where a line is none, which is then in
/// `error_`.
bool TextStream::take() {
  Document document;
  if (!lines_) {
    if (!text_)
      return false;
    if (const char *bad = findBadText(*text_);
        bad != text_->data() + text_->size())
      throw InputError("--text: " + describeBadText(bad, false));
    texts_.push_back(*std::exchange(text_, std::nullopt));
    ids_.emplace_back();
    return true;
  }
  const std::size_t before = lines_->lineNumber();
  errorId_.clear();
  try {
    if (!lines_->next(document))
      return false;
    LineObject line{std::move(document.text), ""};
    if (!options_.textKey.empty()) {
      const std::string json = std::exchange(line.text, "");
      if (const std::optional<LineFault> fault =
              readLineObject(json, options_.textKey, line)) {
        errorId_ = line.id;
        error_ = fmt::format(
            "{}: {}",
            placeText(lines_->path(), {lines_->lineNumber(), fault->at + 1}),
            fault->what);
        return false;
      }
    }
    texts_.push_back(std::move(line.text));
    ids_.push_back(std::move(line.id));
    return true;
  } catch (const InputError &error) {
    if (lines_->lineNumber() == before)
      throw; // It was not the line.
    error_ = error.what();
    return false;
  }
}

namespace {
/// The texts of a chunk, one after another.
class ChunkTexts : public DocumentSource {
public:
  explicit ChunkTexts(std::vector<std::string> &texts) : texts_(texts) {}

  bool next(Document &document) override {
    if (at_ == texts_.size())
      return false;
    document.text.swap(texts_[at_++]);
    document.label = 0;
    return true;
  }

private:
  std::vector<std::string> &texts_;
  std::size_t at_ = 0;
};
} // namespace

/// The rows of `texts_`, which are then gone.
FeatureRows TextStream::makeRows() {
  // Fewer are done before threads have been started.
  constexpr std::size_t fewTexts = 64;
  if (options_.threads > 1 && texts_.size() >= fewTexts) {
    ChunkTexts source(texts_);
    return vectorizer_.transform(source, options_.threads);
  }
  FeatureRows rows;
  rows.sparse.width = vectorizer_.features();
  rows.isDense = vectorizer_.isDense();
  for (const std::string &text : texts_)
    session_.transform(text, 0, rows);
  return rows;
}

bool TextStream::read(std::int64_t batch) {
  texts_.clear();
  ids_.clear();
  std::size_t bytes = 0;
  auto isFull = [&] {
    const auto count = std::ssize(texts_);
    if (count == 0)
      return false;
    return (waits_ && lines_ && !lines_->isReady()) ||
           (count % batch == 0 && (count >= chunkRows || bytes >= chunkBytes));
  };
  while (!isFull() && take())
    bytes += texts_.back().size();
  if (texts_.empty()) {
    if (isEmpty_ && !error_)
      throw InputError(fmt::format("{}: expected a text on each line, but got "
                                   "an empty file; write a text a line",
                                   path()));
    isEmpty_ = false;
    return false;
  }
  isEmpty_ = false;
  return true;
}

bool TextStream::nextTexts() { return read(1); }

std::optional<Examples> TextStream::next(const MlcProgram &program) {
  if (!read(program.batch))
    return std::nullopt;
  return Examples(program, makeDataset(path(), makeRows(), vectorizer_),
                  LabelUse::Ignored);
}

} // namespace mlc::runtime
