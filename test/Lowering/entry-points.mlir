// RUN: mlc-opt %s --mlc-entry-points | FileCheck %s

// Where each argument of a step comes from: field i of MlcCall is at i * 8 bytes.

graph.program @line {
  %w = graph.parameter "w" zeros : tensor<3x2xf32>
  graph.predict(%x: tensor<?x3xf32>) {
    %y = graph.linear %x, %w : tensor<?x3xf32>, tensor<3x2xf32>
    graph.yield %y : tensor<?x2xf32>
  }
  graph.loss(%y: tensor<?x2xf32>, %t: tensor<?x2xf32>) {
    %l = graph.mse %y, %t : tensor<?x2xf32>, tensor<?x2xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(5) epochs(7)
}

// CHECK-NOT: graph.program
// CHECK: func.func private @train_step({{.*}}llvm.linkage = #llvm.linkage<internal>

// Batches of 5 rows; the last may be smaller.
// CHECK-LABEL: llvm.func internal @mlc_line_train(
// CHECK-SAME: %[[CALL:[a-z0-9]+]]: !llvm.ptr)
// CHECK: %[[F1:.*]] = llvm.getelementptr %[[CALL]][1] : (!llvm.ptr) -> !llvm.ptr, i64
// CHECK: %[[COUNT64:.*]] = llvm.load %[[F1]] : !llvm.ptr -> i64
// CHECK: %[[COUNT:.*]] = arith.index_cast %[[COUNT64]]
// CHECK: %[[BATCH:.*]] = arith.constant 5 : index
// CHECK: %[[STEPS:.*]] = arith.ceildivui %[[COUNT]], %[[BATCH]]
// CHECK: scf.for %[[S:.*]] = %{{.*}} to %[[STEPS]] step
// CHECK: %[[FIRST:.*]] = arith.muli %[[S]], %[[BATCH]]
// CHECK: %[[REST:.*]] = arith.subi %[[COUNT]], %[[FIRST]]
// CHECK: %[[N:.*]] = arith.minui %[[REST]], %[[BATCH]]

// The batch's part of `rows`: `first` elements on, as many as the batch has.
// CHECK: %[[F0:.*]] = llvm.getelementptr %[[CALL]][0]
// CHECK: %[[BASE:.*]] = llvm.load %[[F0]] : !llvm.ptr -> !llvm.ptr
// CHECK: %[[ROWS:.*]] = llvm.getelementptr %[[BASE]][%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, i32
// CHECK: llvm.insertvalue %[[ROWS]], %{{.*}}[1]
// CHECK: %[[N64:.*]] = arith.index_cast %[[N]] : index to i64
// CHECK: llvm.insertvalue %[[N64]], %{{.*}}[3, 0]
// CHECK: %[[AROWS:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?xi32>

// The table of inputs is field 2; an entry is `values`, `indices`, `indptr`.
// CHECK: %[[F2:.*]] = llvm.getelementptr %[[CALL]][2]
// CHECK: %[[INPUTS:.*]] = llvm.load %[[F2]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.getelementptr %[[INPUTS]][2] : (!llvm.ptr) -> !llvm.ptr, i64
// CHECK: %[[AINDPTR:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?xi64>
// CHECK: llvm.getelementptr %[[CALL]][2]
// CHECK: llvm.getelementptr %{{.*}}[1] : (!llvm.ptr) -> !llvm.ptr, i64
// CHECK: %[[AINDICES:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?xi16>
// CHECK: llvm.getelementptr %[[CALL]][2]
// CHECK: llvm.getelementptr %{{.*}}[0] : (!llvm.ptr) -> !llvm.ptr, i64
// CHECK: %[[AVALUES:.*]] = builtin.unrealized_conversion_cast
// No values: all are 1.
// CHECK: %[[NULL:.*]] = arith.constant 0 : i64
// CHECK: llvm.getelementptr %[[CALL]][2]
// CHECK: %[[F0:.*]] = llvm.getelementptr %{{.*}}[0] : (!llvm.ptr) -> !llvm.ptr, i64
// CHECK: %[[VALUES:.*]] = llvm.load %[[F0]] : !llvm.ptr -> i64
// CHECK: %[[AONES:.*]] = arith.cmpi eq, %[[VALUES]], %[[NULL]]
// CHECK: llvm.getelementptr %[[CALL]][2]
// CHECK: llvm.getelementptr %{{.*}}[0] : (!llvm.ptr) -> !llvm.ptr, i64
// CHECK: %[[ADATA:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?x3xf32>
// The second input's entry.
// CHECK: llvm.getelementptr %[[CALL]][2]
// CHECK: llvm.getelementptr %{{.*}}[3] : (!llvm.ptr) -> !llvm.ptr, i64
// CHECK: %[[ADATA2:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?x4xf32>
// CHECK: %[[F4:.*]] = llvm.getelementptr %[[CALL]][4]
// CHECK: %[[TABLE:.*]] = llvm.load %[[F4]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.getelementptr %[[TABLE]][0]
// CHECK: %[[ALABELS:.*]] = builtin.unrealized_conversion_cast

// Parameters and states are counted, each for itself.
// CHECK: %[[F6:.*]] = llvm.getelementptr %[[CALL]][5]
// CHECK: %[[TABLE:.*]] = llvm.load %[[F6]]
// CHECK: llvm.getelementptr %[[TABLE]][0] : (!llvm.ptr) -> !llvm.ptr, i64
// CHECK: %[[AW:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<3x2xf32>
// CHECK: %[[F6:.*]] = llvm.getelementptr %[[CALL]][5]
// CHECK: %[[TABLE:.*]] = llvm.load %[[F6]]
// CHECK: llvm.getelementptr %[[TABLE]][1]
// CHECK: %[[AB:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<2xf32>
// CHECK: %[[F7:.*]] = llvm.getelementptr %[[CALL]][6]
// CHECK: %[[TABLE:.*]] = llvm.load %[[F7]]
// CHECK: llvm.getelementptr %[[TABLE]][0]
// CHECK: %[[AM:.*]] = builtin.unrealized_conversion_cast
// CHECK: llvm.getelementptr %[[CALL]][7]
// CHECK: %[[AWORKSPACE:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?xi8>

// One loss a step, two numbers of the output a row.
// CHECK: %[[F9:.*]] = llvm.getelementptr %[[CALL]][8]
// CHECK: %[[LOSSES:.*]] = llvm.load %[[F9]]
// CHECK: %[[AT:.*]] = arith.muli %[[S]], %{{.*}}
// CHECK: %[[ALOSS:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<f32>
// CHECK: %[[F10:.*]] = llvm.getelementptr %[[CALL]][9]
// CHECK: %[[TABLE:.*]] = llvm.load %[[F10]]
// CHECK: llvm.getelementptr %[[TABLE]][0]
// CHECK: %[[TWO:.*]] = arith.constant 2 : index
// CHECK: arith.muli %[[FIRST]], %[[TWO]]
// CHECK: %[[AOUT:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?x2xf32>
// Each step has a learning rate of its own.
// CHECK: %[[F11:.*]] = llvm.getelementptr %[[CALL]][10]
// CHECK: %[[RATES:.*]] = llvm.load %[[F11]] : !llvm.ptr -> !llvm.ptr
// CHECK: %[[S64:.*]] = arith.index_cast %[[S]] : index to i64
// CHECK: %[[PLACE:.*]] = llvm.getelementptr %[[RATES]][%[[S64]]] : (!llvm.ptr, i64) -> !llvm.ptr, f64
// CHECK: %[[RATE:.*]] = llvm.load %[[PLACE]] : !llvm.ptr -> f64

// Steps are counted from 1, examples from 0.
// CHECK: %[[NUMBER:.*]] = arith.addi %[[S]], %{{.*}} : index
// CHECK: %[[NUMBER64:.*]] = arith.index_cast %[[NUMBER]]
// CHECK: llvm.getelementptr %[[CALL]][11]
// CHECK: %[[STEP:.*]] = arith.addi %{{.*}}, %[[NUMBER64]] : i64
// CHECK: %[[FIRST64:.*]] = arith.index_cast %[[FIRST]]
// CHECK: llvm.getelementptr %[[CALL]][12]
// CHECK: %[[POSITION:.*]] = arith.addi %{{.*}}, %[[FIRST64]] : i64
// CHECK: llvm.getelementptr %[[CALL]][13]
// CHECK: %[[SEED:.*]] = llvm.load %{{.*}} -> i64
// The capacities are a table, too.
// CHECK: %[[F3:.*]] = llvm.getelementptr %[[CALL]][3]
// CHECK: %[[TABLE:.*]] = llvm.load %[[F3]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.getelementptr %[[TABLE]][0]
// CHECK: llvm.getelementptr %[[CALL]][15]
// CHECK: llvm.getelementptr %[[CALL]][16]
// CHECK: llvm.getelementptr %[[CALL]][17]
// CHECK: %[[BARRIER:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK: %[[BEGINS:.*]] = arith.cmpi eq, %[[S]], %{{.*}} : index
// CHECK: %[[AFTER:.*]] = arith.addi %[[S]], %{{.*}} : index
// CHECK: %[[ENDS:.*]] = arith.cmpi eq, %[[AFTER]], %[[STEPS]] : index
// CHECK: call @train_step(%[[AROWS]], %[[AINDPTR]], %[[AINDICES]], %[[AVALUES]], %[[AONES]], %[[ADATA]], %[[ADATA2]], %[[ALABELS]], %[[AW]], %[[AB]], %[[AM]], %[[AWORKSPACE]], %[[ALOSS]], %[[AOUT]], %[[RATE]], %[[STEP]], %[[POSITION]], %[[SEED]], %{{.*}}, %{{.*}}, %{{.*}}, %[[BARRIER]], %[[BEGINS]], %[[ENDS]])

// A step that each worker runs alone: worker k has steps k * n / W to (k + 1) * n / W.
// CHECK-LABEL: llvm.func internal @mlc_line_evaluate(
// CHECK-SAME: %[[CALL:[a-z0-9]+]]: !llvm.ptr)
// CHECK: %[[STEPS:.*]] = arith.ceildivui
// CHECK: llvm.getelementptr %[[CALL]][15]
// CHECK: %[[WORKER:.*]] = arith.index_cast
// CHECK: llvm.getelementptr %[[CALL]][16]
// CHECK: %[[WORKERS:.*]] = arith.index_cast
// CHECK: %[[SCALED:.*]] = arith.muli %[[WORKER]], %[[STEPS]]
// CHECK: %[[BEGIN:.*]] = arith.divui %[[SCALED]], %[[WORKERS]]
// CHECK: %[[NEXT:.*]] = arith.addi %[[WORKER]], %{{.*}}
// CHECK: %[[SCALED:.*]] = arith.muli %[[NEXT]], %[[STEPS]]
// CHECK: %[[END:.*]] = arith.divui %[[SCALED]], %[[WORKERS]]
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[END]] step
// CHECK: call @evaluate_step()

