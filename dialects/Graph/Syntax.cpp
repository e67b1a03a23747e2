//===- Syntax.cpp - How model files are written ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Syntax.h"

#include "dialects/Graph/SettingsSyntax.h"

using namespace mlir;
using namespace mlc::graph;

ParseResult mlc::graph::parseNumber(OpAsmParser &parser, Number &number) {
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
                                 "constant(c), uniform(b), uniform_fan_in, "
                                 "normal(s) or stored");
  std::optional<InitializerKind> kind = symbolizeInitializerKind(keyword);
  if (!kind)
    return parser.emitError(loc, "unknown initialiser '")
           << keyword
           << "'; expected zeros, constant(c), uniform(b), uniform_fan_in, "
              "normal(s) or stored";
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

/// `(0.1)` after `word`, which stands at `loc`.
static ParseResult parseNumberOf(OpAsmParser &parser, SMLoc loc, StringRef word,
                                 FloatAttr &attribute) {
  Number number;
  if (parser.parseOptionalLParen())
    return parser.emitError(loc, "expected ") << word << "(number)";
  if (parseNumber(parser, number) || parser.parseRParen())
    return failure();
  attribute = parser.getBuilder().getF64FloatAttr(number);
  return success();
}

ParseResult mlc::graph::parseHowTrained(OpAsmParser &parser,
                                        UnitAttr &keepZeros, UnitAttr &frozen,
                                        UnitAttr &running, FloatAttr &rate,
                                        FloatAttr &weightDecay, FloatAttr &l1) {
  while (true) {
    SMLoc loc = parser.getCurrentLocation();
    StringRef word;
    if (failed(parser.parseOptionalKeyword(&word)))
      return success();
    const bool isGivenTwice =
        (word == "keep_zeros" && keepZeros) || (word == "frozen" && frozen) ||
        (word == "running" && running) || (word == "rate" && rate) ||
        (word == "weight_decay" && weightDecay) || (word == "l1" && l1);
    if (isGivenTwice)
      return parser.emitError(loc, "'") << word << "' is given twice";
    UnitAttr given = parser.getBuilder().getUnitAttr();
    if (word == "keep_zeros")
      keepZeros = given;
    else if (word == "frozen")
      frozen = given;
    else if (word == "running")
      running = given;
    else if (word != "rate" && word != "weight_decay" && word != "l1")
      return parser.emitError(loc, "expected keep_zeros, frozen, running, "
                                   "rate(r), weight_decay(d), l1(x) or ':' and "
                                   "a type, but got '")
             << word << "'";
    else if (parseNumberOf(parser, loc, word,
                           word == "rate" ? rate
                           : word == "l1" ? l1
                                          : weightDecay))
      return failure();
  }
}

void mlc::graph::printHowTrained(OpAsmPrinter &printer, Operation *,
                                 UnitAttr keepZeros, UnitAttr frozen,
                                 UnitAttr running, FloatAttr rate,
                                 FloatAttr weightDecay, FloatAttr l1) {
  if (keepZeros)
    printer << " keep_zeros";
  if (frozen)
    printer << " frozen";
  if (running)
    printer << " running";
  if (rate)
    printer << " rate(" << shortest(rate.getValueAsDouble()) << ')';
  if (weightDecay)
    printer << " weight_decay(" << shortest(weightDecay.getValueAsDouble())
            << ')';
  if (l1)
    printer << " l1(" << shortest(l1.getValueAsDouble()) << ')';
}

//===----------------------------------------------------------------------===//
// Train
//===----------------------------------------------------------------------===//

/// `(4)` after `accumulate`, which stands at `loc`.
static ParseResult parseAccumulate(OpAsmParser &parser, SMLoc loc,
                                   IntegerAttr &accumulate) {
  int64_t steps = 0;
  if (parser.parseOptionalLParen() ||
      !parser.parseOptionalInteger(steps).has_value())
    return parser.emitError(loc, "expected accumulate(N), the steps whose "
                                 "gradients make an update, as in "
                                 "accumulate(4)");
  accumulate = parser.getBuilder().getI64IntegerAttr(steps);
  return parser.parseRParen();
}

