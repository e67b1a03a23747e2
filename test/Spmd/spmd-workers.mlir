// RUN: mlc-opt %s --mlc-spmd-workers | FileCheck %s

// A worker has ceil(count / workers) iterations, one after another; the last may
// have fewer, or none.
// CHECK-LABEL: func.func @share(
// CHECK-SAME: %[[M:[a-z0-9]+]]: memref<?xf32>, %[[X:[a-z0-9]+]]: f32, %[[FROM:[a-z0-9]+]]: index, %[[TO:[a-z0-9]+]]: index, %[[STEP:[a-z0-9]+]]: index, %[[WORKERS:[a-z0-9]+]]: index {{{.*}}}, %[[WORKER:[a-z0-9]+]]: index
// CHECK-NOT: scf.forall
// CHECK: %[[EXTENT:.*]] = arith.subi %[[TO]], %[[FROM]]
// CHECK: %[[COUNT:.*]] = arith.ceildivui %[[EXTENT]], %[[STEP]]
// CHECK: %[[SHARE:.*]] = arith.ceildivui %[[COUNT]], %[[WORKERS]]
// CHECK: %[[BEGIN:.*]] = arith.muli %[[WORKER]], %[[SHARE]]
// CHECK: %[[AFTER:.*]] = arith.addi %[[BEGIN]], %[[SHARE]]
// CHECK: %[[END:.*]] = arith.minui %[[AFTER]], %[[COUNT]]
// CHECK: scf.for %[[N:.*]] = %[[BEGIN]] to %[[END]] step %c1
// CHECK-NEXT: %[[DISTANCE:.*]] = arith.muli %[[N]], %[[STEP]]
// CHECK-NEXT: %[[I:.*]] = arith.addi %[[FROM]], %[[DISTANCE]]
// CHECK-NEXT: memref.store %[[X]], %[[M]][%[[I]]]
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @share(%m: memref<?xf32>, %x: f32, %from: index, %to: index, %step: index,
                 %workers: index {mlc.role = #mlc.role<workers>}, %worker: index {mlc.role = #mlc.role<worker>}) {
  scf.forall (%i) = (%from) to (%to) step (%step) {
    memref.store %x, %m[%i] : memref<?xf32>
  }
  return
}

// What the first worker does is one branch, unless others have work between;
// what has no mark each worker does.
// CHECK-LABEL: func.func @first(
// CHECK-SAME: %[[M:[a-z0-9]+]]: memref<4xf32>, %[[X:[a-z0-9]+]]: f32, %{{.*}}: index {{{.*}}}, %[[WORKER:[a-z0-9]+]]: index
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK: %[[IS_FIRST:.*]] = arith.cmpi eq, %[[WORKER]], %[[ZERO]]
// CHECK-NEXT: scf.if %[[IS_FIRST]] {
// CHECK-NEXT: %[[OLD:.*]] = memref.load %[[M]][%[[C1]]]
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[OLD]], %[[X]]
// CHECK-NEXT: memref.store %[[SUM]], %[[M]][%[[C1]]]
// CHECK-NEXT: }
// CHECK-NEXT: memref.store
// CHECK: arith.cmpi eq, %[[WORKER]]
// CHECK-NEXT: scf.if
// CHECK-NEXT: memref.store
// CHECK-NOT: mlc.leader
// CHECK: return
func.func @first(%m: memref<4xf32>, %x: f32, %workers: index {mlc.role = #mlc.role<workers>}, %worker: index {mlc.role = #mlc.role<worker>}) {
  %c1 = arith.constant 1 : index
  %old = memref.load %m[%c1] {mlc.leader} : memref<4xf32>
  %c2 = arith.constant 2 : index
  %sum = arith.addf %old, %x {mlc.leader} : f32
  memref.store %sum, %m[%c1] {mlc.leader} : memref<4xf32>
  memref.store %x, %m[%c2] : memref<4xf32>
  memref.store %x, %m[%c1] {mlc.leader} : memref<4xf32>
  return
}

// A rank has a run of groups of shards, and its workers share those. Here there
// are five shards in three groups: two, two and one.
// CHECK-LABEL: func.func @ranks(
// CHECK-SAME: %[[M:[a-z0-9]+]]: memref<80xf32>, %[[X:[a-z0-9]+]]: f32, %[[N:[a-z0-9]+]]: index, %[[WORKERS:[a-z0-9]+]]: index {{{.*}}}, %[[RANKS:[a-z0-9]+]]: index {{{.*}}}, %[[WORKER:[a-z0-9]+]]: index {{{.*}}}, %[[RANK:[a-z0-9]+]]: index
// CHECK: %[[COUNT:.*]] = arith.ceildivui
// CHECK: %[[GROUPS:.*]] = arith.constant 3 : index
// CHECK: %[[OF_RANK:.*]] = arith.ceildivui %[[GROUPS]], %[[RANKS]]
// CHECK: %[[FIRST:.*]] = arith.muli %[[RANK]], %[[OF_RANK]]
// CHECK: %[[AFTER:.*]] = arith.addi %[[FIRST]], %[[OF_RANK]]
// CHECK: %[[LAST:.*]] = arith.minui %[[AFTER]], %[[GROUPS]]
// CHECK: %[[PER_RANK:.*]] = arith.constant 2 : index
// CHECK: %[[FROM:.*]] = arith.muli %[[FIRST]], %[[PER_RANK]]
// CHECK: %[[BEGIN:.*]] = arith.minui %[[FROM]], %[[COUNT]]
// CHECK: %[[TO:.*]] = arith.muli %[[LAST]], %[[PER_RANK]]
// CHECK: %[[END:.*]] = arith.minui %[[TO]], %[[COUNT]]
// CHECK: %[[OWN:.*]] = arith.subi %[[END]], %[[BEGIN]]
// CHECK: %[[SHARE:.*]] = arith.ceildivui %[[OWN]], %[[WORKERS]]
// CHECK: %[[SKIPPED:.*]] = arith.muli %[[WORKER]], %[[SHARE]]
// CHECK: %[[THEN:.*]] = arith.addi %[[SKIPPED]], %[[SHARE]]
// CHECK: %[[MOST:.*]] = arith.minui %[[THEN]], %[[OWN]]
// CHECK: %[[MINE:.*]] = arith.addi %[[BEGIN]], %[[SKIPPED]]
// CHECK: %[[MINE_END:.*]] = arith.addi %[[BEGIN]], %[[MOST]]
// CHECK: scf.for %{{.*}} = %[[MINE]] to %[[MINE_END]]
// Rows of the batch are shared by the workers of all ranks.
// CHECK: %[[BEFORE:.*]] = arith.muli %[[RANK]], %[[WORKERS]]
// CHECK: %[[NUMBER:.*]] = arith.addi %[[BEFORE]], %[[WORKER]]
// CHECK: %[[ALL:.*]] = arith.muli %[[RANKS]], %[[WORKERS]]
// CHECK: arith.ceildivui %{{.*}}, %[[ALL]]
// CHECK: arith.muli %[[NUMBER]],
// CHECK: scf.for
// The leader is the first worker of the first rank.
// CHECK: %[[BEFORE:.*]] = arith.muli %[[RANK]], %[[WORKERS]]
// CHECK: %[[NUMBER:.*]] = arith.addi %[[BEFORE]], %[[WORKER]]
// CHECK: arith.cmpi eq, %[[NUMBER]],
func.func @ranks(%m: memref<80xf32>, %x: f32, %n: index,
                 %workers: index {mlc.role = #mlc.role<workers>}, %ranks: index {mlc.role = #mlc.role<ranks>},
                 %worker: index {mlc.role = #mlc.role<worker>}, %rank: index {mlc.role = #mlc.role<rank>}) {
  scf.forall (%i) = (0) to (80) step (16) {
    memref.store %x, %m[%i] : memref<80xf32>
  } {mlc.shards = #mlc.shards<5 x 16, ranks = 3>}
  scf.forall (%i) = (0) to (%n) step (1) {
    memref.store %x, %m[%i] : memref<80xf32>
  }
  %c1 = arith.constant 1 : index
  memref.store %x, %m[%c1] {mlc.leader} : memref<80xf32>
  return
}
