//===- CardText.h - Parts that several forms of a card have -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_CARDTEXT_H
#define MLC_RUNTIME_AUDIT_CARDTEXT_H

#include "Audit/ModelCard.h"

#include <span>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// A line of a list.
std::string cardFact(std::string_view name, std::string_view value);

/// A file by its name and hash; notStated where there is none.
std::string filePhrase(const RecordedFile *file);

/// What is known of a card's model, or notStated.
std::string programPhrase(const ModelCard &card);
/// All files of its training data.
std::string dataPhrase(const ModelCard &card);
/// The checkpoint that a run went on from, which has the role "earlier run".
std::string earlierRunPhrase(const RunRecord &record);
std::string testPhrase(const ModelCard &card);
/// Rows that were learned.
std::string rowsPhrase(const ModelCard &card);
/// Steps of training, and the options that decide the weights.
std::string stepsPhrase(const ModelCard &card);
std::string optionsPhrase(const ModelCard &card);
/// Weights that it did not learn itself.
std::string earlierPhrase(const ModelCard &card);
std::string secondsPhrase(const ModelCard &card);
std::string multiplicationsPhrase(const ModelCard &card);
std::string joulesPhrase(const ModelCard &card);
/// Names of the figures that were measured.
std::string figuresPhrase(const ModelCard &card);

/// A point of an outline: what the provider notes by a name, or what is known.
struct CardPoint {
  const char *name;
  const char *note;                        ///< Null: it is known.
  std::string (*known)(const ModelCard &); ///< Null: it is noted.
};

/// A part of an outline under its heading. `absent` stands where nothing is
/// noted or known.
std::string outlineText(const ModelCard &card, std::string_view heading,
                        std::span<const CardPoint> points,
                        std::string_view absent = notStated);

/// A table of slices by figures, where a figure that one has not is left empty;
/// `rows` and `number` head the first columns.
std::string slicesText(const CardTest &test, std::string_view rows = "rows",
                       std::string_view number = "number");

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_CARDTEXT_H
