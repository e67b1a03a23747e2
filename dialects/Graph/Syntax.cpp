//===- Syntax.cpp - How model files are written ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Syntax.h"

using namespace mlir;
using namespace mlc::graph;

/// A float, or a whole number for one.
static ParseResult parseNumber(OpAsmParser &parser, Number &number) {
  SMLoc loc = parser.getCurrentLocation();
  Attribute value;
  OptionalParseResult result = parser.parseOptionalAttribute(value);
  if (result.has_value() && failed(*result))
    return failure();
  if (auto real = dyn_cast_or_null<FloatAttr>(value))
    number = real.getValueAsDouble();
  else if (auto whole = dyn_cast_or_null<IntegerAttr>(value);
           whole && whole.getType().isSignlessInteger(64))
    number = static_cast<double>(whole.getInt());
  else
    return parser.emitError(loc, "expected a number");
  return success();
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

ParseResult mlc::graph::parseName(OpAsmParser &parser, StringAttr &name) {
  SMLoc loc = parser.getCurrentLocation();
  std::string text;
  if (parser.parseOptionalString(&text))
    return parser.emitError(loc, "expected the parameter's name in quotes");
  name = parser.getBuilder().getStringAttr(text);
  return success();
}

void mlc::graph::printName(OpAsmPrinter &printer, Operation *,
                           StringAttr name) {
  printer << name;
}

static bool takesNumber(InitializerKind kind) {
  return kind == InitializerKind::Constant ||
         kind == InitializerKind::Uniform || kind == InitializerKind::Normal;
}

ParseResult mlc::graph::parseInitializer(OpAsmParser &parser,
                                         InitializerAttr &initializer) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef keyword;
  if (parser.parseOptionalKeyword(&keyword))
    return parser.emitError(loc, "expected how the parameter starts: zeros, "
                                 "constant(c), uniform(b), uniform_fan_in or "
                                 "normal(s)");
  std::optional<InitializerKind> kind = symbolizeInitializerKind(keyword);
  if (!kind)
    return parser.emitError(loc, "unknown initialiser '")
           << keyword
           << "'; expected zeros, constant(c), uniform(b), uniform_fan_in or "
              "normal(s)";
  Number value;
  if (takesNumber(*kind)) {
    if (parser.parseOptionalLParen())
      return parser.emitError(parser.getCurrentLocation(), "expected ")
             << keyword << "(number)";
    if (parseNumber(parser, value) || parser.parseRParen())
      return failure();
  }
  initializer = InitializerAttr::get(parser.getContext(), *kind, value);
  return success();
}

void mlc::graph::printInitializer(OpAsmPrinter &printer, Operation *,
                                  InitializerAttr initializer) {
  printer << stringifyInitializerKind(initializer.getKind());
  if (takesNumber(initializer.getKind())) {
    printer << '(';
    printer.printFloat(APFloat(initializer.getValue()));
    printer << ')';
  }
}

//===----------------------------------------------------------------------===//
// Predict and loss
//===----------------------------------------------------------------------===//

/// `%name: type`.
static ParseResult parseArgument(OpAsmParser &parser,
                                 OpAsmParser::Argument &argument) {
  if (parser.parseArgument(argument))
    return failure();
  if (parser.parseOptionalColon())
    return parser.emitError(parser.getCurrentLocation(),
                            "expected a type after the argument's name, as in "
                            "'%x: tensor<?x10xf32>'");
  return parser.parseType(argument.type);
}

template <typename OpTy>
static ParseResult parseRegionOp(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> arguments;
  auto parseNext = [&] {
    return parseArgument(parser, arguments.emplace_back());
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, parseNext,
                                     " of arguments") ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  Region &region = *result.addRegion();
  if (parser.parseRegion(region, arguments))
    return failure();
  // A missing graph.yield is told by the verifier, in its words.
  if (region.empty())
    region.emplaceBlock();
  OpTy::ensureTerminator(region, parser.getBuilder(), result.location);
  return success();
}

static void printRegionOp(OpAsmPrinter &printer, Operation *op) {
  printer << '(';
  llvm::interleaveComma(
      op->getRegion(0).getArguments(), printer,
      [&](BlockArgument argument) { printer.printRegionArgument(argument); });
  printer << ") ";
  if (!op->getDiscardableAttrs().empty()) {
    printer.printOptionalAttrDictWithKeyword(op->getAttrs());
    printer << ' ';
  }
  printer.printRegion(op->getRegion(0), /*printEntryBlockArgs=*/false);
}

ParseResult PredictOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseRegionOp<PredictOp>(parser, result);
}
void PredictOp::print(OpAsmPrinter &printer) { printRegionOp(printer, *this); }
ParseResult LossOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseRegionOp<LossOp>(parser, result);
}
void LossOp::print(OpAsmPrinter &printer) { printRegionOp(printer, *this); }

//===----------------------------------------------------------------------===//
// Optimisers
//===----------------------------------------------------------------------===//

namespace {
/// `(lazy, key = value, ...)` after an optimiser's name.
class SettingsParser {
public:
  SettingsParser(OpAsmParser &parser, StringRef optimizer)
      : parser(parser), optimizer(optimizer) {}

