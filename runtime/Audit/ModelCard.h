//===- ModelCard.h - What is known of a model, for who uses it --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_MODELCARD_H
#define MLC_RUNTIME_AUDIT_MODELCARD_H

#include "Audit/RunRecord.h"
#include "Metrics/Measure.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// What stands where nobody measured or said anything.
constexpr const char *notStated = "not stated by the provider";

/// What a provider says of a model and no program can know.
class ProviderNotes {
public:
  /// Reads an object of JSON with texts by these names, all of which may be
  /// absent. Throws InputError that names `path` and what is not known.
  static ProviderNotes parse(const std::string &path, std::string_view text);
  /// Names and, for people, what they are.
  static const std::vector<std::pair<const char *, const char *>> &names();

  /// notStated where it is absent.
  std::string of(const std::string &name) const;
  bool has(const std::string &name) const { return texts_.contains(name); }

private:
  std::map<std::string, std::string> texts_;
};

/// Figures of some rows of a test set.
struct CardSlice {
  std::string name; ///< "all" or what these rows have in common.
  std::int64_t rows = 0;
  std::vector<Figure> figures;
};

/// Rows on which a model was measured.
struct CardTest {
  std::string name;              ///< Of the file, without its folder.
  std::string sha256;            ///< Of a file; empty for a folder.
  std::vector<CardSlice> slices; ///< The first one is of all rows.
};

struct ModelCard {
  std::string name;
  std::string task; ///< As Hugging Face calls it, such as text-classification.
  std::string input, output; ///< What goes in and comes out, for people.
  std::string compiler, target;
  std::int64_t parameters = 0;
  std::string architecture; ///< The program's layers, a line each.
  RecordedFile weights;
  std::optional<RunRecord> record; ///< Of their training.
  std::optional<CardTest> test;
  ProviderNotes notes;

  /// A page for Hugging Face: YAML, then the nine sections of Mitchell et al.,
  /// "Model Cards for Model Reporting", 2019.
  /// Source of the YAML: huggingface/hub-docs, modelcard.md
  std::string markdown() const;
  /// A bill of materials with the model and its data, version 1.6.
  /// Source: https://cyclonedx.org/docs/1.6/json/
  std::string cycloneDx() const;
  /// The technical documentation of Annex IV of the EU AI Act, point by point.
  /// Source: https://www.aiactblog.nl/en/ai-act/bijlage/4, the official text.
  std::string annexIv() const;
  /// What China's filing of algorithms asks, in Chinese and English.
  /// Source: Provisions on the Administration of Algorithmic Recommendation for
  /// Internet Information Services, Article 24.
  std::string chinaFiling() const;
};

/// A figure as cards have it: four digits.
std::string cardNumber(double value);

/// Where a card differs from the one that is made anew: `FILE:LINE: ...`;
/// empty where it does not.
std::string cardDifference(const std::string &path, std::string_view card,
                           std::string_view again);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_MODELCARD_H
