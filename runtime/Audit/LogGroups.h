//===- LogGroups.h - How a log's decisions fall on groups -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_LOGGROUPS_H
#define MLC_RUNTIME_AUDIT_LOGGROUPS_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Whom a decision was about, as who keeps the log knows.
struct EntryGroup {
  std::uint64_t entry;
  std::string group;
  std::optional<std::int64_t> label; ///< What turned out to be true.
};

/// Reads lines of `ENTRY,GROUP` or `ENTRY,GROUP,LABEL`: the number of a
/// decision in the log, each at most once, a name, and the label that was
/// right. Throws InputError that names the line.
std::vector<EntryGroup> readEntryGroups(const std::string &path);

/// What was decided about one group.
struct GroupDecisions {
  std::int64_t decisions = 0;
  std::map<std::int64_t, std::int64_t> labels; ///< How often each was told.
  /// Of decisions whose right label is known: by that, then by what was told.
  std::map<std::int64_t, std::map<std::int64_t, std::int64_t>> known;

  double shareOf(std::int64_t label) const;
  /// Of known ones; NaN where there are none.
  double accuracy() const;
  /// How often `told` was told where `right` was right; NaN where it never was.
  double rateOf(std::int64_t told, std::int64_t right) const;
};

/// Bounds that hold the share behind `count` of `all` in 95 of 100 cases.
/// Source: Wilson, Probable inference (1927).
struct ShareBounds {
  double low, high;
};
ShareBounds boundsOf(std::int64_t count, std::int64_t all);

/// The decisions of a log by their groups; those that the list does not name
/// are in `notListed`.
struct LogGroups {
  std::map<std::string, GroupDecisions> groups;
  std::int64_t notListed = 0;

  std::string text() const;
  std::string json() const;
};

/// Throws InputError where the log is not whole, where a decision has several
/// labels or none, and where the list names one that the log does not have.
LogGroups groupsOfLog(const std::string &folder,
                      const std::vector<EntryGroup> &list);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_LOGGROUPS_H
