//===- CsvReader.h - Reads documents from CSV -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_CSVREADER_H
#define MLC_RUNTIME_IMPORT_CSVREADER_H

#include "Import/TextFormat.h"
#include "Text/Document.h"

#include <cstddef>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Reads a document from each record of comma-separated values with a header:
/// a field may be quoted, quotes in it are doubled, and line ends in it belong
/// to it; lines that are empty are skipped where there are several columns.
/// Source: RFC 4180.
class CsvReader : public DocumentSource {
public:
  /// Reads the header. `labels` must outlive the reader. Throws InputError.
  CsvReader(LineReader lines, const TextFields &fields, LabelReader &labels);

  /// Throws InputError with the place of what is at fault.
  bool next(Document &document) override;

private:
  static constexpr std::size_t none = -1;

  bool nextRecord();
  std::size_t findColumn(const std::vector<std::string> &names,
                         const std::string &name, const char *option) const;
  /// Reads the field at `at_`; appends it to `out` unless that is null.
  /// Returns whether another follows in the record.
  bool readField(std::string *out);
  void readQuoted(std::string *out);
  void readLabel(const char *place, double &label);

  LineReader lines_;
  LabelReader &labels_;
  std::size_t columns_ = 0, textColumn_ = none, labelColumn_ = none;
  const char *at_ = nullptr, *end_ = nullptr; // What is left of the line.
  std::string label_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_CSVREADER_H
