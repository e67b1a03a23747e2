// RUN: mlc-opt %s --mlc-entry-points="target=machine features=avx2,fma model-hash=77 compiler-hash=78" | FileCheck %s

// MlcProgram, field by field, from a program with every kind of parameter.

graph.program @kinds {
  %w = graph.parameter "in.weight" uniform_fan_in : tensor<9x4xf32>
  %b = graph.parameter "in.bias" normal(0.25) rate(0.5) weight_decay(0.125) : tensor<4xf32>
  %v = graph.parameter "out.weight" uniform(0.5) : tensor<4x3xf32>
  %a = graph.parameter "out.bias" constant(-2.0) frozen : tensor<3xf32>
  graph.predict(%x: tensor<?x9xf32, #graph.csr>) {
    %h = graph.linear %x, %w, %b : tensor<?x9xf32, #graph.csr>, tensor<9x4xf32>, tensor<4xf32>
    %y = graph.linear %h, %v, %a : tensor<?x4xf32>, tensor<4x3xf32>, tensor<3xf32>
    graph.yield %y : tensor<?x3xf32>
  }
  graph.loss(%y: tensor<?x3xf32>, %t: tensor<?xi32>) {
    %l = graph.cross_entropy %y, %t : tensor<?x3xf32>, tensor<?xi32>
    graph.yield %l : tensor<f32>
  }
  graph.train adam(learning_rate = 0.01) batch(5) epochs(7)
}

