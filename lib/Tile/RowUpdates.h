//===- RowUpdates.h - Loops that change rows of touched columns -*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_TILE_ROWUPDATES_H
#define MLC_LIB_TILE_ROWUPDATES_H

#include "dialects/Csr/Csr.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <optional>

namespace mlc {

/// A place in a list: the sum of a number and of values.
struct ListPlace {
  int64_t number = 0;
  llvm::SmallVector<mlir::Value> values;

  ListPlace operator+(int64_t more) const { return {number + more, values}; }
  bool operator==(const ListPlace &other) const {
    return number == other.number && values.size() == other.values.size() &&
           std::is_permutation(values.begin(), values.end(),
                               other.values.begin());
  }
};

/// Where `slice`, a slice of slices of `list`, begins in it.
std::optional<ListPlace> placeIn(mlir::Value list, mlir::Value slice);

/// A loop over rows, which the columns of the data are.
struct RowLoop {
  mlir::scf::ForOp loop;
  /// In the starts of columns, of the row that is the loop's variable.
  ListPlace row;

  /// The same of the loop's first row.
  ListPlace first() const {
    ListPlace place = row;
    llvm::erase(place.values, mlir::scf::ForOp(loop).getInductionVar());
    return place;
  }
};

/// The op around `loop` that stands in a scf.forall, or else in the function.
mlir::Operation *outermostLoop(mlir::scf::ForOp loop);

/// The loops over rows that use `group`, if that is all it is used for, each of
/// them keeps the rows of columns that the batch has not, and the first row and
/// the number of rows are known before the outermost loop.
std::optional<llvm::SmallVector<RowLoop>>
findRowUpdates(csr::GroupColumnsOp group);

} // namespace mlc

#endif // MLC_LIB_TILE_ROWUPDATES_H
