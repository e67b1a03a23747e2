// RUN: mlc-opt %s --mlc-gemm-to-blas --split-input-file --verify-diagnostics

// The library takes the distance between rows, but none between columns.
func.func @columns_apart(%a: memref<40x96xf32, strided<[192, 2]>>, %b: memref<96x64xf32>, %c: memref<40x64xf32>) {
  // expected-error@-1 {{expected rows without gaps for the library}}
  linalg.matmul {mlc.library} ins(%a, %b : memref<40x96xf32, strided<[192, 2]>>, memref<96x64xf32>) outs(%c : memref<40x64xf32>)
  return
}

// -----

func.func @rhs_by_columns(%a: memref<40x96xf32>, %b: memref<96x64xf32, strided<[1, 96]>>, %c: memref<40x64xf32>) {
  // expected-error@-1 {{expected rows without gaps for the library}}
  linalg.matmul {mlc.library} ins(%a, %b : memref<40x96xf32>, memref<96x64xf32, strided<[1, 96]>>) outs(%c : memref<40x64xf32>)
  return
}

// -----

func.func @unknown_distance(%a: memref<40x96xf32>, %b: memref<96x64xf32>, %m: memref<40x128xf32>, %step: index) {
  // expected-error@+1 {{expected rows without gaps for the library}}
  %c = memref.subview %m[0, 0] [40, 64] [1, %step] : memref<40x128xf32> to memref<40x64xf32, strided<[128, ?]>>
  linalg.matmul {mlc.library} ins(%a, %b : memref<40x96xf32>, memref<96x64xf32>) outs(%c : memref<40x64xf32, strided<[128, ?]>>)
  return
}

// -----

// What is not for the library may lie as it likes.
func.func @generated(%a: memref<40x96xf32, strided<[192, 2]>>, %b: memref<96x64xf32>, %c: memref<40x64xf32>) {
  linalg.matmul ins(%a, %b : memref<40x96xf32, strided<[192, 2]>>, memref<96x64xf32>) outs(%c : memref<40x64xf32>)
  return
}
