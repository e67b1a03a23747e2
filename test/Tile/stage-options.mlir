// A stage takes the options of its passes, as the compiler sets them.
// RUN: mlc-opt %s --mlc-autodiff-stage --mlc-linalg-stage --mlc-tile-stage="lanes=8 registers=16" | FileCheck %s --check-prefix=AVX2
// RUN: mlc-opt %s --mlc-autodiff-stage --mlc-linalg-stage --mlc-tile-stage="lanes=4 registers=16 fma=false" | FileCheck %s --check-prefix=SSE
// RUN: mlc-opt %s --mlc-autodiff-stage --mlc-linalg-stage --mlc-tile-stage="gemm=openblas" | FileCheck %s --check-prefix=LIBRARY
// RUN: mlc-opt %s --mlc-autodiff-stage --mlc-linalg-stage="profile" --mlc-tile-stage --mlc-bufferize-stage --mlc-spmd-stage="profile" | FileCheck %s --check-prefix=PROFILE
// RUN: mlc-opt %s --mlc-autodiff-stage --mlc-gpu-linalg-stage="gemm=cublas gpu-steps=launches" | FileCheck %s --check-prefix=CUBLAS
// RUN: mlc-opt %s --mlc-autodiff-stage --mlc-gpu-linalg-stage="gpu-steps=launches" --mlc-gpu-tile-stage="gpu-steps=launches" --mlc-gpu-bufferize-stage --mlc-gpu-spmd-stage="gpu-steps=launches" --mlc-gpu-lowering-stage="gpu-steps=launches" | FileCheck %s --check-prefix=LAUNCHES
// RUN: not mlc-opt %s --mlc-tile-stage="lines=8" 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// AVX2: math.fma {{.*}} : vector<16xf32>
// AVX2-NOT: vector<64xf32>
// SSE-NOT: math.fma
// SSE: vector<8xf32>
// LIBRARY: linalg.matmul {{.*}}mlc.library
// PROFILE: func.func private @profiled_train_step
// CUBLAS: blas.gemm
// CUBLAS-NOT: @mlc_chip
// LAUNCHES: gpu.module
// LAUNCHES: llvm.func @train_step_0
// LAUNCHES-NOT: @train_chip
// UNKNOWN: no such option lines
graph.program @model {
  %w = graph.parameter "w" normal(0.1) : tensor<64x48xf32>
  graph.predict(%x: tensor<?x64xf32>) {
    %h = graph.linear %x, %w : tensor<?x64xf32>, tensor<64x48xf32>
    graph.yield %h : tensor<?x48xf32>
  }
  graph.loss(%y: tensor<?x48xf32>, %t: tensor<?x48xf32>) {
    %l = graph.mse %y, %t : tensor<?x48xf32>, tensor<?x48xf32>
    graph.yield %l : tensor<f32>
  }
  graph.train sgd(learning_rate = 0.1) batch(64) epochs(1)
}
