// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// csr.matmul (C1)
func.func @f(%rows: tensor<?x1xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
             %ones: i1, %w: tensor<9x4xf32>, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.matmul' op expected operand 0 to have 1 dimension (C1), but got 'tensor<?x1xi32>'}}
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    : (tensor<?x1xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, i1, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// csr.matmul (C1)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
             %ones: i1, %w: tensor<9xf32>, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.matmul' op expected operand 5 to have 2 dimensions (C1), but got 'tensor<9xf32>'}}
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, i1, tensor<9xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// csr.matmul (C2)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
             %ones: i1, %w: tensor<9x3xf32>, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.matmul' op expected equal numbers of columns (C2), but got 'tensor<9x3xf32>' and 'tensor<?x4xf32>'}}
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, i1, tensor<9x3xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// csr.group_columns (C1)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
             %ones: i1, %s: tensor<5x2xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %m: tensor<9x1xi64>) {
  // expected-error@+1 {{'csr.group_columns' op expected operand 5 to have 1 dimension (C1), but got 'tensor<5x2xi32>'}}
  %starts, %examples, %entries, %masks = csr.group_columns ins(%rows, %indptr, %indices, %values, %ones) outs(%s, %e, %v, %m)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, i1, tensor<5x2xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>)
      -> (tensor<5x2xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>)
  return
}

// -----

// csr.group_columns (C1)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
             %ones: i1, %s: tensor<10xi32>, %e: tensor<?xi32>, %v: tensor<?xf32>, %m: tensor<9xi64>) {
  // expected-error@+1 {{'csr.group_columns' op expected operand 8 to have 2 dimensions (C1), but got 'tensor<9xi64>'}}
  %starts, %examples, %entries, %masks = csr.group_columns ins(%rows, %indptr, %indices, %values, %ones) outs(%s, %e, %v, %m)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9xi64>)
      -> (tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9xi64>)
  return
}

// -----

