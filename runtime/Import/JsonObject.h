//===- JsonObject.h - Parsed JSON objects, with their places ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_IMPORT_JSONOBJECT_H
#define MLC_RUNTIME_IMPORT_JSONOBJECT_H

#include "Import/JsonSequence.h"

#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// The value of a JSON text, number, true or false as a word; nothing of lists,
/// objects and null.
std::optional<std::string> wordOf(const boost::json::value &value);

/// Parses the objects of a sequence. What many writers get wrong is mended: NaN
/// and Infinity are null, and with TextCheck::Replace half of a surrogate pair
/// is U+FFFD. All members throw InputError.
class JsonObjects {
public:
  JsonObjects(std::unique_ptr<JsonSequence> texts, TextCheck check);

  /// The next one, valid until the next call; null at the end.
  const boost::json::object *next();
  /// A field of it; null where there is none. Throws where it is there twice.
  const boost::json::value *find(const boost::json::object &object,
                                 const std::string &name) const;

  /// For errors: the standard input has a name here.
  const std::string &path() const { return texts_->path(); }
  /// Where the object starts that was read last; the start of the file where
  /// none was.
  TextPlace place() const { return placeAt(0); }
  /// Where the value of one of its fields is; its own place where it has none
  /// of that name.
  TextPlace placeOf(const std::string &name) const;
  /// Where the key is, likewise.
  TextPlace placeOfKey(const std::string &name) const;
  /// Throws InputError with the place of the object that was read last.
  [[noreturn]] void fail(const std::string &what) const {
    texts_->fail(text_.data(), what);
  }
  /// Throws InputError with the place of one of its fields.
  [[noreturn]] void fail(const std::string &name,
                         const std::string &what) const;
  /// Throws InputError with the place behind the last object.
  [[noreturn]] void failAtEnd(const std::string &what) const {
    texts_->failAtEnd(what);
  }

private:
  TextPlace placeAt(std::size_t offset) const;

  std::unique_ptr<JsonSequence> texts_;
  TextCheck check_;
  std::string_view text_; ///< Of the object, as it is written.
  std::string repaired_;  ///< The same where it was mended.
  std::unique_ptr<unsigned char[]> memory_; ///< For the values of most objects.
  std::optional<boost::json::monotonic_resource> values_;
  std::optional<boost::json::value> root_; ///< Goes before its memory.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_IMPORT_JSONOBJECT_H
