//===- SettingsSyntax.h - How model files write settings --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `name = number, word`: what stands in the parentheses of an optimiser or of a
// schedule.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_SETTINGSSYNTAX_H
#define MLC_DIALECTS_GRAPH_SETTINGSSYNTAX_H

#include "dialects/Graph/Graph.h"

namespace mlc::graph {

/// "a, b or c" of what has a `name`, each followed by `suffix`.
template <typename Range>
std::string listOf(const Range &range, llvm::StringRef suffix = "") {
  std::string text;
  for (auto [index, item] : llvm::enumerate(range)) {
    if (index)
      text += index + 1 == range.size() ? " or " : ", ";
    text += item.name;
    text += suffix;
  }
  return text;
}

/// Reads settings one by one, in any order.
class SettingsParser {
public:
  /// `what` has the settings, in messages.
  SettingsParser(mlir::OpAsmParser &parser, llvm::StringRef what,
                 llvm::ArrayRef<Setting> settings)
      : parser_(parser), what_(what), settings_(settings),
        given_(settings.size()) {}

  mlir::ParseResult parseSetting();

  /// A value of each setting; fails where one that must be given is missing,
  /// of which `missing` makes an error.
  mlir::FailureOr<llvm::SmallVector<double>>
  values(llvm::function_ref<mlir::InFlightDiagnostic(const Setting &)> missing)
      const;

private:
  mlir::ParseResult parseSwitch(std::optional<double> &value);

  mlir::OpAsmParser &parser_;
  llvm::StringRef what_;
  llvm::ArrayRef<Setting> settings_;
  llvm::SmallVector<std::optional<double>> given_;
};

/// The fewest digits that read back to `value`, with the point that MLIR's
/// lexer wants before an exponent.
std::string shortest(double value);

/// Each as it is written, in the fewest digits that read back to its value; a
/// switch or word that is off is left out.
llvm::SmallVector<std::string> settingTexts(llvm::ArrayRef<Setting> settings,
                                            llvm::ArrayRef<double> values);

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_SETTINGSSYNTAX_H
