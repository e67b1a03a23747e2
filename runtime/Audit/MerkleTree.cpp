//===- MerkleTree.cpp - A hash of a list that grows -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/MerkleTree.h"

#include <bit>
#include <optional>
#include <sodium.h>

namespace mlc::runtime {

/// What is hashed before a leaf and before two nodes, so that neither can be
/// taken for the other.
static constexpr unsigned char leafPrefix = 0, nodePrefix = 1;

TreeHash leafHash(std::span<const std::byte> entry) {
  TreeHash hash;
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, &leafPrefix, 1);
  crypto_hash_sha256_update(
      &state, reinterpret_cast<const unsigned char *>(entry.data()),
      entry.size());
  crypto_hash_sha256_final(&state, hash.data());
  return hash;
}

TreeHash nodeHash(const TreeHash &left, const TreeHash &right) {
  TreeHash hash;
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, &nodePrefix, 1);
  crypto_hash_sha256_update(&state, left.data(), left.size());
  crypto_hash_sha256_update(&state, right.data(), right.size());
  crypto_hash_sha256_final(&state, hash.data());
  return hash;
}

TreeHash emptyRoot() {
  TreeHash hash;
  crypto_hash_sha256(hash.data(), nullptr, 0);
  return hash;
}

/// Of more than one leaf, how many the left subtree has: the largest power of
/// two below their number.
static std::uint64_t leftLeaves(std::uint64_t leaves) {
  return std::bit_floor(leaves - 1);
}

/// The hash of the leaves from `begin` to `end`, of which `begin` is a multiple
/// of a power of two that is at least their number.
static TreeHash hashOfRange(std::uint64_t begin, std::uint64_t end,
                            const Subtrees &subtrees) {
  const std::uint64_t leaves = end - begin;
  if (std::has_single_bit(leaves))
    return subtrees(std::countr_zero(leaves), begin / leaves);
  const std::uint64_t middle = begin + leftLeaves(leaves);
  return nodeHash(hashOfRange(begin, middle, subtrees),
                  hashOfRange(middle, end, subtrees));
}

TreeHash rootOf(std::uint64_t size, const Subtrees &subtrees) {
  return size == 0 ? emptyRoot() : hashOfRange(0, size, subtrees);
}

/// PATH of RFC 6962.
static void addPath(std::uint64_t leaf, std::uint64_t begin, std::uint64_t end,
                    const Subtrees &subtrees, std::vector<TreeHash> &proof) {
  if (end - begin == 1)
    return;
  const std::uint64_t middle = begin + leftLeaves(end - begin);
  if (leaf < middle) {
    addPath(leaf, begin, middle, subtrees, proof);
    proof.push_back(hashOfRange(middle, end, subtrees));
  } else {
    addPath(leaf, middle, end, subtrees, proof);
    proof.push_back(hashOfRange(begin, middle, subtrees));
  }
}

std::vector<TreeHash> inclusionProof(std::uint64_t index, std::uint64_t size,
                                     const Subtrees &subtrees) {
  std::vector<TreeHash> proof;
  addPath(index, 0, size, subtrees, proof);
  return proof;
}

/// SUBPROOF of RFC 6962. `isKnown`: who checks has the hash of the old leaves
/// from `begin`, which is their old root.
static void addSubproof(std::uint64_t old, std::uint64_t begin,
                        std::uint64_t end, bool isKnown,
                        const Subtrees &subtrees,
                        std::vector<TreeHash> &proof) {
  if (old == end) {
    if (!isKnown)
      proof.push_back(hashOfRange(begin, end, subtrees));
    return;
  }
  const std::uint64_t middle = begin + leftLeaves(end - begin);
  if (old <= middle) {
    addSubproof(old, begin, middle, isKnown, subtrees, proof);
    proof.push_back(hashOfRange(middle, end, subtrees));
  } else {
    addSubproof(old, middle, end, false, subtrees, proof);
    proof.push_back(hashOfRange(begin, middle, subtrees));
  }
}

std::vector<TreeHash> consistencyProof(std::uint64_t old, std::uint64_t size,
                                       const Subtrees &subtrees) {
  std::vector<TreeHash> proof;
  if (old > 0)
    addSubproof(old, 0, size, true, subtrees, proof);
  return proof;
}

