//===- Primitives.cpp - Types of the primitive ops ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/Losses.h"
#include "dialects/Graph/Shapes.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlc::graph;

Value mlc::graph::repeatRow(OpBuilder &builder, Location loc, Value row,
                            Value like) {
  // A column of ones times the row.
  const int64_t size = cast<RankedTensorType>(row.getType()).getDimSize(0);
  const int64_t rows = cast<RankedTensorType>(like.getType()).getDimSize(0);
  SmallVector<Value> count;
  if (ShapedType::isDynamic(rows))
    count.push_back(tensor::DimOp::create(builder, loc, like, 0));
  Value one =
      arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(1.0));
  Value ones = tensor::SplatOp::create(
      builder, loc, RankedTensorType::get({rows, 1}, builder.getF32Type()), one,
      count);
  Value matrix = ReshapeOp::create(
      builder, loc, RankedTensorType::get({1, size}, builder.getF32Type()),
      row);
  return MatmulOp::create(builder, loc, ones, matrix, /*transpose_lhs=*/false,
                          /*transpose_rhs=*/false);
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> location,
                                         ValueRange operands, DictionaryAttr,
                                         OpaqueProperties, RegionRange,
                                         SmallVectorImpl<Type> &inferred) {
  auto data = dyn_cast<RankedTensorType>(operands[0].getType());
  auto rows = dyn_cast<RankedTensorType>(operands[1].getType());
  if (!rows || rows.getRank() != 1 ||
      !rows.getElementType().isSignlessInteger(32))
    return emitOptionalError(location,
                             "expected rows to be tensor<?xi32> (C1)");
  if (!data || data.getRank() < 1 || !data.isDynamicDim(0))
    return emitOptionalError(
        location, "expected the data's first dimension to be ? (C2)");
  SmallVector<int64_t> shape(data.getShape());
  shape[0] = rows.getDimSize(0);
  inferred.push_back(data.clone(shape));
  return success();
}

LogicalResult MatmulOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &inferred) {
  MatmulOpAdaptor adaptor(operands, attributes, properties, regions);
  auto lhs = dyn_cast<RankedTensorType>(operands[0].getType());
  auto rhs = dyn_cast<RankedTensorType>(operands[1].getType());
  // While an op is parsed, its attributes are not yet properties.
  auto isGiven = [&](bool property, StringRef name) {
    return property || (attributes && attributes.contains(name));
  };
  const bool left = isGiven(adaptor.getTransposeLhs(), "transpose_lhs");
  const bool right = isGiven(adaptor.getTransposeRhs(), "transpose_rhs");
  if (!lhs || !rhs || lhs.getRank() < 2 || lhs.getRank() > kMaxRank ||
      rhs.getRank() != (left && !right ? lhs.getRank() : 2) ||
      (left && right && lhs.getRank() != 2))
    return emitOptionalError(location,
                             "expected operands of two dimensions, or rows of "
                             "more on the left side (C1)");
  if (isCsr(rhs))
    return emitOptionalError(location, "expected a dense right operand (C3)");
  // A matrix's rows are all dimensions but the last.
  const ArrayRef<int64_t> rowsOfLhs = lhs.getShape().drop_back(),
                          rowsOfRhs = rhs.getShape().drop_back();
  const ArrayRef<int64_t> columnsOfLhs = lhs.getShape().take_back(),
                          columnsOfRhs = rhs.getShape().take_back();
  const ArrayRef<int64_t> inLhs = left ? rowsOfLhs : columnsOfLhs,
                          inRhs = right ? columnsOfRhs : rowsOfRhs;
  if (inLhs != inRhs) {
    auto text = [](ArrayRef<int64_t> sizes) {
      return llvm::join(llvm::map_range(sizes, sizeText), "x");
    };
    return emitOptionalError(location,
                             "expected equal inner dimensions (C2), but got ",
                             text(inLhs), " and ", text(inRhs));
  }
  SmallVector<int64_t> shape(left ? columnsOfLhs : rowsOfLhs);
  llvm::append_range(shape, right ? rowsOfRhs : columnsOfRhs);
  inferred.push_back(RankedTensorType::get(
      shape, lhs.getElementType(), left ? SizesAttr() : sizesAttrOf(lhs)));
  return success();
}

LogicalResult SampledMatmulOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange,
    SmallVectorImpl<Type> &inferred) {
  auto pattern = dyn_cast<RankedTensorType>(operands[0].getType());
  auto lhs = dyn_cast<RankedTensorType>(operands[1].getType());
  auto rhs = dyn_cast<RankedTensorType>(operands[2].getType());
  if (!isCsr(pattern) || !pattern.isDynamicDim(0) || !lhs || !rhs ||
      lhs.getRank() != 2 || rhs.getRank() != 2 || isCsr(lhs) || isCsr(rhs))
    return emitOptionalError(location,
                             "expected a pattern tensor<?xKxf32, #graph.csr> "
                             "and dense operands of two dimensions (C1)");
  if (lhs.getDimSize(0) != pattern.getDimSize(0) ||
      rhs.getDimSize(0) != pattern.getDimSize(1))
    return emitOptionalError(
        location, "expected ", sizeText(pattern.getDimSize(0)), " and ",
        sizeText(pattern.getDimSize(1)),
        " rows, as many as the pattern has rows and columns (C2), but got ",
        sizeText(lhs.getDimSize(0)), " and ", sizeText(rhs.getDimSize(0)));
  if (lhs.getDimSize(1) != rhs.getDimSize(1))
    return emitOptionalError(
        location, "expected equal numbers of columns (C3), but got ",
        sizeText(lhs.getDimSize(1)), " and ", sizeText(rhs.getDimSize(1)));
  inferred.push_back(pattern);
  return success();
}

