//===- JsonSequence.cpp - JSON objects, one after another -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/JsonSequence.h"

#include "Error.h"
#include "Import/Utf8.h"

#include <algorithm>
#include <fmt/core.h>

using namespace mlc::runtime;

namespace {
class JsonLines : public JsonSequence {
public:
  explicit JsonLines(LineReader lines) : lines_(std::move(lines)) {}

  bool next(std::string_view &object) override {
    do {
      if (!lines_.next(object))
        return false;
    } while (object.find_first_not_of(" \t") == object.npos);
    return true;
  }
  const std::string &path() const override { return lines_.path(); }
  TextPlace placeOf(const char *at) const override {
    return {lines_.lineNumber(), lines_.columnOf(at)};
  }
  [[noreturn]] void fail(const char *at,
                         const std::string &what) const override {
    lines_.fail(at, what);
  }
  [[noreturn]] void failAtEnd(const std::string &what) const override {
    lines_.failBehind(what);
  }

private:
  LineReader lines_;
};

/// Finds where objects begin and end by their braces; what is wrong within one
/// is for its parser to tell.
class JsonArray : public JsonSequence {
public:
  JsonArray(LineReader lines, TextCheck check)
      : lines_(std::move(lines)), check_(check) {}

  bool next(std::string_view &object) override {
    if (!findStart())
      return false;
    startLine_ = line_;
    startColumn_ = column_;
    element_.clear();
    while (!takePart()) {
      if (lines_.peekSome().empty())
        fail(element_.data(), "the JSON object that opens here is never "
                              "closed; close it, or copy the file again");
      if (element_.size() > LineReader::maxLineBytes)
        throw InputError(fmt::format(
            "{}:{}:{}: expected a JSON object of at most {} MiB, but got a "
            "longer one; check that the file is a list of examples",
            lines_.path(), startLine_, startColumn_,
            LineReader::maxLineBytes >> 20));
    }
    check();
    object = element_;
    return true;
  }

  const std::string &path() const override { return lines_.path(); }

  TextPlace placeOf(const char *at) const override {
    const auto [line, start, column] = lineOf(at);
    return {line, column + static_cast<std::size_t>(at - &element_[start])};
  }

  [[noreturn]] void fail(const char *at,
                         const std::string &what) const override {
    const auto [line, start, column] = lineOf(at);
    const std::string_view text = std::string_view(element_).substr(start);
    failInLine(lines_.path(), line, text.substr(0, text.find('\n')), at, what,
               column);
  }

  [[noreturn]] void failAtEnd(const std::string &what) const override {
    throw InputError(
        fmt::format("{}: {}", placeText(path(), {line_, column_}), what));
  }

private:
  /// A line of the file as far as the object has it.
  struct Line {
    std::size_t number; ///< From 1.
    std::size_t start;  ///< In `element_`.
    std::size_t column; ///< Of its start, from 1.
  };
  Line lineOf(const char *at) const {
    const std::string_view before(element_.data(), at);
    const auto lines =
        static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const std::size_t start = before.rfind('\n') + 1; // 0: there is none.
    return {startLine_ + lines, start, lines == 0 ? startColumn_ : 1};
  }

  void step(char byte) {
    ++column_;
    if (byte == '\n') {
      ++line_;
      column_ = 1;
    }
  }

  [[noreturn]] void failBetween(std::string_view rest, const char *what) {
    failInLine(lines_.path(), line_, rest.substr(0, rest.find('\n')),
               rest.data(), what, column_);
  }

  /// Goes to the brace of the next object; false at the end.
  bool findStart() {
    constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
    if (isStart_ && lines_.peekBlock(byteOrderMark.size()) == byteOrderMark)
      lines_.take(byteOrderMark.size());
    while (true) {
      const std::string_view rest = lines_.peekSome();
      if (rest.empty()) {
        if (isOpen_)
          throw InputError(
              fmt::format("{}:{}:{}: the JSON list is never closed; add the "
                          "']' at its end, or copy the file again",
                          lines_.path(), line_, column_));
        return false;
      }
      for (std::size_t at = 0; at < rest.size(); ++at) {
        const char byte = rest[at];
        if (byte == '{' && !isClosed_ && !needsComma_) {
          lines_.take(at);
          return true;
        }
        if (byte == '[' && isStart_) {
          isOpen_ = true;
        } else if (byte == ']' && isOpen_) {
          isClosed_ = true;
          isOpen_ = false;
        } else if (byte == ',' && needsComma_) {
          needsComma_ = false;
        } else if (!isSpace(byte)) {
          failBetween(rest.substr(at), whatIsExpected());
        }
        isStart_ &= isSpace(byte);
        step(byte);
      }
      lines_.take(rest.size());
    }
  }

  const char *whatIsExpected() const {
    if (isClosed_)
      return "expected nothing behind the JSON list; give a file with one "
             "list";
    if (needsComma_)
      return "expected a comma, or the list's end, behind an object; correct "
             "the file";
    return "expected a JSON object, but got another value; write a list of "
           "objects, or one object a line";
  }

  /// Appends what is there of the object; true where it is complete.
  bool takePart() {
    const std::string_view rest = lines_.peekSome();
    for (std::size_t at = 0; at < rest.size(); ++at) {
      const char byte = rest[at];
      step(byte);
      if (isEscaped_) {
        isEscaped_ = false;
      } else if (isText_) {
        isEscaped_ = byte == '\\';
        isText_ = byte != '"';
      } else if (byte == '"') {
        isText_ = true;
      } else if (byte == '{' || byte == '[') {
        ++depth_;
      } else if ((byte == '}' || byte == ']') && --depth_ == 0) {
        element_ += rest.substr(0, at + 1);
        lines_.take(at + 1);
        needsComma_ = isOpen_;
        return true;
      }
    }
    element_ += rest;
    lines_.take(rest.size());
    return false;
  }

  void check() {
    const char *bad = findBadText(element_);
    if (check_ == TextCheck::None || bad == element_.data() + element_.size())
      return;
    if (check_ != TextCheck::Replace)
      fail(bad, describeBadText(bad, check_ == TextCheck::Refuse));
    element_ = replaceBadText(element_);
  }

  static bool isSpace(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
  }

  LineReader lines_;
  TextCheck check_;
  std::string element_;
  std::size_t line_ = 1, column_ = 1; // Of the next byte.
  std::size_t startLine_ = 1, startColumn_ = 1;
  bool isStart_ = true, isOpen_ = false, isClosed_ = false, needsComma_ = false;
  std::size_t depth_ = 0;
  bool isText_ = false, isEscaped_ = false;
};
} // namespace

std::unique_ptr<JsonSequence> mlc::runtime::makeJsonLines(LineReader lines) {
  return std::make_unique<JsonLines>(std::move(lines));
}

std::unique_ptr<JsonSequence> mlc::runtime::makeJsonArray(LineReader lines,
                                                          TextCheck check) {
  return std::make_unique<JsonArray>(std::move(lines), check);
}
