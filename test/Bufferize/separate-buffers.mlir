// RUN: mlc-opt %s --mlc-separate-buffers | FileCheck %s

// Each op that uses an unset or a filled tensor, in whatever shape, gets its own.
// CHECK-LABEL: func.func @each_its_own(
// CHECK-DAG: %[[E0:.*]] = tensor.empty() : tensor<4x8xf32>
// CHECK-DAG: %[[F0:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%[[E0]] :
// CHECK-DAG: %[[S0:.*]] = tensor.collapse_shape %[[F0]]
// CHECK-DAG: %[[E1:.*]] = tensor.empty() : tensor<4x8xf32>
// CHECK-DAG: %[[F1:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%[[E1]] :
// CHECK-DAG: %[[S1:.*]] = tensor.collapse_shape %[[F1]]
// CHECK-DAG: linalg.exp ins(%{{.*}}) outs(%[[S0]] :
// CHECK-DAG: linalg.log ins(%{{.*}}) outs(%[[S1]] :
// CHECK: return
func.func @each_its_own(%x: tensor<32xf32>) -> (tensor<32xf32>, tensor<32xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = tensor.collapse_shape %f [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  %a = linalg.exp ins(%x : tensor<32xf32>) outs(%s : tensor<32xf32>) -> tensor<32xf32>
  %b = linalg.log ins(%x : tensor<32xf32>) outs(%s : tensor<32xf32>) -> tensor<32xf32>
  return %a, %b : tensor<32xf32>, tensor<32xf32>
}

// A loop is one op: it may use the tensor at several places.
// CHECK-LABEL: func.func @loop(
// CHECK-DAG: %[[E0:.*]] = tensor.empty()
// CHECK-DAG: %[[E1:.*]] = tensor.empty()
// CHECK: linalg.exp ins(%{{.*}}) outs(%[[OUTSIDE:.*]] :
// CHECK: scf.for
// CHECK-NOT: outs(%[[OUTSIDE]] :
// CHECK: linalg.log ins(%{{.*}}) outs(%[[INSIDE:.*]] :
// CHECK: linalg.exp ins(%{{.*}}) outs(%[[INSIDE]] :
func.func @loop(%x: tensor<32xf32>, %n: index) -> (tensor<32xf32>, tensor<32xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<32xf32>
  %a = linalg.exp ins(%x : tensor<32xf32>) outs(%e : tensor<32xf32>) -> tensor<32xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%o = %x) -> tensor<32xf32> {
    %b = linalg.log ins(%o : tensor<32xf32>) outs(%e : tensor<32xf32>) -> tensor<32xf32>
    %c = linalg.exp ins(%b : tensor<32xf32>) outs(%e : tensor<32xf32>) -> tensor<32xf32>
    scf.yield %c : tensor<32xf32>
  }
  return %a, %r : tensor<32xf32>, tensor<32xf32>
}

// A slice is put back where it was taken.
// CHECK-LABEL: func.func @slices(
// CHECK-DAG: %[[E0:.*]] = tensor.empty()
// CHECK-DAG: %[[E1:.*]] = tensor.empty()
// CHECK: %[[S:.*]] = tensor.extract_slice %[[E:.*]][16]
// CHECK: %[[A:.*]] = linalg.exp ins(%{{.*}}) outs(%[[S]] :
// CHECK: tensor.insert_slice %[[A]] into %[[E]][16]
// CHECK-NOT: outs(%[[E]] :
// CHECK: return
func.func @slices(%x: tensor<16xf32>, %y: tensor<32xf32>) -> (tensor<32xf32>, tensor<32xf32>) {
  %e = tensor.empty() : tensor<32xf32>
  %s = tensor.extract_slice %e[16] [16] [1] : tensor<32xf32> to tensor<16xf32>
  %a = linalg.exp ins(%x : tensor<16xf32>) outs(%s : tensor<16xf32>) -> tensor<16xf32>
  %r = tensor.insert_slice %a into %e[16] [16] [1] : tensor<16xf32> into tensor<32xf32>
  %b = linalg.exp ins(%y : tensor<32xf32>) outs(%e : tensor<32xf32>) -> tensor<32xf32>
  return %r, %b : tensor<32xf32>, tensor<32xf32>
}

// Where equal slices of equal tensors have become one, each is put back into a
// tensor of its own.
// CHECK-LABEL: func.func @equal_slices(
// CHECK: %[[E0:.*]] = tensor.empty()
// CHECK: %[[E1:.*]] = tensor.empty()
// CHECK: %[[S1:.*]] = tensor.extract_slice %[[E1]][16]
// CHECK: %[[S0:.*]] = tensor.extract_slice %[[E0]][16]
// CHECK: %[[A:.*]] = linalg.exp ins(%{{.*}}) outs(%[[S1]] :
// CHECK: %[[B:.*]] = linalg.log ins(%{{.*}}) outs(%[[S0]] :
// CHECK: %[[C:.*]] = linalg.exp ins(%{{.*}}) outs(%[[B]] :
// CHECK: tensor.insert_slice %[[A]] into %[[E1]]
// CHECK: tensor.insert_slice %[[C]] into %[[E0]]
func.func @equal_slices(%x: tensor<16xf32>) -> (tensor<32xf32>, tensor<32xf32>) {
  %e = tensor.empty() : tensor<32xf32>
  %s = tensor.extract_slice %e[16] [16] [1] : tensor<32xf32> to tensor<16xf32>
  %a = linalg.exp ins(%x : tensor<16xf32>) outs(%s : tensor<16xf32>) -> tensor<16xf32>
  %b = linalg.log ins(%x : tensor<16xf32>) outs(%s : tensor<16xf32>) -> tensor<16xf32>
  %c = linalg.exp ins(%x : tensor<16xf32>) outs(%b : tensor<16xf32>) -> tensor<16xf32>
  %r = tensor.insert_slice %a into %e[16] [16] [1] : tensor<16xf32> into tensor<32xf32>
  %q = tensor.insert_slice %c into %e[16] [16] [1] : tensor<16xf32> into tensor<32xf32>
  return %r, %q : tensor<32xf32>, tensor<32xf32>
}

