//===- SettingSearch.h - The best pupil of so many bytes --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_SETTINGSEARCH_H
#define MLC_TOOLS_MLC_COMPRESS_SETTINGSEARCH_H

#include "CompressOptions.h"
#include "Metrics/Judged.h"
#include "PupilModel.h"
#include "Trainings.h"

#include <cstdint>
#include <optional>
#include <span>

namespace mlc {

/// Searches features and units whose weights have at most `options.maxBytes`:
/// a candidate for each number of units, as wide as fits.
class SettingSearch {
public:
  /// `trainings` reads `options` as they change. All must outlive it.
  SettingSearch(CompressOptions &options, const runtime::Dataset &data,
                const TeacherFacts &facts, const runtime::Decision &decision,
                const Trainings &trainings)
      : options_(options), data_(data), facts_(facts), decision_(decision),
        trainings_(trainings) {}

  /// Sets what was not given of the options to that of the candidate that
  /// answers best to a part of `rows`, which no candidate learns; `lessons` are
  /// those of `rows`, `layer` the teacher's first weights [features, units].
  /// Throws InputError where none is small enough.
  void run(const Rows &rows, std::span<const float> layer,
           std::span<const float> lessons);

private:
  std::optional<std::int64_t> mostFeatures(std::span<const std::int32_t> ranked,
                                           std::int64_t units,
                                           std::span<const float> layer) const;
  double accuracyOf(const Rows &learned, std::span<const float> lessons,
                    const Rows &choosing,
                    std::span<const std::int32_t> ranked) const;

  CompressOptions &options_;
  const runtime::Dataset &data_;
  const TeacherFacts &facts_;
  const runtime::Decision &decision_;
  const Trainings &trainings_;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_SETTINGSEARCH_H
