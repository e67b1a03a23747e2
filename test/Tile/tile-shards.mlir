// RUN: mlc-opt %s --mlc-plan-splits=registers=16 --mlc-tile-shards --canonicalize --cse | FileCheck %s
// RUN: mlc-opt %s --mlc-plan-splits --mlc-tile-shards --canonicalize --cse | FileCheck %s --check-prefix=MANY
// RUN: mlc-opt %s --mlc-plan-splits=gemm=generated --mlc-tile-shards | FileCheck %s --check-prefix=GENERATED --implicit-check-not=mlc.library
// RUN: mlc-opt %s --mlc-plan-splits=gemm=openblas --mlc-tile-shards | FileCheck %s --check-prefix=LIBRARY

#id = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (j)>
#row = affine_map<(i, j) -> (i)>
#none = affine_map<(i, j) -> ()>

// 128 units are 8 shards of 16, one cache line each; 200 are 7 of 32, 64 are 4 of
// 16. A worker has whole shards.
// CHECK-DAG: #[[COLUMNS:.*]] = affine_map<()[s0] -> ((8 ceildiv s0) * 16)>
// CHECK-DAG: #[[LEFT:.*]] = affine_map<(d0)[s0] -> (-d0 + 128, (8 ceildiv s0) * 16)>
// CHECK-DAG: #[[TERMS:.*]] = affine_map<()[s0] -> ((7 ceildiv s0) * 32)>
// CHECK-DAG: #[[OWN:.*]] = affine_map<()[s0, s1] -> ((7 ceildiv s0) * 32, -s1 + 200)>
// CHECK-DAG: #[[FIRST:.*]] = affine_map<()[s0] -> (s0 floordiv 32)>
// CHECK-DAG: #[[SHARDS:.*]] = affine_map<()[s0] -> (s0 ceildiv 32)>
// CHECK-DAG: #[[OF_SHARD:.*]] = affine_map<()[s0, s1] -> (32, s0 - s1 * 32)>
// CHECK-DAG: #[[FROM:.*]] = affine_map<()[s0] -> (s0 * 32)>
// CHECK-DAG: #[[ROWS:.*]] = affine_map<()[s0, s1] -> (s0 ceildiv s1)>

// Bias, product and activation of a layer are one forall over its columns.
// CHECK-LABEL: func.func @csr_layer(
// CHECK-SAME: %[[WORKERS:[a-z0-9]+]]: index {mlc.role = #mlc.role<workers>})
// CHECK: %[[STEP:.*]] = affine.apply #[[COLUMNS]]()[%[[WORKERS]]]
// CHECK: scf.forall (%[[I:.*]]) = (0) to (128) step (%[[STEP]])
// CHECK: affine.min #[[LEFT]](%[[I]])[%[[WORKERS]]]
// CHECK: %[[INIT:.*]] = linalg.generic
// CHECK: %[[Y:.*]] = csr.matmul {{.*}} outs(%[[INIT]])
// CHECK: linalg.generic {{.*}} outs(%[[Y]] :
// CHECK: arith.maximumf
// CHECK-NOT: scf.forall (
// CHECK: return
func.func @csr_layer(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>, %ones: i1,
                     %w: tensor<9x128xf32>, %b: tensor<128xf32>, %out: tensor<?x128xf32>) -> tensor<?x128xf32> {
  %zero = arith.constant 0.0 : f32
  %init = linalg.generic {indexing_maps = [#column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%b : tensor<128xf32>) outs(%out : tensor<?x128xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<?x128xf32>
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, i1, tensor<9x128xf32>, tensor<?x128xf32>) -> tensor<?x128xf32>
  %a = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%y : tensor<?x128xf32>) {
  ^bb0(%x: f32):
    %m = arith.maximumf %x, %zero : f32
    linalg.yield %m : f32
  } -> tensor<?x128xf32>
  return %a : tensor<?x128xf32>
}

