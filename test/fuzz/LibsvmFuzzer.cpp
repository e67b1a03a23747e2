//===- LibsvmFuzzer.cpp - Reading LIBSVM text -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LibsvmReader.h"
#include "InputFile.h"
#include "ReadAll.h"

#include <cstdlib>

using namespace mlc::runtime;
using namespace mlc::test;

/// Rows that are read must be rows: rising indices below the width.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  for (const LabelRule &rule :
       {LabelRule{}, LabelRule{.kind = LabelKind::Classes},
        LabelRule{.kind = LabelKind::Numbers},
        LabelRule{.kind = LabelKind::Stars},
        LabelRule{.form = LabelForm::Words},
        LabelRule{.form = LabelForm::Several}})
    expectReadOrRefused(file.path(), [&] {
      LabelReader labels(rule);
      LibsvmReader reader({}, &labels);
      reader.read(file.path());
      finishLabels(labels, reader.rows());
      const SparseRows &rows = reader.rows();
      for (std::size_t row = 0; row < rows.size(); ++row) {
        std::int64_t last = -1;
        for (std::int32_t index : rows.indicesOf(row)) {
          if (index <= last || index >= rows.width)
            std::abort();
          last = index;
        }
      }
    });
  return 0;
}
