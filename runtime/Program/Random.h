//===- Random.h - Random numbers by position --------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All randomness of a run is Philox4x32-10 of a key and a counter:
//
//   key     = { seed low, seed high }
//   counter = { position low, position high, index, purpose }
//
// Nothing is drawn in sequence, so no number depends on threads, on the size
// of a chunk or on where a run was resumed.
//
//   purpose       position                           index
//   Initialize    element of the parameter           parameter's number
//   Shuffle       { half of the Feistel state,       epoch, from 1
//                   256 window + round }
//   Split         { half, round }                    0
//   Search        configuration that mlc tune tries  0 and 1
//   Pieces        { half, round }                    epoch, from 1
//   Importance    { half, round }; the key is        column
//                   seed + repeat
//   Dropout + i   example's place in training        unit (column)
//
// The last line is generated code's: dropout site i of the model (from 0, in
// the model's order) uses purpose 16 + i. An example's place in training is
// MlcCall::position + its place in MlcCall::rows. A unit's number is the first
// word of the counter's output, as in uniformFromWord.
//
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011; the generator itself is Random123's.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_RANDOM_H
#define MLC_RUNTIME_PROGRAM_RANDOM_H

#include "mlc/RuntimeABI.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace mlc::runtime {

enum class RandomPurpose : std::uint32_t {
  Initialize = 1,
  Shuffle = 2,
  Split = 3,
  Search = 4,
  Importance = 5,
  Pieces = 6,   ///< Of a data set that is larger than a window.
  Dropout = 16, ///< And all numbers above it.
};

/// The four words at one place; see the table above.
std::array<std::uint32_t, 4> randomWords(std::uint64_t seed,
                                         RandomPurpose purpose,
                                         std::uint64_t position,
                                         std::uint32_t index);

/// A word's upper 24 bits as a float in [0, 1), all of which are exact.
float uniformFromWord(std::uint32_t word);

/// A standard normal number, by Box and Muller's cosine, in double precision.
float normalFromWords(std::uint32_t first, std::uint32_t second);

/// The Feistel network over the smallest power of two that holds a size.
struct FeistelShape {
  unsigned leftBits, rightBits; ///< Of the two halves of a state.
  std::uint32_t rounds;
};

/// Of a size that is at least 1.
FeistelShape feistelShape(std::int64_t size);

/// A random permutation of [0, size) of which any place can be computed at
/// once, without a list of all: an alternating Feistel network over the
/// smallest power of two that holds `size`, followed until it falls into the
/// range ("cycle walking"; fewer than two rounds of it on average).
/// Source: Black and Rogaway, "Ciphers with arbitrary finite domains", 2002.
class Permutation {
public:
  /// `size` is at least 1. Of `number` below 2^24 each gives another one.
  Permutation(std::int64_t size, std::uint64_t seed, RandomPurpose purpose,
              std::uint32_t index, std::uint32_t number = 0);

  /// Which element of [0, size) stands at `place`, 0 <= place < size.
  std::int64_t operator()(std::int64_t place) const;

private:
  std::uint32_t word(std::uint32_t round, std::uint64_t half) const;
  std::uint64_t encrypt(std::uint64_t state) const;

  std::uint64_t size_, seed_;
  RandomPurpose purpose_;
  std::uint32_t index_, number_;
  FeistelShape shape_;
  /// Low bits of each round's word for each half; empty where there are too
  /// many, which are then computed where they are needed.
  std::vector<std::uint16_t> words_;
};

/// Gives parameter `number` of a program its first value.
void initializeParameter(const MlcParameter &parameter, std::uint32_t number,
                         std::uint64_t seed, std::span<float> elements);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_RANDOM_H
