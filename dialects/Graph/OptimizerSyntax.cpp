//===- OptimizerSyntax.cpp - How model files write optimisers -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/SettingsSyntax.h"
#include "dialects/Graph/Syntax.h"

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

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

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
  SettingsParser settings(parser, found->name, found->settings);
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren,
                                     [&] { return settings.parseSetting(); }))
    return failure();
  FailureOr<SmallVector<double>> values =
      settings.values([&](const Setting &missing) {
        std::string words = missing.name.str();
        llvm::replace(words, '_', ' ');
        const bool beginsWithVowel =
            StringRef("aeiou").contains(missing.name.front());
        return parser.emitError(loc, "expected a")
               << (beginsWithVowel ? "n " : " ") << words << ", as in "
               << found->name << '(' << missing.name << " = 1.0e-3)";
      });
  if (failed(values))
    return failure();
  attribute = dyn_cast_or_null<OptimizerAttrInterface>(found->make(
      [&] { return parser.emitError(loc); }, parser.getContext(), *values));
  return success(attribute != nullptr);
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

bool OptimizerAttrInterface::hasSetting(StringRef name) const {
  return llvm::any_of(getSettings(),
                      [&](const Setting &s) { return s.name == name; });
}

bool OptimizerAttrInterface::isLazy() const {
  auto adam = dyn_cast<AdamAttr>(*this);
  return adam && adam.getLazy();
}

OptimizerAttrInterface OptimizerAttrInterface::withSetting(StringRef name,
                                                           double given) const {
  assert(hasSetting(name) && "a setting of this optimiser");
  SmallVector<double> values = getValues();
  for (auto [setting, value] : llvm::zip_equal(getSettings(), values))
    if (setting.name == name)
      value = given;
    else if (setting.name == "lazy" && name == "weight_decay" && given > 0)
      value = 0;
  MLIRContext *context = getContext();
  for (const Optimizer &optimizer : allOptimizers())
    if (optimizer.name == getName())
      return cast<OptimizerAttrInterface>(
          optimizer.make([&] { return emitError(UnknownLoc::get(context)); },
                         context, values));
  llvm_unreachable("an optimiser is one of all");
}

std::string OptimizerAttrInterface::getText() const {
  return (getName() + "(" +
          llvm::join(settingTexts(getSettings(), getValues()), ", ") + ")")
      .str();
}

void mlc::graph::printOptimizer(OpAsmPrinter &printer, Operation *,
                                OptimizerAttrInterface optimizer) {
  printer << optimizer.getText();
}
