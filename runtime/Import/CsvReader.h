//===- CsvReader.h - Reads documents from CSV -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_CSVREADER_H
#define MLC_RUNTIME_IMPORT_CSVREADER_H

#include "Import/CsvRecords.h"
#include "Import/CsvShape.h"
#include "Import/TextFormat.h"
#include "Text/Document.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// The form of the file: what `fields` says, and what it leaves open as the
/// file's first records show it.
CsvShape tellCsvShape(LineReader &lines, const TextFields &fields);

/// Reads a document from each record of CSV. Several columns of text are joined
/// by line ends.
class CsvReader : public DocumentSource {
public:
  /// Reads the header. `labels` must outlive the reader. Throws InputError.
  CsvReader(LineReader lines, const TextFields &fields, LabelReader &labels);

  /// Throws InputError with the place of what is at fault.
  bool next(Document &document) override;

private:
  CsvReader(LineReader &&lines, const CsvShape &shape, const TextFields &fields,
            LabelReader &labels);
  /// A field that is read, rather than skipped.
  struct Use {
    bool isText = false, isLabel = false, isWeight = false;
    std::size_t text = 0, label = 0; ///< Which of those asked for.
  };
  double labelOf(CsvRecords::Place place);
  double weightOf(CsvRecords::Place place) const;
  void joinTexts(Document &document) const;

  CsvRecords records_;
  bool isEmpty_ = true; ///< No record has been read but the header.
  LabelReader &labels_;
  std::vector<Use> uses_; ///< Of each column.
  /// The columns of labels, and of texts, in the order asked for, and their
  /// fields; one text goes straight into the document.
  std::vector<std::string> labelNames_, labelFields_, textFields_;
  std::string weightField_;
  std::vector<std::string_view> labelViews_, fieldViews_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_CSVREADER_H