  ParseResult parse() {
    return parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren,
                                          [&] { return parseSetting(); });
  }
  bool has(StringRef key) const { return numbers.contains(key); }
  Number number(StringRef key, double otherwise = 0.0) const {
    return has(key) ? numbers.lookup(key) : Number(otherwise);
  }
  bool isNesterov() const { return nesterov.value_or(false); }
  bool isLazy() const { return lazy; }

private:
  ParseResult parseSetting() {
    SMLoc loc = parser.getCurrentLocation();
    StringRef key;
    if (parser.parseOptionalKeyword(&key))
      return parser.emitError(loc, "expected a setting, as in learning_rate = "
                                   "1.0e-3");
    if (!isKnown(key))
      return parser.emitError(loc, "unknown setting '")
             << key << "' of " << optimizer << "; expected "
             << (isSgd() ? "learning_rate, momentum, nesterov or weight_decay"
                 : isAdam()
                     ? "lazy, learning_rate, beta1, beta2, epsilon or "
                       "weight_decay"
                     : "learning_rate, beta1, beta2, epsilon or weight_decay");
    if (has(key) || (key == "nesterov" && nesterov) || (key == "lazy" && lazy))
      return parser.emitError(loc, "'") << key << "' is given twice";
    if (key == "lazy") {
      lazy = true;
      return success();
    }
    if (parser.parseEqual())
      return failure();
    return key == "nesterov" ? parseNesterov()
                             : parseNumber(parser, numbers[key]);
  }

  ParseResult parseNesterov() {
    SMLoc loc = parser.getCurrentLocation();
    StringRef word;
    if (parser.parseOptionalKeyword(&word) ||
        (word != "true" && word != "false"))
      return parser.emitError(loc, "expected true or false");
    nesterov = word == "true";
    return success();
  }
  bool isSgd() const { return optimizer == "sgd"; }
  bool isAdam() const { return optimizer == "adam"; }
  bool isKnown(StringRef key) const {
    if (llvm::is_contained({"learning_rate", "weight_decay"}, key))
      return true;
    if (key == "lazy")
      return isAdam();
    return isSgd() ? llvm::is_contained({"momentum", "nesterov"}, key)
                   : llvm::is_contained({"beta1", "beta2", "epsilon"}, key);
  }

  OpAsmParser &parser;
  StringRef optimizer;
  llvm::StringMap<Number> numbers;
  std::optional<bool> nesterov;
  bool lazy = false;
};
} // namespace

ParseResult mlc::graph::parseOptimizer(OpAsmParser &parser,
                                       OptimizerAttrInterface &optimizer) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef name;
  if (parser.parseOptionalKeyword(&name) ||
      !llvm::is_contained({"sgd", "adam", "adamw"}, name))
    return parser.emitError(loc, "expected an optimiser: sgd(...), adam(...) "
                                 "or adamw(...)");
  SettingsParser settings(parser, name);
  if (settings.parse())
    return failure();
  if (!settings.has("learning_rate"))
    return parser.emitError(loc, "expected a learning rate, as in ")
           << name << "(learning_rate = 1.0e-3)";

  MLIRContext *context = parser.getContext();
  auto emitError = [&] { return parser.emitError(loc); };
  Number rate = settings.number("learning_rate");
  if (name == "sgd")
    optimizer = SgdAttr::getChecked(
        emitError, context, rate, settings.number("momentum"),
        settings.isNesterov(), settings.number("weight_decay"));
  else if (name == "adam")
    optimizer = AdamAttr::getChecked(
        emitError, context, rate, settings.number("beta1", 0.9),
        settings.number("beta2", 0.999), settings.number("epsilon", 1e-8),
        settings.number("weight_decay"), settings.isLazy());
  else
    optimizer = AdamWAttr::getChecked(
        emitError, context, rate, settings.number("beta1", 0.9),
        settings.number("beta2", 0.999), settings.number("epsilon", 1e-8),
        settings.number("weight_decay", 0.01));
  return success(optimizer != nullptr);
}

void mlc::graph::printOptimizer(OpAsmPrinter &printer, Operation *,
                                OptimizerAttrInterface optimizer) {
  printer << optimizer.getText();
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

static ParseResult parseBinary(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::UnresolvedOperand lhs, rhs;
  if (parser.parseOperand(lhs) || parser.parseComma() ||
      parser.parseOperand(rhs) ||
      parser.parseOptionalAttrDict(result.attributes) || parser.parseColon())
    return failure();
  SMLoc loc = parser.getCurrentLocation();
  Type lhsType, rhsType;
  if (parser.parseType(lhsType))
    return failure();
  if (parser.parseOptionalComma())
    return parser.emitError(loc, "expected the types of both operands");
  if (parser.parseType(rhsType))
    return failure();
  if (lhsType != rhsType)
    return parser.emitError(loc, "expected both operands to have one shape "
                                 "(C1), but got ")
           << lhsType << " and " << rhsType;
  if (parser.resolveOperand(lhs, lhsType, result.operands) ||
      parser.resolveOperand(rhs, rhsType, result.operands))
    return failure();
  result.addTypes(lhsType);
  return success();
}

static void printBinary(OpAsmPrinter &printer, Operation *op) {
  printer << ' ' << op->getOperands();
  printer.printOptionalAttrDict(op->getAttrs());
  printer << " : " << op->getOperandTypes();
}

ParseResult AddOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseBinary(parser, result);
}
ParseResult SubOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseBinary(parser, result);
}
ParseResult MulOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseBinary(parser, result);
}
void AddOp::print(OpAsmPrinter &printer) { printBinary(printer, *this); }
void SubOp::print(OpAsmPrinter &printer) { printBinary(printer, *this); }
void MulOp::print(OpAsmPrinter &printer) { printBinary(printer, *this); }
