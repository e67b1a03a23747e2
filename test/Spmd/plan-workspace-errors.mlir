// RUN: mlc-opt %s --allow-unregistered-dialect --mlc-plan-workspace --split-input-file --verify-diagnostics

// expected-error@+1 {{expected the attribute mlc.batch}}
func.func @no_batch() {
  return
}

// -----

// A worker would take the same place of the workspace again in each round.
func.func @in_a_loop(%n: index) attributes {mlc.batch = 4 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    // expected-error@+1 {{expected no allocation inside of a loop}}
    %a = memref.alloc() : memref<8xf32>
    "test.use"(%a) : (memref<8xf32>) -> ()
  }
  return
}

// -----

func.func @size_of_unknown_bound(%n: index {mlc.role = #mlc.role<worker>}) attributes {mlc.batch = 4 : i64} {
  // expected-error@+1 {{expected a dynamic size to have a bound, or to be that of a batch's non-zeros}}
  %a = memref.alloc(%n) : memref<?xf32>
  "test.use"(%a) : (memref<?xf32>) -> ()
  return
}

// -----

func.func @size_without_a_role(%n: index) attributes {mlc.batch = 4 : i64} {
  // expected-error@+1 {{expected a dynamic size to have a bound, or to be that of a batch's non-zeros}}
  %a = memref.alloc(%n) : memref<?xf32>
  "test.use"(%a) : (memref<?xf32>) -> ()
  return
}

// -----

// A length without `mlc.length`; and the rows of a data set, of which there are
// any number.
func.func @length_without_bound(%n: index {mlc.role = #mlc.role<length>}) attributes {mlc.batch = 4 : i64} {
  // expected-error@+1 {{expected a dynamic size to have a bound, or to be that of a batch's non-zeros}}
  %a = memref.alloc(%n) : memref<?xf32>
  "test.use"(%a) : (memref<?xf32>) -> ()
  return
}

// -----

func.func @rows_of_data(%data: memref<?x4xf32> {mlc.role = #mlc.role<data>}) attributes {mlc.batch = 4 : i64} {
  %zero = arith.constant 0 : index
  %n = memref.dim %data, %zero : memref<?x4xf32>
  // expected-error@+1 {{expected a dynamic size to have a bound, or to be that of a batch's non-zeros}}
  %a = memref.alloc(%n) : memref<?xf32>
  "test.use"(%a) : (memref<?xf32>) -> ()
  return
}

// -----

func.func @two_dynamic_sizes(%rows: memref<?xi32> {mlc.role = #mlc.role<rows>}, %room: index {mlc.role = #mlc.role<nonzero_capacity>})
    attributes {mlc.batch = 4 : i64} {
  %zero = arith.constant 0 : index
  %n = memref.dim %rows, %zero : memref<?xi32>
  // expected-error@+1 {{expected no other dynamic size beside that of non-zeros}}
  %a = memref.alloc(%n, %room) : memref<?x?xf32>
  "test.use"(%a) : (memref<?x?xf32>) -> ()
  return
}

// -----

// Whose part of the workspace would it be?
func.func @own_without_worker() attributes {mlc.batch = 4 : i64} {
  // expected-error@+1 {{expected an argument with the role worker}}
  %a = memref.alloc() {mlc.memory = #mlc.memory<private>} : memref<8xf32>
  "test.use"(%a) : (memref<8xf32>) -> ()
  return
}

// -----

// Of its two places, which has its turn?
func.func @turns_without_step() attributes {mlc.batch = 4 : i64} {
  // expected-error@+1 {{expected an argument with the role step}}
  %a = memref.alloc() {mlc.memory = #mlc.memory<double_buffered>} : memref<8xf32>
  "test.use"(%a) : (memref<8xf32>) -> ()
  return
}

// -----

// Nothing to do.
func.func private @declared(memref<4xf32>)
