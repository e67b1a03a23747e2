//===- StoredDecision.h - How outputs become answers ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_STOREDDECISION_H
#define MLC_RUNTIME_PROGRAM_STOREDDECISION_H

#include "Data/Safetensors.h"
#include "Metrics/Judged.h"

#include <cstdint>
#include <map>
#include <string>

namespace mlc::runtime {

/// `temperature` and `threshold` in the `__metadata__` of weights, which
/// PROGRAM calibrate wrote; the usual ones where they are not there. A
/// threshold of each label is a list, `[0.3, 0.45]`, which must have `outputs`
/// numbers. Throws InputError where they are no such numbers.
Decision decisionOf(const SafetensorsFile &weights, std::int64_t outputs);

/// Sets or removes the entries.
void storeDecision(const Decision &decision,
                   std::map<std::string, std::string> &metadata);

/// "temperature 1.3, threshold 0.29"; empty where both are the usual ones.
std::string decisionText(const Decision &decision);

/// The threshold, or those of each label, as JSON; empty where there is none.
std::string thresholdJson(const Decision &decision);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_STOREDDECISION_H
