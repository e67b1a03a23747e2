//===- CountedDocuments.cpp - Term counts of a text collection ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/CountedDocuments.h"

#include "Text/CountedParts.h"
#include "Text/DocumentPipeline.h"
#include "Text/WholeInputError.h"

#include <atomic>

using namespace mlc::runtime;

static CountedBatch countBatch(const TextAnalysis &analysis,
                               const DocumentBatch &documents, TermTable &table,
                               AnalysisMemory &memory) {
  CountedBatch batch;
  std::vector<TermCount> &counts = memory.batchCounts;
  counts.clear();
  for (std::size_t at = 0; at < documents.size; ++at) {
    const Document &document = documents.documents[at];
    if (analysis.settings().hashBits)
      analysis.countHashed(document.text, memory, counts);
    else
      analysis.count(document.text, table, memory, counts);
    batch.rowEnds.push_back(counts.size());
    batch.labels.push_back(document.label);
    batch.lengths.push_back(static_cast<std::uint32_t>(memory.tokenCount));
  }
  // Kept for long, so without what a growing vector leaves unused.
  batch.counts.assign(counts.begin(), counts.end());
  return batch;
}

CountedDocuments CountedDocuments::read(DocumentSource &source,
                                        const VectorizerSettings &settings,
                                        std::int64_t threads) {
  const TextAnalysis analysis(settings.text);
  auto parts = std::make_unique<CountedParts>();
  static std::atomic<std::uint64_t> identities = 0;
  parts->identity = ++identities;
  parts->settings = settings.text;
  parts->tables.resize(static_cast<std::size_t>(threads));
  std::vector<AnalysisMemory> memories(parts->tables.size());
  InOrder<CountedBatch> collect([&](CountedBatch &&batch) {
    batch.firstRow = parts->labels.size();
    parts->labels.insert(parts->labels.end(), batch.labels.begin(),
                         batch.labels.end());
    parts->lengths.insert(parts->lengths.end(), batch.lengths.begin(),
                          batch.lengths.end());
    parts->batches.push_back(std::move(batch));
  });
  forEachBatch(source, threads,
               [&](std::int64_t thread, const DocumentBatch &documents) {
                 const auto own = static_cast<std::size_t>(thread);
                 CountedBatch batch = countBatch(
                     analysis, documents, parts->tables[own], memories[own]);
                 batch.table = own;
                 collect.deliver(documents.number, std::move(batch));
               });
  if (parts->labels.empty())
    throw WholeInputError(
        "expected texts, but got none; give files with at least one");
  return CountedDocuments(std::move(parts));
}

CountedDocuments::CountedDocuments(std::unique_ptr<CountedParts> parts)
    : parts_(std::move(parts)) {}
CountedDocuments::CountedDocuments(CountedDocuments &&) noexcept = default;
CountedDocuments &
CountedDocuments::operator=(CountedDocuments &&) noexcept = default;
CountedDocuments::~CountedDocuments() = default;

std::span<const double> CountedDocuments::labels() const {
  return parts_->labels;
}
void CountedDocuments::setLabels(std::vector<double> labels) {
  parts_->labels = std::move(labels);
}
std::span<const std::uint32_t> CountedDocuments::lengths() const {
  return parts_->lengths;
}
