//===- OptimizerSyntax.cpp - How model files write optimisers -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Syntax.h"

#include <charconv>

using namespace mlir;
using namespace mlc::graph;

//===----------------------------------------------------------------------===//
// What GraphAttrs.td declares
//===----------------------------------------------------------------------===//

namespace {
struct Optimizer {
  StringRef name;
  ArrayRef<Setting> settings;
  decltype(&SgdAttr::getFromValues) make;
};

/// Those of the dialect's attributes that are optimisers, in their order.
template <typename... AttrTys>
SmallVector<Optimizer> optimizersAmong() {
  SmallVector<Optimizer> optimizers;
  auto addIfOptimizer = [&]<typename AttrTy>() {
    if constexpr (std::is_base_of_v<OptimizerAttrInterface::Trait<AttrTy>,
                                    AttrTy>)
      optimizers.push_back(
          {AttrTy::getMnemonic(), AttrTy::kSettings, &AttrTy::getFromValues});
  };
  (addIfOptimizer.template operator()<AttrTys>(), ...);
  return optimizers;
}

SmallVector<Optimizer> allOptimizers() {
  return optimizersAmong<
#define GET_ATTRDEF_LIST
#include "dialects/Graph/GraphAttrs.cpp.inc"
      >();
}
} // namespace

/// "a, b or c", each followed by `suffix`.
template <typename Range>
static std::string listOf(const Range &range, StringRef suffix = "") {
  std::string text;
  for (auto [index, item] : llvm::enumerate(range)) {
    if (index)
      text += index + 1 == range.size() ? " or " : ", ";
    text += item.name;
    text += suffix;
  }
  return text;
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

namespace {
/// `(lazy, key = value, ...)` after an optimiser's name.
class SettingsParser {
public:
  SettingsParser(OpAsmParser &parser, const Optimizer &optimizer)
      : parser_(parser), optimizer_(optimizer),
        given_(optimizer.settings.size()) {}

  ParseResult parse() {
    return parser_.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren,
                                           [&] { return parseSetting(); });
  }

  /// Of all settings; fails, with an error at `loc`, where one is missing.
  FailureOr<SmallVector<double>> values(SMLoc loc) const {
    SmallVector<double> all;
    for (auto [setting, value] : llvm::zip_equal(optimizer_.settings, given_)) {
      if (!value && !setting.otherwise) {
        std::string words = setting.name.str();
        llvm::replace(words, '_', ' ');
        return parser_.emitError(loc, "expected a ")
               << words << ", as in " << optimizer_.name << '(' << setting.name
               << " = 1.0e-3)";
      }
      all.push_back(value ? *value : *setting.otherwise);
    }
    return all;
  }

private:
  ParseResult parseSetting() {
    SMLoc loc = parser_.getCurrentLocation();
    StringRef key;
    if (parser_.parseOptionalKeyword(&key))
      return parser_.emitError(loc, "expected a setting, as in learning_rate = "
                                    "1.0e-3");
    const auto *setting = llvm::find_if(
        optimizer_.settings, [&](const Setting &s) { return s.name == key; });
    if (setting == optimizer_.settings.end())
      return parser_.emitError(loc, "unknown setting '")
             << key << "' of " << optimizer_.name << "; expected "
             << listOf(optimizer_.settings);
    std::optional<double> &value =
        given_[std::distance(optimizer_.settings.begin(), setting)];
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

  ParseResult parseSwitch(std::optional<double> &value) {
    SMLoc loc = parser_.getCurrentLocation();
    StringRef word;
    if (parser_.parseOptionalKeyword(&word) ||
        (word != "true" && word != "false"))
      return parser_.emitError(loc, "expected true or false");
    value = word == "true";
    return success();
  }

  OpAsmParser &parser_;
  const Optimizer &optimizer_;
  SmallVector<std::optional<double>> given_;
};
} // namespace

ParseResult mlc::graph::parseOptimizer(OpAsmParser &parser,
                                       OptimizerAttrInterface &attribute) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<Optimizer> optimizers = allOptimizers();
  StringRef name;
  auto *found = optimizers.end();
  if (succeeded(parser.parseOptionalKeyword(&name)))
    found = llvm::find_if(optimizers,
                          [&](const Optimizer &o) { return o.name == name; });
  if (found == optimizers.end()) {
    InFlightDiagnostic error = parser.emitError(loc, "expected an optimiser: ");
    error << listOf(optimizers, "(...)");
    for (const Optimizer &optimizer : optimizers)
      if (StringRef(name.lower()).edit_distance(optimizer.name) <= 1)
        return error << "; did you mean " << optimizer.name << '?';
    return error;
  }
  SettingsParser settings(parser, *found);
  if (settings.parse())
    return failure();
  FailureOr<SmallVector<double>> values = settings.values(loc);
  if (failed(values))
    return failure();
  attribute = dyn_cast_or_null<OptimizerAttrInterface>(found->make(
      [&] { return parser.emitError(loc); }, parser.getContext(), *values));
  return success(attribute != nullptr);
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

/// The fewest digits that read back to `value`, with the point that MLIR's
/// lexer wants before an exponent.
static std::string shortest(double value) {
  char digits[32];
  std::string text(
      digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
  const size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos)
    text.insert(exponent, ".0");
  return text;
}

std::string OptimizerAttrInterface::getText() const {
  SmallVector<std::string> parts;
  for (auto [setting, value] : llvm::zip_equal(getSettings(), getValues())) {
    const std::string name = setting.name.str();
    if (setting.kind == Setting::Number)
      parts.push_back(name + " = " + shortest(value));
    else if (value != 0)
      parts.push_back(setting.kind == Setting::Word ? name : name + " = true");
  }
  return (getName() + "(" + llvm::join(parts, ", ") + ")").str();
}

void mlc::graph::printOptimizer(OpAsmPrinter &printer, Operation *,
                                OptimizerAttrInterface optimizer) {
  printer << optimizer.getText();
}
