// RUN: mlc-opt %s --mlc-approximate-math | FileCheck %s

// Polynomials for f32, the same for scalars and vectors; what needs more than
// f32's digits, and what the machine has an instruction for, stays.

// CHECK-LABEL: func.func @scalar(
// CHECK-NOT: math.{{exp|log|tanh|erf}}
// CHECK: math.fma
// CHECK-NOT: math.{{exp|log|tanh|erf}}
// CHECK: return
func.func @scalar(%x: f32) -> (f32, f32, f32, f32, f32) {
  %a = math.exp %x : f32
  %b = math.log %x : f32
  %c = math.log1p %x : f32
  %d = math.tanh %x : f32
  %e = math.erf %x : f32
  return %a, %b, %c, %d, %e : f32, f32, f32, f32, f32
}

// CHECK-LABEL: func.func @vector(
// CHECK-NOT: math.{{exp|log|tanh|erf}}
// CHECK: math.fma {{.*}} : vector<1x16xf32>
// CHECK-NOT: math.{{exp|log|tanh|erf}}
// CHECK: return
func.func @vector(%x: vector<1x16xf32>)
    -> (vector<1x16xf32>, vector<1x16xf32>, vector<1x16xf32>, vector<1x16xf32>, vector<1x16xf32>) {
  %a = math.exp %x : vector<1x16xf32>
  %b = math.log %x : vector<1x16xf32>
  %c = math.log1p %x : vector<1x16xf32>
  %d = math.tanh %x : vector<1x16xf32>
  %e = math.erf %x : vector<1x16xf32>
  return %a, %b, %c, %d, %e : vector<1x16xf32>, vector<1x16xf32>, vector<1x16xf32>, vector<1x16xf32>, vector<1x16xf32>
}

// CHECK-LABEL: func.func @kept(
// CHECK-DAG: math.powf %{{.*}}, %{{.*}} : f64
// CHECK-DAG: math.exp %{{.*}} : f64
// CHECK-DAG: math.sqrt %{{.*}} : vector<16xf32>
func.func @kept(%x: f64, %v: vector<16xf32>) -> (f64, f64, vector<16xf32>) {
  %a = math.powf %x, %x : f64
  %b = math.exp %x : f64
  %c = math.sqrt %v : vector<16xf32>
  return %a, %b, %c : f64, f64, vector<16xf32>
}

// CHECK: func.func private @declared(f32)
func.func private @declared(f32)
