//===- LibsvmFuzzer.cpp - Reading LIBSVM text -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/LibsvmReader.h"
#include "InputFile.h"

#include <cstdlib>

using namespace mlc::runtime;
using namespace mlc::test;

/// Rows that are read must be rows: rising indices below the width.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  for (LabelKind kind : {LabelKind::Binary, LabelKind::Classes,
                         LabelKind::Numbers, LabelKind::Stars})
    expectReadOrRefused(file.path(), [&] {
      LibsvmReader reader({.labels = {.kind = kind}});
      reader.read(file.path());
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
