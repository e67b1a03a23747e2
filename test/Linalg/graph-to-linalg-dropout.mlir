// RUN: mlc-opt %s --mlc-graph-to-linalg | FileCheck %s

// Philox4x32-10 of the key `seed` and the counter (position + row, column,
// 16 + site). Constants as they print, signed: multipliers 0xD2511F53 and
// 0xCD9E8D57, increments of the key 0x9E3779B9 and 0xBB67AE85.

// CHECK-LABEL: func.func @dropout(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3xf32>, %[[SEED:[a-z0-9]+]]: i64, %[[POSITION:[a-z0-9]+]]: i64
// CHECK: %[[Y:.*]] = linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%[[X]] :
// CHECK-NEXT: ^bb0(%[[IN:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG: %[[I:.*]] = linalg.index 0
// CHECK-DAG: %[[J:.*]] = linalg.index 1
// CHECK: %[[WIDE:.*]] = arith.index_cast %[[I]] : index to i64
// CHECK: %[[EXAMPLE:.*]] = arith.addi %[[POSITION]], %[[WIDE]]
// CHECK-DAG: %[[C0:.*]] = arith.trunci %[[EXAMPLE]]
// CHECK-DAG: %[[SHIFTED:.*]] = arith.shrui %[[EXAMPLE]]
// CHECK-DAG: %[[C1:.*]] = arith.trunci %[[SHIFTED]]
// CHECK-DAG: %[[C2:.*]] = arith.index_cast %[[J]] : index to i32
// CHECK-DAG: %[[C3:.*]] = arith.constant 19 : i32
// CHECK-DAG: %[[K0:.*]] = arith.trunci %[[SEED]]
// CHECK-DAG: %[[SEEDSHIFTED:.*]] = arith.shrui %[[SEED]]
// CHECK-DAG: %[[K1:.*]] = arith.trunci %[[SEEDSHIFTED]]
// CHECK-DAG: %[[M0:.*]] = arith.constant -766435501 : i32
// CHECK-DAG: %[[LOW0:.*]], %[[HIGH0:.*]] = arith.mului_extended %[[C0]], %[[M0]]
// CHECK-DAG: %[[M1:.*]] = arith.constant -845247145 : i32
// CHECK-DAG: %[[LOW1:.*]], %[[HIGH1:.*]] = arith.mului_extended %[[C2]], %[[M1]]
// CHECK: %[[A:.*]] = arith.xori %[[HIGH1]], %[[C1]]
// CHECK: %[[N0:.*]] = arith.xori %[[A]], %[[K0]]
// CHECK: %[[B:.*]] = arith.xori %[[HIGH0]], %[[C3]]
// CHECK: %[[N2:.*]] = arith.xori %[[B]], %[[K1]]
// CHECK: %[[W0:.*]] = arith.constant -1640531527 : i32
// CHECK: arith.addi %[[K0]], %[[W0]]
// CHECK: %[[W1:.*]] = arith.constant -1150833019 : i32
// CHECK: arith.addi %[[K1]], %[[W1]]
// CHECK: %{{.*}}, %{{.*}} = arith.mului_extended %[[N0]],
// CHECK: %{{.*}}, %{{.*}} = arith.mului_extended %[[N2]],
// Two products a round: sixteen more for the last eight.
// CHECK-COUNT-16: arith.mului_extended
// CHECK-NOT: arith.mului_extended
// 24 bits of the first word, as a number in [0, 1).
// CHECK: %[[EIGHT:.*]] = arith.constant 8 : i32
// CHECK: %[[BITS:.*]] = arith.shrui %{{.*}}, %[[EIGHT]]
// CHECK: %[[NUMBER:.*]] = arith.sitofp %[[BITS]]
// CHECK: %[[UNIT:.*]] = arith.constant 5.96046448E-8
// CHECK: %[[DRAW:.*]] = arith.mulf %[[NUMBER]], %[[UNIT]]
// CHECK: %[[P:.*]] = arith.constant 2.5{{0*}}e-01
// CHECK: %[[KEEP:.*]] = arith.cmpf oge, %[[DRAW]], %[[P]]
// CHECK: %[[FACTOR:.*]] = arith.constant 1.33333337
// CHECK: %[[KEPT:.*]] = arith.mulf %[[IN]], %[[FACTOR]]
// CHECK: %[[ZERO:.*]] = arith.constant 0.0
// CHECK: arith.select %[[KEEP]], %[[KEPT]], %[[ZERO]]
// CHECK: return %[[Y]]
func.func @dropout(%x: tensor<?x3xf32>, %seed: i64, %position: i64) -> tensor<?x3xf32> {
  %y = graph.dropout %x, 0.25 key(%seed, %position) {site = 3 : i64} : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// Without a key nothing is dropped.
// CHECK-LABEL: func.func @evaluation(
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>
// CHECK-NEXT: return %[[X]]
func.func @evaluation(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %y = graph.dropout %x, 0.25 : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
