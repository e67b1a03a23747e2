// RUN: mlc-opt %s --mlc-tile-vectors=width=32 | FileCheck %s
// RUN: mlc-opt %s --mlc-tile-vectors=width=16 | FileCheck %s --check-prefix=NARROW

#id = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (j)>

// A layer's row is computed in registers: it starts as the bias, one loop adds
// non-zeros, and only the activation's result is written. 50 columns are 32 and
// 18: a mask of at most 32.
// CHECK-DAG: #[[LEFT:.*]] = affine_map<(d0) -> (-d0 + 50, 32)>
// CHECK-LABEL: func.func @csr_layer(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32>, %[[INDPTR:[a-z0-9]+]]: tensor<?xi64>, %[[INDICES:[a-z0-9]+]]: tensor<?xi32>, %[[VALUES:[a-z0-9]+]]: tensor<?xf32>
// CHECK: scf.forall
// CHECK: scf.for %[[J:.*]] = %{{.*}} to %c50 step %c32
// CHECK-DAG: %[[COLUMNS:.*]] = affine.min #[[LEFT]](%[[J]])
// CHECK-DAG: %[[MASK1:.*]] = vector.create_mask %[[COLUMNS]] : vector<32xi1>
// CHECK-DAG: %[[MASK:.*]] = vector.broadcast %[[MASK1]] : vector<32xi1> to vector<1x32xi1>
// CHECK-DAG: %[[BIAS:.*]] = vector.transfer_read {{.*}}, %[[MASK]] {in_bounds = [true, true]}
// CHECK-DAG: %[[START:.*]] = arith.select %[[MASK]], %[[BIAS]],
// CHECK: %[[SUM:.*]] = scf.for %[[P:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[ACC:.*]] = %[[START]]) -> (vector<1x32xf32>)
// CHECK-NOT: transfer_write
// CHECK: %[[INDEX:.*]] = tensor.extract %[[INDICES]][%[[P]]]
// CHECK: %[[COLUMN:.*]] = arith.index_cast %[[INDEX]]
// CHECK: %[[VALUE:.*]] = tensor.extract %[[VALUES]][%[[P]]]
// CHECK: %[[WEIGHTS:.*]] = vector.transfer_read %{{.*}}[%[[COLUMN]], %{{.*}}], %{{.*}}, %[[MASK]]
// CHECK: %[[SPREAD:.*]] = vector.broadcast %[[VALUE]]
// CHECK: %[[NEXT:.*]] = vector.fma %[[SPREAD]], %[[WEIGHTS]], %[[ACC]]
// CHECK-NEXT: scf.yield %[[NEXT]]
// CHECK: %[[A:.*]] = arith.maximumf %[[SUM]], %{{.*}} : vector<1x32xf32>
// CHECK: vector.transfer_write %[[A]], {{.*}}, %[[MASK]] {in_bounds = [true, true]}
// CHECK-NOT: transfer_write
// CHECK-NOT: csr.
// CHECK: scf.forall.in_parallel

// NARROW-LABEL: func.func @csr_layer(
// NARROW: iter_args({{.*}}) -> (vector<1x16xf32>)
func.func @csr_layer(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>, %ones: i1,
                     %w: tensor<9x100xf32>, %b: tensor<100xf32>, %out: tensor<?x100xf32>, %n: index) -> tensor<?x100xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%c) = (0) to (100) step (50) shared_outs(%o = %out) -> (tensor<?x100xf32>) {
    %ws = tensor.extract_slice %w[0, %c] [9, 50] [1, 1] : tensor<9x100xf32> to tensor<9x50xf32>
    %bs = tensor.extract_slice %b[%c] [50] [1] : tensor<100xf32> to tensor<50xf32>
    %os = tensor.extract_slice %o[0, %c] [%n, 50] [1, 1] : tensor<?x100xf32> to tensor<?x50xf32>
    %init = linalg.generic {indexing_maps = [#column, #id], iterator_types = ["parallel", "parallel"]}
        ins(%bs : tensor<50xf32>) outs(%os : tensor<?x50xf32>) {
    ^bb0(%x: f32, %y: f32):
      linalg.yield %x : f32
    } -> tensor<?x50xf32>
    %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %ws) outs(%init)
      : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, i1, tensor<9x50xf32>, tensor<?x50xf32>) -> tensor<?x50xf32>
    %a = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%y : tensor<?x50xf32>) {
    ^bb0(%x: f32):
      %m = arith.maximumf %x, %zero : f32
      linalg.yield %m : f32
    } -> tensor<?x50xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %a into %o[0, %c] [%n, 50] [1, 1] : tensor<?x50xf32> into tensor<?x100xf32>
    }
  }
  return %r : tensor<?x100xf32>
}

// The gradient of a row of weights is a sum in registers that the update takes
// at once: no tensor holds gradients.
// CHECK-LABEL: func.func @csr_update(
// CHECK-SAME: %[[STARTS:[a-z0-9]+]]: tensor<10xi32>, %[[EXAMPLES:[a-z0-9]+]]: tensor<?xi32>, %[[ENTRIES:[a-z0-9]+]]: tensor<?xf32>
// CHECK-NOT: tensor.empty
// CHECK: %[[G:.*]] = scf.for %[[Q:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%{{.*}} = %{{.*}}) -> (vector<1x32xf32>)
// CHECK-NOT: transfer_write
// CHECK: tensor.extract %[[EXAMPLES]][%[[Q]]]
// CHECK: tensor.extract %[[ENTRIES]][%[[Q]]]
// CHECK: vector.fma
// CHECK-NEXT: scf.yield
// CHECK: %[[OLD:.*]] = vector.transfer_read
// CHECK: %[[NEW:.*]] = arith.subf %[[OLD]], %[[G]]
// CHECK: vector.transfer_write %[[NEW]],
// CHECK-NOT: transfer_write
// CHECK-NOT: csr.
// CHECK: return
func.func @csr_update(%ones: i1, %starts: tensor<10xi32>, %examples: tensor<?xi32>, %entries: tensor<?xf32>, %masks: tensor<9x2xi64>, %dy: tensor<?x50xf32>,
                      %w: tensor<9x50xf32>, %n: index, %step: index, %s: index) -> tensor<9x50xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<9x50xf32>
  %r = scf.forall (%c) = (0) to (50) step (%step) shared_outs(%o = %w) -> (tensor<9x50xf32>) {
    %es = tensor.extract_slice %empty[0, %c] [9, %s] [1, 1] : tensor<9x50xf32> to tensor<9x?xf32>
    %ds = tensor.extract_slice %dy[0, %c] [%n, %s] [1, 1] : tensor<?x50xf32> to tensor<?x?xf32>
    %init = linalg.fill ins(%zero : f32) outs(%es : tensor<9x?xf32>) -> tensor<9x?xf32>
    %dw = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %ds) outs(%init)
      : (i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x2xi64>, tensor<?x?xf32>, tensor<9x?xf32>) -> tensor<9x?xf32>
    %os = tensor.extract_slice %o[0, %c] [9, %s] [1, 1] : tensor<9x50xf32> to tensor<9x?xf32>
    %new = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%dw : tensor<9x?xf32>) outs(%os : tensor<9x?xf32>) {
    ^bb0(%g: f32, %x: f32):
      %y = arith.subf %x, %g : f32
      linalg.yield %y : f32
    } -> tensor<9x?xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %new into %o[0, %c] [9, %s] [1, 1] : tensor<9x?xf32> into tensor<9x50xf32>
    }
  }
  return %r : tensor<9x50xf32>
}
