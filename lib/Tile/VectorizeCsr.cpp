//===- VectorizeCsr.cpp - Csr products on vectors -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlc;

namespace {

/// Small words for the ops that the loops below are made of.
class LoopBuilder {
public:
  LoopBuilder(RewriterBase &b, Location loc) : b(b), loc(loc) {}

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value extract(Value list, Value place) {
    return tensor::ExtractOp::create(b, loc, list, place);
  }
  Value extractIndex(Value list, Value place) {
    return toIndex(extract(list, place));
  }
  /// Numbers in data have no sign.
  Value toIndex(Value value) {
    return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), value);
  }
  Value toI32(Value value) {
    return arith::IndexCastOp::create(b, loc, b.getI32Type(), value);
  }
  Value integer(int64_t value) {
    return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
  }
  Value one() {
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(1.0f));
  }
  Value insert(Value value, Value list, Value place) {
    return tensor::InsertOp::create(b, loc, value, list, place);
  }

  using LoopBody = function_ref<SmallVector<Value>(Value, ValueRange)>;
  ValueRange loop(Value from, Value to, ValueRange carried, LoopBody body) {
    return scf::ForOp::create(
               b, loc, from, to, index(1), carried,
               [&](OpBuilder &inner, Location, Value i, ValueRange args) {
                 OpBuilder::InsertionGuard guard(b);
                 b.setInsertionPoint(inner.getInsertionBlock(),
                                     inner.getInsertionPoint());
                 SmallVector<Value> results = body(i, args);
                 scf::YieldOp::create(b, loc, results);
               })
        .getResults();
  }

  using Branch = function_ref<SmallVector<Value>()>;
  /// What one of two branches makes.
  ValueRange choose(Value condition, TypeRange types, Branch yes, Branch no) {
    auto branch = scf::IfOp::create(b, loc, types, condition,
                                    /*addThenBlock=*/true,
                                    /*addElseBlock=*/true);
    for (auto [block, body] : {std::pair(branch.thenBlock(), yes),
                               std::pair(branch.elseBlock(), no)}) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(block);
      SmallVector<Value> results = body();
      scf::YieldOp::create(b, loc, results);
    }
    return branch.getResults();
  }

  /// Carries a value over the bits that are set, from the lowest.
  Value forEachBit(Value bits, Value carried,
                   function_ref<Value(Value, Value)> body) {
    SmallVector<Type> types{bits.getType(), carried.getType()};
    auto loop = scf::WhileOp::create(b, loc, types, ValueRange{bits, carried});
    OpBuilder::InsertionGuard guard(b);
    b.createBlock(&loop.getBefore(), {}, types, {loc, loc});
    Value left = loop.getBeforeBody()->getArgument(0);
    Value isSet = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, left,
                                        integer(0));
    scf::ConditionOp::create(b, loc, isSet, loop.getBeforeArguments());
    b.createBlock(&loop.getAfter(), {}, types, {loc, loc});
    left = loop.getAfterBody()->getArgument(0);
    Value place = toIndex(math::CountTrailingZerosOp::create(b, loc, left));
    Value result = body(place, loop.getAfterBody()->getArgument(1));
    Value less = arith::SubIOp::create(b, loc, left, integer(1));
    Value rest = arith::AndIOp::create(b, loc, left, less);
    scf::YieldOp::create(b, loc, ValueRange{rest, result});
    return loop.getResult(1);
  }

  RewriterBase &b;
  Location loc;
};

/// One row of a tile: a vector of its columns, and their mask if it has one.
class RowVector : public LoopBuilder {
public:
  RowVector(RewriterBase &b, Value tile, VectorTile vectors)
      : LoopBuilder(b, tile.getLoc()), tile(tile),
        type(VectorType::get({1, vectors.width}, b.getF32Type())) {
    if (!vectors.isMasked)
      return;
    Value columns = b.createOrFold<tensor::DimOp>(loc, tile, 1);
    mask = vector::CreateMaskOp::create(
        b, loc, VectorType::get({1, vectors.width}, b.getI1Type()),
        ValueRange{index(1), columns});
  }

