// RUN: mlc-opt %s --mlc-update-in-place | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#none = affine_map<(i, j) -> ()>

// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[NONE:.*]] = affine_map<(d0, d1) -> ()>

// New values are computed in their old values' buffers, which the loop reads
// there too; the loss gets a buffer at the end; only what is trained is written.
// CHECK-LABEL: func.func @train(
// CHECK-SAME: %[[T:[a-z0-9]+]]: memref<8x4xf32> {mlc.role = #mlc.role<labels>}
// CHECK-SAME: %[[W:[a-z0-9]+]]: memref<8x4xf32> {mlc.role = #mlc.role<parameter>}
// CHECK-SAME: %[[M:[a-z0-9]+]]: memref<8x4xf32> {mlc.role = #mlc.role<state>}
// CHECK-SAME: %[[LOSS:[a-z0-9]+]]: memref<f32> {mlc.role = #mlc.role<loss>}) {
// CHECK-DAG: %[[LT:.*]] = bufferization.to_tensor %[[LOSS]] restrict writable
// CHECK-DAG: %[[TT:.*]] = bufferization.to_tensor %[[T]] restrict :
// CHECK-DAG: %[[WT:.*]] = bufferization.to_tensor %[[W]] restrict writable
// CHECK-DAG: %[[MT:.*]] = bufferization.to_tensor %[[M]] restrict writable
// CHECK: %[[ZERO:.*]] = linalg.fill {{.*}} outs(%[[LT]] : tensor<f32>)
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}}iterator_types = ["reduction", "reduction"]} ins(%[[WT]], %[[TT]] : {{.*}} outs(%[[ZERO]] :
// CHECK: %[[NEW:.*]]:2 = linalg.generic {indexing_maps = [#[[ID]], #[[ID]], #[[ID]]], {{.*}} ins(%[[TT]] : tensor<8x4xf32>) outs(%[[MT]], %[[WT]] :
// CHECK-NEXT: ^bb0(%[[G:.*]]: f32, %[[OLDM:.*]]: f32, %[[OLDW:.*]]: f32):
// CHECK: %[[M1:.*]] = arith.addf %[[OLDM]], %[[G]]
// CHECK: %[[W1:.*]] = arith.subf %[[OLDW]], %[[M1]]
// CHECK: linalg.yield %[[M1]], %[[W1]]
// CHECK-DAG: materialize_in_destination %[[SUM]] in restrict writable %[[LOSS]]
// CHECK-DAG: materialize_in_destination %[[NEW]]#1 in writable %[[W]]
// CHECK-DAG: materialize_in_destination %[[NEW]]#0 in writable %[[M]]
// CHECK: return{{$}}
func.func @train(%t: tensor<8x4xf32> {mlc.role = #mlc.role<labels>}, %w: tensor<8x4xf32> {mlc.role = #mlc.role<parameter>},
                 %m: tensor<8x4xf32> {mlc.role = #mlc.role<state>})
    -> (tensor<f32> {mlc.role = #mlc.role<loss>}, tensor<8x4xf32> {mlc.role = #mlc.role<parameter>}, tensor<8x4xf32> {mlc.role = #mlc.role<state>}) {
  %zero = arith.constant 0.0 : f32
  %scalar = tensor.empty() : tensor<f32>
  %start = linalg.fill ins(%zero : f32) outs(%scalar : tensor<f32>) -> tensor<f32>
  %loss = linalg.generic {indexing_maps = [#id, #id, #none], iterator_types = ["reduction", "reduction"]}
      ins(%w, %t : tensor<8x4xf32>, tensor<8x4xf32>) outs(%start : tensor<f32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %c = arith.mulf %a, %b : f32
    %d = arith.addf %sum, %c : f32
    linalg.yield %d : f32
  } -> tensor<f32>
  %empty = tensor.empty() : tensor<8x4xf32>
  %new:2 = linalg.generic {indexing_maps = [#id, #id, #id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t, %m, %w : tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) outs(%empty, %empty : tensor<8x4xf32>, tensor<8x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %x: f32, %y: f32):
    %d = arith.addf %b, %a : f32
    %e = arith.subf %c, %d : f32
    linalg.yield %d, %e : f32, f32
  } -> (tensor<8x4xf32>, tensor<8x4xf32>)
  return %loss, %new#1, %new#0 : tensor<f32>, tensor<8x4xf32>, tensor<8x4xf32>
}

// One parameter and no state is training, too.
// CHECK-LABEL: func.func @one_parameter(
// CHECK-SAME: %[[W:[a-z0-9]+]]: memref<8x4xf32> {mlc.role = #mlc.role<parameter>}
// CHECK: %[[WT:.*]] = bufferization.to_tensor %[[W]] restrict writable
// CHECK: linalg.generic {{.*}} outs(%[[WT]] :
func.func @one_parameter(%w: tensor<8x4xf32> {mlc.role = #mlc.role<parameter>}, %g: tensor<8x4xf32> {mlc.role = #mlc.role<data>}, %l: tensor<f32> {mlc.role = #mlc.role<data>})
    -> (tensor<f32> {mlc.role = #mlc.role<loss>}, tensor<8x4xf32> {mlc.role = #mlc.role<parameter>}) {
  %empty = tensor.empty() : tensor<8x4xf32>
  %new = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%w, %g : tensor<8x4xf32>, tensor<8x4xf32>) outs(%empty : tensor<8x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<8x4xf32>
  return %l, %new : tensor<f32>, tensor<8x4xf32>
}

// An operand that is not needed any more is overwritten; one that is, is not.
// CHECK-LABEL: func.func @spent(
// CHECK-SAME: %[[Y:[a-z0-9]+]]: memref<8x4xf32> {mlc.role = #mlc.role<prediction>}
// CHECK: %[[OUT:.*]] = bufferization.to_tensor %[[Y]] restrict writable
// CHECK: %[[P:.*]] = linalg.matmul
// CHECK: %[[R:.*]] = linalg.generic {indexing_maps = [#[[ID]]], {{.*}}} outs(%[[P]] : tensor<8x4xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[R]] : {{.*}}) outs(%[[OUT]] :
func.func @spent(%x: tensor<8x3xf32> {mlc.role = #mlc.role<data>}, %w: tensor<3x4xf32> {mlc.role = #mlc.role<parameter>}, %v: tensor<4x4xf32> {mlc.role = #mlc.role<parameter>})
    -> (tensor<8x4xf32> {mlc.role = #mlc.role<prediction>}) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<8x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<8x4xf32>) -> tensor<8x4xf32>
  %p = linalg.matmul ins(%x, %w : tensor<8x3xf32>, tensor<3x4xf32>) outs(%init : tensor<8x4xf32>) -> tensor<8x4xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<8x4xf32>) outs(%empty : tensor<8x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.maximumf %a, %zero : f32
    linalg.yield %c : f32
  } -> tensor<8x4xf32>
  %inner = tensor.empty() : tensor<8x4xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%r : tensor<8x4xf32>) outs(%inner : tensor<8x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = math.exp %a : f32
    linalg.yield %c : f32
  } -> tensor<8x4xf32>
  %q = linalg.matmul ins(%r, %v : tensor<8x4xf32>, tensor<4x4xf32>) outs(%s : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %q : tensor<8x4xf32>
}

// An old value that is read behind the loop is not overwritten by it: that
// would be a copy to save it, and one more to bring the new value here.
// CHECK-LABEL: func.func @read_later(
// CHECK-SAME: %[[W:[a-z0-9]+]]: memref<8x4xf32> {mlc.role = #mlc.role<parameter>}
// CHECK: %[[WT:.*]] = bufferization.to_tensor %[[W]] restrict writable
// CHECK: %[[OWN:.*]] = tensor.empty() : tensor<8x4xf32>
// CHECK: %[[NEW:.*]] = linalg.generic {{.*}} ins(%[[WT]], %{{.*}}) outs(%[[OWN]] :
// CHECK: linalg.generic {{.*}} ins(%[[NEW]], %[[WT]] :
func.func @read_later(%w: tensor<8x4xf32> {mlc.role = #mlc.role<parameter>}, %g: tensor<8x4xf32> {mlc.role = #mlc.role<data>})
    -> (tensor<f32> {mlc.role = #mlc.role<loss>}, tensor<8x4xf32> {mlc.role = #mlc.role<parameter>}) {
  %zero = arith.constant 0.0 : f32
  %scalar = tensor.empty() : tensor<f32>
  %start = linalg.fill ins(%zero : f32) outs(%scalar : tensor<f32>) -> tensor<f32>
  %empty = tensor.empty() : tensor<8x4xf32>
  %new = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%w, %g : tensor<8x4xf32>, tensor<8x4xf32>) outs(%empty : tensor<8x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<8x4xf32>
  %loss = linalg.generic {indexing_maps = [#id, #id, #none], iterator_types = ["reduction", "reduction"]}
      ins(%new, %w : tensor<8x4xf32>, tensor<8x4xf32>) outs(%start : tensor<f32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %c = arith.mulf %a, %b : f32
    %d = arith.addf %sum, %c : f32
    linalg.yield %d : f32
  } -> tensor<f32>
  return %loss, %new : tensor<f32>, tensor<8x4xf32>
}

// Another sum begins with the same zero, which must not be where the caller sees
// the loss: the loss begins with one of its own.

// CHECK-LABEL: func.func @two_sums(
// CHECK: %[[LOSS:.*]] = bufferization.to_tensor %arg2 restrict writable
// CHECK: %[[OWN:.*]] = linalg.fill ins(%{{.*}}) outs(%[[LOSS]] : tensor<f32>)
// CHECK: %[[SHARED:.*]] = linalg.fill ins(%{{.*}})
// CHECK: linalg.generic {{.*}} outs(%[[OWN]] : tensor<f32>)
// CHECK: linalg.generic {{.*}} outs(%[[SHARED]] : tensor<f32>)
func.func @two_sums(%x: tensor<4xf32>, %w: tensor<f32> {mlc.role = #mlc.role<parameter>})
    -> (tensor<f32> {mlc.role = #mlc.role<loss>}, tensor<f32> {mlc.role = #mlc.role<parameter>}) {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<f32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<f32>) -> tensor<f32>
  %loss = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%x : tensor<4xf32>) outs(%init : tensor<f32>) {
  ^bb0(%in: f32, %out: f32):
    %sum = arith.addf %out, %in : f32
    linalg.yield %sum : f32
  } -> tensor<f32>
  %norm = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%x : tensor<4xf32>) outs(%init : tensor<f32>) {
  ^bb0(%in: f32, %out: f32):
    %square = arith.mulf %in, %in : f32
    %sum = arith.addf %out, %square : f32
    linalg.yield %sum : f32
  } -> tensor<f32>
  return %loss, %norm : tensor<f32>, tensor<f32>
}
