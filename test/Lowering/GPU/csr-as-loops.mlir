// RUN: mlc-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(mlc-csr-as-loops,canonicalize,cse))' | FileCheck %s

// A row's non-zeros in turn; their order does not matter.
// CHECK-LABEL: func @rows(
// CHECK-SAME: %[[ROWS:.*]]: tensor<?xi32>, %[[INDPTR:.*]]: tensor<?xi64>, %[[INDICES:.*]]: tensor<?xi16>, %[[VALUES:.*]]: tensor<?xf32>, %[[ONES:.*]]: i1, %[[W:.*]]: tensor<9x4xf32>
func.func @rows(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                %ones: i1, %w: tensor<9x4xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {mlc.batch = 70} {
  // CHECK: linalg.generic
  // CHECK: %[[J:.*]] = linalg.index 1
  // CHECK: %[[BEGIN:.*]] = arith.index_castui
  // CHECK: %[[END:.*]] = arith.index_castui
  // CHECK: scf.for %[[P:.*]] = %{{.*}} to %{{.*}} iter_args
  // CHECK: %[[INDEX:.*]] = tensor.extract %[[INDICES]][%[[P]]]
  // CHECK: %[[COLUMN:.*]] = arith.index_castui %[[INDEX]] : i16 to index
  // CHECK: %[[WEIGHT:.*]] = tensor.extract %[[W]][%[[COLUMN]], %[[J]]]
  // CHECK: %[[VALUE:.*]] = scf.if %[[ONES]]
  // CHECK: tensor.extract %[[VALUES]][%[[P]]]
  // CHECK: arith.mulf %[[VALUE]], %[[WEIGHT]]
  // CHECK: {mlc.combiners = ["arith.addf"]}
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// Masks of 70 examples are three words, made as soon as the batch is known. They
// are or-ed by whole numbers' atomics;
// a column's examples follow from their bits, and values are found by halving.
// CHECK-LABEL: func @columns(
// CHECK-SAME: %[[ROWS:.*]]: tensor<?xi32>
// CHECK-NOT: linalg.generic
// CHECK: %[[MASKS:.*]] = memref.alloc() : memref<9x3xi32>
// CHECK: linalg.fill ins(%{{.*}} : i32) outs(%[[MASKS]]
// CHECK: scf.parallel
// CHECK: memref.atomic_rmw ori %{{.*}}, %[[MASKS]]
// CHECK: %[[BITS:.*]] = bufferization.to_tensor %[[MASKS]] restrict
// CHECK-NOT: csr.
// CHECK: linalg.generic
// CHECK: scf.for %[[WORD:.*]] = {{.*}} iter_args
// CHECK: tensor.extract %[[BITS]][%{{.*}}, %[[WORD]]]
// CHECK: scf.while
// CHECK: math.cttz
// CHECK: scf.if
// CHECK: scf.while
// CHECK-NOT: mlc.combiners
func.func @columns(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
                   %s: tensor<10xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %m: tensor<9x0xi64>, %dy: tensor<?x4xf32>,
                   %init: tensor<9x4xf32>) -> tensor<9x4xf32> attributes {mlc.batch = 70} {
  %early = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      outs(%init : tensor<9x4xf32>) {
  ^bb0(%old: f32):
    %twice = arith.addf %old, %old : f32
    linalg.yield %twice : f32
  } -> tensor<9x4xf32>
  %starts, %examples, %entries, %masks = csr.group_columns ins(%rows, %indptr, %indices, %values, %ones) outs(%s, %e, %v, %m)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x0xi64>)
    -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x0xi64>)
  %dw = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %dy) outs(%early)
    : (i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x0xi64>, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return %dw : tensor<9x4xf32>
}

// -----

