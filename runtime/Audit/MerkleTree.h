//===- MerkleTree.h - A hash of a list that grows ---------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_MERKLETREE_H
#define MLC_RUNTIME_AUDIT_MERKLETREE_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace mlc::runtime {

// Entries are the leaves of a binary tree of SHA-256 hashes. The tree of the
// first n of them is a part of that of more, so that a short list of hashes
// proves that an entry is in it, or that a later tree has all that an earlier
// one had. Source: RFC 6962, section 2.1; checking, RFC 9162, section 2.1.

using TreeHash = std::array<std::uint8_t, 32>;

TreeHash leafHash(std::span<const std::byte> entry);
TreeHash nodeHash(const TreeHash &left, const TreeHash &right);
/// The root of a tree without entries.
TreeHash emptyRoot();

/// The hash of the whole subtree number `index` of those with 2^height leaves.
using Subtrees = std::function<TreeHash(int height, std::uint64_t index)>;

/// The root of the tree of the first `size` leaves.
TreeHash rootOf(std::uint64_t size, const Subtrees &subtrees);
/// That leaf `index` < size is in that tree: hashes from its sibling upwards.
std::vector<TreeHash> inclusionProof(std::uint64_t index, std::uint64_t size,
                                     const Subtrees &subtrees);
/// That the tree of `old` <= size leaves is a part of that of `size`.
std::vector<TreeHash> consistencyProof(std::uint64_t old, std::uint64_t size,
                                       const Subtrees &subtrees);

bool provesInclusion(const TreeHash &leaf, std::uint64_t index,
                     std::uint64_t size, std::span<const TreeHash> proof,
                     const TreeHash &root);
bool provesConsistency(std::uint64_t old, const TreeHash &oldRoot,
                       std::uint64_t size, const TreeHash &root,
                       std::span<const TreeHash> proof);

/// Hashes of a tile: of level 0, leaves; of level l > 0, the roots of whole
/// tiles of the level below. Source: https://c2sp.org/tlog-tiles
constexpr std::uint64_t tileWidth = 256;
constexpr int tileHeight = 8;
/// The root of a whole tile.
TreeHash rootOfTile(std::span<const TreeHash> hashes);

/// The right edge of a growing tree, which is all that adding leaves needs.
class TreeEdge {
public:
  struct Tile {
    int level;
    std::uint64_t index;
    std::vector<TreeHash> hashes; ///< tileWidth of them.
  };

  TreeEdge() = default;
  /// The edge of a tree of `size` leaves whose last tile of level l has the
  /// hashes `last[l]`: size / 256^l % 256 of them.
  TreeEdge(std::uint64_t size, std::vector<std::vector<TreeHash>> last)
      : size_(size), last_(std::move(last)) {}

  void add(const TreeHash &leaf);
  std::uint64_t size() const { return size_; }
  TreeHash root() const;
  /// By level, the hashes of the last tile, where that is not whole.
  const std::vector<std::vector<TreeHash>> &last() const { return last_; }
  /// The tiles that became whole since the last call.
  std::vector<Tile> takeWhole() { return std::exchange(whole_, {}); }

private:
  void add(std::size_t level, const TreeHash &hash);

  std::uint64_t size_ = 0;
  std::vector<std::vector<TreeHash>> last_;
  std::vector<Tile> whole_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_MERKLETREE_H
