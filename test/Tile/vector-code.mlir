// RUN: mlc-opt %s --mlc-vector-code=lanes=8 | FileCheck %s
// RUN: mlc-opt %s --mlc-vector-code=lanes=4 | FileCheck %s --check-prefix=NARROW

#id = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (j)>

// A layer's row is computed in registers: it starts as the bias, one loop adds
// non-zeros, multiplied by their values where these are not all 1, and only the
// activation's result is written. 50 columns are 32, four registers without a
// mask, and 18, a register at a time with a mask.
// CHECK-DAG: #[[REST:.*]] = affine_map<(d0) -> (-d0 + 18, 8)>
// CHECK-DAG: #[[WHOLE:.*]] = affine_map<()[s0] -> ((s0 floordiv 32) * 32)>
// CHECK-LABEL: func.func @csr_layer(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32>, %[[INDPTR:[a-z0-9]+]]: tensor<?xi64>, %[[INDICES:[a-z0-9]+]]: tensor<?xi32>, %[[VALUES:[a-z0-9]+]]: tensor<?xf32>, %[[ONES:[a-z0-9]+]]: i1
// CHECK: scf.forall
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step
// CHECK-NOT: mask
// CHECK: %[[START:.*]] = vector.transfer_read {{.*}} : tensor<32xf32>, vector<1x32xf32>
// CHECK: %[[SUM:.*]] = scf.if %[[ONES]] -> (vector<1x32xf32>) {
// CHECK-NEXT: %[[ALL:.*]] = scf.for %[[P:.*]] = %[[BEGIN:.*]] to %[[END:.*]] step %{{.*}} iter_args(%[[ACC:.*]] = %[[START]]) -> (vector<1x32xf32>)
// CHECK-NOT: %[[VALUES]]
// CHECK: %[[INDEX:.*]] = tensor.extract %[[INDICES]][%[[P]]]
// CHECK: %[[COLUMN:.*]] = arith.index_castui %[[INDEX]]
// CHECK: %[[WEIGHTS:.*]] = vector.transfer_read %{{.*}}[%[[COLUMN]], %{{.*}}], %{{.*}} {in_bounds = [true, true]}
// CHECK-NEXT: %[[NEXT:.*]] = arith.addf %[[ACC]], %[[WEIGHTS]]
// CHECK-NEXT: scf.yield %[[NEXT]]
// CHECK: scf.yield %[[ALL]]
// CHECK-NEXT: } else {
// CHECK-NEXT: %[[ALL:.*]] = scf.for %[[P:.*]] = %[[BEGIN]] to %[[END]] step %{{.*}} iter_args(%[[ACC:.*]] = %[[START]]) -> (vector<1x32xf32>)
// CHECK: %[[VALUE:.*]] = tensor.extract %[[VALUES]][%[[P]]]
// CHECK: %[[WEIGHTS:.*]] = vector.transfer_read
// CHECK: %[[SPREAD:.*]] = vector.broadcast %[[VALUE]]
// CHECK: %[[NEXT:.*]] = vector.fma %[[SPREAD]], %[[WEIGHTS]], %[[ACC]]
// CHECK-NEXT: scf.yield %[[NEXT]]
// CHECK: scf.yield %[[ALL]]
// CHECK: %[[A:.*]] = arith.maximumf %[[SUM]], %{{.*}} : vector<1x32xf32>
// CHECK: vector.transfer_write %[[A]], {{.*}} {in_bounds = [true, true]} : vector<1x32xf32>, tensor<1x32xf32>
// CHECK: scf.for %[[J:.*]] = %{{.*}} to %c18 step %c8
// CHECK-DAG: %[[COLUMNS:.*]] = affine.min #[[REST]](%[[J]])
// CHECK-DAG: %[[MASK1:.*]] = vector.create_mask %[[COLUMNS]] : vector<8xi1>
// CHECK-DAG: %[[MASK:.*]] = vector.broadcast %[[MASK1]] : vector<8xi1> to vector<1x8xi1>
// CHECK-DAG: %[[BIAS:.*]] = vector.transfer_read {{.*}}, %[[MASK]] {in_bounds = [true, true]}
// CHECK-DAG: %[[START:.*]] = arith.select %[[MASK]], %[[BIAS]],
// CHECK: %[[SUM:.*]] = scf.if %[[ONES]] -> (vector<1x8xf32>) {
// CHECK: iter_args(%{{.*}} = %[[START]]) -> (vector<1x8xf32>)
// CHECK: vector.transfer_read {{.*}}, %[[MASK]]
// CHECK: } else {
// CHECK: iter_args(%{{.*}} = %[[START]]) -> (vector<1x8xf32>)
// CHECK: vector.transfer_read {{.*}}, %[[MASK]]
// CHECK: %[[A:.*]] = arith.maximumf %[[SUM]], %{{.*}} : vector<1x8xf32>
// CHECK: vector.transfer_write %[[A]], {{.*}}, %[[MASK]] {in_bounds = [true, true]}
// CHECK-NOT: transfer_write
// CHECK-NOT: csr.
// CHECK: scf.forall.in_parallel

