func.func private @train_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @evaluate_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }
func.func private @predict_step() attributes {mlc.batch = 5 : i64, mlc.workspace = array<i64: 0, 0, 0>} { return }

