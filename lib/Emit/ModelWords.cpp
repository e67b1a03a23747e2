//===- ModelWords.cpp - Words for mistakes in model files -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Emit/ModelWords.h"

#include "dialects/Graph/Graph.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlc;

size_t mlc::lengthWithoutCode(StringRef text) {
  const bool isString = text.starts_with("\"");
  if (!isString && !text.starts_with("//"))
    return 0;
  size_t end = 1;
  while (end < text.size() && text[end] != '\n' &&
         !(isString && text[end] == '"'))
    end += isString && text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

std::string mlc::withReadableNumbers(StringRef text) {
  const auto isWord = [](char c) {
    return llvm::isAlnum(c) || c == '_' || c == '.' || c == '%' || c == '#' ||
           c == '!' || c == '@' || c == '$';
  };
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (const size_t length = lengthWithoutCode(text.substr(at))) {
      out += text.substr(at, length);
      at += length;
      continue;
    }
    if (!llvm::isDigit(c)) {
      out += c;
      ++at;
      continue;
    }
    const bool isStart = at == 0 || !isWord(text[at - 1]);
    size_t end = at;
    while (end < text.size() && llvm::isDigit(text[end]))
      ++end;
    out += text.slice(at, end);
    at = end;
    StringRef rest = text.substr(end);
    if (!isStart || (!rest.consume_front("e") && !rest.consume_front("E")))
      continue;
    if (!rest.consume_front("-"))
      rest.consume_front("+");
    const StringRef power = rest.take_while(llvm::isDigit);
    rest = rest.drop_front(power.size());
    if (!power.empty() && (rest.empty() || !isWord(rest.front())))
      out += '.';
  }
  return out;
}

/// Whether one is the other with its letters in another order.
static bool areSameLetters(StringRef one, StringRef other) {
  std::string left = one.str(), right = other.str();
  llvm::sort(left);
  llvm::sort(right);
  return left == right && one != other;
}

/// The op of the graph dialect whose name is like this one; empty if none is.
static std::string likeOp(StringRef name, MLIRContext &context) {
  constexpr unsigned most = 2;
  name = name.substr(name.find('.') == name.npos ? 0 : name.find('.') + 1);
  std::string best;
  unsigned least = most + 1;
  for (RegisteredOperationName op : context.getRegisteredOperations()) {
    if (op.getDialectNamespace() != "graph")
      continue;
    const StringRef known = op.stripDialect();
    // Of letters in another order, as in tahn, one mistake was made, not two.
    const unsigned distance = areSameLetters(name, known)
                                  ? 1
                                  : name.edit_distance(known, true, least);
    // Of a short name, two letters are too much of it.
    if (distance < least && 2 * distance < known.size()) {
      least = distance;
      best = ("graph." + known).str();
    }
  }
  return best;
}

/// The text between the first pair of quotes.
static StringRef quotedIn(StringRef message) {
  return message.split('\'').second.split('\'').first;
}

std::optional<std::string> mlc::inPlainWords(StringRef message,
                                             MLIRContext &context) {
  const auto meant = [&](StringRef name) {
    const std::string like = likeOp(name, context);
    return like.empty()
               ? std::string("; dialects/README.md lists the ops of models")
               : "; did you mean " + like + "?";
  };
  if (message.starts_with("custom op '")) {
    const StringRef name = quotedIn(message);
    if (message.contains("' is unknown"))
      return ("there is no op " + name + meant(name)).str();
    StringRef what = message.split("' ").second;
    // The numbers that it tells are of those that may be left out.
    if (what.starts_with("number of operands and types do not match"))
      return "expected as many types behind ':' as there are operands before "
             "it; add what is missing, or leave out what is too much";
    if (!what.empty())
      return inPlainWords(what, context).value_or(what.str());
  }
  if (message.starts_with("Dialect `")) {
    const StringRef name =
        message.split("custom op '").second.split('\'').first;
    return ("expected an op of the graph dialect, but got " + name +
            meant(name))
        .str();
  }
  const std::pair<StringRef, const char *> words[] = {
      {"expected operation name in quotes",
       "expected an op such as %h = graph.linear ..., or the '}' that closes a "
       "block"},
      {"use of undeclared SSA value name",
       "expected a value that a line above defines, but this one is "
       "undeclared; "
       "define it first, or correct its name"},
      {"operand #",
       "expected values that lines above define, but one is defined below; "
       "change the order of the lines"},
      {"expected non-function type",
       "expected a type such as f32, !x or tensor<?x16xf32>, where ? is the "
       "number of rows"},
      {"undefined symbol alias id",
       "expected a type that a line above defines, such as !x = "
       "tensor<?x16xf32>, but this one is not defined"},
      {"expected 'batch'",
       "expected batch(N), the rows of a step, such as batch(64)"},
      {"expected 'epochs'",
       "expected epochs(N), the passes over the data, such as epochs(10)"},
      {"unexpected decimal integer literal for a floating point value",
       "expected a number with a point, such as 0.5 or 1.0"},
      {"expected ':'", "expected ':' and the types of the operands, such as ': "
                       "tensor<?x16xf32>'"},
  };
  for (const auto &[start, plain] : words) {
    if (!message.starts_with(start) ||
        (start == "operand #" && !message.contains("does not dominate")))
      continue;
    // Names that the parser tells stay.
    const StringRef name = quotedIn(message);
    return !start.starts_with("expected ") && !name.empty()
               ? (Twine(plain) + " ('" + name + "')").str()
               : plain;
  }
  return std::nullopt;
}

StringRef ModelDiagnostics::lineOf(Location location) const {
  const auto place = dyn_cast<FileLineColLoc>(location);
  if (!place)
    return {};
  StringRef text =
      sources_.getMemoryBuffer(sources_.getMainFileID())->getBuffer();
  for (unsigned line = 1; line < place.getLine(); ++line)
    text = text.split('\n').second;
  return text.split('\n').first.trim();
}

ModelDiagnostics::ModelDiagnostics(llvm::SourceMgr &sources,
                                   MLIRContext *context)
    : SourceMgrDiagnosticHandler(sources, context), sources_(sources) {
  setHandler([this, context](Diagnostic &diagnostic) {
    auto words = inPlainWords(diagnostic.str(), *context);
    if (words && StringRef(*words).starts_with("expected ':'") &&
        lineOf(diagnostic.getLocation()).starts_with("graph.yield"))
      words = "expected ':' and the type of what graph.yield yields, which is "
              "one value";
    if (!words) {
      emitDiagnostic(diagnostic);
      return success();
    }
    emitDiagnostic(diagnostic.getLocation(), *words, diagnostic.getSeverity());
    for (Diagnostic &note : diagnostic.getNotes())
      if (const std::string text = note.str();
          !StringRef(text).starts_with("Available dialects") &&
          !StringRef(text).starts_with("add a trailing dot"))
        emitDiagnostic(note.getLocation(), note.str(), note.getSeverity());
    return success();
  });
}