// The gradient is computed where the update needs it.
// CHECK-LABEL: func.func @csr_update(
// CHECK: scf.forall (%{{.*}}) = (0) to (128) step
// CHECK: %[[DW:.*]] = csr.matmul_transposed
// CHECK: linalg.generic {{.*}} ins(%[[DW]] :
// CHECK: arith.subf
// CHECK-NOT: scf.forall (
// CHECK: return
func.func @csr_update(%ones: i1, %starts: tensor<10xi32>, %examples: tensor<?xi32>, %entries: tensor<?xf32>, %masks: tensor<9x1xi64>, %dy: tensor<?x128xf32>,
                      %w: tensor<9x128xf32>) -> tensor<9x128xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<9x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<9x128xf32>) -> tensor<9x128xf32>
  %dw = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %dy) outs(%init)
    : (i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>, tensor<?x128xf32>, tensor<9x128xf32>) -> tensor<9x128xf32>
  %new = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%dw : tensor<9x128xf32>) outs(%w : tensor<9x128xf32>) {
  ^bb0(%g: f32, %x: f32):
    %y = arith.subf %x, %g : f32
    linalg.yield %y : f32
  } -> tensor<9x128xf32>
  return %new : tensor<9x128xf32>
}

// The library's rounding depends on the shape, so that it computes each shard for
// itself, whatever the number of workers. With many registers generated code is
// as fast.
// CHECK-LABEL: func.func @library(
// CHECK: scf.forall (%{{.*}}) = (0) to (128) step (16)
// CHECK: linalg.fill
// CHECK: linalg.matmul {mlc.library}
// CHECK: linalg.generic
// CHECK: math.tanh
// MANY-NOT: mlc.library
func.func @library(%x: tensor<?x8192xf32>, %w: tensor<8192x128xf32>, %out: tensor<?x128xf32>) -> tensor<?x128xf32> {
  %zero = arith.constant 0.0 : f32
  %init = linalg.fill ins(%zero : f32) outs(%out : tensor<?x128xf32>) -> tensor<?x128xf32>
  %y = linalg.matmul ins(%x, %w : tensor<?x8192xf32>, tensor<8192x128xf32>) outs(%init : tensor<?x128xf32>) -> tensor<?x128xf32>
  %a = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%y : tensor<?x128xf32>) {
  ^bb0(%v: f32):
    %t = math.tanh %v : f32
    linalg.yield %t : f32
  } -> tensor<?x128xf32>
  return %a : tensor<?x128xf32>
}

// A smaller product is computed in the registers of what uses it, in the piece of
// a worker.
// CHECK-LABEL: func.func @generated(
// CHECK: %[[STEP:.*]] = affine.apply
// CHECK: scf.forall (%{{.*}}) = (0) to (128) step (%[[STEP]])
// CHECK: linalg.fill
// CHECK: linalg.matmul
// CHECK-NOT: mlc.library
// CHECK: linalg.generic
// CHECK: arith.subf
// CHECK-NOT: linalg.matmul
func.func @generated(%x: tensor<?x64xf32>, %dy: tensor<?x128xf32>, %w: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<64x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x128xf32>) -> tensor<64x128xf32>
  %dw = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %dy : tensor<?x64xf32>, tensor<?x128xf32>) outs(%init : tensor<64x128xf32>) -> tensor<64x128xf32>
  %new = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%dw : tensor<64x128xf32>) outs(%w : tensor<64x128xf32>) {
  ^bb0(%g: f32, %old: f32):
    %y = arith.subf %old, %g : f32
    linalg.yield %y : f32
  } -> tensor<64x128xf32>
  return %new : tensor<64x128xf32>
}

// With the right side transposed, vectors of terms are summed: such a product is
// not computed where another op uses it.
// CHECK-LABEL: func.func @transposed(
// CHECK: scf.forall
// CHECK: linalg.matmul
// CHECK: scf.forall.in_parallel
// CHECK: scf.forall
// CHECK: math.tanh
func.func @transposed(%dy: tensor<?x64xf32>, %w: tensor<128x64xf32>, %init: tensor<?x128xf32>, %out: tensor<?x128xf32>) -> tensor<?x128xf32> {
  %dx = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%dy, %w : tensor<?x64xf32>, tensor<128x64xf32>) outs(%init : tensor<?x128xf32>) -> tensor<?x128xf32>
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%dx : tensor<?x128xf32>) outs(%out : tensor<?x128xf32>) {
  ^bb0(%v: f32, %o: f32):
    %t = math.tanh %v : f32
    linalg.yield %t : f32
  } -> tensor<?x128xf32>
  return %a : tensor<?x128xf32>
}