LogicalResult SumBatchOp::inferReturnTypes(MLIRContext *context,
                                           std::optional<Location> location,
                                           ValueRange operands, DictionaryAttr,
                                           OpaqueProperties, RegionRange,
                                           SmallVectorImpl<Type> &inferred) {
  auto input = dyn_cast<RankedTensorType>(operands[0].getType());
  if (!input || input.getRank() < 2 || isCsr(input))
    return emitOptionalError(
        location, "expected a dense operand of two dimensions or more (C1)");
  inferred.push_back(
      RankedTensorType::get({input.getShape().back()}, input.getElementType()));
  return success();
}

LogicalResult SumSquaresOp::inferReturnTypes(MLIRContext *context,
                                             std::optional<Location> location,
                                             ValueRange operands,
                                             DictionaryAttr, OpaqueProperties,
                                             RegionRange,
                                             SmallVectorImpl<Type> &inferred) {
  auto input = dyn_cast<RankedTensorType>(operands[0].getType());
  if (!input || input.getRank() < 1 || !input.hasStaticShape() || isCsr(input))
    return emitOptionalError(location,
                             "expected a dense operand of one dimension or "
                             "more, each known (C1)");
  inferred.push_back(RankedTensorType::get({}, input.getElementType()));
  return success();
}

/// The type of [n, ...] for an operand [n, ..., c].
static LogicalResult inferRowVector(std::optional<Location> location,
                                    Type operand,
                                    SmallVectorImpl<Type> &inferred) {
  if (!isDenseBatch(operand, 1))
    return emitOptionalError(location,
                             "expected a "
                             "dense tensor<?xCxf32> (C1), but got ",
                             operand);
  auto input = cast<RankedTensorType>(operand);
  inferred.push_back(RankedTensorType::get(input.getShape().drop_back(),
                                           input.getElementType()));
  return success();
}

LogicalResult LogSumExpOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> location,
                                            ValueRange operands, DictionaryAttr,
                                            OpaqueProperties, RegionRange,
                                            SmallVectorImpl<Type> &inferred) {
  return inferRowVector(location, operands[0].getType(), inferred);
}

LogicalResult PickOp::inferReturnTypes(MLIRContext *context,
                                       std::optional<Location> location,
                                       ValueRange operands, DictionaryAttr,
                                       OpaqueProperties, RegionRange,
                                       SmallVectorImpl<Type> &inferred) {
  if (failed(inferRowVector(location, operands[0].getType(), inferred)))
    return failure();
  auto label = dyn_cast<RankedTensorType>(operands[1].getType());
  if (!label ||
      label.getShape() != cast<RankedTensorType>(inferred[0]).getShape())
    return emitOptionalError(
        location, "expected a label for each row (C2), but got ",
        operands[1].getType(), " for ", operands[0].getType());
  return success();
}

LogicalResult SumRowOp::verify() {
  RankedTensorType type = getInput().getType();
  if (type.getRank() < 2 || isCsr(type))
    return emitOpError("expected a dense operand of two dimensions or more "
                       "(C1), but got ")
           << type;
  return success();
}

LogicalResult RepeatRowOp::verify() {
  RankedTensorType row = getRow().getType(), like = getLike().getType();
  if (like.getRank() < 2 || isCsr(like) || row.getRank() != 1 ||
      row.getDimSize(0) != like.getShape().back())
    return emitOpError("expected a dense tensor of two dimensions or more, and "
                       "a row as long as its last (C1), but got ")
           << like << " and " << row;
  return success();
}

LogicalResult RepeatColumnOp::verify() {
  RankedTensorType column = getColumn().getType(), like = getLike().getType();
  if (like.getRank() < 2 || isCsr(like) || column.getRank() != 1 ||
      column.getDimSize(0) != like.getDimSize(0))
    return emitOpError("expected a dense tensor of two dimensions or more, and "
                       "a column as long as its first (C1), but got ")
           << like << " and " << column;
  return success();
}

LogicalResult OneHotOp::verify() {
  RankedTensorType label = getLabel().getType(), result = getType();
  if (!isDenseBatch(result, 1) ||
      label.getShape() != result.getShape().drop_back())
    return emitOpError("expected labels and a dense result with a row for each "
                       "of them (C1), but got ")
           << label << " and " << result;
  return success();
}

LogicalResult TouchedColumnsOp::verify() {
  RankedTensorType input = getInput().getType(), result = getType();
  if (!isCsr(input) || result.getRank() != 2 || !result.hasStaticShape() ||
      result.getDimSize(0) != input.getDimSize(1))
    return emitOpError("expected a batch tensor<?xKxf32, #graph.csr> and a "
                       "result tensor<KxNxi1> (C1), but got ")
           << input << " and " << result;
  return success();
}
