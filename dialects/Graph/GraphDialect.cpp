//===- GraphDialect.cpp - The graph dialect and its attributes ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/ArithGradients.h"
#include "dialects/Graph/Graph.h"
#include "dialects/Graph/Shapes.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlc::graph;

#include "dialects/Graph/GraphDialect.cpp.inc"
#include "dialects/Graph/GraphEnums.cpp.inc"

#include "dialects/Graph/GraphAttrInterfaces.cpp.inc"
#include "dialects/Graph/GraphOpInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Graph/GraphAttrs.cpp.inc"

void GraphDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Graph/GraphAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Graph/GraphOps.cpp.inc"
      >();
  attachArithGradients(getContext());
}

bool mlc::graph::isCsr(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa_and_nonnull<CsrAttr>(tensor.getEncoding());
}

SizesAttr mlc::graph::sizesAttrOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? dyn_cast_if_present<SizesAttr>(tensor.getEncoding())
                : SizesAttr();
}

int64_t mlc::graph::mostOfRow(RankedTensorType type) {
  int64_t elements = knownElements(type);
  SizesAttr sizes = sizesAttrOf(type);
  if (sizes && llvm::MulOverflow(elements, sizes.getMost(), elements))
    return std::numeric_limits<int64_t>::max();
  return elements;
}

LogicalResult SizesAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                StringAttr, int64_t most) {
  if (most < 1 || most > kMaxBatch)
    return emitError()
           << "expected the most that a size may be to be from 1 to "
           << kMaxBatch << " (C2), but got " << most;
  return success();
}

LogicalResult
SizesAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                          function_ref<InFlightDiagnostic()> emitError) const {
  if (!elementType) // as for CsrAttr
    return failure();
  if (shape.size() < 3 || shape.size() > kMaxRank ||
      !(elementType.isF32() || elementType.isInteger(1)) ||
      !ShapedType::isDynamic(shape[0]) || !ShapedType::isDynamic(shape[1]) ||
      llvm::any_of(shape.drop_front(2), ShapedType::isDynamic))
    return emitError()
           << "expected a #graph.sizes tensor to have three or four "
              "dimensions, of which the first two and no others "
              "are ?, and f32 elements (C1)";
  return success();
}

LogicalResult
CsrAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                        function_ref<InFlightDiagnostic()> emitError) const {
  // The parser asks even where it has refused the type itself.
  if (!elementType)
    return failure();
  if (shape.size() != 2 || !elementType.isF32())
    return emitError() << "expected a #graph.csr tensor to have two dimensions "
                          "and f32 elements (C1)";
  return success();
}
