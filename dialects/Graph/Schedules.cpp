//===- Schedules.cpp - How the learning rate changes ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/SettingsSyntax.h"
#include "dialects/Graph/Syntax.h"

#include <cmath>

using namespace mlir;
using namespace mlc::graph;

//===----------------------------------------------------------------------===//
// Settings
//===----------------------------------------------------------------------===//

/// What a kind of schedule is written with, in the order of printing.
static ArrayRef<Setting> settingsOf(ScheduleKind kind) {
  static constexpr Setting warmup{"warmup", Setting::Number, 0.0};
  static constexpr Setting final{"final", Setting::Number, 0.0};
  static constexpr Setting every{"every", Setting::Number, std::nullopt};
  static constexpr Setting warmupAlone[] = {warmup};
  static constexpr Setting toFinal[] = {warmup, final};
  static constexpr Setting step[] = {
      every, {"gamma", Setting::Number, 0.1}, warmup};
  static constexpr Setting exponential[] = {
      {"gamma", Setting::Number, std::nullopt}, warmup};
  static constexpr Setting plateau[] = {{"gamma", Setting::Number, 0.1},
                                        {"patience", Setting::Number, 10.0},
                                        {"min_delta", Setting::Number, 1e-4},
                                        warmup};
  switch (kind) {
  case ScheduleKind::Constant:
  case ScheduleKind::Coslog4:
    return warmupAlone;
  case ScheduleKind::Linear:
  case ScheduleKind::Cosine:
  case ScheduleKind::Wsd:
    return toFinal;
  case ScheduleKind::Step:
    return step;
  case ScheduleKind::Exponential:
    return exponential;
  case ScheduleKind::Plateau:
    return plateau;
  }
  llvm_unreachable("a schedule is one of the above");
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   ScheduleKind, Number warmup,
                                   Number finalShare, Number gamma,
                                   Number every, Number patience,
                                   Number minDelta) {
  const auto isWhole = [](double x) { return x == std::floor(x); };
  constexpr double mostSteps = 9007199254740992.0; // 2^53
  if (!(warmup >= 0 && (warmup < 1 || isWhole(warmup)) && warmup < mostSteps))
    return emitError() << "expected as warmup a share of all steps, in [0, 1), "
                          "or a whole number of steps (C1), but got "
                       << static_cast<double>(warmup);
  if (!(finalShare >= 0 && finalShare <= 1))
    return emitError() << "expected as final a share of the learning rate, in "
                          "[0, 1] (C2), but got "
                       << static_cast<double>(finalShare);
  if (!(gamma > 0 && gamma <= 1))
    return emitError() << "expected a gamma above 0 and at most 1 (C3), but "
                          "got "
                       << static_cast<double>(gamma);
  for (auto [name, epochs] :
       {std::pair("every", every), std::pair("patience", patience)})
    if (!(epochs >= 1 && epochs <= 1000000 && isWhole(epochs)))
      return emitError() << "expected as " << name
                         << " a whole number of epochs from 1 to 1000000 (C4), "
                            "but got "
                         << static_cast<double>(epochs);
  if (!(std::isfinite(minDelta) && minDelta >= 0))
    return emitError() << "expected a finite min_delta of 0 or more (C5), but "
                          "got "
                       << static_cast<double>(minDelta);
  return success();
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

/// "constant, linear, ... or coslog4".
static std::string kindList() {
  struct Kind {
    StringRef name;
  };
  SmallVector<Kind> kinds;
  for (uint32_t kind = 0; kind <= getMaxEnumValForScheduleKind(); ++kind)
    kinds.push_back({stringifyScheduleKind(*symbolizeScheduleKind(kind))});
  return listOf(kinds);
}

ParseResult mlc::graph::parseSchedule(OpAsmParser &parser, SMLoc at,
                                      ScheduleAttr &schedule) {
  if (parser.parseOptionalLParen())
    return parser.emitError(at, "expected schedule(KIND, ...), as in "
                                "schedule(cosine, warmup = 0.1)");
  SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  std::optional<ScheduleKind> kind;
  if (succeeded(parser.parseOptionalKeyword(&word)))
    kind = symbolizeScheduleKind(word);
  if (!kind)
    return parser.emitError(loc, "expected how the learning rate changes: ")
           << kindList()
           << (word.empty() ? "" : ", but got '" + word.str() + "'");
  ArrayRef<Setting> settings = settingsOf(*kind);
  SettingsParser settingsParser(parser, word, settings);
  while (succeeded(parser.parseOptionalComma()))
    if (settingsParser.parseSetting())
      return failure();
  if (parser.parseRParen())
    return failure();
  FailureOr<SmallVector<double>> values =
      settingsParser.values([&](const Setting &missing) {
        return parser.emitError(loc, "expected '")
               << missing.name << "' of " << word << ", as in schedule(" << word
               << ", " << missing.name
               << (missing.name == "every" ? " = 10)" : " = 0.9)");
      });
  if (failed(values))
    return failure();
  const auto valueOf = [&](StringRef name, double otherwise) {
    for (auto [setting, value] : llvm::zip_equal(settings, *values))
      if (setting.name == name)
        return value;
    return otherwise;
  };
  schedule = ScheduleAttr::getChecked(
      [&] { return parser.emitError(loc); }, parser.getContext(), *kind,
      Number(valueOf("warmup", 0)), Number(valueOf("final", 0)),
      Number(valueOf("gamma", 1)), Number(valueOf("every", 1)),
      Number(valueOf("patience", 1)), Number(valueOf("min_delta", 0)));
  return success(schedule != nullptr);
}

/// A schedule's settings, joined by commas.
static std::string settingsText(ScheduleAttr schedule) {
  const std::pair<StringRef, double> all[] = {
      {"warmup", schedule.getWarmup()},
      {"final", schedule.getFinalShare()},
      {"gamma", schedule.getGamma()},
      {"every", schedule.getEvery()},
      {"patience", schedule.getPatience()},
      {"min_delta", schedule.getMinDelta()}};
  SmallVector<double> values;
  for (const Setting &setting : settingsOf(schedule.getKind()))
    for (const auto &[name, value] : all)
      if (name == setting.name)
        values.push_back(value);
  return llvm::join(settingTexts(settingsOf(schedule.getKind()), values), ", ");
}

std::string ScheduleAttr::getText() const {
  return ("schedule(" + stringifyScheduleKind(getKind()) + ", " +
          settingsText(*this) + ")")
      .str();
}

std::string ScheduleAttr::getRuntimeText() const {
  return (stringifyScheduleKind(getKind()) + "(" + settingsText(*this) + ")")
      .str();
}