  /// Columns of row `row` of `matrix`.
  Value read(Value matrix, Value row) {
    Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0.0f));
    return vector::TransferReadOp::create(
        b, loc, type, matrix, ValueRange{row, index(0)},
        AffineMapAttr::get(b.getMultiDimIdentityMap(2)), zero, mask,
        b.getBoolArrayAttr({true, true}));
  }
  Value write(Value vector) {
    return vector::TransferWriteOp::create(
               b, loc, vector, tile, ValueRange{index(0), index(0)},
               AffineMapAttr::get(b.getMultiDimIdentityMap(2)), mask,
               b.getBoolArrayAttr({true, true}))
        .getResult();
  }
  /// sum + scalar * row.
  Value fma(Value scalar, Value row, Value sum) {
    Value spread = vector::BroadcastOp::create(b, loc, type, scalar);
    return vector::FMAOp::create(b, loc, spread, row, sum);
  }

  Value sum(Value x, Value y) { return arith::AddFOp::create(b, loc, x, y); }
  VectorType vectorType() const { return type; }

private:
  Value tile;
  VectorType type;
  Value mask;
};

bool isOneRow(Value tile) {
  return cast<RankedTensorType>(tile.getType()).getDimSize(0) == 1;
}

} // namespace

LogicalResult mlc::vectorizeCsr(RewriterBase &rewriter, csr::MatmulOp op,
                                VectorTile tile) {
  if (!isOneRow(op.getInit()))
    return failure();
  rewriter.setInsertionPoint(op);
  RowVector v(rewriter, op.getInit(), tile);
  Value row = v.extractIndex(op.getRows(), v.index(0));
  Value begin = v.extractIndex(op.getIndptr(), row);
  Value end = v.extractIndex(op.getIndptr(), v.add(row, v.index(1)));
  Value init = v.read(op.getInit(), v.index(0));
  auto weightRow = [&](Value p) {
    return v.read(op.getWeight(), v.extractIndex(op.getIndices(), p));
  };
  ValueRange sum = v.choose(
      op.getOnes(), v.vectorType(),
      [&] {
        return llvm::to_vector(
            v.loop(begin, end, init, [&](Value p, ValueRange sum) {
              return SmallVector<Value>{v.sum(sum[0], weightRow(p))};
            }));
      },
      [&] {
        return llvm::to_vector(
            v.loop(begin, end, init, [&](Value p, ValueRange sum) {
              Value value = v.extract(op.getValues(), p);
              return SmallVector<Value>{v.fma(value, weightRow(p), sum[0])};
            }));
      });
  rewriter.replaceOp(op, v.write(sum[0]));
  return success();
}

LogicalResult mlc::vectorizeCsr(RewriterBase &rewriter,
                                csr::MatmulTransposedOp op, VectorTile tile) {
  if (!isOneRow(op.getInit()))
    return failure();
  rewriter.setInsertionPoint(op);
  RowVector v(rewriter, op.getInit(), tile);
  Value init = v.read(op.getInit(), v.index(0));
  auto byEntries = [&] {
    Value begin = v.extractIndex(op.getStarts(), v.index(0));
    Value end = v.extractIndex(op.getStarts(), v.index(1));
    return llvm::to_vector(
        v.loop(begin, end, init, [&](Value q, ValueRange sum) {
          Value example = v.extractIndex(op.getExamples(), q);
          Value value = v.extract(op.getEntries(), q);
          return SmallVector<Value>{
              v.fma(value, v.read(op.getRhs(), example), sum[0])};
        }));
  };
  const int64_t words = op.getMasks().getType().getDimSize(1);
  auto byMasks = [&] {
    return llvm::to_vector(v.loop(
        v.index(0), v.index(words), init, [&](Value word, ValueRange sum) {
          Value bits = tensor::ExtractOp::create(v.b, v.loc, op.getMasks(),
                                                 ValueRange{v.index(0), word});
          Value first = arith::MulIOp::create(v.b, v.loc, word, v.index(64));
          return SmallVector<Value>{
              v.forEachBit(bits, sum[0], [&](Value bit, Value sum) {
                return v.sum(sum, v.read(op.getRhs(), v.add(first, bit)));
              })};
        }));
  };
  SmallVector<Value> sum =
      words ? llvm::to_vector(
                  v.choose(op.getOnes(), v.vectorType(), byMasks, byEntries))
            : byEntries();
  rewriter.replaceOp(op, v.write(sum[0]));
  return success();
}

namespace {

/// The loops of a csr.group_columns.
class ColumnGroups : public LoopBuilder {
public:
  ColumnGroups(RewriterBase &b, csr::GroupColumnsOp op)
      : LoopBuilder(b, op.getLoc()), op(op) {}

