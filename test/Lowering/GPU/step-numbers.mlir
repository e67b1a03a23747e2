// RUN: mlc-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(mlc-step-numbers))' | FileCheck %s

// Adam's first correction: one thread computes it, the power by squaring; the
// loop that uses it reads it, but not the one before. Whole numbers stay where
// they are.
// CHECK-LABEL: func @corrected(
// CHECK-SAME: %[[RATE:.*]]: f64, %[[STEP:.*]]: i64
func.func @corrected(%rate: f64, %step: i64, %w: memref<8xf32>, %n: index) {
  // CHECK-DAG: %[[BETA:.*]] = arith.constant 9.000000e-01 : f64
  // CHECK-DAG: %[[PLACE:.*]] = memref.alloc() : memref<f32>
  // CHECK: scf.parallel
  // CHECK: %[[POWER:.*]]:3 = scf.while
  // CHECK-NOT: math.powf
  // CHECK: %[[REST:.*]] = arith.subf %{{.*}}, %[[POWER]]#0
  // CHECK: %[[QUOTIENT:.*]] = arith.divf %[[RATE]], %[[REST]]
  // CHECK: %[[NARROW:.*]] = arith.truncf %[[QUOTIENT]]
  // CHECK: memref.store %[[NARROW]], %[[PLACE]][]
  // CHECK-NOT: memref.load
  // CHECK: linalg.fill
  // CHECK-NEXT: %[[NUMBER:.*]] = memref.load %[[PLACE]][]
  // CHECK: linalg.fill ins(%[[NUMBER]] : f32)
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%w : memref<8xf32>)
  %one = arith.constant 1.0 : f64
  %beta = arith.constant 0.9 : f64
  %e = arith.sitofp %step : i64 to f64
  %p = math.powf %beta, %e : f64
  %r = arith.subf %one, %p : f64
  %q = arith.divf %rate, %r : f64
  %t = arith.truncf %q : f64 to f32
  linalg.fill ins(%t : f32) outs(%w : memref<8xf32>)
  return
}

// -----

// CHECK-LABEL: func @nothing(
// CHECK-NEXT: linalg.fill
func.func @nothing(%x: f32, %w: memref<8xf32>) {
  linalg.fill ins(%x : f32) outs(%w : memref<8xf32>)
  return
}

// -----

func.func @any_power(%x: f64, %y: f64, %w: memref<8xf64>) {
  // expected-error@+1 {{expected a whole number as exponent}}
  %p = math.powf %x, %y : f64
  linalg.fill ins(%p : f64) outs(%w : memref<8xf64>)
  return
}

// -----

// A number that is used before another one is computed: both come first.
// CHECK-LABEL: func @in_turn(
// CHECK: scf.parallel
// CHECK: linalg.fill
// CHECK-NOT: arith.divf
// CHECK: linalg.fill
func.func @in_turn(%x: f64, %w: memref<8xf64>) {
  %one = arith.constant 1.0 : f64
  %p = arith.addf %x, %one : f64
  linalg.fill ins(%p : f64) outs(%w : memref<8xf64>)
  %q = arith.divf %p, %x : f64
  linalg.fill ins(%q : f64) outs(%w : memref<8xf64>)
  return
}

// -----

// What depends on memory stays behind what may write it.
// CHECK-LABEL: func @of_memory(
// CHECK-NOT: scf.parallel
// CHECK: linalg.fill
// CHECK: memref.load
// CHECK: arith.mulf
func.func @of_memory(%x: f64, %w: memref<8xf64>, %i: index) {
  linalg.fill ins(%x : f64) outs(%w : memref<8xf64>)
  %y = memref.load %w[%i] : memref<8xf64>
  %z = arith.mulf %y, %y : f64
  linalg.fill ins(%z : f64) outs(%w : memref<8xf64>)
  return
}