// csr.matmul_transposed (C1)
func.func @f(%ones: i1, %starts: tensor<10xi32>, %examples: tensor<?xi32>, %entries: tensor<?xf32>,
             %masks: tensor<9x1xi64>, %dy: tensor<?xf32>, %init: tensor<9x4xf32>) {
  // expected-error@+1 {{'csr.matmul_transposed' op expected operand 5 to have 2 dimensions (C1), but got 'tensor<?xf32>'}}
  %dw = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %dy) outs(%init)
    : (i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>, tensor<?xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

// csr.matmul_transposed (C1)
func.func @f(%ones: i1, %starts: tensor<10xi32>, %examples: tensor<?xi32>, %entries: tensor<?xf32>,
             %masks: tensor<9xi64>, %dy: tensor<?x4xf32>, %init: tensor<9x4xf32>) {
  // expected-error@+1 {{'csr.matmul_transposed' op expected operand 4 to have 2 dimensions (C1), but got 'tensor<9xi64>'}}
  %dw = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %dy) outs(%init)
    : (i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9xi64>, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

// csr.matmul_transposed (C2)
func.func @f(%ones: i1, %starts: tensor<10xi32>, %examples: tensor<?xi32>, %entries: tensor<?xf32>,
             %masks: tensor<9x1xi64>, %dy: tensor<?x3xf32>, %init: tensor<9x4xf32>) {
  // expected-error@+1 {{'csr.matmul_transposed' op expected equal numbers of columns (C2), but got 'tensor<?x3xf32>' and 'tensor<9x4xf32>'}}
  %dw = csr.matmul_transposed ins(%ones, %starts, %examples, %entries, %masks, %dy) outs(%init)
    : (i1, tensor<10xi32>, tensor<?xi32>, tensor<?xf32>, tensor<9x1xi64>, tensor<?x3xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi32>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
             %ones: i1, %w: tensor<9x4xf32>, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.matmul' op operand #1 must be ranked tensor of 64-bit signless integer values, but got 'tensor<?xi32>'}}
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>, tensor<?xf32>, i1, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi32>, %values: tensor<?xf32>,
             %ones: i1, %w: tensor<9x4xf32>, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.matmul' op expected type of operand #6 ('tensor<?x4xf32>') to match type of corresponding result ('tensor<5x4xf32>')}}
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi32>, tensor<?xf32>, i1, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<5x4xf32>
  return
}

// -----

// Columns are u16 or i32 numbers.
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi8>, %values: tensor<?xf32>,
             %ones: i1, %w: tensor<9x4xf32>, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.matmul' op operand #2 must be ranked tensor of 16-bit signless integer or 32-bit signless integer values, but got 'tensor<?xi8>'}}
  %y = csr.matmul ins(%rows, %indptr, %indices, %values, %ones, %w) outs(%init)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi8>, tensor<?xf32>, i1, tensor<9x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// csr.sampled_matmul (C1)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x4xf32>,
             %w: tensor<9xf32>, %out: tensor<?xf32>) {
  // expected-error@+1 {{'csr.sampled_matmul' op expected operand 4 to have 2 dimensions (C1), but got 'tensor<9xf32>'}}
  %y = csr.sampled_matmul ins(%rows, %indptr, %indices, %dy, %w) outs(%out)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x4xf32>, tensor<9xf32>, tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

// csr.sampled_matmul (C2)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x4xf32>,
             %w: tensor<9x3xf32>, %out: tensor<?xf32>) {
  // expected-error@+1 {{'csr.sampled_matmul' op expected equal numbers of columns (C2), but got 'tensor<?x4xf32>' and 'tensor<9x3xf32>'}}
  %y = csr.sampled_matmul ins(%rows, %indptr, %indices, %dy, %w) outs(%out)
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x4xf32>, tensor<9x3xf32>, tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

// csr.update_rows (C1)
func.func @update(%rows: tensor<?x1xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1, %capacity: index, %first: index, %count: index, %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>) {
  // expected-error@+1 {{'csr.update_rows' op expected operand 0 to have 1 dimension (C1), but got 'tensor<?x1xi32>'}}
  %r = "csr.update_rows"(%rows, %indptr, %indices, %values, %ones, %capacity, %first, %count, %dy, %w) <{columns = 9 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1>}> ({
  ^bb0(%g: f32, %old: f32):
    csr.yield %g : f32
  }) : (tensor<?x1xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

// csr.update_rows (C1)
func.func @update(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1, %capacity: index, %first: index, %count: index, %dy: tensor<4xf32>, %w: tensor<9x4xf32>) {
  // expected-error@+1 {{'csr.update_rows' op expected products of matrices (C1), but got 'tensor<4xf32>'}}
  %r = "csr.update_rows"(%rows, %indptr, %indices, %values, %ones, %capacity, %first, %count, %dy, %w) <{columns = 9 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1>}> ({
  ^bb0(%g: f32, %old: f32):
    csr.yield %g : f32
  }) : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index, tensor<4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

// csr.update_rows (C2)
func.func @update(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1, %capacity: index, %first: index, %count: index, %dy: tensor<?x5xf32>, %w: tensor<9x4xf32>) {
  // expected-error@+1 {{'csr.update_rows' op expected equal numbers of columns (C2), but got 'tensor<?x5xf32>' and 'tensor<9x4xf32>'}}
  %r = "csr.update_rows"(%rows, %indptr, %indices, %values, %ones, %capacity, %first, %count, %dy, %w) <{columns = 9 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1>}> ({
  ^bb0(%g: f32, %old: f32):
    csr.yield %g : f32
  }) : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index, tensor<?x5xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

// csr.update_rows (C2)
func.func @update(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1, %capacity: index, %first: index, %count: index, %dy: tensor<?x4xf32>, %c: tensor<8x4xf32>, %w: tensor<9x4xf32>) {
  // expected-error@+1 {{'csr.update_rows' op expected matrices of one shape (C2), but got 'tensor<8x4xf32>' and 'tensor<9x4xf32>'}}
  %r = "csr.update_rows"(%rows, %indptr, %indices, %values, %ones, %capacity, %first, %count, %dy, %c, %w) <{columns = 9 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>}> ({
  ^bb0(%g: f32, %x: f32, %old: f32):
    csr.yield %g : f32
  }) : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index, tensor<?x4xf32>, tensor<8x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

// csr.update_rows (C2)
func.func @update(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1, %capacity: index, %first: index, %count: index, %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>) {
  // expected-error@+1 {{'csr.update_rows' op expected no inputs and outs of one row with sums (C2), but got 'tensor<9x4xf32>'}}
  %r = "csr.update_rows"(%rows, %indptr, %indices, %values, %ones, %capacity, %first, %count, %dy, %w) <{columns = 9 : i64, sums, operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1>}> ({
  ^bb0(%g: f32, %old: f32):
    csr.yield %g : f32
  }) : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

// csr.update_rows (C3)
func.func @update(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1, %capacity: index, %first: index, %count: index, %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>) {
  // expected-error@+1 {{'csr.update_rows' op expected a region of 2 elements (C3), but got 1}}
  %r = "csr.update_rows"(%rows, %indptr, %indices, %values, %ones, %capacity, %first, %count, %dy, %w) <{columns = 9 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1>}> ({
  ^bb0(%g: f32):
    csr.yield %g : f32
  }) : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

// csr.update_rows (C3)
func.func @update(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1, %capacity: index, %first: index, %count: index, %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>) {
  // expected-error@+4 {{'csr.yield' op expected an element of each of outs (C3), but got 2}}
  %r = "csr.update_rows"(%rows, %indptr, %indices, %values, %ones, %capacity, %first, %count, %dy, %w) <{columns = 9 : i64, operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1>}> ({
  ^bb0(%g: f32, %old: f32):
    // Two of one.
    csr.yield %g, %old : f32, f32
  }) : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, index, index, index, tensor<?x4xf32>, tensor<9x4xf32>) -> tensor<9x4xf32>
  return
}

// -----

// csr.quantized_matmul (C1)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
             %records: tensor<9x8xi8>, %first: index, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.quantized_matmul' op expected operand 5 to have 1 dimension (C1), but got 'tensor<9x8xi8>'}}
  %y = csr.quantized_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first) outs(%init) {bits = 8, record = 8}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<9x8xi8>, index, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// csr.quantized_matmul (C2)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
             %records: tensor<136xi8>, %first: index, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.quantized_matmul' op expected 8 or 4 bits (C2), but got 2}}
  %y = csr.quantized_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first) outs(%init) {bits = 2, record = 8}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<136xi8>, index, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// csr.quantized_matmul (C2)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
             %records: tensor<136xi8>, %first: index, %init: tensor<?x5xf32>) {
  // expected-error@+1 {{'csr.quantized_matmul' op expected records with room for a scale and 5 numbers of 8 bits (C2), but got 6 bytes}}
  %y = csr.quantized_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first) outs(%init) {bits = 8, record = 6}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<136xi8>, index, tensor<?x5xf32>) -> tensor<?x5xf32>
  return
}

// -----

// csr.integer_matmul (C1)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
             %records: tensor<100xi8>, %first: index, %scales: tensor<4xf32>, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.integer_matmul' op expected operand 7 to have 2 dimensions (C1), but got 'tensor<4xf32>'}}
  %y = csr.integer_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first, %scales) outs(%init) {record = 4}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<100xi8>, index, tensor<4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// csr.integer_matmul (C1)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
             %records: tensor<100xi8>, %first: index, %scales: tensor<2x4xf32>, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.integer_matmul' op expected one row of scales (C1), but got 'tensor<2x4xf32>'}}
  %y = csr.integer_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first, %scales) outs(%init) {record = 4}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<100xi8>, index, tensor<2x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// csr.integer_matmul (C2)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
             %records: tensor<100xi8>, %first: index, %scales: tensor<1x5xf32>, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.integer_matmul' op expected equal numbers of columns (C2), but got 'tensor<1x5xf32>' and 'tensor<?x4xf32>'}}
  %y = csr.integer_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first, %scales) outs(%init) {record = 4}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<100xi8>, index, tensor<1x5xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// csr.integer_matmul (C3)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %values: tensor<?xf32>, %ones: i1,
             %records: tensor<100xi8>, %first: index, %scales: tensor<1x4xf32>, %init: tensor<?x4xf32>) {
  // expected-error@+1 {{'csr.integer_matmul' op expected records with room for 4 numbers of 8 bits (C3), but got 3 bytes}}
  %y = csr.integer_matmul ins(%rows, %indptr, %indices, %values, %ones, %records, %first, %scales) outs(%init) {record = 3}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, i1, tensor<100xi8>, index, tensor<1x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

// csr.quantized_sampled_matmul (C2)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x9xf32>,
             %records: tensor<136xi8>, %init: tensor<?xf32>) {
  // expected-error@+1 {{'csr.quantized_sampled_matmul' op expected 8 bits (C2), but got 4}}
  %y = csr.quantized_sampled_matmul ins(%rows, %indptr, %indices, %dy, %records) outs(%init) {bits = 4, record = 12, unscaled}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x9xf32>, tensor<136xi8>, tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

// csr.quantized_sampled_matmul (C1)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?xf32>,
             %records: tensor<136xi8>, %init: tensor<?xf32>) {
  // expected-error@+1 {{'csr.quantized_sampled_matmul' op expected operand 3 to have 2 dimensions (C1), but got 'tensor<?xf32>'}}
  %y = csr.quantized_sampled_matmul ins(%rows, %indptr, %indices, %dy, %records) outs(%init) {bits = 8, record = 8}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?xf32>, tensor<136xi8>, tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

// csr.quantized_sampled_matmul (C2)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x9xf32>,
             %records: tensor<136xi8>, %init: tensor<?xf32>) {
  // expected-error@+1 {{'csr.quantized_sampled_matmul' op expected records with room for a scale and 9 numbers of 4 bits (C2), but got 6 bytes}}
  %y = csr.quantized_sampled_matmul ins(%rows, %indptr, %indices, %dy, %records) outs(%init) {bits = 4, record = 6}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x9xf32>, tensor<136xi8>, tensor<?xf32>) -> tensor<?xf32>
  return
}

// -----

// csr.quantized_sampled_matmul (C2)
func.func @f(%rows: tensor<?xi32>, %indptr: tensor<?xi64>, %indices: tensor<?xi16>, %dy: tensor<?x?xf32>,
             %records: tensor<136xi8>, %init: tensor<?xf32>) {
  // expected-error@+1 {{'csr.quantized_sampled_matmul' op expected lhs to have a known number of columns (C2), but got 'tensor<?x?xf32>'}}
  %y = csr.quantized_sampled_matmul ins(%rows, %indptr, %indices, %dy, %records) outs(%init) {bits = 4, record = 8}
    : (tensor<?xi32>, tensor<?xi64>, tensor<?xi16>, tensor<?x?xf32>, tensor<136xi8>, tensor<?xf32>) -> tensor<?xf32>
  return
}
