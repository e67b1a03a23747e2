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

// expected-error@+1 {{expected the attribute "mlc.role" to be #mlc.role, but got 1 : i64}}
func.func @role() -> (f32 {mlc.role = 1}) {
  %x = arith.constant 1.0 : f32
  return %x : f32
}

// -----

// A role is one of those that passes know.
// expected-error@+2 {{expected ::mlc::mlc_dialect::RoleKind to be one of: rows, data,}}
// expected-error@+1 {{failed to parse Mlc_RoleAttr parameter 'kind'}}
func.func @unknown(%x: index {mlc.role = #mlc.role<workerz>}) {
  return
}

// -----

// expected-error@+1 {{expected names of a state alone, but this is parameter}}
func.func @named(%x: memref<4xf32> {mlc.role = #mlc.role<parameter, "exp_avg" of "w">}) {
  return
}

// -----

// expected-error@+1 {{expected the names of a state and its parameter}}
func.func @empty(%x: memref<4xf32> {mlc.role = #mlc.role<state, "" of "w">}) {
  return
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

// -----

func.func @no_ranks() {
  scf.forall (%i) = (0) to (64) step (16) {
  // expected-error@+1 {{expected ranks that each have a part of 4 shards, but got 0}}
  } {mlc.shards = #mlc.shards<4 x 16, ranks = 0>}
  return
}

// -----

// Three ranks of two shards leave none for the fourth.
func.func @idle_rank() {
  scf.forall (%i) = (0) to (80) step (16) {
  // expected-error@+1 {{expected ranks that each have a part of 5 shards, but got 4}}
  } {mlc.shards = #mlc.shards<5 x 16, ranks = 4>}
  return
}

// -----

func.func @runs_of_ranks(%n: index) {
  // expected-error@+1 {{expected iterations of one shard, of which each rank has some, but their size is not known}}
  scf.forall (%i) = (0) to (64) step (%n) {
  } {mlc.shards = #mlc.shards<4 x 16, ranks = 2>}
  return
}

// -----

// expected-error@+1 {{expected rows and width above 0, but got 0x8}}
#t = #mlc.tile<0x8>

// -----

// expected-error@+1 {{expected one row of a masked tile, but got 2}}
#t = #mlc.tile<2x8, masked>

// -----

// expected-error@+1 {{expected rows and width, such as 8x32}}
#t = #mlc.tile<8>

// -----

// expected-error@+1 {{expected 'masked'}}
#t = #mlc.tile<1x8, maskd>

// -----

func.func @no_destination(%x: index) -> index {
  // expected-error@+1 {{expected the attribute mlc.tile on an op that writes to tensors of one shape, of at most two dimensions, but this is arith.addi}}
  %y = arith.addi %x, %x {mlc.tile = #mlc.tile<1x8>} : index
  return %y : index
}

// -----

func.func @three_dimensions(%x: tensor<2x3x4xf32>, %c: f32) -> tensor<2x3x4xf32> {
  // expected-error@+1 {{expected the attribute mlc.tile on an op that writes to tensors of one shape, of at most two dimensions, but this is linalg.fill}}
  %y = linalg.fill {mlc.tile = #mlc.tile<1x8>} ins(%c : f32) outs(%x : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// -----

func.func @no_tile(%x: tensor<8xf32>, %c: f32) -> tensor<8xf32> {
  // expected-error@+1 {{expected the attribute mlc.tile to be #mlc.tile, but got "1x8"}}
  %y = linalg.fill {mlc.tile = "1x8"} ins(%c : f32) outs(%x : tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

// expected-error@+1 {{expected the attribute mlc.costs to be a dictionary of integers, but got {"short-row" = "8"}}}
module attributes {mlc.costs = {"short-row" = "8"}} {
}

// -----

func.func @not_tiled(%x: tensor<64xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{expected the attribute mlc.split on an op that can be tiled, but this is tensor.extract}}
  %a = tensor.extract %x[%c0] {mlc.split = #mlc.split<rows 0>} : tensor<64xf32>
  return
}

// -----

func.func @rows_have_no_shards(%x: tensor<64xf32>, %c: f32) {
  // expected-error@+1 {{expected shards of all but rows}}
  %a = linalg.fill {mlc.split = #mlc.split<rows 0, <4 x 16>>} ins(%c : f32) outs(%x : tensor<64xf32>) -> tensor<64xf32>
  return
}

// -----

func.func @units_have_shards(%x: tensor<64xf32>, %c: f32) {
  // expected-error@+1 {{expected shards of all but rows}}
  %a = linalg.fill {mlc.split = #mlc.split<units 0>} ins(%c : f32) outs(%x : tensor<64xf32>) -> tensor<64xf32>
  return
}

// -----

func.func @no_such_loop(%x: tensor<64xf32>, %c: f32) {
  // expected-error@+1 {{expected #mlc.split<units 1, <4 x 16>> to be of a parallel loop that the op has}}
  %a = linalg.fill {mlc.split = #mlc.split<units 1, <4 x 16>>} ins(%c : f32) outs(%x : tensor<64xf32>) -> tensor<64xf32>
  return
}

// -----

func.func @no_sum(%x: tensor<64xf32>, %c: f32) {
  // expected-error@+1 {{expected #mlc.split<terms 0, <4 x 16>> to be of a reduction loop that the op has}}
  %a = linalg.fill {mlc.split = #mlc.split<terms 0, <4 x 16>>} ins(%c : f32) outs(%x : tensor<64xf32>) -> tensor<64xf32>
  return
}
