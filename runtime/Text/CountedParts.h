//===- CountedParts.h - What a collection's counts are kept in --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_COUNTEDPARTS_H
#define MLC_RUNTIME_TEXT_COUNTEDPARTS_H

#include "Text/TermTable.h"
#include "Text/TextAnalysis.h"
#include "Text/VectorizerSettings.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mlc::runtime {

/// Documents that follow each other, as one thread counted them.
struct CountedBatch {
  std::size_t table = 0;    ///< Whose terms these are.
  std::size_t firstRow = 0; ///< In the collection.
  std::vector<TermCount> counts;
  std::vector<std::size_t> rowEnds; ///< In `counts`, one for each document.
  std::vector<double> labels;
  std::vector<std::uint32_t> lengths;
};

/// The inside of CountedDocuments.
struct CountedParts {
  std::uint64_t identity = 0; ///< From 1; no other collection has it.
  TextSettings settings;
  std::vector<TermTable> tables;     ///< One for each thread; empty if hashed.
  std::vector<CountedBatch> batches; ///< In the order of the documents.
  std::vector<double> labels;
  std::vector<std::uint32_t> lengths;
};

/// Which rows of a collection are meant, rising; not given: all.
using RowChoice = std::optional<std::span<const std::size_t>>;

/// Calls use(row, counts) for the rows of the batch that are chosen, in order.
template <typename Use>
void forEachCountedRow(const CountedBatch &batch, RowChoice rows, Use use) {
  const std::size_t size = batch.rowEnds.size();
  auto call = [&](std::size_t at) {
    const std::size_t begin = at == 0 ? 0 : batch.rowEnds[at - 1];
    use(batch.firstRow + at,
        std::span(batch.counts).subspan(begin, batch.rowEnds[at] - begin));
  };
  if (!rows) {
    for (std::size_t at = 0; at < size; ++at)
      call(at);
    return;
  }
  for (auto row = std::ranges::lower_bound(*rows, batch.firstRow);
       row != rows->end() && *row < batch.firstRow + size; ++row)
    call(*row - batch.firstRow);
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_COUNTEDPARTS_H
