//===- TextStream.h - Texts that are predicted as they come -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_TEXTSTREAM_H
#define MLC_RUNTIME_COMMANDS_TEXTSTREAM_H

#include "Import/PlainTextReader.h"
#include "Program/Examples.h"
#include "Text/Vectorizer.h"

#include <optional>
#include <string>

namespace mlc::runtime {

/// The lines of a file or of the standard input as rows, a chunk of bounded
/// size at a time. Of a pipe or a terminal a chunk is what is there: a line
/// that was typed is answered at once.
class TextStream {
public:
  /// `path` may be `standardInput`. Throws InputError, also where the weights
  /// were not trained on texts.
  TextStream(const std::string &path, TextCheck check,
             const SafetensorsFile &weights);

  /// The next lines; nothing at the end. Chunks of a file are whole batches, as
  /// if its rows were one data set. Throws InputError with the place, also for
  /// a stream without any line.
  std::optional<Examples> next(const MlcProgram &program);

private:
  std::string path_;
  PlainTextReader lines_;
  Vectorizer vectorizer_;
  Vectorizer::Session session_;
  bool waits_; ///< Whether reading may have to wait for someone.
  bool isEmpty_ = true;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_TEXTSTREAM_H
