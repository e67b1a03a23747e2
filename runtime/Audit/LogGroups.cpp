//===- LogGroups.cpp - How a log's decisions fall on groups ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/LogGroups.h"

#include "Audit/DecidedRow.h"
#include "Audit/LogVerification.h"
#include "Audit/TextLines.h"
#include "Error.h"
#include "System/MappedFile.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace mlc::runtime {

namespace json = boost::json;

namespace {

constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();

/// `ENTRY,GROUP` or `ENTRY,GROUP,LABEL`; nothing for anything else.
std::optional<EntryGroup> groupOf(std::string_view line) {
  const std::size_t first = line.find(','), last = line.rfind(',');
  if (first == line.npos)
    return std::nullopt;
  const auto entry = wholeNumberOf(line.substr(0, first));
  const std::string_view group =
      line.substr(first + 1, first == last ? line.npos : last - first - 1);
  if (!entry || group.empty() || group.find(',') != group.npos)
    return std::nullopt;
  EntryGroup result{*entry, std::string(group), {}};
  if (first != last) {
    const auto label = wholeNumberOf(line.substr(last + 1));
    if (!label)
      return std::nullopt;
    result.label = std::int64_t(*label);
  }
  return result;
}

/// The one label of a decision.
std::int64_t labelOf(const std::string &where, std::string_view entry) {
  json::error_code error;
  const json::value value = json::parse(entry, error);
  const json::value *labels = error || !value.is_object()
                                  ? nullptr
                                  : value.get_object().if_contains("labels");
  if (!labels || !labels->is_array() || labels->get_array().size() != 1 ||
      !labels->get_array()[0].is_int64())
    throw InputError(fmt::format(
        "{}: has no single label, by which decisions are counted; give the log "
        "of a model that tells one class for each row",
        where));
  return labels->get_array()[0].get_int64();
}

/// All labels that were told or are right.
std::set<std::int64_t> labelsOf(const LogGroups &all) {
  std::set<std::int64_t> labels;
  for (const auto &[name, group] : all.groups) {
    for (const auto &[label, count] : group.labels)
      labels.insert(label);
    for (const auto &[right, told] : group.known)
      labels.insert(right);
  }
  return labels;
}

bool isYesOrNo(const std::set<std::int64_t> &labels) {
  return labels.empty() || (*labels.begin() >= 0 && *labels.rbegin() <= 1);
}

std::string percent(double share) {
  return std::isnan(share) ? "-" : fmt::format("{:.2f}", 100 * share);
}

/// Where yes is told least often, over where it is most often.
std::string comparison(const LogGroups &all) {
  const auto less = [](const auto &a, const auto &b) {
    return a.second.shareOf(1) < b.second.shareOf(1);
  };
  const auto [least, most] =
      std::minmax_element(all.groups.begin(), all.groups.end(), less);
  if (all.groups.size() < 2 || most->second.shareOf(1) == 0)
    return "";
  return fmt::format("1 is told {:.4f} times as often of {} as of {}\n",
                     least->second.shareOf(1) / most->second.shareOf(1),
                     least->first, most->first);
}

json::value finite(double value) {
  return std::isfinite(value) ? json::value(value) : nullptr;
}

} // namespace

std::vector<EntryGroup> readEntryGroups(const std::string &path) {
  const MappedFile file(path);
  std::vector<EntryGroup> list;
  std::set<std::uint64_t> entries;
  for (const auto &[number, line] : linesOf(file.text())) {
    auto group = groupOf(line);
    if (!group)
      throw InputError(fmt::format(
          "{}:{}: expected the number of a decision, a group and, where it is "
          "known, the right label, as 17,women,1; give one a line",
          path, number));
    if (!entries.insert(group->entry).second)
      throw InputError(fmt::format("{}:{}: names decision {} again; give each "
                                   "once",
                                   path, number, group->entry));
    list.push_back(std::move(*group));
  }
  if (list.empty())
    throw InputError(
        fmt::format("{}: names no decision; give lines as 17,women,1", path));
  return list;
}

double GroupDecisions::shareOf(std::int64_t label) const {
  const auto found = labels.find(label);
  return found == labels.end() ? 0 : double(found->second) / double(decisions);
}

double GroupDecisions::accuracy() const {
  std::int64_t right = 0, all = 0;
  for (const auto &[label, told] : known)
    for (const auto &[answer, count] : told) {
      all += count;
      right += answer == label ? count : 0;
    }
  return all == 0 ? notKnown : double(right) / double(all);
}

double GroupDecisions::rateOf(std::int64_t told, std::int64_t right) const {
  const auto found = known.find(right);
  if (found == known.end())
    return notKnown;
  std::int64_t all = 0, hits = 0;
  for (const auto &[answer, count] : found->second) {
    all += count;
    hits += answer == told ? count : 0;
  }
  return double(hits) / double(all);
}

