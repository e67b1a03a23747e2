//===- LogFiles.h - The files of a log --------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_LOGFILES_H
#define MLC_RUNTIME_AUDIT_LOGFILES_H

#include "Audit/LogCheckpoint.h"
#include "Audit/MerkleTree.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

// Where things lie in a log's folder: https://c2sp.org/tlog-tiles

constexpr const char *checkpointName = "checkpoint";
/// The folder of what can be erased: a file for each day, by UTC.
constexpr const char *payloadFolder = "payload";
/// Of entries in bundles, in the place of a level.
constexpr const char *entriesKind = "entries";
/// An entry's length has two bytes.
constexpr std::size_t longestEntry = 65535;

/// `tile/0/x001/234.p/17`: tile 1234 of level 0 with `width` hashes; whole ones
/// without what follows the number.
std::string tilePath(std::string_view kind, std::uint64_t index,
                     std::uint64_t width);

/// The paths of the tiles and of the bundle of a tree that are not whole.
std::vector<std::string> partialPaths(std::uint64_t size);

/// Appends an entry to a bundle: two bytes of its length, then its own.
void addToBundle(std::string &bundle, std::string_view entry);
/// The entries of a bundle. Throws InputError, naming `path`, where there are
/// not `count`.
std::vector<std::string> entriesOf(const std::string &path,
                                   std::string_view bundle, std::size_t count);

/// A note in a file. Throws InputError.
SignedNote readNote(const std::string &path);

/// A log's folder, to be read; another process may add to it meanwhile.
class LogFolder {
public:
  explicit LogFolder(std::string path) : path_(std::move(path)) {}

  std::string pathOf(std::string_view name) const;
  /// The bytes of a file in it. Throws InputError.
  std::string read(std::string_view name) const;
  SignedNote checkpoint() const;
  /// The days of which payloads are there, in order. Throws InputError.
  std::vector<std::string> payloadDays() const;

  /// The first `width` hashes of a tile. Of a tile that is not whole any more
  /// the whole one has them. Throws InputError.
  std::vector<TreeHash> tile(int level, std::uint64_t index,
                             std::uint64_t width) const;
  /// The same of a bundle's entries.
  std::vector<std::string> bundle(std::uint64_t index,
                                  std::uint64_t width) const;

private:
  /// A tile or bundle as it is there.
  struct Stored {
    std::string path, bytes;
    std::uint64_t width;
  };
  Stored readTile(std::string_view kind, std::uint64_t index,
                  std::uint64_t width) const;

  std::string path_;
};

/// The subtrees of a log's tree of `size` leaves, of its tiles, which it reads
/// when they are asked for.
class LogSubtrees {
public:
  LogSubtrees(const LogFolder &folder, std::uint64_t size)
      : folder_(folder), size_(size) {}
  TreeHash operator()(int height, std::uint64_t index);

private:
  const LogFolder &folder_;
  const std::uint64_t size_;
  std::map<std::pair<int, std::uint64_t>, std::vector<TreeHash>> tiles_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_LOGFILES_H
