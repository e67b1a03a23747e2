// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// #graph.sizes (C1)
// expected-error@+1 {{expected a #graph.sizes tensor to have three or four dimensions, of which the first two and no others are ?, and f32 elements (C1)}}
func.func private @f(tensor<?x?xf32, #graph.sizes<"steps" max 8>>)

// -----

// #graph.sizes (C1)
// expected-error@+1 {{(C1)}}
func.func private @f(tensor<?x4x3xf32, #graph.sizes<"steps" max 8>>)

// -----

// #graph.sizes (C1)
// expected-error@+1 {{(C1)}}
func.func private @f(tensor<?x?x?xf32, #graph.sizes<"steps" max 8>>)

// -----

// #graph.sizes (C1)
// expected-error@+1 {{(C1)}}
func.func private @f(tensor<?x?x3xi32, #graph.sizes<"steps" max 8>>)

// -----

// #graph.sizes (C2)
// expected-error@+1 {{expected the most that a size may be to be from 1 to 1048576 (C2), but got 0}}
func.func private @f(tensor<?x?x3xf32, #graph.sizes<"steps" max 0>>)

// -----

// #graph.sizes (C2)
// expected-error@+1 {{(C2), but got 1048577}}
func.func private @f(tensor<?x?x3xf32, #graph.sizes<"steps" max 1048577>>)

// -----

// Of another bound it is another size.
func.func @other_bound(%x: tensor<?x?x3xf32, #graph.sizes<"steps" max 8>>, %y: tensor<?x?x3xf32, #graph.sizes<"steps" max 9>>) {
  // expected-error@+1 {{expected both operands to have one shape (C1)}}
  %z = graph.add %x, %y : tensor<?x?x3xf32, #graph.sizes<"steps" max 8>>, tensor<?x?x3xf32, #graph.sizes<"steps" max 9>>
  return
}
