//===- StoredFigures.h - What weights were worth ----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_STOREDFIGURES_H
#define MLC_RUNTIME_PROGRAM_STOREDFIGURES_H

#include "Data/Safetensors.h"
#include "Metrics/Measure.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Sets `figures` in the `__metadata__` of weights: a JSON object of numbers by
/// the names that the metrics file (of an epoch, where `train --best` writes
/// them) and `eval --json` (where `calibrate` does) have. An undefined one is
/// left out.
void storeFigures(std::span<const Figure> figures,
                  std::map<std::string, std::string> &metadata);

/// Those that the weights have, in their order; none where they are not known.
std::vector<Figure> storedFigures(const SafetensorsFile &weights);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_STOREDFIGURES_H