ShareBounds boundsOf(std::int64_t count, std::int64_t all) {
  constexpr double z = 1.959963984540054; // Of 97.5 %.
  const double n = double(all), share = double(count) / n;
  const double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z *
                      std::sqrt(share * (1 - share) / n + z * z / (4 * n * n)) /
                      (1 + z * z / n);
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

std::string LogGroups::text() const {
  const std::set<std::int64_t> labels = labelsOf(*this);
  const bool yesOrNo = isYesOrNo(labels);
  std::string result = fmt::format("{:<24}  {:>9}", "group", "decisions");
  if (yesOrNo)
    result += fmt::format("  {:>8}  {:>15}  {:>10}  {:>14}  {:>14}", "% told 1",
                          "95 % of 100", "% right", "% 1 where 0 is",
                          "% 0 where 1 is");
  else
    for (const std::int64_t label : labels)
      result += fmt::format("  {:>8}", fmt::format("% {}", label));
  result += yesOrNo ? "\n" : fmt::format("  {:>8}\n", "% right");
  for (const auto &[name, group] : groups) {
    result += fmt::format("{:<24}  {:>9}", name, group.decisions);
    if (yesOrNo) {
      const std::int64_t ones =
          group.labels.contains(1) ? group.labels.at(1) : 0;
      const auto [low, high] = boundsOf(ones, group.decisions);
      result +=
          fmt::format("  {:>8}  {:>15}  {:>10}  {:>14}  {:>14}\n",
                      percent(group.shareOf(1)),
                      fmt::format("{} to {}", percent(low), percent(high)),
                      percent(group.accuracy()), percent(group.rateOf(1, 0)),
                      percent(group.rateOf(0, 1)));
      continue;
    }
    for (const std::int64_t label : labels)
      result += fmt::format("  {:>8}", percent(group.shareOf(label)));
    result += fmt::format("  {:>8}\n", percent(group.accuracy()));
  }
  if (yesOrNo)
    result += comparison(*this);
  return result + fmt::format("{} decisions are of no group that was named\n",
                              notListed);
}

std::string LogGroups::json() const {
  const bool yesOrNo = isYesOrNo(labelsOf(*this));
  json::array list;
  for (const auto &[name, group] : groups) {
    json::object told;
    for (const auto &[label, count] : group.labels)
      told[std::to_string(label)] = count;
    json::object object{{"group", name},
                        {"decisions", group.decisions},
                        {"labels", std::move(told)},
                        {"accuracy", finite(group.accuracy())}};
    if (yesOrNo) {
      object["false_positive_rate"] = finite(group.rateOf(1, 0));
      object["false_negative_rate"] = finite(group.rateOf(0, 1));
    }
    list.push_back(std::move(object));
  }
  return json::serialize(json::object{{"groups", std::move(list)},
                                      {"not_listed", notListed}}) +
         "\n";
}

LogGroups groupsOfLog(const std::string &folder,
                      const std::vector<EntryGroup> &list) {
  if (const Findings findings = verifyLog(folder, {}); !findings.isGood())
    throw InputError(fmt::format("{}: is not whole, so nothing is counted: {}; "
                                 "mlc log verify says more",
                                 folder, findings.badParts()));
  const LogFolder log(folder);
  const std::uint64_t size =
      LogCheckpoint::parse(folder, log.checkpoint().text).size;
  std::map<std::uint64_t, const EntryGroup *> wanted;
  for (const EntryGroup &group : list)
    wanted[group.entry] = &group;
  if (wanted.rbegin()->first >= size)
    throw InputError(fmt::format("{}: has {} decisions so far, so that there "
                                 "is no entry {}; give numbers from 0 to {}",
                                 folder, size, wanted.rbegin()->first,
                                 size - 1));
  LogGroups result;
  result.notListed = std::int64_t(size - wanted.size());
  constexpr std::uint64_t perBundle = 256;
  std::vector<std::string> entries;
  std::uint64_t loaded = size; // No bundle yet.
  for (const auto &[number, group] : wanted) {
    if (const std::uint64_t bundle = number / perBundle; bundle != loaded) {
      entries =
          log.bundle(bundle, std::min(size - bundle * perBundle, perBundle));
      loaded = bundle;
    }
    const std::int64_t told =
        labelOf(fmt::format("{}: entry {}", folder, number),
                entries[number % perBundle]);
    GroupDecisions &decisions = result.groups[group->group];
    ++decisions.decisions;
    ++decisions.labels[told];
    if (group->label)
      ++decisions.known[*group->label][told];
  }
  return result;
}

} // namespace mlc::runtime
