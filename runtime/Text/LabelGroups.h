//===- LabelGroups.h - Labels as groups of examples -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TEXT_LABELGROUPS_H
#define MLC_RUNTIME_TEXT_LABELGROUPS_H

#include "Data/LabelRule.h"

#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

/// The group of each example, from 0; there are at least two groups.
struct LabelGroups {
  std::vector<std::int32_t> of;
  std::int32_t count = 0;
};

/// Groups examples by their label, numbers by whether they are above the
/// labels' mean. Throws InputError where there is one group, or too many for a
/// score by groups.
LabelGroups groupLabels(std::span<const double> labels, LabelKind kind);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TEXT_LABELGROUPS_H