func.func private @train_step(%x: memref<?xi64> {mlc.role = #mlc.role<indptr>}, %t: memref<?xi32> {mlc.role = #mlc.role<labels>}, %l: memref<f32> {mlc.role = #mlc.role<loss>},
  %s0: memref<9x4xf32> {mlc.role = #mlc.role<state, "exp_avg" of "in.weight">},
  %s1: memref<9x4xf32> {mlc.role = #mlc.role<state, "exp_avg_sq" of "in.weight">},
  %s2: memref<4xf32> {mlc.role = #mlc.role<state, "exp_avg" of "in.bias">})
  attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 640, 64, 8>, mlc.multiplications = array<f64: 11.0, 12.0, 13.0>} { return }
func.func private @evaluate_step(%x: memref<?xi64> {mlc.role = #mlc.role<indptr>}, %t: memref<?xi32> {mlc.role = #mlc.role<labels>}, %l: memref<f32> {mlc.role = #mlc.role<loss>},
                                 %y: memref<?x3xf32> {mlc.role = #mlc.role<prediction>})
  attributes {mlc.independent, mlc.batch = 5 : i64, mlc.workspace = array<i64: 704, 0, 0>} { return }
func.func private @predict_step(%x: memref<?xi64> {mlc.role = #mlc.role<indptr>}, %y: memref<?x3xf32> {mlc.role = #mlc.role<prediction>})
  attributes {mlc.independent, mlc.batch = 5 : i64, mlc.workspace = array<i64: 64, 192, 0>} { return }

// CHECK-DAG: llvm.mlir.global internal constant @[[W:.*]]("in.weight\00")
// CHECK-DAG: llvm.mlir.global internal constant @[[WM:.*]]("in.weight.exp_avg\00")
// CHECK-DAG: llvm.mlir.global internal constant @[[WV:.*]]("in.weight.exp_avg_sq\00")
// CHECK-DAG: llvm.mlir.global internal constant @[[B:.*]]("in.bias\00")
// CHECK-DAG: llvm.mlir.global internal constant @[[BM:.*]]("in.bias.exp_avg\00")
// CHECK-DAG: constant @[[TRAIN:.*]]("train\00")
// CHECK-DAG: constant @[[EVALUATE:.*]]("evaluate\00")
// CHECK-DAG: constant @[[PREDICT:.*]]("predict\00")
// CHECK-DAG: constant @[[NAME:.*]]("kinds\00")
// CHECK-DAG: constant @[[COMPILER:.*]]("mlc {{[0-9.]+}}\00")
// CHECK-DAG: constant @[[TARGET:.*]]("machine\00")
// CHECK-DAG: constant @[[FEATURES:.*]]("avx2,fma\00")
// CHECK-DAG: constant @[[DESCENT:.*]]("adam(learning_rate = 0.01, beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-08, weight_decay = 0)\00")

// CSR, f32; a row has rank 1 and 9 columns, none of its sizes is a bound.
// CHECK: constant @[[INPUTS:.*MlcInput.*]]() {{.*}} : !llvm.struct<(ptr, i64, i64, i64, i64, i64, i64, i64, i64, i64)>
// CHECK: llvm.mlir.addressof
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(9 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)

// A class, i32, of rank 0, below 3, no count, of output 0.
// CHECK: constant @[[LABELS:.*MlcLabel.*]]() {{.*}} : !llvm.struct<(ptr, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64)>
// CHECK: llvm.mlir.addressof
// CHECK-NEXT: llvm.mlir.constant(2 : i64)
// CHECK-NEXT: llvm.mlir.constant(6 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK: llvm.mlir.constant(3 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)

// Rows of 3 f32.
// CHECK: constant @[[OUTPUTS:.*MlcOutput.*]]()
// CHECK: llvm.mlir.addressof
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(3 : i64)

// Name, element type, rank, sizes, kind and number of the initialiser, fan-in,
// whether it is trained, its own rate, weight decay and l1 (-1: the optimiser's),
// its own data.
// CHECK: constant @[[PARAMETERS:.*MlcParameter.*]]() {{.*}} : !llvm.array<4 x struct<(ptr, i64, i64, i64, i64, i64, i64, i64, i64, f64, i64, i64, f64, f64, f64, ptr)>>
// CHECK: llvm.mlir.addressof @[[W]] :
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(2 : i64)
// CHECK-NEXT: llvm.mlir.constant(9 : i64)
// CHECK-NEXT: llvm.mlir.constant(4 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(3 : i64)
// CHECK-NEXT: llvm.mlir.constant(0.000000e+00 : f64)
// CHECK-NEXT: llvm.mlir.constant(9 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(1.000000e+00 : f64)
// CHECK-NEXT: llvm.mlir.constant(-1.000000e+00 : f64)
// CHECK-NEXT: llvm.mlir.constant(-1.000000e+00 : f64)
// CHECK-NEXT: llvm.mlir.zero : !llvm.ptr
// CHECK: llvm.mlir.addressof @[[B]] :
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(4 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK: llvm.mlir.constant(4 : i64)
// CHECK-NEXT: llvm.mlir.constant(2.500000e-01 : f64)
// CHECK-NEXT: llvm.mlir.constant(4 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(5.000000e-01 : f64)
// CHECK-NEXT: llvm.mlir.constant(1.250000e-01 : f64)
// CHECK: llvm.mlir.constant(5.000000e-01 : f64)
// CHECK: llvm.mlir.constant(-2.000000e+00 : f64)
// CHECK-NEXT: llvm.mlir.constant(3 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)

// The states that the training step takes: name, the parameter's number, element
// type, its shape.
// CHECK: constant @[[STATES:.*MlcState.*]]() {{.*}} : !llvm.array<3 x struct<(ptr, i64, i64, i64, i64, i64, i64, i64, i64)>>
// CHECK: llvm.mlir.addressof @[[WM]] :
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(2 : i64)
// CHECK-NEXT: llvm.mlir.constant(9 : i64)
// CHECK-NEXT: llvm.mlir.constant(4 : i64)
// CHECK: llvm.mlir.addressof @[[WV]] :
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK: llvm.mlir.addressof @[[BM]] :
// CHECK-NEXT: llvm.mlir.constant(1 : i64)

// Name, function, no profiled one; updates and losses; input 0, label 0, no
// output; bytes shared, a worker's, a worker's for each non-zero;
// multiplications.
// CHECK: constant @[[ENTRIES:.*MlcEntryPoint.*]]() {{.*}} : !llvm.array<3 x struct<(ptr, ptr, ptr, i64, i64, i64, i64, i64, i64, i64, f64, f64, f64)>>
// CHECK: llvm.mlir.addressof @[[TRAIN]] :
// CHECK-NEXT: llvm.mlir.addressof @mlc_kinds_train :
// CHECK-NEXT: llvm.mlir.zero : !llvm.ptr
// CHECK-NEXT: llvm.mlir.constant(3 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(640 : i64)
// CHECK-NEXT: llvm.mlir.constant(64 : i64)
// CHECK-NEXT: llvm.mlir.constant(8 : i64)
// CHECK-NEXT: llvm.mlir.constant(1.100000e+01 : f64)
// CHECK-NEXT: llvm.mlir.constant(1.200000e+01 : f64)
// CHECK-NEXT: llvm.mlir.constant(1.300000e+01 : f64)
// Evaluation updates nothing, and writes losses and output 0.
// CHECK: llvm.mlir.addressof @[[EVALUATE]] :
// CHECK-NEXT: llvm.mlir.addressof @mlc_kinds_evaluate :
// CHECK-NEXT: llvm.mlir.zero : !llvm.ptr
// CHECK-NEXT: llvm.mlir.constant(2 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(704 : i64)
// Prediction has no labels and no losses.
// CHECK: llvm.mlir.addressof @[[PREDICT]] :
// CHECK-NEXT: llvm.mlir.addressof @mlc_kinds_predict :
// CHECK-NEXT: llvm.mlir.zero : !llvm.ptr
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)

// CHECK: llvm.mlir.global external constant @mlc_program_kinds()
// CHECK-NEXT: llvm.mlir.constant(13 : i64)
// CHECK-NEXT: llvm.mlir.addressof @[[NAME]] :
// CHECK-NEXT: llvm.mlir.addressof @[[COMPILER]] :
// CHECK-NEXT: llvm.mlir.addressof @[[TARGET]] :
// CHECK-NEXT: llvm.mlir.addressof @[[FEATURES]] :
// CHECK-NEXT: llvm.mlir.addressof @[[DESCENT]] :
// CHECK-NEXT: llvm.mlir.constant(77 : i64)
// CHECK-NEXT: llvm.mlir.constant(78 : i64)
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.addressof @[[INPUTS]] :
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.addressof @[[LABELS]] :
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.addressof @[[OUTPUTS]] :
// CHECK-NEXT: llvm.mlir.constant(4 : i64)
// CHECK-NEXT: llvm.mlir.addressof @[[PARAMETERS]] :
// CHECK-NEXT: llvm.mlir.constant(3 : i64)
// CHECK-NEXT: llvm.mlir.addressof @[[STATES]] :
// CHECK-NEXT: llvm.mlir.constant(3 : i64)
// CHECK-NEXT: llvm.mlir.addressof @[[ENTRIES]] :
// No exchanges; shards for one rank.
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.zero : !llvm.ptr
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(8 : i64)
// Batch, epochs, learning rate; no schedule, no accumulation, no clipping of sums
// or rows; no
// regions, no kernels.
// CHECK-NEXT: %[[BATCH:.*]] = llvm.mlir.constant(5 : i64)
// CHECK-NEXT: llvm.mlir.constant(7 : i64)
// CHECK-NEXT: llvm.mlir.constant(1.000000e-02 : f64)
// CHECK-NEXT: llvm.mlir.zero : !llvm.ptr
// CHECK-NEXT: llvm.mlir.constant(1 : i64)
// CHECK-NEXT: llvm.mlir.constant(0.000000e+00 : f64)
// CHECK-NEXT: llvm.mlir.constant(0.000000e+00 : f64)
// CHECK-NEXT: llvm.mlir.constant(0.000000e+00 : f64)
// CHECK-NEXT: llvm.mlir.constant(0 : i64)
// CHECK-NEXT: llvm.mlir.zero : !llvm.ptr
// CHECK-NEXT: %[[DEVICE:.*]] = llvm.mlir.zero : !llvm.ptr
// CHECK-NEXT: llvm.mlir.undef
// CHECK: llvm.insertvalue %[[BATCH]], %{{.*}}[24]
// CHECK: llvm.insertvalue %[[DEVICE]], %{{.*}}[34]

// What the runtime's `main` follows.
// CHECK: llvm.mlir.global weak constant @mlc_program()
// CHECK-NEXT: llvm.mlir.addressof @mlc_program_kinds
