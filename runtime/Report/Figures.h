//===- Figures.h - How figures are written -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_REPORT_FIGURES_H
#define MLC_RUNTIME_REPORT_FIGURES_H

#include "Metrics/Measure.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// A figure for people: 4 digits, or 6 of numbers that have a unit;
/// "undefined" for NaN.
std::string figureText(const Figure &figure, Task task);

/// Figures with their names, in lines of at most 80 columns.
std::string figureLines(std::span<const Figure> figures, Task task);

/// A number as JSON has it, with all of its bits; null where it is not finite.
std::string jsonNumber(double value);
/// A text as JSON has it, quoted.
std::string jsonText(std::string_view text);

/// `"name": value` of each, separated by commas.
std::string jsonFigures(std::span<const Figure> figures);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_REPORT_FIGURES_H
