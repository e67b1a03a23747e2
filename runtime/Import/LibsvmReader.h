//===- LibsvmReader.h - Reads LIBSVM text -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_LIBSVMREADER_H
#define MLC_RUNTIME_IMPORT_LIBSVMREADER_H

#include "Data/SparseRows.h"
#include "Import/LabelReader.h"
#include "Import/LineReader.h"

#include <string>

namespace mlc::runtime {

/// The largest count. Counts are F32: those above 2^24 are rounded.
constexpr double maxCount = 2147483647;

struct LibsvmRules {
  /// Values must be from 0 to `maxCount`.
  bool onlyCounts = false;
  /// Indices must be below it: the number of words of a vocabulary.
  std::int64_t width = maxWidth;
};

/// Reads files of `LABEL INDEX:VALUE INDEX:VALUE ...` lines, one example each:
/// a label, or several that commas part (`0,2`); fields apart by spaces or
/// tabs, indices rising, from 0 to 2^31 - 2, values finite. `qid:N`
/// behind the label, as learning to rank has it, is left out. `#` starts a
/// comment; lines with nothing else are skipped. Indices stand for columns as
/// they are: those of a file that counts from 1 leave column 0 empty. Values of
/// 0 are not stored. Source:
/// https://www.csie.ntu.edu.tw/~cjlin/libsvm/faq.html#/Q03:_Data_preparation
class LibsvmReader {
public:
  /// `labels` must outlive the reader; null: what stands in their place is
  /// not looked at, and may be missing.
  LibsvmReader(const LibsvmRules &rules, LabelReader *labels)
      : rules_(rules), labels_(labels) {}

  /// Appends the examples of a plain, xz or gzip file. Throws InputError with
  /// the place in the (decompressed) text.
  void read(const std::string &path) { read(LineReader(path)); }
  /// The same of one that is open.
  void read(LineReader reader);

  SparseRows &rows() { return rows_; }
  /// The lowest index there is, and how many lines had a `qid:N`.
  std::int64_t lowestIndex() const { return lowest_; }
  std::size_t queries() const { return queries_; }

private:
  void readLine(const LineReader &reader, const char *begin, const char *end);
  double readLabel(const LineReader &reader, const char *&at, const char *end);

  void expectSeveral(LineReader &reader);

  LibsvmRules rules_;
  LabelReader *labels_;
  SparseRows rows_;
  std::int64_t lowest_ = maxWidth;
  std::size_t queries_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_LIBSVMREADER_H
