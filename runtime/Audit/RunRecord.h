//===- RunRecord.h - Where weights come from, as a record -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_RUNRECORD_H
#define MLC_RUNTIME_AUDIT_RUNRECORD_H

#include "Audit/Distribution.h"
#include "Audit/Envelope.h"
#include "Metrics/Measure.h"

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// What made weights: training alone; a training whose weights were calibrated;
/// or mlc compress, from those of a larger model.
enum class WeightsMaker { Training, Calibration, Compression };

/// A file that a training read or wrote.
struct RecordedFile {
  /// "data", "test", "first weights", "forgotten rows" or "program"; of weights
  /// that were made from others, "earlier weights" and "calibration data" or
  /// "earlier model", too.
  std::string role;
  std::string name;   ///< Without its folder.
  std::string sha256; ///< Of its bytes, in hexadecimal.
};

/// What a training cost. What was not measured is absent.
struct RunCost {
  double seconds = 0;
  /// Products of two numbers, by the compiler's count for each step; where rows
  /// are sparse, with the mean number of their stored entries.
  std::optional<double> multiplications;
  /// Of all packages of the machine, whatever else ran on it.
  std::optional<double> joules;
};

/// The record of how weights were made, `W.run.json` beside the weights W: a
/// statement of in-toto whose predicate is SLSA's provenance, in an envelope of
/// DSSE. Its fields are described in Records.md.
struct RunRecord {
  WeightsMaker maker = WeightsMaker::Training;
  RecordedFile weights; ///< Its role is not used.
  std::vector<RecordedFile> sources;
  /// What the bits of the weights depend on beside the sources, by the names
  /// that checkpoints have for them (`seed`, `learning_rate`), and `epochs`
  /// and `max_steps`. Empty values are left out.
  std::map<std::string, std::string> options;
  std::int64_t steps = 0; ///< Of training that these weights have had.
  /// Where it ran: `cpu`, `system`, `threads`, `device`.
  std::map<std::string, std::string> environment;
  std::string started, finished; ///< UTC, as 2026-01-31T23:59:59Z.
  std::vector<Figure> figures;
  RunCost cost;
  Distribution distribution; ///< Of the rows that were learned.

  /// Null where there is no such source; the first where there are several.
  const RecordedFile *source(std::string_view role) const;
  /// All of them, as the parts of a data set are.
  std::vector<const RecordedFile *> sourcesOf(std::string_view role) const;
  /// Empty where there is none.
  std::string option(const std::string &name) const;

  /// As JSON, to be signed.
  std::string statement() const;
  /// Reads one. Throws InputError, naming `path`.
  static RunRecord parse(const std::string &path, std::string_view statement);
};

/// The envelope's `payloadType`.
constexpr const char *statementType = "application/vnd.in-toto+json";

/// The path of the record that belongs to weights.
std::string recordPath(const std::string &weights);

/// An envelope with what it says. Throws InputError where there is none, or
/// where it is damaged.
struct OpenedRecord {
  explicit OpenedRecord(const std::string &path);
  Envelope envelope;
  RunRecord record;
};

/// The time now, as RunRecord has it.
std::string timeText();

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_RUNRECORD_H