// What has values is not copied.
// CHECK-LABEL: func.func @values(
// CHECK: %[[A:.*]] = linalg.exp
// CHECK: linalg.exp ins(%{{.*}}) outs(%[[A]] :
// CHECK: linalg.log ins(%{{.*}}) outs(%[[A]] :
func.func @values(%x: tensor<32xf32>, %y: tensor<32xf32>) -> (tensor<32xf32>, tensor<32xf32>) {
  %a = linalg.exp ins(%x : tensor<32xf32>) outs(%y : tensor<32xf32>) -> tensor<32xf32>
  %b = linalg.exp ins(%x : tensor<32xf32>) outs(%a : tensor<32xf32>) -> tensor<32xf32>
  %c = linalg.log ins(%x : tensor<32xf32>) outs(%a : tensor<32xf32>) -> tensor<32xf32>
  return %b, %c : tensor<32xf32>, tensor<32xf32>
}

// A worker has memory of its own: that of a forall is made inside.
// CHECK-LABEL: func.func @forall(
// CHECK: %[[OUTSIDE:.*]] = tensor.empty()
// CHECK-NOT: tensor.empty()
// CHECK: linalg.exp ins(%{{.*}}) outs(%[[OUTSIDE]] :
// CHECK: scf.forall
// CHECK-NEXT: %[[INSIDE:.*]] = tensor.empty()
// CHECK: linalg.log ins(%{{.*}}) outs(%[[INSIDE]] :
func.func @forall(%x: tensor<16xf32>, %y: tensor<32xf32>) -> (tensor<16xf32>, tensor<32xf32>) {
  %e = tensor.empty() : tensor<16xf32>
  %a = linalg.exp ins(%x : tensor<16xf32>) outs(%e : tensor<16xf32>) -> tensor<16xf32>
  %r = scf.forall (%i) = (0) to (32) step (16) shared_outs(%o = %y) -> tensor<32xf32> {
    %b = linalg.log ins(%a : tensor<16xf32>) outs(%e : tensor<16xf32>) -> tensor<16xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %b into %o[%i] [16] [1] : tensor<16xf32> into tensor<32xf32>
    }
  }
  return %a, %r : tensor<16xf32>, tensor<32xf32>
}

#spread = affine_map<(i, j) -> (j)>
#whole = affine_map<(i, j) -> (i, j)>

// Two sums that begin with the same row, each in memory of its own: no copy of it.
// CHECK-LABEL: func.func @one_start(
// CHECK-DAG: %[[B0:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<8xf32>)
// CHECK-DAG: %[[B1:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<8xf32>)
// CHECK-DAG: linalg.matmul ins(%{{.*}}) outs(%[[B0]] :
// CHECK-DAG: linalg.matmul ins(%{{.*}}) outs(%[[B1]] :
// CHECK: return
func.func @one_start(%x: tensor<4x3xf32>, %z: tensor<4x3xf32>, %w: tensor<3x8xf32>, %bias: tensor<8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %e = tensor.empty() : tensor<4x8xf32>
  %b = linalg.generic {indexing_maps = [#spread, #whole], iterator_types = ["parallel", "parallel"]} ins(%bias : tensor<8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<4x8xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x3xf32>, tensor<3x8xf32>) outs(%b : tensor<4x8xf32>) -> tensor<4x8xf32>
  %v = linalg.matmul ins(%z, %w : tensor<4x3xf32>, tensor<3x8xf32>) outs(%b : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y, %v : tensor<4x8xf32>, tensor<4x8xf32>
}

// One that is read as well is one tensor: to read it twice costs nothing.
// CHECK-LABEL: func.func @read_as_well(
// CHECK-COUNT-1: linalg.generic {{.*}} ins(%{{.*}} : tensor<8xf32>)
// CHECK-NOT: ins(%{{.*}} : tensor<8xf32>)
// CHECK: return
func.func @read_as_well(%x: tensor<4x3xf32>, %w: tensor<3x8xf32>, %bias: tensor<8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %e = tensor.empty() : tensor<4x8xf32>
  %b = linalg.generic {indexing_maps = [#spread, #whole], iterator_types = ["parallel", "parallel"]} ins(%bias : tensor<8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<4x8xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x3xf32>, tensor<3x8xf32>) outs(%b : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %b, %y : tensor<4x8xf32>, tensor<4x8xf32>
}