// In a loop over shards a thread has a column: 70 examples are three words of
// seven groups, whose subsets have a sum each, and a column takes one of every
// group where all values are 1. A shard fills the tables of its own units.
// CHECK-LABEL: func @shards(
// CHECK: %[[MASKS:.*]] = bufferization.to_tensor
// CHECK: %[[ALL:.*]] = memref.alloc() : memref<4x21x32xf32>
// CHECK: scf.forall (%[[FROM:.*]]) =
// CHECK: %[[OWN:.*]] = memref.subview %[[ALL]][%[[FROM]], 0, 0] [
// CHECK: scf.parallel
// CHECK: scf.if %{{.*}} -> (f32)
// CHECK-COUNT-5: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: memref.store
// CHECK: %[[TABLES:.*]] = bufferization.to_tensor {{.*}}restrict
// CHECK: linalg.generic
// CHECK: scf.if %{{.*}} -> (f32)
// CHECK: scf.for %[[WORD:.*]] = {{.*}} iter_args
// CHECK: %[[BITS:.*]] = tensor.extract %[[MASKS]][%{{.*}}, %[[WORD]]]
// CHECK: arith.andi %[[BITS]], %{{.*}} : i32
// CHECK: tensor.extract %[[TABLES]]
// CHECK: arith.shrui %[[BITS]], %{{.*}} : i32
// CHECK-COUNT-6: tensor.extract %[[TABLES]]
// CHECK: } else {
// CHECK: scf.while
func.func @shards(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
                  %s: tensor<673xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %m: tensor<672x0xi64>, %dy: tensor<?x4xf32>,
                  %init: tensor<672x4xf32>) -> tensor<672x4xf32> attributes {mlc.batch = 70} {
  %starts, %examples, %entries, %masks = csr.group_columns ins(%rows, %indptr, %indices, %values, %ones) outs(%s, %e, %v, %m)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<673xi32>, tensor<?xi32>, tensor<?xf32>, tensor<672x0xi64>)
    -> (tensor<673xi32>, tensor<?xi32>, tensor<?xf32>, tensor<672x0xi64>)
  %c0 = arith.constant 0 : index
  %count = tensor.dim %dy, %c0 : tensor<?x4xf32>
  %dw = scf.forall (%from) = (0) to (4) step (2) shared_outs(%out = %init) -> (tensor<672x4xf32>) {
    %part = tensor.extract_slice %dy[0, %from] [%count, 2] [1, 1] : tensor<?x4xf32> to tensor<?x2xf32>
    %own = tensor.extract_slice %out[0, %from] [672, 2] [1, 1] : tensor<672x4xf32> to tensor<672x2xf32>
    %sum = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %part) outs(%own)
      : (i1, tensor<673xi32>, tensor<?xi32>, tensor<?xf32>, tensor<672x0xi64>, tensor<?x2xf32>, tensor<672x2xf32>) -> tensor<672x2xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %sum into %out[0, %from] [672, 2] [1, 1] : tensor<672x2xf32> into tensor<672x4xf32>
    }
  }
  return %dw : tensor<672x4xf32>
}

// -----

// Fewer columns than the tables have entries walk their examples.
// CHECK-LABEL: func @few_columns(
// CHECK-NOT: x32xf32>
// CHECK: scf.forall
// CHECK: scf.while
func.func @few_columns(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
                       %s: tensor<672xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %m: tensor<671x0xi64>, %dy: tensor<?x2xf32>,
                       %init: tensor<671x4xf32>) -> tensor<671x4xf32> attributes {mlc.batch = 70} {
  %starts, %examples, %entries, %masks = csr.group_columns ins(%rows, %indptr, %indices, %values, %ones) outs(%s, %e, %v, %m)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<672xi32>, tensor<?xi32>, tensor<?xf32>, tensor<671x0xi64>)
    -> (tensor<672xi32>, tensor<?xi32>, tensor<?xf32>, tensor<671x0xi64>)
  %dw = scf.forall (%from) = (0) to (4) step (2) shared_outs(%out = %init) -> (tensor<671x4xf32>) {
    %own = tensor.extract_slice %out[0, %from] [671, 2] [1, 1] : tensor<671x4xf32> to tensor<671x2xf32>
    %sum = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %dy) outs(%own)
      : (i1, tensor<672xi32>, tensor<?xi32>, tensor<?xf32>, tensor<671x0xi64>, tensor<?x2xf32>, tensor<671x2xf32>) -> tensor<671x2xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %sum into %out[0, %from] [671, 2] [1, 1] : tensor<671x2xf32> into tensor<671x4xf32>
    }
  }
  return %dw : tensor<671x4xf32>
}

