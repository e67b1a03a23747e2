//===- LogCheckpoint.cpp - What a log had at a time, signed ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/LogCheckpoint.h"

#include "Audit/Base64.h"
#include "Audit/TextLines.h"
#include "Error.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <sodium.h>

namespace mlc::runtime {

/// An em dash and a space, with which each line of a signature begins.
static constexpr std::string_view signatureStart = "\xe2\x80\x94 ";
/// What a key is for; the first byte of what verifiers are told.
static constexpr char ed25519 = 1;

[[noreturn]] static void failCheckpoint(const std::string &path,
                                        const std::string &what) {
  throw InputError(fmt::format("{}: {}; the file is damaged, or no checkpoint "
                               "of a log",
                               path, what));
}

static std::string keyBytes(const PublicKey &key) {
  std::string bytes(1, ed25519);
  bytes.append(reinterpret_cast<const char *>(key.elements().data()),
               key.elements().size());
  return bytes;
}

static std::array<std::uint8_t, 4> keyId(const std::string &name,
                                         const PublicKey &key) {
  const std::string bytes = name + "\n" + keyBytes(key);
  TreeHash hash;
  crypto_hash_sha256(hash.data(),
                     reinterpret_cast<const unsigned char *>(bytes.data()),
                     bytes.size());
  return {hash[0], hash[1], hash[2], hash[3]};
}

std::string verifierKey(const std::string &name, const PublicKey &key) {
  const auto id = keyId(name, key);
  return fmt::format("{}+{:02x}{:02x}{:02x}{:02x}+{}", name, id[0], id[1],
                     id[2], id[3], toBase64(bytesOfText(keyBytes(key))));
}

static NoteSignature parseSignature(const std::string &path,
                                    std::string_view line) {
  if (!line.starts_with(signatureStart))
    failCheckpoint(path, "expected a dash and a name before each signature");
  line.remove_prefix(signatureStart.size());
  const std::size_t space = line.find(' ');
  if (space == 0 || space == line.npos)
    failCheckpoint(path, "expected a name and base64 in each signature");
  const auto bytes = fromBase64(line.substr(space + 1));
  NoteSignature signature{
      .name = std::string(line.substr(0, space)), .key = {}, .signature = {}};
  if (!bytes || bytes->size() <= signature.key.size() ||
      signature.name.find('+') != std::string::npos)
    failCheckpoint(path, "expected a name and base64 in each signature");
  std::memcpy(signature.key.data(), bytes->data(), signature.key.size());
  signature.signature = bytes->substr(signature.key.size());
  return signature;
}

SignedNote SignedNote::parse(const std::string &path, std::string_view bytes) {
  // The text may have empty lines; the last of all is its end.
  const std::size_t end = bytes.rfind("\n\n");
  if (end == bytes.npos || end == 0 || !bytes.ends_with('\n'))
    failCheckpoint(
        path, "expected whole lines and an empty one before the signatures");
  SignedNote note{.text = std::string(bytes.substr(0, end + 1)),
                  .signatures = {}};
  bytes.remove_prefix(end + 2);
  constexpr std::size_t most = 16;
  while (const auto line = takeLine(bytes)) {
    if (note.signatures.size() == most)
      failCheckpoint(path, fmt::format("expected at most {} signatures", most));
    note.signatures.push_back(parseSignature(path, *line));
  }
  return note;
}

std::string SignedNote::bytes() const {
  std::string bytes = text + "\n";
  for (const NoteSignature &entry : signatures) {
    std::string signature(reinterpret_cast<const char *>(entry.key.data()),
                          entry.key.size());
    signature += entry.signature;
    bytes += fmt::format("{}{} {}\n", signatureStart, entry.name,
                         toBase64(bytesOfText(signature)));
  }
  return bytes;
}

void SignedNote::sign(const std::string &name, const SigningKey &key) {
  const Signature signature = key.sign(bytesOfText(text));
  signatures.push_back(
      {name,
       keyId(name, key.publicKey()),
       {reinterpret_cast<const char *>(signature.data()), signature.size()}});
}

bool SignedNote::isSignedBy(const std::string &name,
                            const PublicKey &key) const {
  const auto id = keyId(name, key);
  return std::ranges::any_of(signatures, [&](const NoteSignature &entry) {
    Signature signature;
    if (entry.name != name || entry.key != id ||
        entry.signature.size() != signature.size())
      return false;
    std::ranges::copy(entry.signature, signature.begin());
    return key.verifies(bytesOfText(text), signature);
  });
}

std::string base64OfHash(const TreeHash &hash) {
  return toBase64(std::as_bytes(std::span(hash)));
}

std::optional<TreeHash> hashOfBase64(std::string_view text) {
  const auto bytes = fromBase64(text);
  TreeHash hash;
  if (!bytes || bytes->size() != hash.size())
    return std::nullopt;
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

std::string LogCheckpoint::text() const {
  return fmt::format("{}\n{}\n{}\n", origin, size, base64OfHash(root));
}

LogCheckpoint LogCheckpoint::parse(const std::string &path,
                                   std::string_view text) {
  const auto origin = takeLine(text), size = takeLine(text),
             root = takeLine(text);
  if (!root || !text.empty())
    failCheckpoint(path,
                   "expected three lines: a log's name, its size and its root");
  if (origin->empty() || std::ranges::any_of(*origin, [](char letter) {
        return letter <= ' ' || letter > '~' || letter == '+';
      }))
    failCheckpoint(path,
                   "expected a log's name without spaces in the first line");
  const auto number = wholeNumberOf(*size);
  if (!number)
    failCheckpoint(path, "expected the number of entries in the second line");
  const auto hash = hashOfBase64(*root);
  if (!hash)
    failCheckpoint(path, "expected base64 of a SHA-256 in the third line");
  return {.origin = std::string(*origin), .size = *number, .root = *hash};
}

} // namespace mlc::runtime
