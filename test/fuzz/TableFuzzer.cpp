//===- TableFuzzer.cpp - Fuzzes tables of CSV -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Import/TableImport.h"
#include "Import/TableRows.h"
#include "InputFile.h"

#include <cstdlib>
#include <cstring>

using namespace mlc::runtime;
using namespace mlc::test;

/// Learns the table, whose last column is the label, from all of its rows, then
/// reads it again by what was learned.
static void readTable(const std::string &path, Scaling scaling) {
  DocumentOptions documents;
  documents.format = TextFormat::Csv;
  documents.fields.label = "y";
  TableOptions options;
  options.scaling = scaling;
  const std::vector<std::string> inputs = {path};
  const auto open = [&] {
    return openInput(path, documents.format, documents.fields);
  };
  RawTable raw(inputs, open(), documents, options, {});
  std::vector<double> labels;
  for (Document document; raw.next(document);)
    labels.push_back(document.label);
  std::vector<std::size_t> rows(labels.size());
  for (std::size_t row = 0; row < rows.size(); ++row)
    rows[row] = row;
  Table table;
  SparseRows learned;
  try {
    labels = raw.finishLabels(labels);
    raw.labels().learn(labels);
    table = raw.learn(rows, {});
    raw.labels().resolve(labels);
    learned = raw.encode(table, labels, rows);
  } catch (const InputError &) { // Of all rows, so without a place.
    return;
  }
  LabelReader reader(table.settings().labels);
  const FeatureRows again = readTableRows(inputs, open(), documents, table,
                                          nullptr, &reader, /*threads=*/1);
  FeatureRows expected;
  joinTable(expected, std::move(learned), /*hasTexts=*/false);
  if (again.dense.size() != expected.dense.size() ||
      again.sparse.indices != expected.sparse.indices ||
      again.sparse.labels != expected.sparse.labels ||
      (!again.dense.empty() &&
       std::memcmp(again.dense.data(), expected.dense.data(),
                   again.dense.size() * sizeof(float)) != 0))
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  for (Scaling scaling : {Scaling::Robust, Scaling::Standard, Scaling::None})
    expectReadOrRefused(file.path(), [&] { readTable(file.path(), scaling); });
  return 0;
}
