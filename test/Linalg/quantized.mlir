// RUN: mlc-opt %s --split-input-file --mlc-graph-to-linalg | FileCheck %s

// A quantised weight is taken into its product. The argument of its numbers
// becomes records, 4 bytes for the scale and then the numbers, filled up to
// words, with 64 bytes behind the last; that of its scales is not read.

// CHECK-LABEL: func.func @bytes(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32>
// CHECK-SAME: %[[RECORDS:[a-z0-9]+]]: tensor<136xi8> {mlc.role = #mlc.role<parameter>}, %{{[a-z0-9]+}}: tensor<9xf16>
// CHECK-SAME: %[[INDPTR:[a-z0-9]+]]: tensor<?xi64>
// CHECK-NOT: graph.dequantize
// CHECK: csr.quantized_matmul ins(%[[ROWS]], %[[INDPTR]], {{.*}}, %[[RECORDS]], %{{.*}}) outs(%{{.*}}) {bits = 8 : i64, record = 8 : i64}
func.func @bytes(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
                 %q: tensor<9x5xi8> {mlc.role = #mlc.role<parameter>}, %s: tensor<9xf16> {mlc.role = #mlc.role<parameter>},
                 %b: tensor<5xf32> {mlc.role = #mlc.role<parameter>}) -> (tensor<?x5xf32> {mlc.role = #mlc.role<prediction>})
    attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %w = graph.dequantize %q, %s : tensor<9x5xi8>, tensor<9xf16>
  %y = graph.linear %x, %w, %b : tensor<?x9xf32, #graph.csr>, tensor<9x5xf32>, tensor<5xf32>
  return %y : tensor<?x5xf32>
}

// -----

// Two numbers in a byte, and the gradient with respect to the data.

// CHECK-LABEL: func.func @halves(
// CHECK-SAME: %[[DY:[a-z0-9]+]]: tensor<?x16xf32>
// CHECK-SAME: %[[RECORDS:[a-z0-9]+]]: tensor<154xi8>
// CHECK: csr.quantized_sampled_matmul ins(%{{.*}}, %[[DY]], %[[RECORDS]]) outs(%{{.*}}) {bits = 4 : i64, record = 10 : i64}
func.func @halves(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
                  %dy: tensor<?x16xf32>, %q: tensor<9x16xi4> {mlc.role = #mlc.role<parameter>}, %s: tensor<9xf16> {mlc.role = #mlc.role<parameter>})
    -> (tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<prediction>}) attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %w = graph.dequantize %q, %s : tensor<9x16xi4>, tensor<9xf16>
  %dx = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x16xf32>, tensor<9x16xf32>
  return %dx : tensor<?x9xf32, #graph.csr>
}

// -----

// A scale for each column: records are numbers alone, and the product takes the
// scales, which a call has as f32. The gradient is multiplied by them first.

// CHECK-LABEL: func.func @columns(
// CHECK-SAME: %[[DY:[a-z0-9]+]]: tensor<?x5xf32>
// CHECK-SAME: %[[RECORDS:[a-z0-9]+]]: tensor<136xi8> {mlc.role = #mlc.role<parameter>}, %[[SCALES:[a-z0-9]+]]: tensor<1x5xf32>
// CHECK: csr.integer_matmul ins({{.*}}, %[[RECORDS]], %{{.*}}, %[[SCALES]]) outs(%{{.*}}) {record = 8 : i64}
// CHECK: %[[SCALED:.*]] = linalg.generic {{.*}} ins(%[[DY]], %[[SCALES]] :
// CHECK: csr.quantized_sampled_matmul ins({{.*}}, %[[SCALED]], %[[RECORDS]]) outs({{.*}}) {bits = 8 : i64, record = 8 : i64, unscaled}
func.func @columns(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
                   %dy: tensor<?x5xf32>, %q: tensor<9x5xi8> {mlc.role = #mlc.role<parameter>}, %s: tensor<1x5xf16> {mlc.role = #mlc.role<parameter>})
    -> (tensor<?x5xf32>, tensor<?x9xf32, #graph.csr>) attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %w = graph.dequantize %q, %s : tensor<9x5xi8>, tensor<1x5xf16>
  %y = graph.linear %x, %w : tensor<?x9xf32, #graph.csr>, tensor<9x5xf32>
  %dx = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x5xf32>, tensor<9x5xf32>
  return %y, %dx : tensor<?x5xf32>, tensor<?x9xf32, #graph.csr>
}

// -----

// Dense rows: the argument is the matrix of records, of whose numbers the
// product's body widens each; its sums are multiplied by the scales. Transposed, it is the other
// operand that is.

// CHECK-LABEL: func.func @dense(
// CHECK-SAME: %[[DY:[a-z0-9]+]]: tensor<?x5xf32>
// CHECK-SAME: %[[RECORDS:[a-z0-9]+]]: tensor<9x8xi8> {mlc.role = #mlc.role<parameter>}, %[[SCALES:[a-z0-9]+]]: tensor<1x5xf32>
// CHECK: %[[NUMBERS:.*]] = tensor.extract_slice %[[RECORDS]][0, 0] [9, 5] [1, 1]
// CHECK: %[[SUMS:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]} ins(%{{.*}}, %[[NUMBERS]] : tensor<?x9xf32>, tensor<9x5xi8>)
// CHECK: arith.sitofp {{.*}} : i8 to f32
// CHECK: linalg.generic {{.*}} ins(%[[SUMS]], %[[SCALES]] :
// CHECK: %[[SCALED:.*]] = linalg.generic {{.*}} ins(%[[DY]], %[[SCALES]] :
// CHECK: linalg.generic {{.*}} ins(%[[SCALED]], %{{.*}} : tensor<?x5xf32>, tensor<9x5xi8>)
func.func @dense(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32> {mlc.role = #mlc.role<data>},
                 %dy: tensor<?x5xf32>, %q: tensor<9x5xi8> {mlc.role = #mlc.role<parameter>}, %s: tensor<1x5xf16> {mlc.role = #mlc.role<parameter>})
    -> (tensor<?x5xf32>, tensor<?x9xf32>) attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32>, tensor<?xi32>
  %w = graph.dequantize %q, %s : tensor<9x5xi8>, tensor<1x5xf16>
  %y = graph.linear %x, %w : tensor<?x9xf32>, tensor<9x5xf32>
  %dx = graph.matmul %dy, %w {transpose_rhs} : tensor<?x5xf32>, tensor<9x5xf32>
  return %y, %dx : tensor<?x5xf32>, tensor<?x9xf32>
}
