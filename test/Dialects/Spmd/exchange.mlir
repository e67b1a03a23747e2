// RUN: mlc-opt %s | mlc-opt | FileCheck %s

// CHECK-LABEL: func.func @kinds(
// CHECK: spmd.exchange gather %{{.*}} : memref<4xf32>, partials %{{.*}} : memref<8x4xf32>, broadcast %{{.*}} : memref<4xf32>, order %{{.*}} : memref<?xi8>
// CHECK: spmd.exchange{{ *$}}
// CHECK: spmd.exchange order %{{.*}} : memref<?xi8> {note}
func.func @kinds(%a: memref<4xf32>, %b: memref<8x4xf32>, %c: memref<4xf32>, %d: memref<?xi8>) {
  spmd.exchange gather %a : memref<4xf32>, partials %b : memref<8x4xf32>, broadcast %c : memref<4xf32>, order %d : memref<?xi8>
  spmd.exchange
  spmd.exchange order %d : memref<?xi8> {note}
  return
}
