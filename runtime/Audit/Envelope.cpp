//===- Envelope.cpp - A signed text, by DSSE ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Envelope.h"

#include "Audit/Base64.h"
#include "Error.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <initializer_list>

namespace mlc::runtime {

namespace json = boost::json;

namespace {

/// Reads the envelope's JSON, and throws where it has another form.
class EnvelopeReader {
public:
  explicit EnvelopeReader(const std::string &path) : path_(path) {}

  [[noreturn]] void fail(const std::string &what) const {
    throw InputError(
        fmt::format("{}: {}; the file is damaged, or no record that mlc wrote",
                    path_, what));
  }

  /// An object with these fields and no other.
  const json::object &object(const json::value &value, const char *what,
                             std::initializer_list<const char *> fields) const {
    if (!value.is_object())
      fail(fmt::format("expected {}, an object of JSON", what));
    for (const char *field : fields)
      if (!value.get_object().contains(field))
        fail(fmt::format("{} has no field {:?}", what, field));
    if (value.get_object().size() != fields.size())
      fail(fmt::format("{} has a field that is not known", what));
    return value.get_object();
  }

  std::string text(const json::object &object, const char *field) const {
    const json::value &value = object.at(field);
    if (!value.is_string())
      fail(fmt::format("expected a text as {:?}", field));
    return std::string(value.get_string());
  }

  std::string bytes(const json::object &object, const char *field) const {
    const auto bytes = fromBase64(text(object, field));
    if (!bytes)
      fail(fmt::format("expected base64 as {:?}", field));
    return *bytes;
  }

private:
  const std::string &path_;
};

} // namespace

Envelope Envelope::parse(const std::string &path, std::string_view text) {
  const EnvelopeReader read(path);
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (error)
    read.fail(fmt::format("expected JSON, but {}", error.message()));
  const json::object &object = read.object(
      value, "an envelope", {"payload", "payloadType", "signatures"});
  Envelope envelope{.payloadType = read.text(object, "payloadType"),
                    .payload = read.bytes(object, "payload"),
                    .signatures = {}};
  if (!object.at("signatures").is_array())
    read.fail("expected a list as \"signatures\"");
  for (const json::value &entry : object.at("signatures").get_array()) {
    const json::object &fields =
        read.object(entry, "a signature", {"keyid", "sig"});
    Signed &added = envelope.signatures.emplace_back();
    added.key = read.text(fields, "keyid");
    const std::string bytes = read.bytes(fields, "sig");
    if (bytes.size() != added.signature.size())
      read.fail("expected a signature of 64 bytes");
    std::ranges::copy(bytes, added.signature.begin());
  }
  if (envelope.text() != text)
    read.fail("it is written otherwise");
  return envelope;
}

std::string Envelope::signedBytes() const {
  return fmt::format("DSSEv1 {} {} {} {}", payloadType.size(), payloadType,
                     payload.size(), payload);
}

void Envelope::sign(const SigningKey &key) {
  signatures.push_back(
      {key.publicKey().name(), key.sign(bytesOfText(signedBytes()))});
}

bool Envelope::isSignedBy(const PublicKey &key) const {
  const std::string bytes = signedBytes();
  return std::ranges::any_of(signatures, [&](const Signed &entry) {
    return entry.key == key.name() &&
           key.verifies(bytesOfText(bytes), entry.signature);
  });
}

std::string Envelope::text() const {
  json::array list;
  for (const Signed &entry : signatures)
    list.push_back(
        {{"keyid", entry.key},
         {"sig", toBase64(std::as_bytes(std::span(entry.signature)))}});
  return json::serialize(
             json::object{{"payload", toBase64(bytesOfText(payload))},
                          {"payloadType", payloadType},
                          {"signatures", std::move(list)}}) +
         "\n";
}

} // namespace mlc::runtime
