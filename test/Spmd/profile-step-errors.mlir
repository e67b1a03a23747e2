// RUN: mlc-opt %s --mlc-profile-step --split-input-file --verify-diagnostics

// expected-error @below {{expected the step train_step with its mlc.work}}
module {
  func.func private @train_step(%worker: index {mlc.role = #mlc.role<worker>}) {
    return
  }
}

// -----

// expected-error @below {{expected an argument with the role worker}}
func.func @train_step() attributes {mlc.work = []} {
  return
}
