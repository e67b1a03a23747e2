//===- SettingsSyntax.cpp - How model files write settings ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/SettingsSyntax.h"

#include "dialects/Graph/Syntax.h"

#include <charconv>

using namespace mlir;
using namespace mlc::graph;

ParseResult SettingsParser::parseSetting() {
  SMLoc loc = parser_.getCurrentLocation();
  StringRef key;
  if (parser_.parseOptionalKeyword(&key)) {
    StringRef first = settings_.front().name;
    return parser_.emitError(loc, "expected a setting, as in ")
           << first << (first == "learning_rate" ? " = 1.0e-3" : " = 0.1");
  }
  const auto *setting =
      llvm::find_if(settings_, [&](const Setting &s) { return s.name == key; });
  if (setting == settings_.end())
    return parser_.emitError(loc, "unknown setting '")
           << key << "' of " << what_ << "; expected " << listOf(settings_);
  std::optional<double> &value =
      given_[std::distance(settings_.begin(), setting)];
  if (value)
    return parser_.emitError(loc, "'") << key << "' is given twice";
  switch (setting->kind) {
  case Setting::Word:
    if (succeeded(parser_.parseOptionalEqual()))
      return parseSwitch(value);
    value = 1;
    return success();
  case Setting::Switch:
    return failure(parser_.parseEqual() || parseSwitch(value));
  case Setting::Number:
    Number number;
    if (parser_.parseEqual() || parseNumber(parser_, number))
      return failure();
    value = number;
    return success();
  }
  llvm_unreachable("a setting is one of the above");
}

ParseResult SettingsParser::parseSwitch(std::optional<double> &value) {
  SMLoc loc = parser_.getCurrentLocation();
  StringRef word;
  if (parser_.parseOptionalKeyword(&word) ||
      (word != "true" && word != "false"))
    return parser_.emitError(loc, "expected true or false");
  value = word == "true";
  return success();
}

FailureOr<SmallVector<double>> SettingsParser::values(
    function_ref<InFlightDiagnostic(const Setting &)> missing) const {
  SmallVector<double> all;
  for (auto [setting, value] : llvm::zip_equal(settings_, given_)) {
    if (!value && !setting.otherwise)
      return missing(setting);
    all.push_back(value ? *value : *setting.otherwise);
  }
  return all;
}

std::string mlc::graph::shortest(double value) {
  char digits[32];
  std::string text(
      digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
  const size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos)
    text.insert(exponent, ".0");
  return text;
}

SmallVector<std::string> mlc::graph::settingTexts(ArrayRef<Setting> settings,
                                                  ArrayRef<double> values) {
  SmallVector<std::string> texts;
  for (auto [setting, value] : llvm::zip_equal(settings, values)) {
    const std::string name = setting.name.str();
    if (setting.kind == Setting::Number)
      texts.push_back(name + " = " + shortest(value));
    else if (value != 0)
      texts.push_back(setting.kind == Setting::Word ? name : name + " = true");
  }
  return texts;
}
