//===- DataStatistics.cpp - What a data set is like -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/DataStatistics.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <numeric>
#include <ranges>
#include <string_view>
#include <vector>

using namespace mlc::runtime;

static constexpr std::size_t shownWords = 10, shownLabels = 20;
static constexpr double certainty = 1.96; // Standard errors: 95 %.

namespace {
/// The label that a row counts as, and how the table calls it.
class Groups {
public:
  Groups(const std::vector<double> &labels, const LabelRule &rule)
      : rule_(rule) {
    mean_ = std::accumulate(labels.begin(), labels.end(), 0.0) /
            static_cast<double>(labels.size());
    for (double label : labels)
      ++sizes_[of(label)];
  }

  double of(double label) const {
    return rule_.kind == LabelKind::Numbers ? label >= mean_ : label;
  }
  const std::map<double, std::int64_t> &sizes() const { return sizes_; }
  std::string name(double group) const {
    switch (rule_.kind) {
    case LabelKind::Binary:
    case LabelKind::Classes:
      if (!rule_.names.empty())
        return rule_.names[static_cast<std::size_t>(group)];
      return fmt::format("{}", group);
    case LabelKind::Numbers:
      return fmt::format("{} {:.4g}", group == 1 ? ">=" : "<", mean_);
    case LabelKind::Stars:
      return fmt::format("{} ({} stars)", group,
                         rule_.scores[static_cast<std::size_t>(group)]);
    }
    __builtin_unreachable();
  }

private:
  const LabelRule &rule_;
  double mean_;
  std::map<double, std::int64_t> sizes_;
};
} // namespace

/// For each feature, in how many rows it stands; of one group, or of all.
static std::vector<std::int64_t>
countRows(const SparseRows &rows, const Groups &groups, const double *group) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(rows.width));
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (!group || groups.of(rows.labels[row]) == *group)
      for (std::int32_t feature : rows.indicesOf(row))
        ++counts[static_cast<std::size_t>(feature)];
  return counts;
}

/// As the header says.
static double tellingOf(double a, double groupSize, double c,
                        double otherSize) {
  const double with = a + 0.5, without = groupSize - a + 0.5;
  const double otherWith = c + 0.5, otherWithout = otherSize - c + 0.5;
  return std::log(with * otherWithout / (without * otherWith)) -
         certainty * std::sqrt(1 / with + 1 / without + 1 / otherWith +
                               1 / otherWithout);
}

static std::vector<std::string_view> splitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(lines.back().size() + 1);
  }
  return lines;
}

/// A line for each label: its most telling words.
static std::string describeWords(const SparseRows &rows, const Groups &groups,
                                 const std::string &vocabulary) {
  const std::vector<std::string_view> words = splitLines(vocabulary);
  const std::vector<std::int64_t> all = countRows(rows, groups, nullptr);
  std::string text;
  std::size_t shown = 0;
  for (auto [group, size] : groups.sizes()) {
    if (++shown > shownLabels)
      break;
    const std::vector<std::int64_t> own = countRows(rows, groups, &group);
    const double others = static_cast<double>(rows.size()) - double(size);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t word = 0; word < words.size(); ++word)
      if (double telling = tellingOf(double(own[word]), double(size),
                                     double(all[word] - own[word]), others);
          telling > 0)
        order.emplace_back(-telling, word);
    const std::size_t kept = std::min(order.size(), shownWords);
    std::ranges::partial_sort(order, order.begin() +
                                         static_cast<std::ptrdiff_t>(kept));
    order.resize(kept);
    std::vector<std::string_view> best;
    for (auto [telling, word] : order)
      best.push_back(words[word]);
    text += fmt::format("  telling of {:<8} {}\n", groups.name(group),
                        best.empty() ? "(none)"
                                     : fmt::to_string(fmt::join(best, ", ")));
  }
  return text;
}

static std::string describeLabels(const Groups &groups, std::size_t rows) {
  std::string text;
  std::size_t shown = 0;
  for (auto [group, size] : groups.sizes()) {
    if (++shown > shownLabels)
      return text + fmt::format("  ... and {} labels more\n",
                                groups.sizes().size() - shownLabels);
    text += fmt::format("  label {:<12} {} ({:.2f} %)\n", groups.name(group),
                        size, 100.0 * double(size) / double(rows));
  }
  return text;
}

/// Rows with several labels: how many have each.
static std::string describeColumns(const SparseRows &rows,
                                   const LabelRule &rule) {
  const auto columns = static_cast<std::size_t>(rows.labelColumns);
  std::vector<double> sums(columns);
  for (std::size_t at = 0; at < rows.severalLabels.size(); ++at)
    sums[at % columns] += rows.severalLabels[at];
  const bool areCounted = rule.kind == LabelKind::Binary;
  const auto count = static_cast<double>(rows.size());
  std::string text;
  for (std::size_t column = 0; column < columns; ++column) {
    if (column == shownLabels)
      return text +
             fmt::format("  ... and {} labels more\n", columns - shownLabels);
    text += areCounted ? fmt::format("  label {:<12} {} ({:.2f} %)\n",
                                     rule.names[column], sums[column],
                                     100.0 * sums[column] / count)
                       : fmt::format("  label {:<12} mean {:.4g}\n",
                                     rule.names[column], sums[column] / count);
  }
  return text;
}

static std::string describeLengths(std::span<const std::uint32_t> lengths) {
  std::vector<std::uint32_t> sorted(lengths.begin(), lengths.end());
  std::ranges::sort(sorted);
  const double sum = std::accumulate(sorted.begin(), sorted.end(), 0.0);
  return fmt::format("  tokens a text      {} to {}, median {}, mean {:.1f}\n",
                     sorted.front(), sorted.back(), sorted[sorted.size() / 2],
                     sum / static_cast<double>(sorted.size()));
}

static std::string describeSparsity(const SparseRows &rows) {
  const double nonzeros = static_cast<double>(rows.indices.size());
  const double count = static_cast<double>(rows.size());
  const auto empty = std::ranges::count_if(
      std::views::iota(std::size_t(0), rows.size()),
      [&](std::size_t row) { return rows.indicesOf(row).empty(); });
  return fmt::format("  non-zeros          {}, {:.1f} a row, {:.3f} % of all; "
                     "{} rows without any\n",
                     rows.indices.size(), nonzeros / count,
                     100 * nonzeros / count / static_cast<double>(rows.width),
                     empty);
}

/// One a line, of each feature; empty where they are not known.
static std::string namesOf(const Transform &transform) {
  std::string names;
  if (transform.vectorizer)
    names = transform.vectorizer->vocabulary();
  if (transform.table && (!transform.vectorizer || !names.empty()))
    for (const std::string &name : transform.table->featureNames())
      names += name + '\n';
  return names;
}

std::string mlc::runtime::describeData(const FeatureRows &rows,
                                       std::span<const std::uint32_t> lengths,
                                       const Transform &transform) {
  const SparseRows &sparse = rows.sparse;
  const LabelRule &rule = transform.labels;
  const Groups groups(sparse.labels, rule);
  std::string text =
      fmt::format("  documents          {}\n", sparse.size()) +
      (rule.hasColumns() ? describeColumns(sparse, rule)
                         : describeLabels(groups, sparse.size()));
  if (!lengths.empty())
    text += describeLengths(lengths);
  text += fmt::format("  features           {}{}\n", sparse.width,
                      rows.isDense ? ", dense" : "");
  if (!rows.isDense) {
    text += describeSparsity(sparse);
    const std::string names = namesOf(transform);
    if (!names.empty() && !rule.hasColumns())
      text += describeWords(sparse, groups, names);
  }
  return text;
}
