//===- GraphDialect.cpp - The graph dialect and its attributes ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Graph/ArithGradients.h"
#include "dialects/Graph/Graph.h"

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
