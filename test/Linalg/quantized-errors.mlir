// RUN: mlc-opt %s --mlc-graph-to-linalg --verify-diagnostics

// The weight of the data's product alone is read as it is stored.
func.func @other(%rows: tensor<?xi32> {mlc.role = #mlc.role<rows>}, %data: tensor<?x9xf32, #graph.csr> {mlc.role = #mlc.role<data>},
                 %q: tensor<9x9xi8> {mlc.role = #mlc.role<parameter>}, %s: tensor<9xf16> {mlc.role = #mlc.role<parameter>})
    -> (tensor<?x9xf32> {mlc.role = #mlc.role<prediction>}) attributes {mlc.batch = 5 : i64} {
  %x = graph.gather %data, %rows : tensor<?x9xf32, #graph.csr>, tensor<?xi32>
  %w = graph.dequantize %q, %s : tensor<9x9xi8>, tensor<9xf16>
  %h = graph.linear %x, %w : tensor<?x9xf32, #graph.csr>, tensor<9x9xf32>
  // expected-error@+1 {{expected a quantised weight only in a graph.linear, and in one of dense rows only with a scale for each column; other products take f32 weights}}
  %y = graph.linear %h, %w : tensor<?x9xf32>, tensor<9x9xf32>
  return %y : tensor<?x9xf32>
}
