//===- JsonSequence.h - JSON objects, one after another ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_JSONSEQUENCE_H
#define MLC_RUNTIME_IMPORT_JSONSEQUENCE_H

#include "Import/LineReader.h"
#include "Import/TextPlace.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// Texts of JSON objects, with their places. All members throw InputError.
class JsonSequence {
public:
  virtual ~JsonSequence() = default;
  /// Sets `object` to the text of the next one, valid until the next call;
  /// false at the end. That it is an object is for the caller to see.
  virtual bool next(std::string_view &object) = 0;
  /// For errors: the standard input has a name here.
  virtual const std::string &path() const = 0;
  /// Where `at` is, which points into the object that `next` gave last.
  virtual TextPlace placeOf(const char *at) const = 0;
  /// Throws InputError with that place and a caret below it.
  [[noreturn]] virtual void fail(const char *at,
                                 const std::string &what) const = 0;
  /// Throws InputError with the place behind the last object.
  [[noreturn]] virtual void failAtEnd(const std::string &what) const = 0;
};

/// An object on each line that is not blank. Source: https://jsonlines.org
std::unique_ptr<JsonSequence> makeJsonLines(LineReader lines);

/// The objects of an array, or objects one after another, over as many lines
/// as they take: each has at most LineReader::maxLineBytes. Holds one of them.
std::unique_ptr<JsonSequence> makeJsonArray(LineReader lines, TextCheck check);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_JSONSEQUENCE_H