// Of so few terms, code is faster; the library computes it where it is told to.
// GENERATED-LABEL: func.func @few_terms(
// CHECK-LABEL: func.func @few_terms(
// CHECK: linalg.matmul ins(
// LIBRARY-LABEL: func.func @few_terms(
// LIBRARY: scf.forall (%{{.*}}) = (0) to (128) step (16)
// LIBRARY: linalg.matmul {mlc.library}
func.func @few_terms(%x: tensor<?x8xf32>, %w: tensor<8x128xf32>, %out: tensor<?x128xf32>) -> tensor<?x128xf32> {
  %y = linalg.matmul ins(%x, %w : tensor<?x8xf32>, tensor<8x128xf32>) outs(%out : tensor<?x128xf32>) -> tensor<?x128xf32>
  return %y : tensor<?x128xf32>
}

// A narrow sum: each worker makes the partial sums of its shards, from zero, and
// only they cross workers. A balanced tree adds them, so that the result does not
// depend on the workers; the initial value comes last.
// CHECK-LABEL: func.func @narrow(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x200xf32>, %[[INIT:[a-z0-9]+]]: tensor<?xf32>, %[[WORKERS:[a-z0-9]+]]: index {mlc.role = #mlc.role<workers>})
// CHECK: %[[EMPTY:.*]] = tensor.empty(%{{.*}}) : tensor<7x?xf32>
// CHECK: %[[STEP:.*]] = affine.apply #[[TERMS]]()[%[[WORKERS]]]
// CHECK: %[[PARTS:.*]] = scf.forall (%[[K:.*]]) = (0) to (200) step (%[[STEP]]) shared_outs(%[[OUT:.*]] = %[[EMPTY]])
// CHECK: %[[COUNT:.*]] = affine.min #[[OWN]]()[%[[WORKERS]], %[[K]]]
// CHECK: %[[MINE:.*]] = tensor.extract_slice %[[X]][0, %[[K]]] [%{{.*}}, %[[COUNT]]]
// CHECK: %[[NUMBER:.*]] = affine.apply #[[FIRST]]()[%[[K]]]
// CHECK: %[[N:.*]] = affine.apply #[[SHARDS]]()[%[[COUNT]]]
// CHECK: %[[PLACES:.*]] = tensor.extract_slice %[[OUT]][%[[NUMBER]], 0] [%[[N]],
// CHECK: scf.for %[[S:.*]] = %c0 to %[[N]] step %c1 iter_args(%[[ACC:.*]] = %[[PLACES]])
// CHECK: %[[TERMS_OF:.*]] = affine.min #[[OF_SHARD]]()[%[[COUNT]], %[[S]]]
// CHECK: %[[BEGIN:.*]] = affine.apply #[[FROM]]()[%[[S]]]
// CHECK: %[[SHARD:.*]] = tensor.extract_slice %[[MINE]][0, %[[BEGIN]]] [%{{.*}}, %[[TERMS_OF]]]
// CHECK: %[[PLACE:.*]] = tensor.extract_slice %[[ACC]][%[[S]], 0] [1,
// CHECK: %[[ZERO:.*]] = linalg.fill ins(%{{.*}}) outs(%[[PLACE]] :
// CHECK: linalg.generic {{.*}} ins(%[[SHARD]] : {{.*}}) outs(%[[ZERO]] :
// CHECK: scf.forall.in_parallel
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel"]} ins({{.*}}, %[[INIT]] :
// CHECK-NEXT: ^bb0(%[[P0:.*]]: f32, %[[P1:.*]]: f32, %[[P2:.*]]: f32, %[[P3:.*]]: f32, %[[P4:.*]]: f32, %[[P5:.*]]: f32, %[[P6:.*]]: f32, %[[V:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[S01:.*]] = arith.addf %[[P0]], %[[P1]]
// CHECK-NEXT: %[[S23:.*]] = arith.addf %[[P2]], %[[P3]]
// CHECK-NEXT: %[[S45:.*]] = arith.addf %[[P4]], %[[P5]]
// CHECK-NEXT: %[[S03:.*]] = arith.addf %[[S01]], %[[S23]]
// CHECK-NEXT: %[[S46:.*]] = arith.addf %[[S45]], %[[P6]]
// CHECK-NEXT: %[[S06:.*]] = arith.addf %[[S03]], %[[S46]]
// CHECK-NEXT: %[[R:.*]] = arith.addf %[[V]], %[[S06]]
// CHECK-NEXT: linalg.yield %[[R]]
func.func @narrow(%x: tensor<?x200xf32>, %sum: tensor<?xf32>) -> tensor<?xf32> {
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x200xf32>) outs(%sum : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %b, %a : f32
    linalg.yield %c : f32
  } -> tensor<?xf32>
  return %s : tensor<?xf32>
}

