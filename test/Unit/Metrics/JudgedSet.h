//===- JudgedSet.h - A set to judge, read from text -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_METRICS_JUDGEDSET_H
#define MLC_TEST_UNIT_METRICS_JUDGEDSET_H

#include "Metrics/Judged.h"

#include <istream>
#include <string>
#include <vector>

namespace mlc::test {

/// Outputs and labels of some rows. In text, separated by blanks: the task
/// (regression, binary, labels, classes), rows, columns, temperature, threshold
/// (- for none), all outputs, all labels.
struct JudgedSet {
  std::vector<float> outputs, labels;
  std::vector<std::int32_t> classes;
  runtime::Judged judged; ///< Points to them.

  /// False at the end.
  bool read(std::istream &in) {
    using runtime::Task;
    std::string task, threshold;
    if (!(in >> task >> judged.rows >> judged.columns >>
          judged.decision.temperature >> threshold))
      return false;
    judged.task = task == "regression" ? Task::Regression
                  : task == "binary"   ? Task::Binary
                  : task == "labels"   ? Task::MultiLabel
                                       : Task::MultiClass;
    judged.decision.threshold.reset();
    if (threshold != "-")
      judged.decision.threshold = std::stod(threshold);
    const bool isClasses = judged.task == Task::MultiClass;
    outputs.resize(judged.rows * judged.columns);
    labels.resize(isClasses ? 0 : outputs.size());
    classes.resize(isClasses ? judged.rows : 0);
    for (float &output : outputs)
      in >> output;
    for (float &label : labels)
      in >> label;
    for (std::int32_t &label : classes)
      in >> label;
    judged.outputs = outputs;
    judged.labels = labels;
    judged.classes = classes;
    return bool(in);
  }
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_METRICS_JUDGEDSET_H
