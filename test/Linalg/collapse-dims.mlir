// RUN: mlc-opt %s --mlc-graph-to-linalg --convert-elementwise-to-linalg --mlc-collapse-dims --canonicalize --cse --split-input-file | FileCheck %s

// A parameter that is used in another shape is an argument of that shape, and
// so is its new value.
// CHECK-LABEL: func.func private @train_step
// CHECK-SAME: %[[W:[a-z0-9_]+]]: tensor<6x4xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: -> (tensor<6x4xf32> {mlc.role = #mlc.role<parameter>})
// CHECK-NOT: shape
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel"]
// CHECK-NOT: shape
// CHECK: return
func.func private @train_step(%w: tensor<2x3x4xf32> {mlc.role = #mlc.role<parameter>}, %g: tensor<6x4xf32> {mlc.role = #mlc.role<data>})
    -> (tensor<2x3x4xf32> {mlc.role = #mlc.role<parameter>}) {
  %d = graph.reshape %g : tensor<6x4xf32> -> tensor<2x3x4xf32>
  %new = arith.subf %w, %d : tensor<2x3x4xf32>
  return %new : tensor<2x3x4xf32>
}

// -----

// Sizes in groups that do not nest: through all elements in a line.
// CHECK-LABEL: func.func private @train_step
// CHECK-SAME: %[[X:[a-z0-9_]+]]: tensor<?x24xf32> {mlc.role = #mlc.role<data>}
// CHECK-SAME: -> (tensor<?x24xf32> {mlc.role = #mlc.role<prediction>})
// CHECK-NOT: shape
// CHECK: return
func.func private @train_step(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %x: tensor<?x6x4xf32> {mlc.role = #mlc.role<data>}) -> (tensor<?x8x3xf32> {mlc.role = #mlc.role<prediction>}) {
  %y = graph.reshape %x : tensor<?x6x4xf32> -> tensor<?x8x3xf32>
  %z = arith.negf %y : tensor<?x8x3xf32>
  return %z : tensor<?x8x3xf32>
}

// -----

// What has no reshape beside it becomes rows and columns, without a reshape
// where arguments and results are all that it leads from and to.
// CHECK-LABEL: func.func private @predict_step
// CHECK-SAME: tensor<?x24xf32> {mlc.role = #mlc.role<data>}) -> (tensor<?x24xf32> {mlc.role = #mlc.role<prediction>})
// CHECK-NOT: shape
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel"]
// CHECK-NOT: shape
// CHECK: return
func.func private @predict_step(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %x: tensor<?x2x3x4xf32> {mlc.role = #mlc.role<data>}) -> (tensor<?x2x3x4xf32> {mlc.role = #mlc.role<prediction>}) {
  %y = arith.negf %x : tensor<?x2x3x4xf32>
  return %y : tensor<?x2x3x4xf32>
}

// -----

// Rows along the last of three dimensions are loops over all three, and so is
// what they are made of and what is made of them. Before them stand rows of the
// batch.
// CHECK-LABEL: func.func private @predict_step
// CHECK-SAME: %[[X:[a-z0-9_]+]]: tensor<?x6xf32> {mlc.role = #mlc.role<data>}) -> (tensor<?x2x3xf32> {mlc.role = #mlc.role<prediction>})
// CHECK: %[[H:.+]] = linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel"]
// CHECK-SAME: ins(%[[X]] : tensor<?x6xf32>)
// CHECK: arith.negf
// CHECK: tensor.expand_shape
// CHECK-SAME: tensor<?x6xf32> into tensor<?x2x3xf32>
// CHECK: iterator_types = ["parallel", "parallel", "reduction"]
// CHECK: arith.maximumf
// CHECK: math.exp
// CHECK: arith.divf
// CHECK-NOT: shape
// CHECK: return
func.func private @predict_step(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %x: tensor<?x6xf32> {mlc.role = #mlc.role<data>}) -> (tensor<?x6xf32> {mlc.role = #mlc.role<prediction>}) {
  %h = arith.negf %x : tensor<?x6xf32>
  %h3 = graph.reshape %h : tensor<?x6xf32> -> tensor<?x2x3xf32>
  %y3 = graph.softmax %h3 : tensor<?x2x3xf32>
  %y = graph.reshape %y3 : tensor<?x2x3xf32> -> tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}
