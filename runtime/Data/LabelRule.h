//===- LabelRule.h - What a label in a text file may be ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_LABELRULE_H
#define MLC_RUNTIME_DATA_LABELRULE_H

#include <optional>
#include <utility>
#include <vector>

namespace mlc::runtime {

enum class LabelKind {
  Binary,  ///< 0 or 1, or -1 for 0; F32
  Classes, ///< whole numbers from 0; I32
  Numbers, ///< any finite number; F32
  Stars,   ///< scores, each of them a class of its own; I32
};

/// As options and files spell them.
constexpr std::pair<const char *, LabelKind> labelNames[] = {
    {"binary", LabelKind::Binary},
    {"classes", LabelKind::Classes},
    {"numbers", LabelKind::Numbers},
    {"stars", LabelKind::Stars},
};

/// How labels are read. With `positiveFrom`, which goes with Binary, the file
/// has scores, and a score of at least that much is 1, else 0. With Stars, the
/// class i stands for the score `scores[i]`: those of the training examples,
/// rising; empty until they are known.
struct LabelRule {
  LabelKind kind = LabelKind::Binary;
  std::optional<double> positiveFrom = {};
  std::vector<double> scores = {};

  /// Whether labels are stored as I32 classes.
  bool hasClasses() const {
    return kind == LabelKind::Classes || kind == LabelKind::Stars;
  }
  bool operator==(const LabelRule &) const = default;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_LABELRULE_H
