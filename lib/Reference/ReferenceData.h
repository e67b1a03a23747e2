//===- ReferenceData.h - What the reference is run on -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_REFERENCE_REFERENCEDATA_H
#define MLC_REFERENCE_REFERENCEDATA_H

#include "Data/Dataset.h"
#include "dialects/Graph/Graph.h"
#include "lib/Reference/Tensor.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace mlc::reference {

/// The examples as the argument of type `type` takes them. Throws InputError
/// where the data set does not suit.
Datum loadExamples(const runtime::Dataset &data, mlir::RankedTensorType type);

/// The labels as the argument of type `type` takes them: classes where it has
/// one dimension, else real numbers. Either may stand for the other as long as
/// nothing is lost. Throws InputError where the data set does not suit.
Datum loadLabels(const runtime::Dataset &data, mlir::RankedTensorType type);

/// How much each row counts, where one of the labels of these `types` asks: 1
/// where the data set does not say; null where none does.
DatumRef loadWeights(const runtime::Dataset &data,
                     llvm::ArrayRef<mlir::Type> types);

/// What the teacher answered, where one of the labels of these `types` is that;
/// null where none is. Throws InputError where the data set has no such tensor.
DatumRef loadTeacher(const runtime::Dataset &data,
                     llvm::ArrayRef<mlir::Type> types);

/// The values of `parameters` in the weights file at `path`. Throws InputError
/// where it has no such tensor or one of another shape.
std::vector<DatumRef>
loadParameters(const std::string &path,
               llvm::ArrayRef<graph::ParameterOp> parameters);

/// All rows in the order in which training takes them in `epoch`, from 1.
std::vector<int64_t> orderOf(int64_t rows, uint64_t seed, bool shuffle,
                             int64_t epoch);

} // namespace mlc::reference

#endif // MLC_REFERENCE_REFERENCEDATA_H
