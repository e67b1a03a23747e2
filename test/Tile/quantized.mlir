// RUN: mlc-opt %s --split-input-file --mlc-vector-code="lanes=16 registers=32" | FileCheck %s
// RUN: mlc-opt %s --split-input-file --mlc-vector-code="lanes=16 registers=32 byte-products" | FileCheck %s --check-prefix=BYTES
// RUN: mlc-opt %s --split-input-file --mlc-sampled-products | FileCheck %s --check-prefix=SAMPLED

// A non-zero reads one record: its scale, which the value is multiplied by, and
// the numbers beside it, which are widened in registers.

// CHECK-LABEL: func.func @bytes(
// CHECK-SAME: %[[RECORDS:[a-z0-9]+]]: tensor<244xi8>
// CHECK: scf.for
// CHECK: tensor.extract %{{.*}} : tensor<?xi16>
// CHECK: %[[PLACE:.*]] = arith.muli %{{.*}}, %c20
// CHECK: %[[SCALE:.*]] = vector.transfer_read %[[RECORDS]][%[[PLACE]]]{{.*}} vector<2xi8>
// CHECK: vector.bitcast %[[SCALE]] : vector<2xi8> to vector<1xi16>
// CHECK: arith.uitofp
// CHECK: arith.select
// CHECK: %[[AT:.*]] = arith.addi %[[PLACE]], %c2
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
// SAMPLED: vector.bitcast %{{.*}} : vector<2xi8> to vector<1xi16>
// SAMPLED: %[[SCALE:.*]] = arith.select
// SAMPLED: arith.mulf %[[SCALE]], %{{.*}} : f32
func.func @sampled(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x19xf32>,
                   %records: tensor<280xi8>, %out: tensor<?xf32>) -> tensor<?xf32> {
  %y = csr.quantized_sampled_matmul ins(%rows, %indptr, %indices, %dy, %records) outs(%out) {bits = 8, record = 24}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x19xf32>, tensor<280xi8>, tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// Sums of whole numbers: of ones, 258 of 8 bits in 16, and these in 32; of other
// values, four at a time, products of two rows, which are added in 32 bits.
// The rows are interleaved in halves of 128 bits, and the sums put in order.

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
// CHECK: arith.maxui %{{.*}} : vector<4xi32>
// CHECK: vector.reduction <maxui>
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c512{{.*}} -> (vector<16xf32>)
// CHECK: %[[SUMS:.*]]:2 = scf.for {{.*}} step %c4{{.*}} -> (vector<8xi32>, vector<8xi32>)
// CHECK: math.roundeven %{{.*}} : vector<4xf32>
// CHECK: arith.minnumf
// CHECK: arith.maxnumf
// CHECK: arith.fptosi
// CHECK: vector.shuffle {{.*}} [0, 16, 1, 17, 2, 18, 3, 19, 8, 24, 9, 25, 10, 26, 11, 27]
// CHECK: arith.muli %{{.*}} : vector<16xi32>
// CHECK: vector.shuffle {{.*}} [0, 2, 4, 6, 8, 10, 12, 14]
// CHECK: vector.shuffle {{.*}} [1, 3, 5, 7, 9, 11, 13, 15]
// CHECK: vector.shuffle {{.*}} [4, 20, 5, 21, 6, 22, 7, 23, 12, 28, 13, 29, 14, 30, 15, 31]
// CHECK: vector.shuffle %[[SUMS]]#0, %[[SUMS]]#1 [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15]
func.func @integers(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                    %ones: i1, %records: tensor<208xi8>, %scales: tensor<1x16xf32>, %init: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %first = arith.constant 0 : index
  %y = csr.integer_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first, %scales) outs(%init) {record = 16}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<208xi8>, index, tensor<1x16xf32>, tensor<?x16xf32>)
      -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}

// -----

// Where an instruction sums products of bytes and columns fill its registers:
// four rows at a time, by the values' lower bytes, which have no sign, and by
// their upper ones, for which 128 is added to the numbers; what that adds to
// each column is taken away again, and the columns are put in their order.
// Without: as above.

// CHECK-LABEL: func.func @four_rows(
// CHECK-NOT: llvm.call_intrinsic

// BYTES-LABEL: func.func @four_rows(
// BYTES-DAG: %[[RAISE:.*]] = arith.constant dense<-128> : vector<64xi8>
// BYTES: %[[SUMS:.*]]:9 = scf.for {{.*}} step %c4{{.*}} iter_args(%[[LOWER:[a-z0-9]+]] = {{.*}}, {{.*}}, {{.*}}, {{.*}}, %[[UPPER:[a-z0-9]+]] = {{.*}}, {{.*}}, {{.*}}, {{.*}}, %[[UPPERS:[a-z0-9]+]] = {{.*}})
// BYTES: %[[VALUES:.*]] = arith.fptosi {{.*}} vector<4xi32>
// BYTES: %[[HIGH:.*]] = arith.shrsi %[[VALUES]], %{{.*}} : vector<4xi32>
// BYTES: arith.addi %[[UPPERS]], %[[HIGH]] : vector<4xi32>
// BYTES: arith.trunci %[[VALUES]] : vector<4xi32> to vector<4xi8>
// BYTES: %[[BY_LOWER:.*]] = vector.bitcast {{.*}} vector<16xi32> to vector<64xi8>
// BYTES: arith.trunci %[[HIGH]] : vector<4xi32> to vector<4xi8>
// BYTES: %[[BY_UPPER:.*]] = vector.bitcast {{.*}} vector<16xi32> to vector<64xi8>
// BYTES: vector.shuffle {{.*}} [0, 64, 1, 65, 2, 66, 3, 67, 4, 68, 5, 69, 6, 70, 7, 71, 16, 80,
// BYTES: vector.shuffle {{.*}} [0, 32, 1, 33, 2, 34, 3, 35, 8, 40,
// BYTES: %[[QUAD:.*]] = vector.bitcast {{.*}} vector<32xi16> to vector<64xi8>
// BYTES: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%[[LOWER]], %[[BY_LOWER]], %[[QUAD]])
// BYTES: %[[RAISED:.*]] = arith.xori %[[QUAD]], %[[RAISE]]
// BYTES: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%[[UPPER]], %[[RAISED]], %[[BY_UPPER]])
// BYTES: %[[ALL:.*]] = vector.reduction <add>, %[[SUMS]]#8
// BYTES: arith.muli %[[ALL]], %c128
// BYTES: %[[RAISES:.*]] = vector.broadcast
// BYTES: %[[TRUE:.*]] = arith.subi %[[SUMS]]#4, %[[RAISES]]
// BYTES: %[[BY_256:.*]] = arith.shli %[[TRUE]]
// BYTES: arith.addi %[[SUMS]]#0, %[[BY_256]]
// BYTES: vector.shuffle {{.*}} [0, 1, 2, 3, 16, 17, 18, 19, 32, 33, 34, 35, 48, 49, 50, 51, 4, 5,
func.func @four_rows(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                     %ones: i1, %records: tensor<832xi8>, %scales: tensor<1x64xf32>, %init: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %first = arith.constant 0 : index
  %y = csr.integer_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first, %scales) outs(%init) {record = 64}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<832xi8>, index, tensor<1x64xf32>, tensor<?x64xf32>)
      -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