// Registers of four: tiles of 16, three of them, and 2 columns in one register.
// NARROW-LABEL: func.func @csr_layer(
// NARROW: scf.for %{{.*}} = %{{.*}} to %c48 step %c16
// NARROW: iter_args({{.*}}) -> (vector<1x16xf32>)
// NARROW: iter_args({{.*}}) -> (vector<1x4xf32>)
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
// at once: no tensor holds gradients. Where all values are 1, the examples are
// the bits of two words, lowest first.
// CHECK-LABEL: func.func @csr_update(
// CHECK-SAME: %[[ONES:[a-z0-9]+]]: i1, %[[STARTS:[a-z0-9]+]]: tensor<10xi32>, %[[EXAMPLES:[a-z0-9]+]]: tensor<?xi32>, %[[ENTRIES:[a-z0-9]+]]: tensor<?xf32>, %[[MASKS:[a-z0-9]+]]: tensor<9x2xi64>
// CHECK-NOT: tensor.empty
// CHECK: %[[N:.*]] = affine.apply #[[WHOLE]]()[%{{.*}}]
// CHECK: scf.for %{{.*}} = %c0 to %[[N]] step %c32
// CHECK: scf.for %[[K:.*]] = %c0 to %c9 step %c1
// CHECK: %[[WORDS:.*]] = tensor.extract_slice %[[MASKS]][%[[K]], 0] [1, 2]
// CHECK: %[[DY:.*]] = tensor.extract_slice {{.*}} to tensor<?x32xf32>
// CHECK: %[[G:.*]] = scf.if %[[ONES]] -> (vector<1x32xf32>) {
// CHECK: scf.for %[[WORD:.*]] = %c0 to %c2 step %c1 iter_args(%[[SUM:.*]] = %{{.*}}) -> (vector<1x32xf32>)
// CHECK: %[[BITS:.*]] = tensor.extract %[[WORDS]][%c0, %[[WORD]]]
// CHECK: %[[BASE:.*]] = arith.muli %[[WORD]], %c64
// CHECK: %{{.*}}:2 = scf.while (%[[LEFT:.*]] = %[[BITS]], %{{.*}} = %[[SUM]])
// CHECK: %[[ANY:.*]] = arith.cmpi ne, %[[LEFT]], %c0_i64
// CHECK: scf.condition(%[[ANY]])
// CHECK: ^bb0(%[[LEFT:.*]]: i64, %[[ACC:.*]]: vector<1x32xf32>):
// CHECK: %[[LOWEST:.*]] = math.cttz %[[LEFT]]
// CHECK: %[[BIT:.*]] = arith.index_castui %[[LOWEST]]
// CHECK: %[[EXAMPLE:.*]] = arith.addi %[[BASE]], %[[BIT]]
// CHECK: %[[ROW:.*]] = vector.transfer_read %[[DY]][%[[EXAMPLE]], %c0]
// CHECK: %[[NEXT:.*]] = arith.addf %[[ACC]], %[[ROW]]
// CHECK: %[[LESS:.*]] = arith.subi %[[LEFT]], %c1_i64
// CHECK: %[[OTHERS:.*]] = arith.andi %[[LEFT]], %[[LESS]]
// CHECK: scf.yield %[[OTHERS]], %[[NEXT]]
// CHECK: } else {
// CHECK: scf.for %[[Q:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%{{.*}} = %{{.*}}) -> (vector<1x32xf32>)
// CHECK-NOT: transfer_write
// CHECK: tensor.extract %[[EXAMPLES]][%[[Q]]]
// CHECK: tensor.extract %[[ENTRIES]][%[[Q]]]
// CHECK: vector.fma
// CHECK-NEXT: scf.yield
// CHECK: %[[OLD:.*]] = vector.transfer_read
// CHECK: %[[NEW:.*]] = arith.subf %[[OLD]], %[[G]]
// CHECK: vector.transfer_write %[[NEW]], {{.*}} : vector<1x32xf32>, tensor<1x32xf32>
// CHECK: %[[MASK1:.*]] = vector.create_mask
// CHECK: %[[MASK:.*]] = vector.broadcast %[[MASK1]]
// CHECK: %[[G:.*]] = scf.if %[[ONES]] -> (vector<1x8xf32>)
// CHECK: %[[NEW:.*]] = arith.subf %{{.*}}, %[[G]]
// CHECK: vector.transfer_write %[[NEW]], {{.*}}, %[[MASK]]
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
