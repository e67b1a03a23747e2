// RUN: mlc-opt %s --split-input-file --mlc-autodiff-stage --mlc-linalg-stage --mlc-tile-stage | FileCheck %s

// The update of a lazy optimiser runs over those of the shard's columns that the
// batch has, which each shard groups for itself: it searches each row for its
// first column and for the one after its last.

// CHECK-LABEL: func.func private @train_step(
// CHECK: scf.forall (%[[FIRST:.*]]) = (0) to (10000)
// CHECK-SAME: shared_outs(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}})
// CHECK-DAG: %[[END:.*]] = arith.addi %[[FIRST]], %[[COUNT:.*]] : index
// CHECK: scf.for
// CHECK: scf.while
// CHECK: arith.cmpi ult, %{{.*}}, %[[FIRST]]
// CHECK: scf.while
// CHECK: arith.cmpi ult, %{{.*}}, %[[END]]
// One bit a column; their ranks by counting the bits.
// CHECK: %[[BITS:.*]] = scf.for {{.*}} -> (tensor<157xi64>)
// CHECK: arith.subi %{{.*}}, %[[FIRST]]
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (tensor<157xi32>, i32)
// CHECK: math.ctpop
// The update.
// CHECK: scf.for %[[RANK:.*]] = %c0 to %{{.*}} iter_args(%[[W:[a-z0-9]+]] = {{.*}}, %[[M:[a-z0-9]+]] = {{.*}}, %[[V:[a-z0-9]+]] = {{.*}}) -> (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x16xf32>)
// CHECK: %[[COLUMN:.*]] = tensor.extract %{{.*}}[%[[RANK]]] : tensor<10000xi32>
// CHECK: %[[INDEX:.*]] = arith.index_castui %[[COLUMN]]
// CHECK: %[[ROW:.*]] = arith.subi %[[INDEX]], %[[FIRST]]
// CHECK: tensor.extract_slice %{{.*}}[%[[RANK]]] [2] [1] : tensor<10001xi32>
// CHECK: tensor.extract_slice %[[W]][%[[ROW]], 0] [1, 16]
// CHECK-NOT: arith.select
// CHECK: tensor.insert_slice %{{.*}} into %[[W]][%[[ROW]], 0] [1, 16]
// CHECK: tensor.insert_slice %{{.*}} into %[[M]][%[[ROW]], 0] [1, 16]
// CHECK: tensor.insert_slice %{{.*}} into %[[V]][%[[ROW]], 0] [1, 16]
graph.program @lazy {
  %w = graph.parameter "w" zeros : tensor<10000x16xf32>
  graph.predict(%x: tensor<?x10000xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x10000xf32, #graph.csr>, tensor<10000x16xf32>
    graph.yield %y : tensor<?x16xf32>
  }
  graph.loss(%y: tensor<?x16xf32>, %t: tensor<?x16xf32>) {
    %l = graph.mse %y, %t : tensor<?x16xf32>, tensor<?x16xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(lazy, learning_rate = 0.1) batch(7) epochs(3)
}

// -----

// Tiles of columns and what is left of them, each in a loop of its own.

// CHECK-LABEL: func.func private @train_step(
// CHECK: scf.forall {{.*}} tensor<10000x100xf32>
// CHECK-NOT: to %c10000
// CHECK: scf.for {{.*}} step %c64
// CHECK: scf.for %[[RANK:.*]] = %[[BEGIN:.*]] to %[[END:[a-z0-9]+]]
// CHECK: tensor.extract %{{.*}}[%[[RANK]]] : tensor<10000xi32>
// CHECK: scf.for {{.*}} step %c64
// CHECK: scf.for %[[RANK:.*]] = %[[BEGIN]] to %[[END]]
// CHECK: tensor.extract %{{.*}}[%[[RANK]]] : tensor<10000xi32>
// CHECK-NOT: to %c10000
// CHECK: return
graph.program @columns {
  %w = graph.parameter "w" zeros : tensor<10000x100xf32>
  graph.predict(%x: tensor<?x10000xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x10000xf32, #graph.csr>, tensor<10000x100xf32>
    graph.yield %y : tensor<?x100xf32>
  }
  graph.loss(%y: tensor<?x100xf32>, %t: tensor<?x100xf32>) {
    %l = graph.mse %y, %t : tensor<?x100xf32>, tensor<?x100xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(lazy, learning_rate = 0.1) batch(7) epochs(3)
}

// -----

// Plain Adam changes every row.

// CHECK-LABEL: func.func private @train_step(
// CHECK-NOT: math.ctpop
// CHECK: return
graph.program @eager {
  %w = graph.parameter "w" zeros : tensor<10000x16xf32>
  graph.predict(%x: tensor<?x10000xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x10000xf32, #graph.csr>, tensor<10000x16xf32>
    graph.yield %y : tensor<?x16xf32>
  }
  graph.loss(%y: tensor<?x16xf32>, %t: tensor<?x16xf32>) {
    %l = graph.mse %y, %t : tensor<?x16xf32>, tensor<?x16xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.1) batch(7) epochs(3)
}

// -----

// Of a weight of one unit a vector has 16 touched rows, the last one perhaps
// fewer. Entry by entry, what is summed up for a column; then the rows' elements
// are brought together, changed, and brought back.

// CHECK-LABEL: func.func private @train_step(
// CHECK: scf.forall (%[[FIRST:.*]]) = {{.*}} tensor<10000x1xf32>
// CHECK: math.ctpop
// CHECK: %[[COUNT:.*]] = arith.index_castui
// CHECK: %[[ZEROS:.*]] = scf.for %{{.*}} = %c0 to %[[COUNT]] {{.*}} -> (tensor<10016xf32>)
// CHECK: %[[SUMS:.*]]:2 = scf.for {{.*}} iter_args(%{{.*}} = %[[ZEROS]], {{.*}} -> (tensor<10016xf32>, tensor<10000xi32>)
// CHECK: %[[SUM:.*]] = math.fma %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: tensor.insert %[[SUM]] into %{{.*}}[%[[RANK:.*]]] : tensor<10016xf32>
// CHECK: tensor.insert %{{.*}} into %{{.*}}[%[[RANK]]] : tensor<10000xi32>
// CHECK: scf.for %[[RANK:.*]] = %c0 to %[[COUNT]] step %c16
// CHECK: %[[LEFT:.*]] = arith.subi %[[COUNT]], %[[RANK]]
// CHECK: %[[SOME:.*]] = arith.minui %[[LEFT]], %c16
// CHECK: scf.for %[[LANE:.*]] = %c0 to %[[SOME]]
// CHECK: %[[NUMBER:.*]] = arith.addi %[[RANK]], %[[LANE]]
// CHECK: tensor.extract %[[SUMS]]#1[%[[NUMBER]]]
// CHECK: %[[ROW:.*]] = arith.subi %{{.*}}, %[[FIRST]]
// CHECK: %[[ELEMENT:.*]] = tensor.extract %{{.*}}[%[[ROW]], %c0] : tensor<?x1xf32>
// CHECK: tensor.insert %[[ELEMENT]] into %{{.*}}[%c0, %[[LANE]]] : tensor<1x16xf32>
// CHECK: tensor.extract_slice %[[SUMS]]#0[%[[RANK]]] [16] [1]
// CHECK: math.sqrt %{{.*}} : vector<1x16xf32>
// CHECK: scf.for %[[LANE:.*]] = %c0 to %[[SOME]]
// CHECK: %[[ELEMENT:.*]] = tensor.extract %{{.*}}[%c0, %[[LANE]]] : tensor<1x16xf32>
// CHECK: tensor.insert %[[ELEMENT]] into %{{.*}}[%{{.*}}, %c0] : tensor<?x1xf32>
// CHECK-NOT: to %c10000
// CHECK: return
graph.program @one_unit {
  %w = graph.parameter "w" zeros : tensor<10000x1xf32>
  graph.predict(%x: tensor<?x10000xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x10000xf32, #graph.csr>, tensor<10000x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {
    %l = graph.bce_with_logits %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(lazy, learning_rate = 0.1) batch(7) epochs(3)
}

// -----

// What sums squares of touched rows has one row, whatever column of the data
// they are of; each shard has columns of it, and no gradient is stored.

// CHECK-LABEL: func.func private @train_step(
// CHECK: scf.forall {{.*}} -> (tensor<1x64xf32>)
// CHECK: math.ctpop
// CHECK: scf.for %[[RANK:.*]] = %c0 to %{{.*}} iter_args(%{{.*}} = %{{.*}}) -> (tensor<1x64xf32>)
// CHECK: tensor.extract_slice %{{.*}}[%[[RANK]]] [2] [1] : tensor<10001xi32>
// CHECK: vector.fma
// CHECK: %[[SUM:.*]] = math.fma %[[P:.*]], %[[P]], %{{.*}} : vector<1x64xf32>
// CHECK: vector.transfer_write %[[SUM]], %{{.*}} : vector<1x64xf32>, tensor<1x64xf32>
// CHECK-NOT: tensor.empty() : tensor<10000x64xf32>
// CHECK: return
graph.program @squares {
  %w = graph.parameter "w" zeros : tensor<10000x64xf32>
  graph.predict(%x: tensor<?x10000xf32, #graph.csr>) {
    %y = graph.linear %x, %w : tensor<?x10000xf32, #graph.csr>, tensor<10000x64xf32>
    graph.yield %y : tensor<?x64xf32>
  }
  graph.loss(%y: tensor<?x64xf32>, %t: tensor<?x64xf32>) {
    %l = graph.mse %y, %t : tensor<?x64xf32>, tensor<?x64xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(lazy, learning_rate = 0.1) batch(7) epochs(3) clip_norm(1.0)
}
