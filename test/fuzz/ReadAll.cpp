//===- ReadAll.cpp - Reads all documents of a fuzzer's input --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadAll.h"

#include "Error.h"
#include "Import/Documents.h"
#include "Import/Utf8.h"
#include "InputFile.h"

#include <cstdlib>

using namespace mlc::runtime;

void mlc::test::finishLabels(LabelReader &labels, SparseRows &rows) {
  try {
    labels.learn(rows.labels);
    labels.resolve(rows.labels);
    labels.addColumns(rows);
  } catch (const InputError &) { // Of all inputs, so without a file's name.
    return;
  }
  const auto classes = static_cast<double>(labels.rule().names.size());
  for (double label : rows.labels)
    if (labels.rule().form == LabelForm::Words &&
        !(label >= 0 && label < classes))
      std::abort();
  for (const std::string &name : labels.rule().names)
    if (name.empty() || findBadText(name) != name.data() + name.size())
      std::abort();
}

void mlc::test::readAllBothWays(const std::string &path, TextFormat format) {
  for (TextCheck check : {TextCheck::Refuse, TextCheck::Replace}) {
    DocumentOptions options;
    options.format = format;
    options.fields.check = check;
    if (format == TextFormat::Lines)
      options.fields.label = "";
    for (const LabelRule &rule :
         {LabelRule{.kind = LabelKind::Numbers}, LabelRule{},
          LabelRule{.form = LabelForm::Several, .separator = ";"}})
      expectReadOrRefused(path, [&] {
        LabelReader labels(rule);
        Documents documents({path}, openInput(path, format, options.fields),
                            options, labels);
        SparseRows rows;
        for (Document document; documents.next(document);) {
          if (findBadText(document.text) !=
              document.text.data() + document.text.size())
            std::abort();
          rows.endRow(document.label);
        }
        // Lines have no labels.
        if (format != TextFormat::Lines)
          finishLabels(labels, rows);
      });
  }
}
