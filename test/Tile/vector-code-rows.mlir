// RUN: mlc-opt %s --mlc-vector-code | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

// 13 columns are one masked vector of 16; one number for a row is a scalar.
// CHECK-LABEL: func.func @odd_width(
// CHECK: %[[MASK:.*]] = arith.constant dense<{{\[\[true(, true){12}(, false){3}\]\]}}> : vector<1x16xi1>
// CHECK: scf.forall
// CHECK-DAG: %[[V:.*]] = vector.transfer_read {{.*}}, %[[MASK]] {{.*}} vector<1x16xf32>
// CHECK-DAG: %[[S:.*]] = tensor.extract %
// CHECK-DAG: %[[SPREAD:.*]] = vector.broadcast %[[S]]
// CHECK: %[[R:.*]] = arith.divf %[[V]], %[[SPREAD]]
// CHECK: vector.transfer_write %[[R]], {{.*}}, %[[MASK]]
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @odd_width(%x: tensor<?x13xf32>, %sums: tensor<?xf32>, %n: index) -> tensor<?x13xf32> {
  %c4 = arith.constant 4 : index
  %r = scf.forall (%i) = (0) to (%n) step (4) shared_outs(%o = %x) -> (tensor<?x13xf32>) {
    %ss = tensor.extract_slice %sums[%i] [4] [1] : tensor<?xf32> to tensor<4xf32>
    %os = tensor.extract_slice %o[%i, 0] [4, 13] [1, 1] : tensor<?x13xf32> to tensor<4x13xf32>
    %y = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
        ins(%ss : tensor<4xf32>) outs(%os : tensor<4x13xf32>) {
    ^bb0(%s: f32, %v: f32):
      %d = arith.divf %v, %s : f32
      linalg.yield %d : f32
    } -> tensor<4x13xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y into %o[%i, 0] [4, 13] [1, 1] : tensor<4x13xf32> into tensor<?x13xf32>
    }
  }
  return %r : tensor<?x13xf32>
}

// Short rows and reads at computed places are left to plain loops.
// CHECK-LABEL: func.func @plain(
// CHECK-NOT: vector.
// CHECK: linalg.generic
// CHECK: math.exp
// CHECK: linalg.generic
// CHECK: tensor.extract
// CHECK-NOT: vector.
// CHECK: return
func.func @plain(%x: tensor<?x5xf32>, %table: tensor<?xf32>, %n: index) -> (tensor<?x5xf32>, tensor<?xf32>) {
  %out = tensor.empty(%n) : tensor<?xf32>
  %r:2 = scf.forall (%i) = (0) to (%n) step (4) shared_outs(%o = %x, %p = %out) -> (tensor<?x5xf32>, tensor<?xf32>) {
    %os = tensor.extract_slice %o[%i, 0] [4, 5] [1, 1] : tensor<?x5xf32> to tensor<4x5xf32>
    %y = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%os : tensor<4x5xf32>) {
    ^bb0(%v: f32):
      %e = math.exp %v : f32
      linalg.yield %e : f32
    } -> tensor<4x5xf32>
    %ps = tensor.extract_slice %p[%i] [16] [1] : tensor<?xf32> to tensor<16xf32>
    %z = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%ps : tensor<16xf32>) {
    ^bb0(%v: f32):
      %place = linalg.index 0 : index
      %e = tensor.extract %table[%place] : tensor<?xf32>
      linalg.yield %e : f32
    } -> tensor<16xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y into %o[%i, 0] [4, 5] [1, 1] : tensor<4x5xf32> into tensor<?x5xf32>
      tensor.parallel_insert_slice %z into %p[%i] [16] [1] : tensor<16xf32> into tensor<?xf32>
    }
  }
  return %r#0, %r#1 : tensor<?x5xf32>, tensor<?xf32>
}

