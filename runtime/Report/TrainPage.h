//===- TrainPage.h - What a page shows of a training run --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_REPORT_TRAINPAGE_H
#define MLC_RUNTIME_REPORT_TRAINPAGE_H

#include "Metrics/Measure.h"
#include "Report/Html.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// An epoch and its figures, named as in the metrics file: loss, test_loss,
/// test_f1 and so on; each has the same.
struct EpochFigures {
  std::int64_t epoch;
  std::vector<Figure> figures;
};

/// Adds the curves of the figures over the epochs and a table of them, in which
/// `best` is marked by `mark` (0: none). Each number is a `<data>` of
/// `epoch/N/NAME`.
void addEpochs(HtmlPage &page, std::span<const EpochFigures> epochs,
               std::int64_t best, const char *mark = "best");

} // namespace mlc::runtime

#endif // MLC_RUNTIME_REPORT_TRAINPAGE_H
