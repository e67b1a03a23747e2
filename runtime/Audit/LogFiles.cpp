//===- LogFiles.cpp - The files of a log ----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/LogFiles.h"

#include "Error.h"
#include "System/MappedFile.h"
#include "System/OperatingSystem.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace mlc::runtime {

std::string tilePath(std::string_view kind, std::uint64_t index,
                     std::uint64_t width) {
  constexpr std::uint64_t group = 1000;
  std::string number = fmt::format("{:03}", index % group);
  for (index /= group; index > 0; index /= group)
    number = fmt::format("x{:03}/{}", index % group, number);
  return width == tileWidth
             ? fmt::format("tile/{}/{}", kind, number)
             : fmt::format("tile/{}/{}.p/{}", kind, number, width);
}

std::vector<std::string> partialPaths(std::uint64_t size) {
  std::vector<std::string> paths;
  if (size % tileWidth != 0)
    paths.push_back(tilePath(entriesKind, size / tileWidth, size % tileWidth));
  std::uint64_t hashes = size;
  for (int level = 0; hashes > 0; ++level, hashes /= tileWidth)
    if (hashes % tileWidth != 0)
      paths.push_back(tilePath(std::to_string(level), hashes / tileWidth,
                               hashes % tileWidth));
  return paths;
}

void addToBundle(std::string &bundle, std::string_view entry) {
  bundle += char(entry.size() >> 8);
  bundle += char(entry.size());
  bundle += entry;
}

std::vector<std::string> entriesOf(const std::string &path,
                                   std::string_view bundle, std::size_t count) {
  std::vector<std::string> entries;
  while (entries.size() < count) {
    const std::size_t size = bundle.size() < 2
                                 ? longestEntry
                                 : std::size_t(std::uint8_t(bundle[0])) << 8 |
                                       std::uint8_t(bundle[1]);
    if (bundle.size() < 2 + size)
      break;
    entries.emplace_back(bundle.substr(2, size));
    bundle.remove_prefix(2 + size);
  }
  if (entries.size() != count || !bundle.empty())
    throw InputError(fmt::format("{}: expected {} entries and nothing else, "
                                 "but that ends with entry {}; the file is "
                                 "damaged",
                                 path, count, entries.size()));
  return entries;
}

SignedNote readNote(const std::string &path) {
  return SignedNote::parse(path, MappedFile(path).text());
}

std::string LogFolder::pathOf(std::string_view name) const {
  return fmt::format("{}/{}", path_, name);
}

std::string LogFolder::read(std::string_view name) const {
  return std::string(MappedFile(pathOf(name)).text());
}

SignedNote LogFolder::checkpoint() const {
  return readNote(pathOf(checkpointName));
}

std::vector<std::string> LogFolder::payloadDays() const {
  std::vector<std::string> days;
  const std::string path = pathOf(payloadFolder);
  if (os().list(path.c_str(), days) != 0)
    throw InputError(fmt::format("{}: cannot be read: {}", path,
                                 std::system_category().message(errno)));
  std::ranges::sort(days);
  return days;
}

LogFolder::Stored LogFolder::readTile(std::string_view kind,
                                      std::uint64_t index,
                                      std::uint64_t width) const {
  const std::string partial = tilePath(kind, index, width);
  const std::string whole = tilePath(kind, index, tileWidth);
  const auto isThere = [&](const std::string &path) {
    return ::access(pathOf(path).c_str(), F_OK) == 0;
  };
  const bool isWhole =
      width == tileWidth || (!isThere(partial) && isThere(whole));
  const std::string &path = isWhole ? whole : partial;
  return {pathOf(path), read(path), isWhole ? tileWidth : width};
}

std::vector<TreeHash> LogFolder::tile(int level, std::uint64_t index,
                                      std::uint64_t width) const {
  const Stored stored = readTile(std::to_string(level), index, width);
  const std::size_t size = stored.width * sizeof(TreeHash);
  if (stored.bytes.size() != size)
    throw InputError(fmt::format("{}: expected {} bytes, {} hashes, but got "
                                 "{}; the file is damaged",
                                 stored.path, size, stored.width,
                                 stored.bytes.size()));
  std::vector<TreeHash> hashes(width);
  std::memcpy(hashes.data(), stored.bytes.data(), width * sizeof(TreeHash));
  return hashes;
}

std::vector<std::string> LogFolder::bundle(std::uint64_t index,
                                           std::uint64_t width) const {
  const Stored stored = readTile(entriesKind, index, width);
  auto entries = entriesOf(stored.path, stored.bytes, stored.width);
  entries.resize(width);
  return entries;
}

TreeHash LogSubtrees::operator()(int height, std::uint64_t index) {
  const int level = height / tileHeight;
  const std::uint64_t first = index << height % tileHeight;
  const std::uint64_t count = std::uint64_t(1) << height % tileHeight;
  const std::uint64_t tile = first / tileWidth;
  auto found = tiles_.find({level, tile});
  if (found == tiles_.end()) {
    // How many hashes this level has, and of them this tile.
    const std::uint64_t hashes = size_ >> tileHeight * level;
    const std::uint64_t width = std::min(tileWidth, hashes - tile * tileWidth);
    found =
        tiles_.emplace(std::pair(level, tile), folder_.tile(level, tile, width))
            .first;
  }
  return rootOfTile(
      std::span(found->second)
          .subspan(std::size_t(first % tileWidth), std::size_t(count)));
}

} // namespace mlc::runtime
