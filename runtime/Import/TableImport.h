//===- TableImport.h - Learns a table's transform ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_TABLEIMPORT_H
#define MLC_RUNTIME_IMPORT_TABLEIMPORT_H

#include "Import/RawColumn.h"
#include "Import/TableSource.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Reads the rows of tables whose transform is not yet known: keeps their
/// cells, and hands out the texts of each as a document, with what stands for
/// its label.
class RawTable : public TableSource {
public:
  /// `inputs`: the others are read with the columns of the first, by name.
  /// Throws InputError, UsageError.
  RawTable(std::span<const std::string> inputs, OpenInput first,
           const DocumentOptions &documents, const TableOptions &options,
           LabelRule labels);

  /// Throws InputError with the place.
  bool next(Document &document) override;

  /// Once all are read: what labels are is known, and each row's label, as
  /// LabelReader::read returns it, is in the place of the document's.
  std::vector<double> finishLabels(std::span<const double> labels);
  LabelReader &labels() { return labels_; }
  bool hasTexts() const { return !plan_.text.empty(); }

  /// Where the column of labels is named, `path:line:column`.
  const std::string &labelPlace() const { return labelPlace_; }

  /// Learns the transform from the rows that were picked. Throws InputError
  /// where no feature remains.
  Table learn(std::span<const std::size_t> rows,
              std::optional<TargetScale> target) const;
  /// The features of the rows, with these labels of all rows.
  SparseRows encode(const Table &table, std::span<const double> labels,
                    std::span<const std::size_t> rows) const;

private:
  void open(OpenInput input) override;
  double readLabel();
  double keepLabel(std::size_t column);
  void decideLabels();
  /// Throws InputError where another column has the same name.
  void expectOnce(std::size_t column) const;
  void noteLarge(std::size_t column, double number);
  void noteExtreme(std::size_t column, double number);
  [[noreturn]] void failUnscaled(std::size_t column, double number,
                                 double center) const;

  TableSettings settings_; ///< What is missing, how numbers are scaled.
  Table missing_;          ///< Knows what is missing, and no more.
  TablePlan plan_;
  std::vector<std::string> names_;
  LabelReader labels_;
  /// Whether labels are kept in `labelCells_` until all are there: one cell
  /// does not tell a quantity from the number of a class.
  bool areLabelsOpen_ = false;
  std::vector<RawColumn> columns_;
  RawColumn labelCells_{ColumnRole::Label};
  /// A number of a column, and where it is.
  struct PlacedNumber {
    double number;
    std::size_t input;
    TextPlace place;
  };
  struct Extremes {
    std::optional<PlacedNumber> least, most;
  };
  /// For errors that only the whole column shows: where it is named, where
  /// each column has its first number that no float can hold, with the number,
  /// and where those are that are furthest from the others.
  std::string tablePlace_, labelPlace_;
  std::vector<std::string> namePlaces_; ///< Of each column.
  std::vector<std::string> largePlaces_;
  std::vector<Extremes> extremes_;
  std::vector<std::string> paths_; ///< Of the inputs so far, for errors.
  /// Of the columns, and of those with texts, in this input.
  std::vector<std::size_t> places_, textPlaces_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_TABLEIMPORT_H