// -----

// expected-error@+1 {{expected the attribute mlc.batch}}
func.func @no_batch() {
  return
}

// -----

func.func @columns_of_elsewhere(%ones: i1, %starts: tensor<10xi32>, %examples: tensor<?xi32>, %entries: tensor<?xf32>,
    %masks: tensor<9x1xi64>, %dy: tensor<?x4xf32>, %init: tensor<9x4xf32>) -> tensor<9x4xf32> attributes {mlc.batch = 7} {
  // expected-error@+1 {{expected the columns of a csr.group_columns}}
  %dw = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %dy) outs(%init)
    : (i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return %dw : tensor<9x4xf32>
}

// -----

// Which columns the batch has, by their masks: any bit of either word. Rows of
// others keep what they had.

// CHECK-LABEL: func @touched(
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<9x4xf32>)
// CHECK: %[[BITS:.*]] = bufferization.to_tensor
// CHECK: %[[TOUCHED:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<9xi32>)
// CHECK: tensor.extract %[[BITS]][%[[K:.*]], %{{.*}}]
// CHECK: tensor.extract %[[BITS]][%[[K]], %{{.*}}]
// CHECK: arith.ori
// CHECK: arith.cmpi ne
// CHECK: %[[G:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<9x4xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[TOUCHED]], %[[G]] : tensor<9xi32>, tensor<9x4xf32>) outs(%[[W]] :
// CHECK: %[[NEW:.*]] = arith.subf
// CHECK: arith.select %{{.*}}, %[[NEW]], %{{.*}} : f32
// CHECK-NOT: csr.
func.func @touched(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
                   %capacity: index, %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>) -> tensor<9x4xf32> attributes {mlc.batch = 70} {
  %first = arith.constant 0 : index
  %count = arith.constant 9 : index
  %new = csr.update_rows batch(%rows, %indptr, %indices, %values, %ones, %capacity) rows(%first, %count)
      products(%dy) outs(%w) {
  ^bb0(%g: f32, %old: f32):
    %next = arith.subf %old, %g : f32
    csr.yield %next : f32
  } {columns = 9} : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return %new : tensor<9x4xf32>
}

// -----

func.func @part(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
                %capacity: index, %first: index, %count: index, %dy: tensor<?x4xf32>, %w: tensor<?x4xf32>) -> tensor<?x4xf32>
    attributes {mlc.batch = 70} {
  // expected-error@+1 {{expected an update of all rows}}
  %new = csr.update_rows batch(%rows, %indptr, %indices, %values, %ones, %capacity) rows(%first, %count)
      products(%dy) outs(%w) {
  ^bb0(%g: f32, %old: f32):
    csr.yield %g : f32
  } {columns = 9} : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index, tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %new : tensor<?x4xf32>
}

// -----

// Masks say which examples a column has, and not where lists of them begin.
func.func @first_start(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
                       %s: tensor<10xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %m: tensor<9x0xi64>)
    -> i32 attributes {mlc.batch = 70} {
  %starts, %examples, %entries, %masks = csr.group_columns ins(%rows, %indptr, %indices, %values, %ones) outs(%s, %e, %v, %m)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x0xi64>)
    -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x0xi64>)
  %place = arith.constant 3 : index
  // expected-error@+1 {{expected a batch's columns only as operands of csr.matmul_transposed}}
  %start = tensor.extract %starts[%place] : tensor<10xi32>
  return %start : i32
}