// A fill that no loop takes in stays one: two of them, as equal loops, would
// become one loop and a copy.
// CHECK-LABEL: func.func @fills(
// CHECK: %[[A:.*]] = linalg.fill
// CHECK: %[[B:.*]] = linalg.fill
// CHECK: return %[[A]], %[[B]]
func.func @fills(%x: tensor<16x16xf32>, %y: tensor<16x16xf32>) -> (tensor<16x16xf32>, tensor<16x16xf32>) {
  %zero = arith.constant 0.0 : f32
  %a = linalg.fill ins(%zero : f32) outs(%x : tensor<16x16xf32>) -> tensor<16x16xf32>
  %b = linalg.fill ins(%zero : f32) outs(%y : tensor<16x16xf32>) -> tensor<16x16xf32>
  return %a, %b : tensor<16x16xf32>, tensor<16x16xf32>
}

// Where all values are 1, one bit a non-zero: bit i % 64 of word i / 64 of its
// column. Columns have no sign. Elsewhere a counting sort: clear, count, sum up,
// fill in the order of rows.
// CHECK-LABEL: func.func @group_columns(
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: tensor<?xi32>, %[[INDPTR:[a-z0-9]+]]: tensor<?xi64>, %[[INDICES:[a-z0-9]+]]: tensor<?xi16>, %[[VALUES:[a-z0-9]+]]: tensor<?xf32>, %[[ONES:[a-z0-9]+]]: i1, %[[S:[a-z0-9]+]]: tensor<10xi32>, %[[E:[a-z0-9]+]]: tensor<?xi32>, %[[V:[a-z0-9]+]]: tensor<?xf32>, %[[M:[a-z0-9]+]]: tensor<9x2xi64>
// CHECK: scf.if %[[ONES]]
// CHECK: %[[CLEAR:.*]] = linalg.fill ins(%c0_i64 : i64) outs(%[[M]] :
// CHECK: %[[N:.*]] = tensor.dim %[[ROWS]]
// CHECK: %[[MASKS:.*]] = scf.for %[[I:.*]] = %{{.*}} to %[[N]] {{.*}} iter_args(%{{.*}} = %[[CLEAR]])
// CHECK: scf.for %[[P:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[OLD:.*]] = %{{.*}})
// CHECK: %[[INDEX:.*]] = tensor.extract %[[INDICES]][%[[P]]]
// CHECK: %[[COLUMN:.*]] = arith.index_castui %[[INDEX]] : i16 to index
// CHECK-DAG: %[[WORD:.*]] = arith.divui %[[I]], %c64
// CHECK-DAG: %[[BIT:.*]] = arith.remui %[[I]], %c64
// CHECK: %[[BIT64:.*]] = arith.index_cast %[[BIT]]
// CHECK: %[[FLAG:.*]] = arith.shli %c1_i64, %[[BIT64]]
// CHECK: %[[BITS:.*]] = tensor.extract %[[OLD]][%[[COLUMN]], %[[WORD]]]
// CHECK: %[[MORE:.*]] = arith.ori %[[BITS]], %[[FLAG]]
// CHECK: tensor.insert %[[MORE]] into %[[OLD]][%[[COLUMN]], %[[WORD]]]
// CHECK: scf.yield %[[S]], %[[E]], %[[V]], %[[MASKS]]
// CHECK: } else {
// CHECK: %[[CLEAR:.*]] = linalg.fill ins(%c0_i32 : i32) outs(%[[S]] :
// CHECK: %[[N:.*]] = tensor.dim %[[ROWS]]
// CHECK: %[[COUNTS:.*]] = scf.for %{{.*}} to %[[N]] {{.*}} iter_args(%{{.*}} = %[[CLEAR]])
// CHECK: %[[SUMS:.*]]:2 = scf.for %{{.*}} to %c9 {{.*}} iter_args(%{{.*}} = %[[COUNTS]], %{{.*}} = %c0_i32)
// CHECK: %[[LISTS:.*]]:3 = scf.for %[[I:.*]] = %{{.*}} to %[[N]] {{.*}} iter_args(%{{.*}} = %[[SUMS]]#0, %{{.*}} = %[[E]], %{{.*}} = %[[V]])
// CHECK: scf.for %[[P:.*]] = %{{.*}} to %{{.*}} step
// CHECK: tensor.extract %[[INDICES]][%[[P]]]
// CHECK: %[[VALUE:.*]] = tensor.extract %[[VALUES]][%[[P]]]
// CHECK: %[[EXAMPLE:.*]] = arith.index_cast %[[I]] : index to i32
// CHECK: tensor.insert %[[EXAMPLE]]
// CHECK: tensor.insert %[[VALUE]]
// CHECK: scf.yield %[[LISTS]]#0, %[[LISTS]]#1, %[[LISTS]]#2, %[[M]]
// CHECK-NOT: csr.
func.func @group_columns(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                         %ones: i1, %s: tensor<10xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %m: tensor<9x2xi64>)
    -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x2xi64>) {
  %starts, %examples, %entries, %masks = csr.group_columns ins(%rows, %indptr, %indices, %values, %ones) outs(%s, %e, %v, %m)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x2xi64>)
      -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x2xi64>)
  return %starts, %examples, %entries, %masks : tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x2xi64>
}

