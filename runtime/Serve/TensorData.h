//===- TensorData.h - Elements of a request's tensors -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_TENSORDATA_H
#define MLC_RUNTIME_SERVE_TENSORDATA_H

#include "Serve/InferRequest.h"

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace mlc::runtime {

// Each throws HttpError (400), which names the tensor, where there are more or
// fewer elements than its shape says, or others than its datatype.

/// FP32 alone. JSON numbers are rounded to it.
void readFloats(const InputTensor &tensor, std::vector<float> &elements);

/// INT64 and INT32.
void readWhole(const InputTensor &tensor, std::vector<std::int64_t> &elements);

/// BYTES alone: calls `take` with each element in turn.
void readTexts(const InputTensor &tensor,
               const std::function<void(std::string_view)> &take);

/// Any datatype: calls `take` with each element in turn, as a cell of a file
/// would have it. Numbers have the fewest digits that tell them from all others
/// of FP64; null, and NaN in bytes, are empty cells.
void readCells(const InputTensor &tensor,
               const std::function<void(std::string_view)> &take);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_TENSORDATA_H
