// RUN: mlc-opt %s --cost product-rows=4 --mlc-vector-code="lanes=8" | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#column = affine_map<(i, j) -> (j)>
#mk = affine_map<(i, j, k) -> (i, k)>
#kn = affine_map<(i, j, k) -> (k, j)>
#nk = affine_map<(i, j, k) -> (j, k)>
#mn = affine_map<(i, j, k) -> (i, j)>

// A tile of 4 rows and two registers: the sums of its rows stay in registers for
// all terms, and so does what uses them, row by row. Then the rows that are left, one by one,
// and the columns that are left, one register a row. 24 columns are 16 and 8, so
// that nothing needs a mask.
// CHECK-DAG: #[[WHOLE_ROWS:.*]] = affine_map<()[s0] -> ((s0 floordiv 4) * 4)>
// CHECK-DAG: #[[WHOLE_COLUMNS:.*]] = affine_map<()[s0] -> ((s0 floordiv 32) * 32)>
// CHECK-DAG: #[[OF_REGISTER:.*]] = affine_map<(d0)[s0] -> (-d0 + s0, 8)>
// CHECK-LABEL: func.func @product(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x9xf32>, %[[W:[a-z0-9]+]]: tensor<9x48xf32>, %{{.*}}: tensor<?x48xf32>, %[[N:[a-z0-9]+]]: index)
// CHECK: %[[ZEROS:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK-NOT: create_mask
// CHECK: %[[WHOLE:.*]] = affine.apply #[[WHOLE_ROWS]]()[%[[N]]]
// CHECK: %[[TILES:.*]] = scf.for %[[I:.*]] = %c0 to %[[WHOLE]] step %c4
// CHECK: %[[LEFT:.*]] = tensor.extract_slice %[[X]][%[[I]], 0] [4, 9]
// CHECK: %[[SUMS:.*]]:4 = scf.for %[[K:.*]] = %c0 to %c9 step %c1 iter_args(%[[S0:.*]] = %[[ZEROS]], %[[S1:.*]] = %[[ZEROS]], %[[S2:.*]] = %[[ZEROS]], %[[S3:.*]] = %[[ZEROS]])
// CHECK-NOT: transfer_write
// CHECK: %[[A:.*]] = tensor.extract %[[LEFT]][%c0, %[[K]]]
// CHECK: %[[SPREAD:.*]] = vector.broadcast %[[A]]
// CHECK: %[[RIGHT:.*]] = vector.transfer_read %{{.*}}[%[[K]], %c0], %{{.*}} {in_bounds = [true]} : tensor<9x16xf32>, vector<16xf32>
// CHECK: %[[T0:.*]] = math.fma %[[SPREAD]], %[[RIGHT]], %[[S0]]
// CHECK: tensor.extract %[[LEFT]][%c1, %[[K]]]
// CHECK: %[[T1:.*]] = math.fma %{{.*}}, %[[RIGHT]], %[[S1]]
// CHECK: %[[T2:.*]] = math.fma %{{.*}}, %[[RIGHT]], %[[S2]]
// CHECK: %[[T3:.*]] = math.fma %{{.*}}, %[[RIGHT]], %[[S3]]
// CHECK: scf.yield %[[T0]], %[[T1]], %[[T2]], %[[T3]]
// CHECK: %[[ACT:.*]] = arith.maximumf %[[SUMS]]#0, %{{.*}} : vector<16xf32>
// CHECK: vector.transfer_write %[[ACT]], {{.*}}[%c0, %c0] {in_bounds = [true]} : vector<16xf32>, tensor<4x16xf32>
// CHECK: arith.maximumf %[[SUMS]]#1
// CHECK: arith.maximumf %[[SUMS]]#2
// CHECK: %[[ACT:.*]] = arith.maximumf %[[SUMS]]#3, %{{.*}} : vector<16xf32>
// CHECK: vector.transfer_write %[[ACT]], {{.*}}[%c3, %c0] {in_bounds = [true]} : vector<16xf32>, tensor<4x16xf32>
// CHECK: %[[ROWS:.*]] = scf.for %{{.*}} = %[[WHOLE]] to %[[N]] step %c4 iter_args(%{{.*}} = %[[TILES]])
// CHECK: iter_args({{.*}}) -> (vector<16xf32>)
// CHECK: math.fma
// CHECK: arith.maximumf
// CHECK: vector.transfer_write {{.*}} : vector<1x16xf32>, tensor<1x16xf32>
// CHECK: scf.for %{{.*}} = %c0 to %[[N]] step %c4 iter_args(%{{.*}} = %[[ROWS]])
// CHECK: iter_args({{.*}}) -> (vector<8xf32>)
// CHECK: math.fma
// CHECK: arith.maximumf
// CHECK: vector.transfer_write {{.*}} : vector<1x8xf32>, tensor<1x8xf32>
// CHECK-NOT: linalg.
// CHECK: scf.forall.in_parallel
func.func @product(%x: tensor<?x9xf32>, %w: tensor<9x48xf32>, %out: tensor<?x48xf32>, %n: index) -> tensor<?x48xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%c) = (0) to (48) step (24) shared_outs(%o = %out) -> (tensor<?x48xf32>) {
    %ws = tensor.extract_slice %w[0, %c] [9, 24] [1, 1] : tensor<9x48xf32> to tensor<9x24xf32>
    %os = tensor.extract_slice %o[0, %c] [%n, 24] [1, 1] : tensor<?x48xf32> to tensor<?x24xf32>
    %init = linalg.fill ins(%zero : f32) outs(%os : tensor<?x24xf32>) -> tensor<?x24xf32>
    %y = linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%x, %ws : tensor<?x9xf32>, tensor<9x24xf32>) outs(%init : tensor<?x24xf32>) {
    ^bb0(%a: f32, %b: f32, %s: f32):
      %t = math.fma %a, %b, %s : f32
      linalg.yield %t : f32
    } -> tensor<?x24xf32>
    %act = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%y : tensor<?x24xf32>) {
    ^bb0(%v: f32):
      %m = arith.maximumf %v, %zero : f32
      linalg.yield %m : f32
    } -> tensor<?x24xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %act into %o[0, %c] [%n, 24] [1, 1] : tensor<?x24xf32> into tensor<?x48xf32>
    }
  }
  return %r : tensor<?x48xf32>
}

