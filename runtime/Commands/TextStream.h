//===- TextStream.h - Texts that are predicted as they come -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_TEXTSTREAM_H
#define MLC_RUNTIME_COMMANDS_TEXTSTREAM_H

#include "Import/Documents.h"
#include "Import/PlainTextReader.h"
#include "Program/Examples.h"
#include "Text/Vectorizer.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlc::runtime {

/// How the lines of a stream are read.
struct StreamOptions {
  TextCheck check = TextCheck::Refuse;
  /// The field that has the text, where lines are JSON objects; else empty.
  std::string textKey = {};
  std::int64_t threads = 1; ///< That turn texts into rows; changes no bit.
};

/// What the options of a command with `--text` ask for. Throws UsageError for a
/// format that is not one of lines.
StreamOptions streamOptions(const DocumentOptions &documents,
                            std::int64_t threads);

/// The lines of a file or of the standard input as rows, a chunk of bounded
/// size at a time. Of a pipe or a terminal a chunk is what is there: a line
/// that was typed is answered at once. Stream.md has the protocol.
class TextStream {
public:
  /// `path` may be `standardInput`, or a text itself: what is no file and has
  /// white space in it. Throws InputError, also where the weights
  /// were not trained on texts.
  TextStream(const std::string &path, StreamOptions options,
             const SafetensorsFile &weights);

  /// The next lines; nothing at the end. Chunks of a file are whole batches, as
  /// if its rows were one data set. A line that is no text ends a chunk; see
  /// takeError. Throws InputError, also for a stream without any line.
  std::optional<Examples> next(const MlcProgram &program);
  /// The same as texts, for whoever does more with them than rows. False at the
  /// end. Not to be mixed with `next`.
  bool nextTexts();
  std::span<const std::string> texts() const { return texts_; }
  /// The ids of the rows that `next` gave last, as JSON; empty where there is
  /// none.
  const std::vector<std::string> &ids() const { return ids_; }
  /// What is wrong with the line behind those that `next` gave last, with its
  /// place; the lines behind it are still to come.
  std::optional<std::string> takeError() {
    return std::exchange(error_, std::nullopt);
  }
  /// The id of that line, as far as it could be read.
  const std::string &errorId() const { return errorId_; }

private:
  /// Reads a chunk into `texts_`; false where there is none.
  bool read(std::int64_t batch);
  std::string path() const { return lines_ ? lines_->path() : "--text"; }
  bool take();
  FeatureRows makeRows();

  const StreamOptions options_;
  std::optional<std::string> text_; ///< In the place of lines.
  std::optional<PlainTextReader> lines_;
  std::optional<std::string> error_;
  std::string errorId_;
  std::vector<std::string> texts_, ids_; ///< Of a chunk.
  Vectorizer vectorizer_;
  Vectorizer::Session session_;
  bool waits_; ///< Whether reading may have to wait for someone.
  bool isEmpty_ = true;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_TEXTSTREAM_H
