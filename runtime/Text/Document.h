//===- Document.h - Texts with labels, one after another --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_DOCUMENT_H
#define MLC_RUNTIME_TEXT_DOCUMENT_H

#include <cstddef>
#include <string>

namespace mlc::runtime {

/// The longest text that a source may give.
constexpr std::size_t maxDocumentBytes = 64 << 20;

/// One example.
struct Document {
  std::string text;  ///< UTF-8, of at most maxDocumentBytes.
  double label = 0;  ///< As LabelReader::read returns it.
  double weight = 1; ///< How much it counts.
  /// Whether the source has no text for it, which is not an empty one.
  bool isTextMissing = false;
};

/// Texts in a fixed order. The threads that work on them take turns in calling
/// `next`: never two at once, but not always the same.
class DocumentSource {
public:
  virtual ~DocumentSource() = default;
  /// Puts the next one into `document`, whose memory can be used again; false
  /// at the end, after which it is not called again. May throw InputError.
  virtual bool next(Document &document) = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_DOCUMENT_H
