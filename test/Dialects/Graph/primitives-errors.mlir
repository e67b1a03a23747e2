// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// graph.gather (C1)
func.func @f(%x: tensor<?x3xf32>, %rows: tensor<?x1xi32>) {
  // expected-error@+1 {{expected rows to be tensor<?xi32> (C1)}}
  %y = graph.gather %x, %rows : tensor<?x3xf32>, tensor<?x1xi32>
  return
}

// -----

// graph.gather (C2)
func.func @f(%x: tensor<5x3xf32>, %rows: tensor<?xi32>) {
  // expected-error@+1 {{expected the data's first dimension to be ? (C2)}}
  %y = graph.gather %x, %rows : tensor<5x3xf32>, tensor<?xi32>
  return
}

// -----

// graph.matmul (C1)
func.func @f(%x: tensor<3xf32>, %w: tensor<3x2xf32>) {
  // expected-error@+1 {{expected operands of two dimensions, or rows of more on the left side (C1)}}
  %y = graph.matmul %x, %w : tensor<3xf32>, tensor<3x2xf32>
  return
}

// -----

// graph.matmul (C2)
func.func @f(%x: tensor<?x3xf32>, %w: tensor<3x2xf32>) {
  // expected-error@+1 {{expected equal inner dimensions (C2), but got 3 and 2}}
  %y = graph.matmul %x, %w {transpose_rhs} : tensor<?x3xf32>, tensor<3x2xf32>
  return
}

// -----

// graph.matmul (C2)
func.func @f(%x: tensor<?x3xf32>, %w: tensor<3x2xf32>) {
  // expected-error@+1 {{expected equal inner dimensions (C2), but got ? and 3}}
  %y = graph.matmul %x, %w {transpose_lhs} : tensor<?x3xf32>, tensor<3x2xf32>
  return
}

// -----

// graph.matmul (C3)
func.func @f(%x: tensor<?x3xf32>, %w: tensor<3x2xf32, #graph.csr>) {
  // expected-error@+1 {{expected a dense right operand (C3)}}
  %y = graph.matmul %x, %w : tensor<?x3xf32>, tensor<3x2xf32, #graph.csr>
  return
}

// -----

// graph.sum_squares (C1)
func.func @f(%x: tensor<?x3xf32>) {
  // expected-error@+1 {{expected a dense operand of one dimension or more, each known (C1)}}
  %y = graph.sum_squares %x : tensor<?x3xf32>
  return
}

// -----

// graph.sum_batch (C1)
func.func @f(%x: tensor<?xf32>) {
  // expected-error@+1 {{expected a dense operand of two dimensions or more (C1)}}
  %y = graph.sum_batch %x : tensor<?xf32>
  return
}

// -----

// graph.sum_row (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{expected a dense operand of two dimensions or more (C1), but got 'tensor<?x3xf32, #graph.csr>'}}
  %y = graph.sum_row %x : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.one_hot (C1)
func.func @f(%t: tensor<?xi32>) {
  // expected-error@+1 {{expected labels and a dense result with a row for each of them (C1), but got 'tensor<?xi32>' and 'tensor<?x?xf32>'}}
  %y = graph.one_hot %t : tensor<?xi32> -> tensor<?x?xf32>
  return
}

// -----

// graph.one_hot (C1)
func.func @f(%t: tensor<?x3xi32>) {
  // expected-error@+1 {{expected labels and a dense result with a row for each of them (C1), but got 'tensor<?x3xi32>' and 'tensor<?x4x5xf32>'}}
  %y = graph.one_hot %t : tensor<?x3xi32> -> tensor<?x4x5xf32>
  return
}

// -----

// graph.touched_columns (C1)
func.func @dense(%x: tensor<?x9xf32>) -> tensor<9x4xi1> {
  // expected-error@+1 {{expected a batch tensor<?xKxf32, #graph.csr> and a result tensor<KxNxi1> (C1), but got 'tensor<?x9xf32>' and 'tensor<9x4xi1>'}}
  %y = graph.touched_columns %x : tensor<?x9xf32> -> tensor<9x4xi1>
  return %y : tensor<9x4xi1>
}

// -----

// graph.touched_columns (C1)
func.func @rows(%x: tensor<?x9xf32, #graph.csr>) -> tensor<8x4xi1> {
  // expected-error@+1 {{(C1), but got 'tensor<?x9xf32, #graph.csr>' and 'tensor<8x4xi1>'}}
  %y = graph.touched_columns %x : tensor<?x9xf32, #graph.csr> -> tensor<8x4xi1>
  return %y : tensor<8x4xi1>
}

// -----

// graph.log_sum_exp (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>) {
  // expected-error@+1 {{expected a dense tensor<?xCxf32> (C1), but got 'tensor<?x3xf32, #graph.csr>'}}
  %y = graph.log_sum_exp %x : tensor<?x3xf32, #graph.csr>
  return
}

// -----

// graph.pick (C1)
func.func @f(%x: tensor<?x3xf32, #graph.csr>, %t: tensor<?xi32>) {
  // expected-error@+1 {{expected a dense tensor<?xCxf32> (C1), but got 'tensor<?x3xf32, #graph.csr>'}}
  %y = graph.pick %x, %t : tensor<?x3xf32, #graph.csr>, tensor<?xi32>
  return
}

