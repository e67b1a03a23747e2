//===- TableRows.h - Rows of a table by a learned transform -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_TABLEROWS_H
#define MLC_RUNTIME_IMPORT_TABLEROWS_H

#include "Import/RowSource.h"
#include "Table/Table.h"
#include "Text/FeatureRows.h"
#include "Text/Vectorizer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Wider tables become sparse rows, since most of their features are those of
/// categories and so 0.
constexpr std::int64_t maxDenseWidth = 1024;

/// A word for people about dense rows that take more than 0.5 GB; nothing where
/// they take less.
std::optional<std::string> describeMuchMemory(std::size_t rows,
                                              std::size_t width);

/// Puts a table's features, of `table.width`, behind those of texts, where
/// `rows` has any, or makes rows of them alone. Labels are those of `table`.
void joinTable(FeatureRows &rows, SparseRows table, bool hasTexts);

/// Reads inputs as rows of `table`, and of `vectorizer` where the table has
/// texts beside it: what `--like`, `eval` and `predict` do. Columns are found
/// by their names; one that is missing is an error, others are noted. Labels
/// are read where `labels` is not null. Throws InputError with the place.
FeatureRows readTableRows(std::span<const std::string> inputs, OpenInput first,
                          const DocumentOptions &options, const Table &table,
                          const Vectorizer *vectorizer, LabelReader *labels,
                          std::int64_t threads);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_TABLEROWS_H
