//===- CountedDocuments.h - Term counts of a text collection ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_COUNTEDDOCUMENTS_H
#define MLC_RUNTIME_TEXT_COUNTEDDOCUMENTS_H

#include "Text/Document.h"
#include "Text/VectorizerSettings.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mlc::runtime {

struct CountedParts;

/// A collection after the one pass over its texts: for each document its label
/// and, 8 bytes each, its terms' counts. The texts are gone.
class CountedDocuments {
public:
  /// Reads the source to its end, on `threads` threads (>= 1). Of `settings`
  /// only `text` counts. Throws what the source throws, and InputError where
  /// there is no document at all, or a thread would meet more different terms
  /// than the limits in TermTable.h; hashing has no such limit.
  static CountedDocuments read(DocumentSource &source,
                               const VectorizerSettings &settings,
                               std::int64_t threads);
  CountedDocuments(CountedDocuments &&) noexcept;
  CountedDocuments &operator=(CountedDocuments &&) noexcept;
  ~CountedDocuments();

  std::size_t size() const { return labels().size(); }
  std::span<const double> labels() const;
  /// Puts others in their place, one a document.
  void setLabels(std::vector<double> labels);
  /// Tokens of each document, stop words left out.
  std::span<const std::uint32_t> lengths() const;

private:
  friend class Vectorizer;
  explicit CountedDocuments(std::unique_ptr<CountedParts> parts);
  std::unique_ptr<CountedParts> parts_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_COUNTEDDOCUMENTS_H
