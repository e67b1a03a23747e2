// RUN: mlc-opt %s --split-input-file --mlc-vector-code="lanes=16 registers=32" | FileCheck %s
// RUN: mlc-opt %s --split-input-file --mlc-sampled-products | FileCheck %s --check-prefix=SAMPLED

// A non-zero reads one record: its scale, which the value is multiplied by, and
// the numbers beside it, which are widened in registers.

// CHECK-LABEL: func.func @bytes(
// CHECK-SAME: %[[RECORDS:[a-z0-9]+]]: tensor<244xi8>
// CHECK: scf.for
// CHECK: tensor.extract %{{.*}} : tensor<?xi16>
// CHECK: %[[PLACE:.*]] = arith.muli %{{.*}}, %c20
// CHECK: %[[SCALE:.*]] = vector.transfer_read %[[RECORDS]][%[[PLACE]]]{{.*}} vector<4xi8>
// CHECK: vector.bitcast %[[SCALE]] : vector<4xi8> to vector<1xf32>
// CHECK: %[[AT:.*]] = arith.addi %[[PLACE]], %c4
// CHECK: %[[NUMBERS:.*]] = vector.transfer_read %[[RECORDS]][%[[AT]]]{{.*}} vector<16xi8>
// CHECK: %[[WIDE:.*]] = arith.extsi %[[NUMBERS]] : vector<16xi8> to vector<16xi32>
// CHECK: arith.sitofp %[[WIDE]] : vector<16xi32> to vector<16xf32>
// CHECK: vector.fma
func.func @bytes(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                 %ones: i1, %records: tensor<244xi8>, %init: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %first = arith.constant 0 : index
  %y = csr.quantized_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first) outs(%init)
    {bits = 8, record = 20}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<244xi8>, index, tensor<?x16xf32>)
      -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}

// -----

// Eight numbers of 4 bits are a word.

// CHECK-LABEL: func.func @halves(
// CHECK-SAME: %[[RECORDS:[a-z0-9]+]]: tensor<172xi8>
// CHECK: %[[PACKED:.*]] = vector.transfer_read %[[RECORDS]]{{.*}} vector<8xi8>
// CHECK: %[[WORDS:.*]] = vector.bitcast %[[PACKED]] : vector<8xi8> to vector<2xi32>
// CHECK: %[[LANES:.*]] = vector.shuffle %[[WORDS]], %[[WORDS]] [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
// CHECK: %[[UP:.*]] = arith.shli %[[LANES]]
// CHECK: arith.shrsi %[[UP]]
// CHECK: arith.sitofp
func.func @halves(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                  %ones: i1, %records: tensor<172xi8>, %init: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %first = arith.constant 0 : index
  %y = csr.quantized_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first) outs(%init)
    {bits = 4, record = 12}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<172xi8>, index, tensor<?x16xf32>)
      -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}

// -----

// The gradient with respect to the data: 19 columns are 16, 2 and 1.

// SAMPLED-LABEL: func.func @sampled(
// SAMPLED-SAME: %[[DY:[a-z0-9]+]]: tensor<?x19xf32>, %[[RECORDS:[a-z0-9]+]]: tensor<280xi8>
// SAMPLED: vector.transfer_read %[[DY]]{{.*}} vector<16xf32>
// SAMPLED: vector.transfer_read %[[DY]]{{.*}} vector<2xf32>
// SAMPLED: vector.transfer_read %[[DY]]{{.*}} vector<1xf32>
// SAMPLED: vector.transfer_read %[[RECORDS]]{{.*}} vector<16xi8>
// SAMPLED: vector.transfer_read %[[RECORDS]]{{.*}} vector<2xi8>
// SAMPLED: vector.transfer_read %[[RECORDS]]{{.*}} vector<1xi8>
// SAMPLED: %[[BITS:.*]] = vector.bitcast %{{.*}} : vector<4xi8> to vector<1xf32>
// SAMPLED: %[[SCALE:.*]] = vector.extract %[[BITS]][0]
// SAMPLED: arith.mulf %[[SCALE]], %{{.*}} : f32
func.func @sampled(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x19xf32>,
                   %records: tensor<280xi8>, %out: tensor<?xf32>) -> tensor<?xf32> {
  %y = csr.quantized_sampled_matmul ins(%rows, %indptr, %indices, %dy, %records) outs(%out) {bits = 8, record = 24}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x19xf32>, tensor<280xi8>, tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// Sums of whole numbers: of ones, 258 of 8 bits in 16, and these in 32; of other
// values, products of two rows at a time, which are added in 32 bits.

// CHECK-LABEL: func.func @integers(
// CHECK-SAME: %[[RECORDS:[a-z0-9]+]]: tensor<208xi8>, %[[SCALES:[a-z0-9]+]]: tensor<1x16xf32>
// CHECK: %[[ONES:.*]] = scf.if
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c258{{.*}} -> (vector<16xi32>)
// CHECK: scf.for {{.*}} -> (vector<16xi16>)
// CHECK: arith.extsi %{{.*}} : vector<16xi8> to vector<16xi16>
// CHECK: arith.addi %{{.*}} : vector<16xi16>
// CHECK: arith.extsi %{{.*}} : vector<16xi16> to vector<16xi32>
// CHECK: arith.sitofp %{{.*}} : vector<16xi32> to vector<16xf32>
// CHECK: } else {
// CHECK: arith.maxui
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c512{{.*}} -> (vector<16xf32>)
// CHECK: scf.for {{.*}} step %c2{{.*}} -> (vector<16xi32>)
// CHECK: math.roundeven
// CHECK: arith.minnumf
// CHECK: arith.maxnumf
// CHECK: arith.fptosi
// CHECK: vector.interleave %{{.*}} : vector<16xi8> -> vector<32xi8>
// CHECK: arith.muli %{{.*}} : vector<32xi32>
// CHECK: vector.shuffle {{.*}} [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]
// CHECK: vector.shuffle {{.*}} [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31]
func.func @integers(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                    %ones: i1, %records: tensor<208xi8>, %scales: tensor<1x16xf32>, %init: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %first = arith.constant 0 : index
  %y = csr.integer_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first, %scales) outs(%init) {record = 16}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<208xi8>, index, tensor<1x16xf32>, tensor<?x16xf32>)
      -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}
