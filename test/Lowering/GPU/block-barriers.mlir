// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(mlc-block-barriers))' | FileCheck %s

!bytes = memref<?xi8>
!row = memref<8xf32>

// Between a write and a read of the same place, once for both who read; a place
// of its own needs none. The next step writes `a` again: it waits for those who
// read it in this one.
// CHECK-LABEL: func.func @read_after_write(
func.func @read_after_write(%shared: !bytes {mlc.role = #mlc.role<shared>}) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %a = memref.view %shared[%c0][] : !bytes to !row
  %b = memref.view %shared[%c64][] : !bytes to !row
  %c = memref.view %shared[%c128][] : !bytes to !row
  // CHECK: gpu.barrier
  // CHECK-NEXT: linalg.fill
  // CHECK-NOT: gpu.barrier
  // CHECK: linalg.fill
  linalg.fill ins(%zero : f32) outs(%a : !row)
  linalg.fill ins(%zero : f32) outs(%c : !row)
  // CHECK: gpu.barrier
  // CHECK-NEXT: linalg.copy
  // CHECK-NOT: gpu.barrier
  linalg.copy ins(%a : !row) outs(%b : !row)
  %x = memref.load %a[%c0] : !row
  return
}

// Where blocks meet, threads do. A loop of one iteration does not wait for
// itself, but what comes before it does not hurry it: the barrier is before it.
// CHECK-LABEL: func.func @meet(
func.func @meet(%shared: !bytes {mlc.role = #mlc.role<shared>}, %barrier: !llvm.ptr, %n: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %worker = arith.constant 0 : i64
  %a = memref.view %shared[%c0][] : !bytes to !row
  %b = memref.view %shared[%c64][] : !bytes to !row
  // CHECK-NOT: gpu.barrier
  // CHECK: linalg.fill
  // CHECK-NEXT: call @mlc_barrier
  linalg.fill ins(%zero : f32) outs(%a : !row)
  func.call @mlc_barrier(%barrier, %worker) : (!llvm.ptr, i64) -> ()
  // CHECK-NEXT: scf.for
  // CHECK-NEXT: linalg.copy
  // CHECK-NEXT: gpu.barrier
  // CHECK-NEXT: linalg.fill
  // CHECK-NEXT: } {mlc.at_most_one}
  scf.for %i = %c0 to %n step %c1 {
    linalg.copy ins(%a : !row) outs(%b : !row)
    linalg.fill ins(%zero : f32) outs(%b : !row)
  } {mlc.at_most_one}
  // CHECK-NEXT: gpu.barrier
  // CHECK-NEXT: scf.for
  // CHECK-NEXT: gpu.barrier
  // CHECK-NEXT: linalg.copy
  // CHECK-NEXT: gpu.barrier
  // CHECK-NEXT: linalg.fill
  scf.for %i = %c0 to %n step %c1 {
    linalg.copy ins(%b : !row) outs(%a : !row)
    linalg.fill ins(%zero : f32) outs(%b : !row)
  }
  // CHECK: call @mlc_barrier
  func.call @mlc_barrier(%barrier, %worker) : (!llvm.ptr, i64) -> ()
  return
}
func.func private @mlc_barrier(!llvm.ptr, i64)

// What is done once, and what only views memory, waits for nobody.
// CHECK-LABEL: func.func @once(
// CHECK-NOT: gpu.barrier
func.func @once(%w: !row, %shared: !bytes {mlc.role = #mlc.role<shared>}) {
  %c0 = arith.constant 0 : index
  %a = memref.view %shared[%c0][] : !bytes to !row
  linalg.copy {mlc.once = "begin"} ins(%w : !row) outs(%a : !row)
  linalg.copy {mlc.once = "end"} ins(%a : !row) outs(%w : !row)
  return
}

// A word says itself when it has come: whoever awaits it waits for nobody else,
// not even for threads of its block that publish. But others learn by what a
// block publishes that it has read its words.
// CHECK-LABEL: func.func @words(
func.func @words(%words: memref<8xi64>, %value: f32) {
  %c0 = arith.constant 0 : index
  // CHECK: gpu.barrier
  // CHECK-NEXT: spmd.publish
  // CHECK-NEXT: spmd.await
  // CHECK-NEXT: spmd.await
  // CHECK-NEXT: gpu.barrier
  // CHECK-NEXT: spmd.publish
  // CHECK-NEXT: spmd.publish
  // CHECK-NEXT: spmd.await
  spmd.publish %value, %words[%c0] : memref<8xi64>
  %a = spmd.await %words[%c0] : memref<8xi64>
  %b = spmd.await %words[%c0] : memref<8xi64>
  spmd.publish %b, %words[%c0] : memref<8xi64>
  spmd.publish %a, %words[%c0] : memref<8xi64>
  %c = spmd.await %words[%c0] : memref<8xi64>
  return
}