// Without masks there are lists in either case; a value is 1 or read.
// CHECK-LABEL: func.func @lists_only(
// CHECK-SAME: %[[VALUES:[a-z0-9]+]]: tensor<?xf32>, %[[ONES:[a-z0-9]+]]: i1
// CHECK-NOT: -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x0xi64>)
// CHECK: %[[VALUE:.*]] = scf.if %[[ONES]] -> (f32) {
// CHECK-NEXT: scf.yield %cst
// CHECK: } else {
// CHECK-NEXT: %[[READ:.*]] = tensor.extract %[[VALUES]]
// CHECK-NEXT: scf.yield %[[READ]]
// CHECK: tensor.insert %[[VALUE]]
// CHECK-NOT: csr.
// CHECK: return
func.func @lists_only(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>,
                      %ones: i1, %s: tensor<10xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %m: tensor<9x0xi64>)
    -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>) {
  %starts, %examples, %entries, %masks = csr.group_columns ins(%rows, %indptr, %indices, %values, %ones) outs(%s, %e, %v, %m)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x0xi64>)
      -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x0xi64>)
  return %starts, %examples, %entries : tensor<10xi32>, tensor<?xi32>, tensor<?xf32>
}

// Rows that a list names are copied in vectors, the rest of a row with a mask.
// CHECK-LABEL: func.func @gather(
// CHECK-SAME: tensor<?xi32>, %[[X:[a-z0-9]+]]: tensor<?x72xf32>
// CHECK: %[[ROW:.*]] = tensor.extract %{{.*}}
// CHECK: %[[I:.*]] = arith.index_cast %[[ROW]]
// CHECK: %[[V:.*]] = vector.transfer_read %[[X]][%[[I]], %{{.*}}]{{.*}} vector<1x64xf32>
// CHECK: vector.transfer_write %[[V]]
// CHECK: %[[M:.*]] = vector.transfer_read %[[X]][%{{.*}}], %{{.*}}, %[[MASK:[a-z0-9_]+]] {{.*}} vector<1x16xf32>
// CHECK: vector.transfer_write %[[M]], %{{.*}}, %[[MASK]]
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @gather(%rows: tensor<?xi32>, %x: tensor<?x72xf32>, %out: tensor<?x72xf32>) -> tensor<?x72xf32> {
  %y = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%rows : tensor<?xi32>) outs(%out : tensor<?x72xf32>) {
  ^bb0(%r: i32, %o: f32):
    %i = arith.index_cast %r : i32 to index
    %j = linalg.index 1 : index
    %e = tensor.extract %x[%i, %j] : tensor<?x72xf32>
    linalg.yield %e : f32
  } -> tensor<?x72xf32>
  return %y : tensor<?x72xf32>
}
