//===- TrialLog.h - What a search has tried ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_TRIALLOG_H
#define MLC_TOOLS_MLC_TRIALLOG_H

#include "Halving.h"
#include "System/OperatingSystem.h"
#include "TrialSettings.h"

#include <string>
#include <vector>

namespace mlc {

/// A trial that was completed.
struct Trial {
  TrialPlan plan;
  TrialSettings settings;
  double value = 0;     ///< Of the metric, in its best epoch; NaN: it failed.
  double bestEpoch = 0; ///< From 1; a mean over folds.
  double seconds = 0;
};

/// `trials.jsonl`: first an object that says what is searched, then a line for
/// each trial. A line that was cut off when the search was killed is removed.
class TrialLog {
public:
  /// Goes on with the file where `isResumed` and there is one, which must have
  /// been begun with the same `header`; else begins it. Only one search at a
  /// time has it; waits for trainings that a search that was killed left
  /// behind. Throws InputError.
  TrialLog(const std::string &path, const std::string &header, bool isResumed);
  TrialLog(const TrialLog &) = delete;
  TrialLog &operator=(const TrialLog &) = delete;

  /// Those that stood in the file.
  const std::vector<Trial> &earlier() const { return earlier_; }
  /// Brought to the disk. Throws InputError.
  void add(const Trial &trial);

private:
  void lock();
  void read(const std::string &header);
  void write(const std::string &line);
  [[noreturn]] void fail(const char *what, int reason) const;

  std::string path_;
  runtime::Descriptor file_;
  std::vector<Trial> earlier_;
  std::size_t count_ = 0;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_TRIALLOG_H
