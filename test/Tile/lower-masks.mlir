// RUN: mlc-opt %s --mlc-lower-masks | FileCheck %s

// What has just been written with a mask is not read again.
// CHECK-LABEL: func.func @forward(
// CHECK-SAME: %[[A:[a-z0-9]+]]: vector<8xf32>
// CHECK-SAME: %[[MASK:[a-z0-9]+]]: vector<8xi1>
// CHECK: %[[ZEROS:.*]] = arith.constant dense<0.000000e+00>
// CHECK-NOT: transfer_read
// CHECK: arith.select %[[MASK]], %[[A]], %[[ZEROS]]
func.func @forward(%x: tensor<?xf32>, %a: vector<8xf32>, %mask: vector<8xi1>) -> vector<8xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %t = vector.transfer_write %a, %x[%c0], %mask {in_bounds = [true]} : vector<8xf32>, tensor<?xf32>
  %b = vector.transfer_read %t[%c0], %zero, %mask {in_bounds = [true]} : tensor<?xf32>, vector<8xf32>
  return %b : vector<8xf32>
}

// With another mask, it is.
// CHECK-LABEL: func.func @other(
// CHECK: transfer_write
// CHECK: transfer_read
func.func @other(%x: tensor<?xf32>, %a: vector<8xf32>, %mask: vector<8xi1>, %more: vector<8xi1>) -> vector<8xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %t = vector.transfer_write %a, %x[%c0], %mask {in_bounds = [true]} : vector<8xf32>, tensor<?xf32>
  %b = vector.transfer_read %t[%c0], %zero, %more {in_bounds = [true]} : tensor<?xf32>, vector<8xf32>
  return %b : vector<8xf32>
}
