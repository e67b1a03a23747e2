// RUN: mlc-opt %s --convert-scf-to-cf --mlc-weigh-sums | FileCheck %s

// A loop that hands a vector on has many iterations. A branch in a block that only
// joins others is no loop's, and a loop of numbers is left to LLVM.
// CHECK-LABEL: func.func @sum(
// CHECK: ^bb1(%{{.*}}: index, %{{.*}}: vector<8xf32>):
// CHECK: cf.cond_br %{{.*}} weights([256, 1]), ^bb2, ^bb3
func.func @sum(%n: index, %zero: vector<8xf32>) -> vector<8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %sum = scf.for %k = %c0 to %n step %c1 iter_args(%s = %zero) -> (vector<8xf32>) {
    %t = arith.addf %s, %s : vector<8xf32>
    scf.yield %t : vector<8xf32>
  }
  return %sum : vector<8xf32>
}

// CHECK-LABEL: func.func @join(
// CHECK-NOT: weights
// CHECK: return
func.func @join(%is: i1, %a: vector<8xf32>, %b: vector<8xf32>) -> vector<8xf32> {
  cf.cond_br %is, ^joined(%a : vector<8xf32>), ^joined(%b : vector<8xf32>)
^joined(%v: vector<8xf32>):
  cf.cond_br %is, ^first, ^second
^first:
  return %v : vector<8xf32>
^second:
  return %a : vector<8xf32>
}

// CHECK-LABEL: func.func @numbers(
// CHECK-NOT: weights
// CHECK: return
func.func @numbers(%n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %k = %c0 to %n step %c1 iter_args(%s = %zero) -> (f32) {
    %t = arith.addf %s, %s : f32
    scf.yield %t : f32
  }
  return %sum : f32
}
