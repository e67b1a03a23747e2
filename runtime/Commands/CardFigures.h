//===- CardFigures.h - What a model card says of a test set -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_CARDFIGURES_H
#define MLC_RUNTIME_COMMANDS_CARDFIGURES_H

#include "Audit/ModelCard.h"
#include "Data/Dataset.h"
#include "Data/Safetensors.h"
#include "Metrics/Judged.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Of each text: how many words it has, and how many of them no feature has.
struct TextWords {
  std::vector<std::int64_t> words, unknown;
};

/// Of the texts at `path`, in their order. Nothing where there are no texts, or
/// where features are no words. Throws InputError.
std::optional<TextWords> wordsOfTexts(const std::string &path,
                                      const SafetensorsFile &weights);

/// Figures of all rows; then of the rows of each class, and of each quarter of
/// the rows by their length and by their share of unknown words. Without
/// `words`, the length is how many entries a sparse row has, which is how many
/// of the model's words it knows. Slices without rows are left out. `judged`
/// has the rows of `data` in their order.
std::vector<CardSlice> cardSlices(const Judged &judged, const Dataset &data,
                                  std::span<const std::string> classNames,
                                  const TextWords *words);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_CARDFIGURES_H