  /// One bit a non-zero.
  SmallVector<Value> asMasks() {
    auto type = cast<RankedTensorType>(op.getMasks().getType());
    Value masks = linalg::FillOp::create(b, loc, integer(0), op.getMasksInit())
                      .getResult(0);
    masks = forEach(
        masks,
        [&](Value i, Value, Value column,
            ValueRange carried) -> SmallVector<Value> {
          Value word = index(0), bit = i;
          if (type.getDimSize(1) > 1) {
            word = arith::DivUIOp::create(b, loc, i, index(64));
            bit = arith::RemUIOp::create(b, loc, i, index(64));
          }
          Value shift = arith::IndexCastOp::create(b, loc, b.getI64Type(), bit);
          Value flag = arith::ShLIOp::create(b, loc, integer(1), shift);
          Value old = tensor::ExtractOp::create(b, loc, carried[0],
                                                ValueRange{column, word});
          Value more = arith::OrIOp::create(b, loc, old, flag);
          return {tensor::InsertOp::create(b, loc, more, carried[0],
                                           ValueRange{column, word})};
        })[0];
    return {op.getStartsInit(), op.getExamplesInit(), op.getEntriesInit(),
            masks};
  }

  /// A counting sort.
  SmallVector<Value> asLists() {
    Value starts = op.getStartsInit();
    Value zero = index(0), next = index(1);
    Value last =
        index(cast<RankedTensorType>(starts.getType()).getDimSize(0) - 1);
    Value zero32 = toI32(zero), one32 = toI32(next);
    starts = linalg::FillOp::create(b, loc, zero32, starts).getResult(0);
    // starts[k + 1] = the non-zeros of column k.
    starts = forEach(starts,
                     [&](Value, Value, Value column,
                         ValueRange carried) -> SmallVector<Value> {
                       Value place = add(column, next);
                       return {insert(add(extract(carried[0], place), one32),
                                      carried[0], place)};
                     })[0];
    // starts[k + 1] = where column k begins: where it ends once it is filled.
    ValueRange sums =
        loop(zero, last, {starts, zero32},
             [&](Value k, ValueRange carried) -> SmallVector<Value> {
               Value place = add(k, next);
               Value after = add(extract(carried[0], place), carried[1]);
               return {insert(carried[1], carried[0], place), after};
             });
    SmallVector<Value> filled = forEach(
        {sums[0], op.getExamplesInit(), op.getEntriesInit()},
        [&](Value i, Value p, Value column,
            ValueRange carried) -> SmallVector<Value> {
          Value place = add(column, next);
          Value entry = extract(carried[0], place);
          Value where = toIndex(entry);
          Value value = choose(
              op.getOnes(), b.getF32Type(), [&] { return SmallVector{one()}; },
              [&] { return SmallVector{extract(op.getValues(), p)}; })[0];
          return {insert(add(entry, one32), carried[0], place),
                  insert(toI32(i), carried[1], where),
                  insert(value, carried[2], where)};
        });
    filled.push_back(op.getMasksInit());
    return filled;
  }

private:
  using EntryBody =
      function_ref<SmallVector<Value>(Value, Value, Value, ValueRange)>;
  /// Runs over the non-zeros of each row of the batch, in order, with the
  /// example, the place in the data and the column.
  SmallVector<Value> forEach(ValueRange carried, EntryBody body) {
    Value count = b.createOrFold<tensor::DimOp>(loc, op.getRows(), 0);
    return llvm::to_vector(
        loop(index(0), count, carried, [&](Value i, ValueRange outer) {
          Value row = extractIndex(op.getRows(), i);
          Value begin = extractIndex(op.getIndptr(), row);
          Value end = extractIndex(op.getIndptr(), add(row, index(1)));
          return llvm::to_vector(
              loop(begin, end, outer, [&](Value p, ValueRange inner) {
                return body(i, p, extractIndex(op.getIndices(), p), inner);
              }));
        }));
  }

  csr::GroupColumnsOp op;
};

} // namespace

void mlc::lowerGroupColumns(RewriterBase &rewriter, csr::GroupColumnsOp op) {
  rewriter.setInsertionPoint(op);
  ColumnGroups groups(rewriter, op);
  if (op.getMasks().getType().getDimSize(1) == 0)
    return rewriter.replaceOp(op, groups.asLists());
  rewriter.replaceOp(op, groups.choose(
                             op.getOnes(), op.getResultTypes(),
                             [&] { return groups.asMasks(); },
                             [&] { return groups.asLists(); }));
}
