// RUN: mlc-opt %s --mlc-refine-reciprocals | FileCheck %s
// RUN: mlc-opt %s --mlc-refine-reciprocals=lanes=8 | FileCheck %s --check-prefix=PLAIN

// An estimate, a Newton step, a product, and its correction by the remainder.
// CHECK-LABEL: func.func @whole(
// CHECK-SAME: %[[X:.*]]: vector<16xf32>, %[[Y:.*]]: vector<16xf32>)
// CHECK-DAG: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : vector<16xf32>
// CHECK: %[[MINUS:.*]] = arith.negf %[[Y]]
// CHECK: %[[ESTIMATE:.*]] = llvm.call_intrinsic "llvm.x86.avx512.rcp14.ps.512"(%[[Y]], %[[Y]], %{{.*}})
// CHECK: %[[ERROR:.*]] = math.fma %[[MINUS]], %[[ESTIMATE]], %[[ONE]]
// CHECK: %[[RECIPROCAL:.*]] = math.fma %[[ESTIMATE]], %[[ERROR]], %[[ESTIMATE]]
// CHECK: %[[QUOTIENT:.*]] = arith.mulf %[[X]], %[[RECIPROCAL]]
// CHECK: %[[REMAINDER:.*]] = math.fma %[[MINUS]], %[[QUOTIENT]], %[[X]]
// CHECK: %[[RESULT:.*]] = math.fma %[[REMAINDER]], %[[RECIPROCAL]], %[[QUOTIENT]]
// CHECK: return %[[RESULT]]
// PLAIN-LABEL: func.func @whole(
// PLAIN: arith.divf %{{.*}}, %{{.*}} : vector<16xf32>
func.func @whole(%x: vector<16xf32>, %y: vector<16xf32>) -> vector<16xf32> {
  %0 = arith.divf %x, %y fastmath<arcp> : vector<16xf32>
  return %0 : vector<16xf32>
}

// Register by register.
// CHECK-LABEL: func.func @wide(
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.avx512.rcp14.ps.512"
// CHECK-NOT: llvm.call_intrinsic
// CHECK: return
func.func @wide(%x: vector<1x64xf32>, %y: vector<1x64xf32>) -> vector<1x64xf32> {
  %0 = arith.divf %x, %y fastmath<arcp> : vector<1x64xf32>
  return %0 : vector<1x64xf32>
}

// What was not asked for, or does not fill a register, is divided; no flag is
// left for LLVM, which would not correct the quotient.
// CHECK-LABEL: func.func @others(
// CHECK: arith.divf %{{.*}}, %{{.*}} : vector<16xf32>
// CHECK: arith.divf %{{.*}}, %{{.*}} : vector<8xf32>
// CHECK: arith.divf %{{.*}}, %{{.*}} : f32
// CHECK: arith.divf %{{.*}}, %{{.*}} : vector<16xf64>
func.func @others(%a: vector<16xf32>, %b: vector<8xf32>, %c: f32, %d: vector<16xf64>) -> (vector<16xf32>, vector<8xf32>, f32, vector<16xf64>) {
  %0 = arith.divf %a, %a : vector<16xf32>
  %1 = arith.divf %b, %b fastmath<arcp> : vector<8xf32>
  %2 = arith.divf %c, %c fastmath<arcp> : f32
  %3 = arith.divf %d, %d fastmath<arcp> : vector<16xf64>
  return %0, %1, %2, %3 : vector<16xf32>, vector<8xf32>, f32, vector<16xf64>
}