// A product of few columns is such a sum; the sum over the batch, which has no
// units, is outside.
// CHECK-LABEL: func.func @few_columns(
// CHECK: scf.forall (%{{.*}}) = (0) to (64) step
// CHECK: linalg.matmul ins({{.*}}tensor<?x3xf32>)
// CHECK-NOT: mlc.library
// CHECK: scf.forall.in_parallel
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]}
// CHECK: linalg.generic {{.*}}iterator_types = ["reduction", "reduction"]}
// CHECK-NOT: scf.forall (
func.func @few_columns(%x: tensor<?x64xf32>, %w: tensor<64x3xf32>, %out: tensor<?x3xf32>, %sum: tensor<f32>) -> tensor<f32> {
  %y = linalg.matmul ins(%x, %w : tensor<?x64xf32>, tensor<64x3xf32>) outs(%out : tensor<?x3xf32>) -> tensor<?x3xf32>
  %s = linalg.generic {indexing_maps = [#id, #none], iterator_types = ["reduction", "reduction"]}
      ins(%y : tensor<?x3xf32>) outs(%sum : tensor<f32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %b, %a : f32
    linalg.yield %c : f32
  } -> tensor<f32>
  return %s : tensor<f32>
}

// What is not only added has no partial sums.
// CHECK-LABEL: func.func @largest(
// CHECK-NOT: scf.forall (
// CHECK: return
func.func @largest(%x: tensor<?x200xf32>, %most: tensor<?xf32>) -> tensor<?xf32> {
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x200xf32>) outs(%most : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.maximumf %b, %a : f32
    linalg.yield %c : f32
  } -> tensor<?xf32>
  return %s : tensor<?xf32>
}

// Neither columns nor terms are units, but a row takes 31 * 80 multiplications:
// rows are split. Of 31 * 60 they are not.
// CHECK-LABEL: func.func @heavy_rows(
// CHECK-SAME: %[[WORKERS:[a-z0-9]+]]: index {mlc.role = #mlc.role<workers>})
// CHECK: %[[N:.*]] = tensor.dim
// CHECK: %[[STEP:.*]] = affine.apply #[[ROWS]]()[%[[N]], %[[WORKERS]]]
// CHECK: scf.forall (%{{.*}}) = (0) to (%[[N]]) step (%[[STEP]])
// CHECK: linalg.matmul
// CHECK-NOT: mlc.library
func.func @heavy_rows(%x: tensor<?x80xf32>, %w: tensor<80x31xf32>, %out: tensor<?x31xf32>) -> tensor<?x31xf32> {
  %y = linalg.matmul ins(%x, %w : tensor<?x80xf32>, tensor<80x31xf32>) outs(%out : tensor<?x31xf32>) -> tensor<?x31xf32>
  return %y : tensor<?x31xf32>
}

// CHECK-LABEL: func.func @light_rows(
// CHECK-NOT: scf.forall (
// CHECK: return
func.func @light_rows(%x: tensor<?x60xf32>, %w: tensor<60x31xf32>, %out: tensor<?x31xf32>) -> tensor<?x31xf32> {
  %y = linalg.matmul ins(%x, %w : tensor<?x60xf32>, tensor<60x31xf32>) outs(%out : tensor<?x31xf32>) -> tensor<?x31xf32>
  return %y : tensor<?x31xf32>
}

// Workers that run whole steps split none.
// CHECK-LABEL: func.func @alone(
// CHECK-SAME: index {mlc.role = #mlc.role<workers>})
// CHECK-NOT: scf.forall (
// CHECK: return
func.func @alone(%x: tensor<?x128xf32>) -> tensor<?x128xf32> attributes {mlc.independent} {
  %a = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%x : tensor<?x128xf32>) {
  ^bb0(%v: f32):
    %t = math.tanh %v : f32
    linalg.yield %t : f32
  } -> tensor<?x128xf32>
  return %a : tensor<?x128xf32>
}

// Too short to be split.
// CHECK-LABEL: func.func @short(
// CHECK-NOT: scf.forall (
// CHECK: return
func.func @short(%x: tensor<?x31xf32>) -> tensor<?x31xf32> {
  %a = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%x : tensor<?x31xf32>) {
  ^bb0(%v: f32):
    %t = math.tanh %v : f32
    linalg.yield %t : f32
  } -> tensor<?x31xf32>
  return %a : tensor<?x31xf32>
}