// CHECK-LABEL: llvm.func internal @mlc_line_predict(
// CHECK: %[[ALL:.*]] = arith.ceildivui
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %[[ALL]] step
// CHECK: call @predict_step()
func.func private @train_step(%a1: memref<?xi32> {mlc.role = #mlc.role<rows>}, %a2: memref<?xi64> {mlc.role = #mlc.role<indptr>}, %a3: memref<?xi16> {mlc.role = #mlc.role<indices>},
  %a4: memref<?xf32> {mlc.role = #mlc.role<values>}, %ones: i1 {mlc.role = #mlc.role<ones>}, %a5: memref<?x3xf32> {mlc.role = #mlc.role<data>}, %other: memref<?x4xf32> {mlc.role = #mlc.role<data>}, %a6: memref<?xi32> {mlc.role = #mlc.role<labels>},
  %a7: memref<3x2xf32> {mlc.role = #mlc.role<parameter>}, %a8: memref<2xf32> {mlc.role = #mlc.role<parameter>}, %a9: memref<3x2xf32> {mlc.role = #mlc.role<state, "momentum_buffer" of "w">},
  %a10: memref<?xi8> {mlc.role = #mlc.role<workspace>}, %a11: memref<f32> {mlc.role = #mlc.role<loss>}, %a12: memref<?x2xf32> {mlc.role = #mlc.role<prediction>},
  %a13: f64 {mlc.role = #mlc.role<learning_rate>}, %a14: i64 {mlc.role = #mlc.role<step>}, %a15: i64 {mlc.role = #mlc.role<position>}, %a16: i64 {mlc.role = #mlc.role<seed>},
  %a17: index {mlc.role = #mlc.role<nonzero_capacity>}, %a18: index {mlc.role = #mlc.role<worker>}, %a19: index {mlc.role = #mlc.role<workers>}, %a20: !llvm.ptr {mlc.role = #mlc.role<barrier>},
  %begins: i1 {mlc.role = #mlc.role<call_begins>}, %ends: i1 {mlc.role = #mlc.role<call_ends>})
  attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} {
  return
}
func.func private @evaluate_step() attributes {mlc.independent, mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @predict_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