/// Climbs from a node of the lowest level, of which `last` is the last, to the
/// root: gives `use` each hash of the proof, and whether it is of the left
/// neighbour. Returns whether the proof is as long as the way.
template <typename Use>
static bool climb(std::uint64_t node, std::uint64_t last,
                  std::span<const TreeHash> proof, Use use) {
  for (const TreeHash &other : proof) {
    if (last == 0)
      return false;
    const bool isLeft = node % 2 == 1 || node == last;
    use(other, isLeft);
    if (isLeft)
      for (; node % 2 == 0 && node != 0; node /= 2)
        last /= 2;
    node /= 2;
    last /= 2;
  }
  return last == 0;
}

bool provesInclusion(const TreeHash &leaf, std::uint64_t index,
                     std::uint64_t size, std::span<const TreeHash> proof,
                     const TreeHash &root) {
  if (index >= size)
    return false;
  TreeHash hash = leaf;
  const auto use = [&](const TreeHash &other, bool isLeft) {
    hash = isLeft ? nodeHash(other, hash) : nodeHash(hash, other);
  };
  return climb(index, size - 1, proof, use) && hash == root;
}

bool provesConsistency(std::uint64_t old, const TreeHash &oldRoot,
                       std::uint64_t size, const TreeHash &root,
                       std::span<const TreeHash> proof) {
  if (old > size)
    return false;
  if (old == size)
    return proof.empty() && oldRoot == root;
  if (old == 0)
    return proof.empty() && oldRoot == emptyRoot();
  if (proof.empty())
    return false;
  std::uint64_t node = old - 1, last = size - 1;
  for (; node % 2 == 1; node /= 2)
    last /= 2;
  // A whole old tree is a node of the new one, which who checks knows.
  TreeHash first = oldRoot;
  if (!std::has_single_bit(old)) {
    first = proof.front();
    proof = proof.subspan(1);
  }
  TreeHash oldHash = first, hash = first;
  const auto use = [&](const TreeHash &other, bool isLeft) {
    if (isLeft)
      oldHash = nodeHash(other, oldHash);
    hash = isLeft ? nodeHash(other, hash) : nodeHash(hash, other);
  };
  return climb(node, last, proof, use) && oldHash == oldRoot && hash == root;
}

/// The root of a power of two of hashes.
static TreeHash rootOfWhole(std::vector<TreeHash> hashes) {
  for (; hashes.size() > 1; hashes.resize(hashes.size() / 2))
    for (std::size_t i = 0; i < hashes.size() / 2; ++i)
      hashes[i] = nodeHash(hashes[2 * i], hashes[2 * i + 1]);
  return hashes.front();
}

TreeHash rootOfTile(std::span<const TreeHash> hashes) {
  return rootOfWhole({hashes.begin(), hashes.end()});
}

void TreeEdge::add(const TreeHash &leaf) {
  ++size_;
  add(0, leaf);
}

void TreeEdge::add(std::size_t level, const TreeHash &hash) {
  if (last_.size() == level)
    last_.emplace_back();
  last_[level].push_back(hash);
  if (last_[level].size() < tileWidth)
    return;
  const std::uint64_t index = (size_ >> tileHeight * (level + 1)) - 1;
  const TreeHash root = rootOfTile(last_[level]);
  whole_.push_back({int(level), index, std::exchange(last_[level], {})});
  add(level + 1, root);
}

TreeHash TreeEdge::root() const {
  // Whole subtrees, the smallest first, each the right neighbour of the next.
  std::optional<TreeHash> root;
  for (const std::vector<TreeHash> &tile : last_) {
    auto end = tile.end();
    for (std::size_t left = tile.size(); left > 0;) {
      const std::size_t leaves = left & ~(left - 1);
      const TreeHash whole = rootOfWhole({end - std::ptrdiff_t(leaves), end});
      root = root ? nodeHash(whole, *root) : whole;
      end -= std::ptrdiff_t(leaves);
      left -= leaves;
    }
  }
  return root.value_or(emptyRoot());
}

} // namespace mlc::runtime
