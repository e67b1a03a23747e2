//===- Bounds.h - How large sizes can be ---------------------- -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_SUPPORT_BOUNDS_H
#define MLC_LIB_SUPPORT_BOUNDS_H

#include "mlir/Interfaces/ValueBoundsOpInterface.h"

#include <cstdint>
#include <optional>

namespace mlc {

/// The most that an index or the size of a tensor's dimension can be; none
/// where that is not known.
std::optional<int64_t>
upperBoundOf(const mlir::ValueBoundsConstraintSet::Variable &size);

} // namespace mlc

#endif // MLC_LIB_SUPPORT_BOUNDS_H
