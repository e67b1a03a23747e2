//===- MerkleTreeTest.cpp - Trees of hashes and their proofs --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/MerkleTree.h"

#include <gtest/gtest.h>
#include <string>

namespace mlc::test {
namespace {

using namespace runtime;
using Proof = std::vector<TreeHash>;

std::string bytesOfHex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += char(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return bytes;
}

TreeHash hash(std::string_view text) {
  const std::string bytes = bytesOfHex(text);
  TreeHash hash{};
  EXPECT_EQ(bytes.size(), hash.size());
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

Proof proofOf(std::initializer_list<const char *> hashes) {
  Proof proof;
  for (const char *text : hashes)
    proof.push_back(hash(text));
  return proof;
}

TreeHash leafOf(std::string_view bytes) {
  return leafHash(std::as_bytes(std::span(bytes)));
}

// Leaves, roots and proofs of certificate-transparency-go, now
// transparency-dev/merkle, proof/verify_test.go (Apache License 2.0).
const std::vector<std::string> &leaves() {
  static const std::vector<std::string> leaves = {
      bytesOfHex(""),
      bytesOfHex("00"),
      bytesOfHex("10"),
      bytesOfHex("2021"),
      bytesOfHex("3031"),
      bytesOfHex("40414243"),
      bytesOfHex("5051525354555657"),
      bytesOfHex("606162636465666768696a6b6c6d6e6f")};
  return leaves;
}
constexpr const char *roots[] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
constexpr const char *h96 =
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
constexpr const char *h5f =
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
constexpr const char *h6b =
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
constexpr const char *hbc =
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
constexpr const char *hca =
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
constexpr const char *h0e =
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
constexpr const char *hb0 =
    "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f";

struct Included {
  std::uint64_t index, size;
  Proof proof;
};
std::vector<Included> included() {
  return {{0, 8, proofOf({h96, h5f, h6b})},
          {5, 8, proofOf({hbc, hca, roots[3]})},
          {2, 3, proofOf({roots[1]})},
          {1, 5, proofOf({roots[0], h5f, hbc})}};
}

struct Consistent {
  std::uint64_t old, size;
  Proof proof;
};
std::vector<Consistent> consistent() {
  return {{1, 1, {}},
          {1, 8, proofOf({h96, h5f, h6b})},
          {6, 8, proofOf({h0e, hca, roots[3]})},
          {2, 5, proofOf({h5f, hbc})},
          {6, 7, proofOf({h0e, hb0, roots[3]})}};
}

/// Subtrees of leaves in memory.
Subtrees subtreesOf(const std::vector<TreeHash> &hashes) {
  return [&hashes](int height, std::uint64_t index) {
    return rootOfTile(
        std::span(hashes).subspan(index << height, std::size_t(1) << height));
  };
}

std::vector<TreeHash> hashesOf(const std::vector<std::string> &entries) {
  std::vector<TreeHash> hashes;
  hashes.reserve(entries.size());
  for (const std::string &entry : entries)
    hashes.push_back(leafOf(entry));
  return hashes;
}

TEST(MerkleTreeTest, RootsAreThoseOfRfc6962) {
  const std::vector<TreeHash> hashes = hashesOf(leaves());
  TreeEdge edge;
  EXPECT_EQ(
      edge.root(),
      hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  for (std::size_t i = 0; i < leaves().size(); ++i) {
    edge.add(hashes[i]);
    EXPECT_EQ(edge.root(), hash(roots[i]));
    EXPECT_EQ(rootOf(i + 1, subtreesOf(hashes)), hash(roots[i]));
  }
}

TEST(MerkleTreeTest, ProofsAreThoseOfRfc6962) {
  const std::vector<TreeHash> hashes = hashesOf(leaves());
  for (const auto &[index, size, proof] : included()) {
    EXPECT_EQ(inclusionProof(index, size, subtreesOf(hashes)), proof);
    EXPECT_TRUE(provesInclusion(hashes[index], index, size, proof,
                                hash(roots[size - 1])));
  }
  for (const auto &[old, size, proof] : consistent()) {
    EXPECT_EQ(consistencyProof(old, size, subtreesOf(hashes)), proof);
    EXPECT_TRUE(provesConsistency(old, hash(roots[old - 1]), size,
                                  hash(roots[size - 1]), proof));
  }
}

/// What a proof can be changed to, as the same source has it.
std::vector<Proof> changed(const Proof &proof, const TreeHash &root) {
  std::vector<Proof> all;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    all.push_back(proof);
    all.back()[i][0] ^= 8;
    all.push_back(proof);
    all.back().erase(all.back().begin() + std::ptrdiff_t(i));
  }
  all.push_back(proof);
  all.back().push_back(root);
  all.push_back(proof);
  all.back().insert(all.back().begin(), root);
  return all;
}

TEST(MerkleTreeTest, ChangedProofsProveNothing) {
  const TreeHash none{};
  for (const auto &[index, size, proof] : included()) {
    const TreeHash root = hash(roots[size - 1]), leaf = leafOf(leaves()[index]);
    for (const Proof &other : changed(proof, root))
      EXPECT_FALSE(provesInclusion(leaf, index, size, other, root));
    for (const auto &[otherIndex, otherSize] : {std::pair(index - 1, size),
                                                {index + 1, size},
                                                {index ^ 2, size},
                                                {index, 2 * size},
                                                {index, size / 2},
                                                {index, std::uint64_t(0)}})
      EXPECT_FALSE(provesInclusion(leaf, otherIndex, otherSize, proof, root))
          << otherIndex << " of " << otherSize;
    EXPECT_FALSE(provesInclusion(none, index, size, proof, root));
    EXPECT_FALSE(provesInclusion(leaf, index, size, proof, none));
  }
  for (const auto &[old, size, proof] : consistent()) {
    const TreeHash oldRoot = hash(roots[old - 1]), root = hash(roots[size - 1]);
    for (const Proof &other : changed(proof, root))
      EXPECT_FALSE(provesConsistency(old, oldRoot, size, root, other));
    EXPECT_FALSE(provesConsistency(old, none, size, root, proof));
    EXPECT_FALSE(provesConsistency(old, oldRoot, size, none, proof));
    if (old == size)
      continue;
    for (const auto &[otherOld, otherSize] : {std::pair(old - 1, size),
                                              {old + 1, size},
                                              {old ^ 2, size},
                                              {old, 2 * size},
                                              {old, size / 2},
                                              {size, old}})
      EXPECT_FALSE(provesConsistency(otherOld, oldRoot, otherSize, root, proof))
          << otherOld << " to " << otherSize;
    EXPECT_FALSE(provesConsistency(old, root, size, oldRoot, proof));
  }
  // An empty log is a part of each, which nothing proves but its root.
  EXPECT_TRUE(provesConsistency(0, emptyRoot(), 3, hash(roots[2]), {}));
  EXPECT_FALSE(provesConsistency(0, none, 3, hash(roots[2]), {}));
}

/// Two levels of tiles, and each proof over their boundary.
TEST(MerkleTreeTest, TilesHaveTheWholeTree) {
  std::vector<TreeHash> hashes;
  TreeEdge edge;
  std::vector<TreeEdge::Tile> tiles;
  const std::uint64_t size = 2 * tileWidth + 5;
  for (std::uint64_t i = 0; i < size; ++i) {
    hashes.push_back(leafOf(std::to_string(i)));
    edge.add(hashes.back());
    for (TreeEdge::Tile &tile : edge.takeWhole())
      tiles.push_back(std::move(tile));
    if (i + 1 == tileWidth || i + 1 == tileWidth + 1 || i + 1 == size) {
      EXPECT_EQ(edge.root(), rootOf(i + 1, subtreesOf(hashes))) << i;
    }
  }
  ASSERT_EQ(tiles.size(), 2u);
  for (std::uint64_t i = 0; i < 2; ++i) {
    EXPECT_EQ(tiles[i].level, 0);
    EXPECT_EQ(tiles[i].index, i);
    EXPECT_TRUE(std::equal(tiles[i].hashes.begin(), tiles[i].hashes.end(),
                           hashes.begin() + std::ptrdiff_t(i * tileWidth)));
  }
  ASSERT_EQ(edge.last().size(), 2u);
  EXPECT_EQ(edge.last()[1],
            (Proof{rootOfTile(tiles[0].hashes), rootOfTile(tiles[1].hashes)}));
  // The same edge, as it is read from files.
  const TreeEdge again(size, edge.last());
  EXPECT_EQ(again.root(), edge.root());
  const TreeHash root = edge.root();
  for (std::uint64_t i = 0; i < size; i += 3)
    EXPECT_TRUE(provesInclusion(
        hashes[i], i, size, inclusionProof(i, size, subtreesOf(hashes)), root));
  for (std::uint64_t old = 1; old < size; old += 7)
    EXPECT_TRUE(
        provesConsistency(old, rootOf(old, subtreesOf(hashes)), size, root,
                          consistencyProof(old, size, subtreesOf(hashes))));
}

} // namespace
} // namespace mlc::test
