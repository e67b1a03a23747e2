//===- TableSource.h - The rows of several tables ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_TABLESOURCE_H
#define MLC_RUNTIME_IMPORT_TABLESOURCE_H

#include "Import/Documents.h"
#include "Import/RowSource.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Reads the rows of one table after another, and hands out the texts of each
/// row as a document.
class TableSource : public DocumentSource {
protected:
  TableSource(std::span<const std::string> inputs,
              const DocumentOptions &options)
      : inputs_(inputs), options_(options) {}

  /// Sets `source_`, and finds the columns in it. Throws InputError.
  virtual void open(OpenInput input) = 0;

  /// Reads the next row into `cells_`; false at the end. Throws InputError, too
  /// where a table has no rows.
  bool nextRow();
  /// The cells of these columns, a line each; redacted where that is wanted.
  void joinTexts(std::span<const std::size_t> columns, std::string &text) const;

  /// Says what the row counts, by the cell of this column; 1 without one.
  /// Throws InputError.
  void weigh(std::optional<std::size_t> column) const;

  const std::string &inputName() const { return inputs_[input_]; }

  std::span<const std::string> inputs_;
  const DocumentOptions &options_;
  std::unique_ptr<RowSource> source_;
  std::vector<std::string> cells_;

private:
  std::size_t input_ = 0;
  bool isEmpty_ = true; ///< No row of this input has been read.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_TABLESOURCE_H
