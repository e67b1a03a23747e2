//===- Spmd.cpp - The spmd dialect ----------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Spmd/Spmd.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlc::spmd;

#include "dialects/Spmd/SpmdDialect.cpp.inc"
#include "dialects/Spmd/SpmdEnums.cpp.inc"

/// KIND BUFFER : TYPE, ... Both lists are empty where workers only wait.
static ParseResult
parseCrossings(OpAsmParser &parser, DenseI64ArrayAttr &crossings,
               SmallVectorImpl<OpAsmParser::UnresolvedOperand> &buffers,
               SmallVectorImpl<Type> &types) {
  SmallVector<int64_t> kinds;
  StringRef keyword;
  while (succeeded(parser.parseOptionalKeyword(
      &keyword, {"gather", "partials", "broadcast", "order"}))) {
    kinds.push_back(static_cast<int64_t>(*symbolizeCrossing(keyword)));
    if (parser.parseOperand(buffers.emplace_back()) ||
        parser.parseColonType(types.emplace_back()))
      return failure();
    if (failed(parser.parseOptionalComma()))
      break;
  }
  crossings = parser.getBuilder().getDenseI64ArrayAttr(kinds);
  return success();
}

static void printCrossings(OpAsmPrinter &printer, Operation *,
                           DenseI64ArrayAttr crossings, OperandRange buffers,
                           TypeRange types) {
  llvm::interleaveComma(llvm::zip_equal(crossings.asArrayRef(), buffers, types),
                        printer, [&](auto entry) {
                          auto [kind, buffer, type] = entry;
                          printer
                              << stringifyCrossing(static_cast<Crossing>(kind))
                              << ' ' << buffer << " : " << type;
                        });
}

#define GET_OP_CLASSES
#include "dialects/Spmd/SpmdOps.cpp.inc"

void SpmdDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Spmd/SpmdOps.cpp.inc"
      >();
}

LogicalResult ExchangeOp::verify() {
  DenseSet<Value> seen;
  for (Value buffer : getBuffers())
    if (!seen.insert(buffer).second)
      return emitOpError("expected each buffer to be named once (C1)");
  if (getCrossings().size() != getBuffers().size() ||
      llvm::any_of(getCrossings(), [](int64_t kind) {
        return !symbolizeCrossing(static_cast<uint64_t>(kind));
      }))
    return emitOpError("expected a kind for each buffer (C2), but got ")
           << getCrossings().size() << " for " << getBuffers().size();
  return success();
}

/// What both ops of words want of them (C1).
template <typename WordOp>
static LogicalResult verifyWords(WordOp op) {
  auto type = cast<MemRefType>(op.getWords().getType());
  if (!type.getElementType().isInteger(64) ||
      type.getRank() != static_cast<int64_t>(op.getIndices().size()))
    return op.emitOpError("expected words of 64 bits and an index for each "
                          "dimension (C1), but got ")
           << op.getIndices().size() << " for " << type;
  return success();
}

LogicalResult PublishOp::verify() { return verifyWords(*this); }
LogicalResult AwaitOp::verify() { return verifyWords(*this); }
