// RUN: mlc-opt %s --mlc-place-barriers --split-input-file | FileCheck %s

// Each iteration's row is its own in both foralls, in this step and in the next.
// CHECK-LABEL: func.func @own_parts(
// CHECK-SAME: index {mlc.role = #mlc.role<worker>})
// CHECK: memref.alloc() : memref<64x8xf32>
// CHECK-NOT: spmd.exchange
// CHECK: return
func.func @own_parts(%p: memref<64x8xf32> {mlc.role = #mlc.role<parameter>}, %workers: index {mlc.role = #mlc.role<workers>}) {
  %a = memref.alloc() : memref<64x8xf32>
  scf.forall (%i) = (0) to (64) step (16) {
    %from = memref.subview %p[%i, 0] [16, 8] [1, 1] : memref<64x8xf32> to memref<16x8xf32, strided<[8, 1], offset: ?>>
    %to = memref.subview %a[%i, 0] [16, 8] [1, 1] : memref<64x8xf32> to memref<16x8xf32, strided<[8, 1], offset: ?>>
    linalg.exp ins(%from : memref<16x8xf32, strided<[8, 1], offset: ?>>) outs(%to : memref<16x8xf32, strided<[8, 1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  scf.forall (%i) = (0) to (64) step (16) {
    %from = memref.subview %a[%i, 0] [16, 8] [1, 1] : memref<64x8xf32> to memref<16x8xf32, strided<[8, 1], offset: ?>>
    %to = memref.subview %p[%i, 0] [16, 8] [1, 1] : memref<64x8xf32> to memref<16x8xf32, strided<[8, 1], offset: ?>>
    linalg.exp ins(%from : memref<16x8xf32, strided<[8, 1], offset: ?>>) outs(%to : memref<16x8xf32, strided<[8, 1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

// The same memory, cut along the other dimension: another worker's part.
// CHECK-LABEL: func.func @other_cut(
// CHECK-SAME: %[[WORKER:[a-z0-9]+]]: index {mlc.role = #mlc.role<worker>})
// CHECK: memref.alloc() {mlc.memory = #mlc.memory<double_buffered>}
// CHECK: scf.forall
// CHECK: spmd.exchange gather
// CHECK-NEXT: scf.forall
// CHECK-NOT: spmd.exchange
// CHECK: return
func.func @other_cut(%x: memref<64x64xf32> {mlc.role = #mlc.role<data>}, %y: memref<64x64xf32> {mlc.role = #mlc.role<state>}, %workers: index {mlc.role = #mlc.role<workers>}) {
  %a = memref.alloc() : memref<64x64xf32>
  scf.forall (%i) = (0) to (64) step (16) {
    %from = memref.subview %x[%i, 0] [16, 64] [1, 1] : memref<64x64xf32> to memref<16x64xf32, strided<[64, 1], offset: ?>>
    %to = memref.subview %a[%i, 0] [16, 64] [1, 1] : memref<64x64xf32> to memref<16x64xf32, strided<[64, 1], offset: ?>>
    linalg.exp ins(%from : memref<16x64xf32, strided<[64, 1], offset: ?>>) outs(%to : memref<16x64xf32, strided<[64, 1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  scf.forall (%i) = (0) to (64) step (16) {
    %from = memref.subview %a[0, %i] [64, 16] [1, 1] : memref<64x64xf32> to memref<64x16xf32, strided<[64, 1], offset: ?>>
    %to = memref.subview %y[0, %i] [64, 16] [1, 1] : memref<64x64xf32> to memref<64x16xf32, strided<[64, 1], offset: ?>>
    linalg.exp ins(%from : memref<64x16xf32, strided<[64, 1], offset: ?>>) outs(%to : memref<64x16xf32, strided<[64, 1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

// Partial sums of all workers are read together: a meeting between, two copies.
// Each worker adds them for itself, into memory of its own, since a forall needs
// the sum.
// CHECK-LABEL: func.func @partial_sums(
// CHECK-DAG: %[[PARTS:.*]] = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>} : memref<4x8xf32>
// CHECK-DAG: %[[SUM:.*]] = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<8xf32>
// CHECK: scf.forall
// CHECK: memref.subview %[[PARTS]]
// CHECK: spmd.exchange partials
// CHECK-NOT: mlc.leader
// CHECK: linalg.reduce ins(%[[PARTS]] : {{.*}}) outs(%[[SUM]] :
// CHECK-NOT: spmd.exchange
// CHECK: return
func.func @partial_sums(%x: memref<64x8xf32> {mlc.role = #mlc.role<data>}, %p: memref<64x8xf32> {mlc.role = #mlc.role<parameter>},
                        %workers: index {mlc.role = #mlc.role<workers>}) {
  %zero = arith.constant 0.0 : f32
  %parts = memref.alloc() : memref<4x8xf32>
  %sum = memref.alloc() : memref<8xf32>
  scf.forall (%i) = (0) to (64) step (16) {
    %n = affine.apply affine_map<(d0) -> (d0 floordiv 16)>(%i)
    %from = memref.subview %x[%i, 0] [1, 8] [1, 1] : memref<64x8xf32> to memref<1x8xf32, strided<[8, 1], offset: ?>>
    %to = memref.subview %parts[%n, 0] [1, 8] [1, 1] : memref<4x8xf32> to memref<1x8xf32, strided<[8, 1], offset: ?>>
    linalg.exp ins(%from : memref<1x8xf32, strided<[8, 1], offset: ?>>) outs(%to : memref<1x8xf32, strided<[8, 1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  linalg.fill ins(%zero : f32) outs(%sum : memref<8xf32>)
  linalg.reduce ins(%parts : memref<4x8xf32>) outs(%sum : memref<8xf32>) dimensions = [0]
    (%a: f32, %b: f32) {
      %c = arith.addf %a, %b : f32
      linalg.yield %c : f32
    }
  scf.forall (%i) = (0) to (64) step (16) {
    %to = memref.subview %p[%i, 0] [16, 8] [1, 1] : memref<64x8xf32> to memref<16x8xf32, strided<[8, 1], offset: ?>>
    linalg.broadcast ins(%sum : memref<8xf32>) outs(%to : memref<16x8xf32, strided<[8, 1], offset: ?>>) dimensions = [0]
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

// All read a bias that the first worker updates: it waits for those that read,
// and they wait for it before the next step's reads, so there are two meetings.
// CHECK-LABEL: func.func @bias(
// CHECK: spmd.exchange broadcast
// CHECK-NEXT: scf.forall
// CHECK: spmd.exchange order
// CHECK-NEXT: linalg.exp {mlc.leader}
// CHECK-NOT: spmd.exchange
// CHECK: return
func.func @bias(%b: memref<8xf32> {mlc.role = #mlc.role<parameter>}, %g: memref<8xf32> {mlc.role = #mlc.role<data>},
                %p: memref<64x8xf32> {mlc.role = #mlc.role<state>}, %workers: index {mlc.role = #mlc.role<workers>}) {
  scf.forall (%i) = (0) to (64) step (16) {
    %to = memref.subview %p[%i, 0] [16, 8] [1, 1] : memref<64x8xf32> to memref<16x8xf32, strided<[8, 1], offset: ?>>
    linalg.broadcast ins(%b : memref<8xf32>) outs(%to : memref<16x8xf32, strided<[8, 1], offset: ?>>) dimensions = [0]
  } {mlc.shards = #mlc.shards<4 x 16>}
  linalg.exp ins(%g : memref<8xf32>) outs(%b : memref<8xf32>)
  return
}

// -----

// The first worker alone writes and reads: nothing to wait for.
// CHECK-LABEL: func.func @first_alone(
// CHECK-NOT: spmd.exchange
// CHECK: linalg.exp {mlc.leader}
// CHECK: linalg.exp {mlc.leader}
// CHECK-NOT: spmd.exchange
// CHECK: return
func.func @first_alone(%b: memref<8xf32> {mlc.role = #mlc.role<parameter>}, %s: memref<8xf32> {mlc.role = #mlc.role<state>},
                       %workers: index {mlc.role = #mlc.role<workers>}) {
  linalg.exp ins(%b : memref<8xf32>) outs(%s : memref<8xf32>)
  linalg.exp ins(%s : memref<8xf32>) outs(%b : memref<8xf32>)
  return
}

// -----

// The second forall overwrites by rows what the first has read by columns, and
// the next step's first one reads it: a second meeting, around the end of a step.
// CHECK-LABEL: func.func @cycle(
// CHECK: spmd.exchange gather
// CHECK-NEXT: scf.forall
// CHECK: spmd.exchange order
// CHECK-NEXT: scf.forall
// CHECK-NOT: spmd.exchange
// CHECK: return
func.func @cycle(%p: memref<64x64xf32> {mlc.role = #mlc.role<parameter>}, %x: memref<64x64xf32> {mlc.role = #mlc.role<data>},
                 %s: memref<64x64xf32> {mlc.role = #mlc.role<state>}, %workers: index {mlc.role = #mlc.role<workers>}) {
  scf.forall (%i) = (0) to (64) step (16) {
    %from = memref.subview %p[0, %i] [64, 16] [1, 1] : memref<64x64xf32> to memref<64x16xf32, strided<[64, 1], offset: ?>>
    %to = memref.subview %s[0, %i] [64, 16] [1, 1] : memref<64x64xf32> to memref<64x16xf32, strided<[64, 1], offset: ?>>
    linalg.exp ins(%from : memref<64x16xf32, strided<[64, 1], offset: ?>>) outs(%to : memref<64x16xf32, strided<[64, 1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  scf.forall (%i) = (0) to (64) step (16) {
    %from = memref.subview %x[%i, 0] [16, 64] [1, 1] : memref<64x64xf32> to memref<16x64xf32, strided<[64, 1], offset: ?>>
    %to = memref.subview %p[%i, 0] [16, 64] [1, 1] : memref<64x64xf32> to memref<16x64xf32, strided<[64, 1], offset: ?>>
    linalg.exp ins(%from : memref<16x64xf32, strided<[64, 1], offset: ?>>) outs(%to : memref<16x64xf32, strided<[64, 1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

// Each worker runs whole steps: its memory is its own, it meets nobody.
// CHECK-LABEL: func.func @alone(
// CHECK-SAME: {mlc.role = #mlc.role<worker>})
// CHECK: memref.alloc() {mlc.memory = #mlc.memory<private>}
// CHECK-NOT: spmd.exchange
// CHECK-NOT: mlc.leader
// CHECK: return
func.func @alone(%x: memref<8xf32> {mlc.role = #mlc.role<data>}, %y: memref<8xf32> {mlc.role = #mlc.role<prediction>},
                 %workers: index {mlc.role = #mlc.role<workers>}) attributes {mlc.independent} {
  %a = memref.alloc() : memref<8xf32>
  linalg.exp ins(%x : memref<8xf32>) outs(%a : memref<8xf32>)
  linalg.exp ins(%a : memref<8xf32>) outs(%y : memref<8xf32>)
  return
}

// -----

// Room for non-zeros has one copy only: to be written again it needs a meeting.
// CHECK-LABEL: func.func @one_copy(
// CHECK: memref.alloc(%{{.*}}) : memref<?xf32>
// CHECK: spmd.exchange order
// CHECK-NEXT: scf.forall
// CHECK: spmd.exchange gather
// CHECK-NEXT: memref.load {{.*}} {mlc.leader}
// CHECK-NEXT: memref.store {{.*}} {mlc.leader}
// CHECK-NOT: spmd.exchange
// CHECK: return
func.func @one_copy(%x: memref<8xf32> {mlc.role = #mlc.role<data>}, %b: memref<8xf32> {mlc.role = #mlc.role<state>}, %p: memref<64xf32> {mlc.role = #mlc.role<parameter>},
                    %room: index {mlc.role = #mlc.role<nonzero_capacity>}, %workers: index {mlc.role = #mlc.role<workers>}) {
  %c0 = arith.constant 0 : index
  %a = memref.alloc(%room) : memref<?xf32>
  scf.forall (%i) = (0) to (64) step (16) {
    %v = memref.load %x[%c0] : memref<8xf32>
    memref.store %v, %a[%i] : memref<?xf32>
  } {mlc.shards = #mlc.shards<4 x 16>}
  %v = memref.load %a[%c0] : memref<?xf32>
  memref.store %v, %b[%c0] : memref<8xf32>
  return
}

// -----

// What only the first worker needs it reads alone, after the meeting.
// CHECK-LABEL: func.func @producers(
// CHECK-SAME: %[[B:[a-z0-9]+]]: memref<8xf32> {mlc.role = #mlc.role<parameter>}
// CHECK: scf.forall
// CHECK: spmd.exchange
// CHECK-NEXT: %[[OLD:.*]] = memref.load %[[B]][%{{.*}}] {mlc.leader}
// CHECK-NEXT: %[[NEW:.*]] = math.exp %[[OLD]] {mlc.leader}
// CHECK-NEXT: memref.store %[[NEW]], %[[B]][%{{.*}}] {mlc.leader}
func.func @producers(%b: memref<8xf32> {mlc.role = #mlc.role<parameter>}, %p: memref<64x8xf32> {mlc.role = #mlc.role<state>},
                     %workers: index {mlc.role = #mlc.role<workers>}) {
  %c0 = arith.constant 0 : index
  scf.forall (%i) = (0) to (64) step (16) {
    %to = memref.subview %p[%i, 0] [16, 8] [1, 1] : memref<64x8xf32> to memref<16x8xf32, strided<[8, 1], offset: ?>>
    linalg.broadcast ins(%b : memref<8xf32>) outs(%to : memref<16x8xf32, strided<[8, 1], offset: ?>>) dimensions = [0]
  } {mlc.shards = #mlc.shards<4 x 16>}
  %old = memref.load %b[%c0] : memref<8xf32>
  %new = math.exp %old : f32
  memref.store %new, %b[%c0] : memref<8xf32>
  return
}

// -----

// Of an op that may touch anything, the worst is assumed.
// CHECK-LABEL: func.func @unknown(
// CHECK: spmd.exchange
// CHECK-NEXT: scf.forall
// CHECK: spmd.exchange
// CHECK-NEXT: call @anything() {mlc.leader}
func.func private @anything()
func.func @unknown(%p: memref<64xf32> {mlc.role = #mlc.role<parameter>}, %x: f32, %workers: index {mlc.role = #mlc.role<workers>}) {
  scf.forall (%i) = (0) to (64) step (16) {
    %to = memref.subview %p[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
    linalg.fill ins(%x : f32) outs(%to : memref<16xf32, strided<[1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  call @anything() : () -> ()
  return
}

// -----

// Were each worker to read the parameter, the first would have to wait before it
// updates it, and the others after it: two meetings. One is enough where the
// first makes for all what they need of it.
// CHECK-LABEL: func.func @made_by_first(
// CHECK: %[[A:.*]] = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>}
// CHECK-NOT: spmd.exchange
// CHECK: linalg.exp {mlc.leader} ins(%{{.*}}) outs(%[[A]] :
// CHECK: spmd.exchange broadcast
// CHECK-NEXT: scf.forall
// CHECK-NOT: spmd.exchange
// CHECK: linalg.exp {mlc.leader}
// CHECK-NOT: spmd.exchange
// CHECK: return
func.func @made_by_first(%b: memref<8xf32> {mlc.role = #mlc.role<parameter>}, %g: memref<8xf32> {mlc.role = #mlc.role<data>},
                         %p: memref<64x8xf32> {mlc.role = #mlc.role<state>}, %workers: index {mlc.role = #mlc.role<workers>}) {
  %a = memref.alloc() : memref<8xf32>
  linalg.exp ins(%b : memref<8xf32>) outs(%a : memref<8xf32>)
  scf.forall (%i) = (0) to (64) step (16) {
    %to = memref.subview %p[%i, 0] [16, 8] [1, 1] : memref<64x8xf32> to memref<16x8xf32, strided<[8, 1], offset: ?>>
    linalg.broadcast ins(%a : memref<8xf32>) outs(%to : memref<16x8xf32, strided<[8, 1], offset: ?>>) dimensions = [0]
  } {mlc.shards = #mlc.shards<4 x 16>}
  linalg.exp ins(%g : memref<8xf32>) outs(%b : memref<8xf32>)
  return
}

// -----

// What a forall writes in part is not a worker's own, so that the first worker
// alone fills it.
// CHECK-LABEL: func.func @written_by_both(
// CHECK: %[[A:.*]] = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>}
// CHECK: linalg.fill {mlc.leader} ins(%{{.*}}) outs(%[[A]] :
// CHECK: spmd.exchange broadcast
// CHECK-NEXT: scf.forall
// CHECK: return
func.func @written_by_both(%x: f32, %p: memref<64xf32> {mlc.role = #mlc.role<state>}, %workers: index {mlc.role = #mlc.role<workers>}) {
  %a = memref.alloc() : memref<64xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<64xf32>)
  scf.forall (%i) = (0) to (64) step (16) {
    %from = memref.subview %p[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
    %to = memref.subview %a[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
    linalg.exp ins(%from : memref<16xf32, strided<[1], offset: ?>>) outs(%to : memref<16xf32, strided<[1], offset: ?>>)
    linalg.exp ins(%to : memref<16xf32, strided<[1], offset: ?>>) outs(%from : memref<16xf32, strided<[1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

// What the first worker reads for its write is read after a meeting too: all
// have read %a, and none has written %x yet.
// CHECK-LABEL: func.func @read_for_first(
// CHECK: scf.forall
// CHECK: spmd.exchange
// CHECK-NEXT: memref.load {{.*}}mlc.leader
// CHECK-NEXT: memref.store {{.*}}mlc.leader
// CHECK: spmd.exchange
// CHECK-NEXT: scf.forall
func.func @read_for_first(%a: memref<f32>, %x: memref<64xf32>, %y: memref<64xf32>,
                          %workers: index {mlc.role = #mlc.role<workers>}) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %step = affine.apply affine_map<()[s0] -> ((4 ceildiv s0) * 16)>()[%workers]
  scf.forall (%i) = (0) to (64) step (%step) {
    %n = affine.min affine_map<(d0)[s0] -> (-d0 + 64, (4 ceildiv s0) * 16)>(%i)[%workers]
    %part = memref.subview %y[%i] [%n] [1] : memref<64xf32> to memref<?xf32, strided<[1], offset: ?>>
    %v = memref.load %a[] : memref<f32>
    memref.store %v, %part[%c0] : memref<?xf32, strided<[1], offset: ?>>
  } {mlc.shards = #mlc.shards<4 x 16>}
  %old = memref.load %x[%c0] : memref<64xf32>
  memref.store %old, %a[] : memref<f32>
  scf.forall (%i) = (0) to (64) step (%step) {
    %n = affine.min affine_map<(d0)[s0] -> (-d0 + 64, (4 ceildiv s0) * 16)>(%i)[%workers]
    %part = memref.subview %x[%i] [%n] [1] : memref<64xf32> to memref<?xf32, strided<[1], offset: ?>>
    memref.store %zero, %part[%c0] : memref<?xf32, strided<[1], offset: ?>>
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

// Two shards at a time are shared out differently among three workers: a part is
// then not that of the other loop's worker.
// CHECK-LABEL: func.func @other_shards(
// CHECK: scf.forall
// CHECK: spmd.exchange
// CHECK-NEXT: scf.forall
func.func @other_shards(%p: memref<64xf32> {mlc.role = #mlc.role<parameter>}, %x: f32, %workers: index {mlc.role = #mlc.role<workers>}) {
  scf.forall (%i) = (0) to (64) step (16) {
    %to = memref.subview %p[%i] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
    linalg.fill ins(%x : f32) outs(%to : memref<16xf32, strided<[1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  scf.forall (%i) = (0) to (64) step (32) {
    %to = memref.subview %p[%i] [32] [1] : memref<64xf32> to memref<32xf32, strided<[1], offset: ?>>
    linalg.exp ins(%to : memref<32xf32, strided<[1], offset: ?>>) outs(%to : memref<32xf32, strided<[1], offset: ?>>)
  } {mlc.shards = #mlc.shards<2 x 32>}
  return
}

// -----

// What an iteration allocates is its worker's: no other one ever touches it, and
// nobody waits for it.
// CHECK-LABEL: func.func @private(
// CHECK: memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<32xf32>
// CHECK: scf.forall
// CHECK-NOT: memref.alloc
// CHECK-NOT: spmd.exchange
// CHECK: return
func.func @private(%p: memref<64xf32> {mlc.role = #mlc.role<parameter>}, %workers: index {mlc.role = #mlc.role<workers>}) {
  scf.forall (%i) = (0) to (64) step (32) {
    %copy = memref.alloc() : memref<32xf32>
    %part = memref.subview %p[%i] [32] [1] : memref<64xf32> to memref<32xf32, strided<[1], offset: ?>>
    linalg.exp ins(%part : memref<32xf32, strided<[1], offset: ?>>) outs(%copy : memref<32xf32>)
    linalg.copy ins(%copy : memref<32xf32>) outs(%part : memref<32xf32, strided<[1], offset: ?>>)
  } {mlc.shards = #mlc.shards<2 x 32>}
  return
}

// -----

// What others read in the step before is overwritten in this one: the exchange
// between names memory that is allocated after it, so the allocation moves.
// CHECK-LABEL: func.func @allocated_later(
// CHECK: %[[H:.*]] = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>}
// CHECK-NEXT: spmd.exchange order %{{.*}}, order %[[H]]
// CHECK: linalg.exp {mlc.leader}
// CHECK: spmd.exchange broadcast %{{.*}}, gather %[[H]]
func.func @allocated_later(%b: memref<8xf32> {mlc.role = #mlc.role<parameter>}, %g: memref<8xf32> {mlc.role = #mlc.role<data>},
                           %s: memref<64x8xf32> {mlc.role = #mlc.role<state>}, %t: memref<64x64xf32> {mlc.role = #mlc.role<state>},
                           %x: f32, %workers: index {mlc.role = #mlc.role<workers>}) {
  scf.forall (%i) = (0) to (64) step (16) {
    %to = memref.subview %s[%i, 0] [16, 8] [1, 1] : memref<64x8xf32> to memref<16x8xf32, strided<[8, 1], offset: ?>>
    linalg.broadcast ins(%b : memref<8xf32>) outs(%to : memref<16x8xf32, strided<[8, 1], offset: ?>>) dimensions = [0]
  } {mlc.shards = #mlc.shards<4 x 16>}
  linalg.exp ins(%g : memref<8xf32>) outs(%b : memref<8xf32>)
  %h = memref.alloc() : memref<64x64xf32>
  scf.forall (%i) = (0) to (64) step (16) {
    %to = memref.subview %h[%i, 0] [16, 64] [1, 1] : memref<64x64xf32> to memref<16x64xf32, strided<[64, 1], offset: ?>>
    linalg.fill ins(%x : f32) outs(%to : memref<16x64xf32, strided<[64, 1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  scf.forall (%i) = (0) to (64) step (16) {
    %from = memref.subview %h[0, %i] [64, 16] [1, 1] : memref<64x64xf32> to memref<64x16xf32, strided<[64, 1], offset: ?>>
    %to = memref.subview %t[0, %i] [64, 16] [1, 1] : memref<64x64xf32> to memref<64x16xf32, strided<[64, 1], offset: ?>>
    linalg.exp ins(%from : memref<64x16xf32, strided<[64, 1], offset: ?>>) outs(%to : memref<64x16xf32, strided<[64, 1], offset: ?>>)
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}
