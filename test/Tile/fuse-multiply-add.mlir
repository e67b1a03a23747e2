// RUN: mlc-opt %s --mlc-fuse-multiply-add --canonicalize | FileCheck %s
// RUN: mlc-opt %s --mlc-fuse-multiply-add=available=false --canonicalize | FileCheck %s --check-prefix=SEPARATE

#id = affine_map<(i) -> (i)>

// CHECK-LABEL: func.func @add(
// CHECK: ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[Z:.*]]: f32):
// CHECK-NEXT: %[[R:.*]] = math.fma %[[X]], %[[Y]], %[[Z]] : f32
// CHECK-NEXT: linalg.yield %[[R]]

// SEPARATE-LABEL: func.func @add(
// SEPARATE: ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[Z:.*]]: f32):
// SEPARATE-NEXT: %[[P:.*]] = arith.mulf %[[X]], %[[Y]] : f32
// SEPARATE-NEXT: %[[R:.*]] = arith.addf %[[Z]], %[[P]] : f32
// SEPARATE-NEXT: linalg.yield %[[R]]
// SEPARATE-NOT: math.fma
func.func @add(%x: tensor<8xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>) -> tensor<8xf32> {
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<8xf32>, tensor<8xf32>) outs(%z : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// z - x * y.
// CHECK-LABEL: func.func @subtract(
// CHECK: ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[Z:.*]]: f32):
// CHECK-NEXT: %[[NEGATIVE:.*]] = arith.negf %[[X]]
// CHECK-NEXT: %[[R:.*]] = math.fma %[[NEGATIVE]], %[[Y]], %[[Z]] : f32
// CHECK-NEXT: linalg.yield %[[R]]
func.func @subtract(%x: tensor<8xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>) -> tensor<8xf32> {
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<8xf32>, tensor<8xf32>) outs(%z : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.subf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// Of two products the second is rounded first.
// CHECK-LABEL: func.func @two_products(
// CHECK: ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[Z:.*]]: f32):
// CHECK-NEXT: %[[YZ:.*]] = arith.mulf %[[Y]], %[[Z]]
// CHECK-NEXT: %[[R:.*]] = math.fma %[[X]], %[[Y]], %[[YZ]]
// CHECK-NEXT: linalg.yield %[[R]]
func.func @two_products(%x: tensor<8xf32>, %y: tensor<8xf32>, %z: tensor<8xf32>) -> tensor<8xf32> {
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<8xf32>, tensor<8xf32>) outs(%z : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.mulf %b, %c : f32
    %s = arith.addf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// A product that is used twice is rounded once, for both; so is one in f64.
// CHECK-LABEL: func.func @left_alone(
// CHECK-NOT: math.fma
// CHECK: return
func.func @left_alone(%x: tensor<8xf32>, %y: tensor<8xf32>, %u: tensor<8xf64>) -> (tensor<8xf32>, tensor<8xf64>) {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<8xf32>) outs(%y : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %b, %p : f32
    %t = arith.divf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<8xf32>
  %v = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%u : tensor<8xf64>) {
  ^bb0(%a: f64):
    %p = arith.mulf %a, %a : f64
    %s = arith.addf %a, %p : f64
    linalg.yield %s : f64
  } -> tensor<8xf64>
  return %r, %v : tensor<8xf32>, tensor<8xf64>
}

// A product becomes a loop, whether the machine has the operation or not; the
// library's stays.
// CHECK-LABEL: func.func @products(
// CHECK: %[[Y:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK-NEXT: math.fma %[[A]], %[[B]], %[[SUM]]
// CHECK: linalg.matmul {mlc.library}{{.*}} outs(%[[Y]] :

// SEPARATE-LABEL: func.func @products(
// SEPARATE: linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]}
// SEPARATE: arith.mulf
// SEPARATE: linalg.matmul {mlc.library}
// SEPARATE-NOT: math.fma
func.func @products(%x: tensor<?x64xf32>, %w: tensor<64x3xf32>, %y: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %r = linalg.matmul ins(%x, %w : tensor<?x64xf32>, tensor<64x3xf32>) outs(%y : tensor<?x3xf32>) -> tensor<?x3xf32>
  %s = linalg.matmul {mlc.library} ins(%x, %w : tensor<?x64xf32>, tensor<64x3xf32>) outs(%r : tensor<?x3xf32>) -> tensor<?x3xf32>
  return %s : tensor<?x3xf32>
}