// -----

// graph.pick (C2)
func.func @f(%x: tensor<?x3x2xf32>, %t: tensor<?xi32>) {
  // expected-error@+1 {{expected a label for each row (C2), but got 'tensor<?xi32>' for 'tensor<?x3x2xf32>'}}
  %y = graph.pick %x, %t : tensor<?x3x2xf32>, tensor<?xi32>
  return
}

// -----

// graph.pick (C2)
func.func @f(%x: tensor<?x3xf32>, %t: tensor<?x1xi32>) {
  // expected-error@+1 {{expected a label for each row (C2), but got 'tensor<?x1xi32>' for 'tensor<?x3xf32>'}}
  %y = graph.pick %x, %t : tensor<?x3xf32>, tensor<?x1xi32>
  return
}

// -----

// graph.sampled_matmul (C1)
func.func @f(%x: tensor<?x9xf32>, %dy: tensor<?x4xf32>, %w: tensor<9x4xf32>) {
  // expected-error@+1 {{expected a pattern tensor<?xKxf32, #graph.csr> and dense operands of two dimensions (C1)}}
  %y = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32>, tensor<?x4xf32>, tensor<9x4xf32>
  return
}

// -----

// graph.sampled_matmul (C2)
func.func @f(%x: tensor<?x9xf32, #graph.csr>, %dy: tensor<?x4xf32>, %w: tensor<8x4xf32>) {
  // expected-error@+1 {{expected ? and 9 rows, as many as the pattern has rows and columns (C2), but got ? and 8}}
  %y = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<8x4xf32>
  return
}

// -----

// graph.sampled_matmul (C3)
func.func @f(%x: tensor<?x9xf32, #graph.csr>, %dy: tensor<?x4xf32>, %w: tensor<9x3xf32>) {
  // expected-error@+1 {{expected equal numbers of columns (C3), but got 4 and 3}}
  %y = graph.sampled_matmul %x, %dy, %w : tensor<?x9xf32, #graph.csr>, tensor<?x4xf32>, tensor<9x3xf32>
  return
}

// -----

// graph.matmul (C1)
func.func @matmul(%x: tensor<?x4x3xf32>, %y: tensor<?x2xf32>) {
  // expected-error@+1 {{expected operands of two dimensions, or rows of more on the left side (C1)}}
  %z = graph.matmul %x, %y {transpose_lhs} : tensor<?x4x3xf32>, tensor<?x2xf32>
  return
}

// -----

// graph.matmul (C2)
func.func @matmul(%x: tensor<?x4x3xf32>, %y: tensor<?x5x2xf32>) {
  // expected-error@+1 {{expected equal inner dimensions (C2), but got ?x4 and ?x5}}
  %z = graph.matmul %x, %y {transpose_lhs} : tensor<?x4x3xf32>, tensor<?x5x2xf32>
  return
}

// -----

// graph.dot_places (C1)
func.func @f(%x: tensor<?x?x3xf32>) {
  // expected-error@+1 {{expected dense operands of three dimensions, of which the first alone may be unknown (C1)}}
  %y = graph.dot_places %x, %x : tensor<?x?x3xf32>, tensor<?x?x3xf32>
  return
}

// -----

// graph.dot_places (C2)
func.func @f(%x: tensor<?x4x3xf32>, %z: tensor<?x4x2xf32>) {
  // expected-error@+1 {{expected as many rows, and places of one length (C2), but got 'tensor<?x4x3xf32>' and 'tensor<?x4x2xf32>'}}
  %y = graph.dot_places %x, %z : tensor<?x4x3xf32>, tensor<?x4x2xf32>
  return
}

// -----

// graph.spread (C1)
func.func @spread(%x: tensor<?x3xf32>, %z: tensor<?x4x2xf32>) {
  // expected-error@+1 {{expected a dense tensor of three or four dimensions, and its shape without the second (C1), but got 'tensor<?x4x2xf32>' and 'tensor<?x3xf32>'}}
  %y = graph.spread %x like %z : tensor<?x3xf32>, tensor<?x4x2xf32>
  return
}

// -----

// graph.repeat_row (C1)
func.func @repeat_row(%row: tensor<3xf32>, %x: tensor<?x4xf32>) {
  // expected-error@+1 {{expected a dense tensor of two dimensions or more, and a row as long as its last (C1), but got 'tensor<?x4xf32>' and 'tensor<3xf32>'}}
  %y = graph.repeat_row %row like %x : tensor<3xf32>, tensor<?x4xf32>
  return
}

// -----

// graph.repeat_column (C1)
func.func @repeat_column(%w: tensor<4xf32>, %x: tensor<?x4xf32>) {
  // expected-error@+1 {{expected a dense tensor of two dimensions or more, and a column as long as its first (C1), but got 'tensor<?x4xf32>' and 'tensor<4xf32>'}}
  %y = graph.repeat_column %w like %x : tensor<4xf32>, tensor<?x4xf32>
  return
}