/// `(clip = 0.5)` after `private`, which stands at `loc`.
static ParseResult parsePrivate(OpAsmParser &parser, SMLoc loc,
                                FloatAttr &clip) {
  Number number;
  if (parser.parseOptionalLParen() || parser.parseOptionalKeyword("clip") ||
      parser.parseOptionalEqual())
    return parser.emitError(loc, "expected private(clip = C), the most that "
                                 "the norm of a row's gradient may be, as in "
                                 "private(clip = 0.5)");
  if (parseNumber(parser, number) || parser.parseRParen())
    return failure();
  clip = parser.getBuilder().getF64FloatAttr(number);
  return success();
}

/// The identifier that comes next, of which the parser takes nothing; empty
/// where there is none. The name of the next op has a dot.
static StringRef nextWord(OpAsmParser &parser) {
  const char *text = parser.getCurrentLocation().getPointer();
  return StringRef(text).take_while(
      [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
}

ParseResult mlc::graph::parseDescent(OpAsmParser &parser,
                                     ScheduleAttr &schedule,
                                     FloatAttr &clipNorm, FloatAttr &clipValue,
                                     IntegerAttr &accumulate, FloatAttr &l1,
                                     FloatAttr &ema, FloatAttr &privateClip) {
  while (true) {
    SMLoc loc = parser.getCurrentLocation();
    StringRef word = nextWord(parser);
    if (word.empty() || word.contains('.') ||
        failed(parser.parseOptionalKeyword(&word)))
      return success();
    const bool isGivenTwice =
        (word == "schedule" && schedule) || (word == "clip_norm" && clipNorm) ||
        (word == "clip_value" && clipValue) ||
        (word == "accumulate" && accumulate) || (word == "l1" && l1) ||
        (word == "ema" && ema) || (word == "private" && privateClip);
    if (isGivenTwice)
      return parser.emitError(loc, "'") << word << "' is given twice";
    ParseResult result = failure();
    if (word == "schedule")
      result = parseSchedule(parser, loc, schedule);
    else if (word == "clip_norm")
      result = parseNumberOf(parser, loc, word, clipNorm);
    else if (word == "clip_value")
      result = parseNumberOf(parser, loc, word, clipValue);
    else if (word == "accumulate")
      result = parseAccumulate(parser, loc, accumulate);
    else if (word == "l1")
      result = parseNumberOf(parser, loc, word, l1);
    else if (word == "ema")
      result = parseNumberOf(parser, loc, word, ema);
    else if (word == "private")
      result = parsePrivate(parser, loc, privateClip);
    else
      return parser.emitError(loc, "expected schedule(...), clip_norm(c), "
                                   "clip_value(c), accumulate(n), l1(x), "
                                   "ema(d), private(clip = c) or nothing more "
                                   "behind epochs(N), but got '")
             << word << "'";
    if (result)
      return failure();
  }
}

/// ` l1(0.01) ema(0.9)`, of those that are given.
static std::string behindUpdate(FloatAttr l1, FloatAttr ema) {
  std::string text;
  for (auto [name, number] : {std::pair(" l1(", l1), std::pair(" ema(", ema)})
    if (number)
      text += name + shortest(number.getValueAsDouble()) + ")";
  return text;
}

void mlc::graph::printDescent(OpAsmPrinter &printer, Operation *,
                              ScheduleAttr schedule, FloatAttr clipNorm,
                              FloatAttr clipValue, IntegerAttr accumulate,
                              FloatAttr l1, FloatAttr ema,
                              FloatAttr privateClip) {
  if (schedule)
    printer << ' ' << schedule.getText();
  if (clipNorm)
    printer << " clip_norm(" << shortest(clipNorm.getValueAsDouble()) << ')';
  if (clipValue)
    printer << " clip_value(" << shortest(clipValue.getValueAsDouble()) << ')';
  if (accumulate)
    printer << " accumulate(" << accumulate.getInt() << ')';
  printer << behindUpdate(l1, ema);
  if (privateClip)
    printer << " private(clip = " << shortest(privateClip.getValueAsDouble())
            << ')';
}

std::string TrainOp::getOptimizerText() {
  return getOptimizer().getText() + behindUpdate(getL1Attr(), getEmaAttr());
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