// A list of columns is four registers; what is left is a register at a time with
// a mask that every access has.
// CHECK-LABEL: func.func @sum_of_columns(
// CHECK: %[[WHOLE:.*]] = affine.apply #[[WHOLE_COLUMNS]]()[%[[N:.*]]]
// CHECK: scf.for %{{.*}} = %c0 to %[[WHOLE]] step %c32
// CHECK-NOT: mask
// CHECK: %[[INIT:.*]] = vector.transfer_read {{.*}} {in_bounds = [true]} : tensor<32xf32>, vector<32xf32>
// CHECK: %[[SUM:.*]] = scf.for {{.*}} iter_args(%[[ACC:.*]] = %[[INIT]]) -> (vector<32xf32>)
// CHECK: %[[V:.*]] = vector.transfer_read {{.*}} : tensor<?x32xf32>, vector<32xf32>
// CHECK: arith.addf %[[ACC]], %[[V]]
// CHECK: vector.transfer_write %[[SUM]],
// CHECK: scf.for %[[J:.*]] = %[[WHOLE]] to %[[N]] step %c32
// CHECK: scf.for %[[R:.*]] = %c0 to %[[REST:.*]] step %c8
// CHECK: %[[COLUMNS:.*]] = affine.min #[[OF_REGISTER]](%[[R]])[%[[REST]]]
// CHECK: %[[MASK:.*]] = vector.create_mask %[[COLUMNS]] : vector<8xi1>
// CHECK: %[[INIT:.*]] = vector.transfer_read {{.*}}, %[[MASK]] {in_bounds = [true]}
// CHECK: %[[SUM:.*]] = scf.for {{.*}} iter_args(%[[ACC:.*]] = %[[INIT]]) -> (vector<8xf32>)
// CHECK: %[[V:.*]] = vector.transfer_read {{.*}}, %[[MASK]] {in_bounds = [true]}
// CHECK: arith.addf %[[ACC]], %[[V]]
// CHECK: vector.transfer_write %[[SUM]], {{.*}}, %[[MASK]]
// CHECK-NOT: linalg.
// CHECK: return
func.func @sum_of_columns(%x: tensor<?x48xf32>, %out: tensor<48xf32>) -> tensor<48xf32> {
  %r = scf.forall (%c) = (0) to (48) step (32) shared_outs(%o = %out) -> (tensor<48xf32>) {
    %n = affine.min affine_map<(d0) -> (-d0 + 48, 32)>(%c)
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %x, %c0 : tensor<?x48xf32>
    %xs = tensor.extract_slice %x[0, %c] [%rows, %n] [1, 1] : tensor<?x48xf32> to tensor<?x?xf32>
    %os = tensor.extract_slice %o[%c] [%n] [1] : tensor<48xf32> to tensor<?xf32>
    %y = linalg.generic {indexing_maps = [#id, #column], iterator_types = ["reduction", "parallel"]}
        ins(%xs : tensor<?x?xf32>) outs(%os : tensor<?xf32>) {
    ^bb0(%a: f32, %s: f32):
      %t = arith.addf %s, %a : f32
      linalg.yield %t : f32
    } -> tensor<?xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y into %o[%c] [%n] [1] : tensor<?xf32> into tensor<48xf32>
    }
  }
  return %r : tensor<48xf32>
}

// Terms that lie side by side: four results at a time, each with a vector of sums
// that is added up at the end, before the initial value. The last 4 of 20 terms
// have a mask; lanes without a term add 0 * 0.
// CHECK-LABEL: func.func @sum_of_terms(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<8x20xf32>, %[[Y:[a-z0-9]+]]: tensor<20xf32>
// CHECK-DAG: %[[MASK:.*]] = arith.constant dense<[true, true, true, true, false, false, false, false]> : vector<8xi1>
// CHECK-DAG: %[[ZEROS:.*]] = arith.constant dense<0.000000e+00> : vector<8xf32>
// CHECK: scf.for %[[I:.*]] = %c0 to %c8 step %c4
// CHECK: %[[ROWS:.*]] = tensor.extract_slice %[[X]][%[[I]], 0] [4, 20]
// CHECK: %[[SUMS:.*]]:4 = scf.for %[[K:.*]] = %c0 to %c16 step %c8 iter_args(%[[S0:.*]] = %[[ZEROS]], %[[S1:.*]] = %[[ZEROS]], %{{.*}} = %[[ZEROS]], %{{.*}} = %[[ZEROS]])
// CHECK: %[[A0:.*]] = vector.transfer_read %[[ROWS]][%c0, %[[K]]], {{.*}} {in_bounds = [true]}
// CHECK: %[[B:.*]] = vector.transfer_read %[[Y]][%[[K]]]
// CHECK: math.fma %[[A0]], %[[B]], %[[S0]]
// CHECK: %[[A1:.*]] = vector.transfer_read %[[ROWS]][%c1, %[[K]]]
// CHECK: math.fma %[[A1]], %[[B]], %[[S1]]
// CHECK: %[[A0:.*]] = vector.transfer_read %[[ROWS]][%c0, %c16], %{{.*}}, %[[MASK]]
// CHECK: %[[B:.*]] = vector.transfer_read %[[Y]][%c16], %{{.*}}, %[[MASK]]
// CHECK: %[[ALL0:.*]] = math.fma %[[A0]], %[[B]], %[[SUMS]]#0
// CHECK-NOT: arith.select
// CHECK: %[[TOTAL0:.*]] = vector.reduction <add>, %[[ALL0]] fastmath<reassoc>
// CHECK: %[[TOTALS:.*]] = vector.from_elements %[[TOTAL0]], %{{.*}}, %{{.*}}, %{{.*}} : vector<4xf32>
// CHECK: %[[INIT:.*]] = vector.transfer_read {{.*}} : tensor<4xf32>, vector<4xf32>
// CHECK: %[[R:.*]] = arith.addf %[[INIT]], %[[TOTALS]]
// CHECK: vector.transfer_write %[[R]],
// CHECK-NOT: linalg.
// CHECK: return
func.func @sum_of_terms(%x: tensor<8x20xf32>, %v: tensor<20xf32>, %out: tensor<8xf32>) -> tensor<8xf32> {
  %y = linalg.generic {indexing_maps = [#id, #column, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x, %v : tensor<8x20xf32>, tensor<20xf32>) outs(%out : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %t = math.fma %a, %b, %s : f32
    linalg.yield %t : f32
  } -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// Where what is read beyond the last term need not add 0, lanes without one keep
// their sum.
// CHECK-LABEL: func.func @sum_of_other_terms(
// CHECK: %[[MASK:.*]] = arith.constant dense<[true, true, true, true, false, false, false, false]> : vector<8xi1>
// CHECK: %[[SUMS:.*]]:4 = scf.for
// CHECK: %[[LAST:.*]] = arith.addf %[[SUMS]]#0,
// CHECK: arith.select %[[MASK]], %[[LAST]], %[[SUMS]]#0
func.func @sum_of_other_terms(%x: tensor<8x20xf32>, %out: tensor<8xf32>) -> tensor<8xf32> {
  %one = arith.constant 1.0 : f32
  %y = linalg.generic {indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<8x20xf32>) outs(%out : tensor<8xf32>) {
  ^bb0(%a: f32, %s: f32):
    %more = arith.addf %a, %one : f32
    %t = arith.addf %s, %more : f32
    linalg.yield %t : f32
  } -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// A large right side is read block by block of 256 terms, each by all tiles.
// CHECK-LABEL: func.func @blocks(
// CHECK: %[[BLOCK:.*]] = arith.constant 256 : index
// CHECK: scf.for %{{.*}} to %{{.*}} step %[[BLOCK]]
// CHECK: scf.for
// CHECK: scf.for
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[BLOCK]]
// CHECK: math.fma
// CHECK: return
func.func @blocks(%x: tensor<64x1024xf32>, %w: tensor<1024x256xf32>, %out: tensor<64x256xf32>) -> tensor<64x256xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<64x1024xf32>, tensor<1024x256xf32>) outs(%out : tensor<64x256xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %f = math.fma %a, %b, %c : f32
    linalg.yield %f : f32
  } -> tensor<64x256xf32>
  return %y : tensor<64x256xf32>
}
