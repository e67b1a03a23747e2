// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(mlc-launch-levels))' | FileCheck %s

// CHECK-LABEL: func @levels(
func.func @levels(%w: memref<8xf32>, %x: memref<8xf32>, %one: f32) {
  %a = memref.alloc() : memref<8xf32>
  %b = memref.alloc() : memref<8xf32>
  %c = memref.alloc() : memref<f32>
  // Two that share nothing.
  // CHECK: linalg.copy {mlc.level = 0 : i64} ins(%{{.*}} : memref<8xf32>) outs(%[[A:.*]] :
  linalg.copy ins(%x : memref<8xf32>) outs(%a : memref<8xf32>)
  // CHECK: linalg.fill {mlc.level = 0 : i64}
  linalg.fill ins(%one : f32) outs(%b : memref<8xf32>)
  // Both may read one buffer, but what reads comes after what wrote.
  // CHECK: linalg.copy {mlc.level = 1 : i64} ins(%[[A]]
  linalg.copy ins(%a : memref<8xf32>) outs(%w : memref<8xf32>)
  // CHECK: linalg.fill {mlc.level = 0 : i64}
  linalg.fill ins(%one : f32) outs(%c : memref<f32>)
  // What a thread reads for itself counts as well.
  // CHECK: memref.load
  %n = memref.load %c[] : memref<f32>
  // And what overwrites waits for those that read.
  // CHECK: linalg.fill {mlc.level = 2 : i64} {{.*}} outs(%[[A]]
  linalg.fill ins(%n : f32) outs(%a : memref<8xf32>)
  return
}
