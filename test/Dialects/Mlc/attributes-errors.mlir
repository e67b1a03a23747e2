// RUN: mlc-opt %s --split-input-file --verify-diagnostics

// A misspelt name is not passed over.
// expected-error@+1 {{unknown attribute mlc.bacth of an op}}
func.func @name() attributes {mlc.bacth = 8 : i64} {
  return
}

// -----

// expected-error@+1 {{unknown attribute "mlc.rol" of an argument or a result}}
func.func @argument(%x: index {mlc.rol = "workers"}) {
  return
}

// -----

// expected-error@+1 {{expected the attribute "mlc.role" to be a string, but got 1 : i64}}
func.func @role() -> (f32 {mlc.role = 1}) {
  %x = arith.constant 1.0 : f32
  return %x : f32
}

// -----

// expected-error@+1 {{expected the attribute mlc.batch to be an integer of 64 bits above 0, but got 0 : i64}}
func.func @content() attributes {mlc.batch = 0 : i64} {
  return
}

// -----

// expected-error@+1 {{expected the attribute mlc.multiplications to be three numbers, but got array<f64: 1.000000e+00>}}
func.func @numbers() attributes {mlc.multiplications = array<f64: 1.0>} {
  return
}

// -----

func.func @holder() {
  // expected-error@+1 {{expected the attribute mlc.memory on a memref.alloc, but this is memref.alloca}}
  %a = memref.alloca() {mlc.memory = #mlc.memory<private>} : memref<4xf32>
  return
}

// -----

func.func @all_units() {
  // expected-error@+1 {{expected #mlc.shards<3 x 16> to be all of 64 units}}
  scf.forall (%i) = (0) to (64) step (16) {
  } {mlc.shards = #mlc.shards<3 x 16>}
  return
}

// -----

func.func @one_shard() {
  // expected-error@+1 {{expected iterations of one shard of 16 units, but they have 32}}
  scf.forall (%i) = (0) to (64) step (32) {
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

func.func @dimensions() {
  // expected-error@+1 {{expected shards of one dimension}}
  scf.forall (%i, %j) = (0, 0) to (64, 4) step (16, 1) {
  } {mlc.shards = #mlc.shards<4 x 16>}
  return
}

// -----

func.func @numbers() {
  scf.forall (%i) = (0) to (64) step (16) {
  // expected-error@+1 {{expected shards and units above 0, but got 0 x 16}}
  } {mlc.shards = #mlc.shards<0 x 16>}
  return
}
