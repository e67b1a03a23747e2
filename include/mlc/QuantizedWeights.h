//===- QuantizedWeights.h - Weights of few bits in memory -------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a quantised weight [rows, columns] lies in memory, which generated code
// reads and the runtime fills. Plain C, which RuntimeABI.h includes.
//
// An MlcParameter NAME of MLC_I8 or MLC_I4 is such a weight; the parameter
// `NAME.scale` of MLC_F16, [rows], has its scales. In a call the weight is
// records, one a row: the row's scale, an IEEE binary16, then its numbers,
// filled up to a multiple of 2 bytes; and MLC_RECORD_PADDING bytes behind the
// last. So a product reads one place of memory for each non-zero. The scales
// themselves are null in a call.
//
// Scales of [1, columns] are one for each column of an MLC_I8 weight, whose
// records are then unscaled: the row's numbers alone, filled up to a multiple
// of 4 bytes. In a call the scales are floats.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_QUANTIZEDWEIGHTS_H
#define MLC_QUANTIZEDWEIGHTS_H

/// Bytes before a record's numbers.
#define MLC_RECORD_HEAD 2
/// Bytes of a record, whose row has so many numbers of so many bits.
#define MLC_RECORD_BYTES(bits, columns)                                        \
  (((columns) * (bits) + 7) / 8 + MLC_RECORD_HEAD + 1) / 2 * 2
/// Of a record that has no scale.
#define MLC_UNSCALED_BYTES(columns) (((columns) + 3) / 4 * 4)
/// Bytes behind the last record, zero: code may read beyond it.
#define MLC_RECORD_PADDING 64
/// What stands behind a weight's name in that of its scales.
#define MLC_SCALE_SUFFIX ".scale"

#endif // MLC_QUANTIZEDWEIGHTS_H
