//===- Server.h - Serves a model over HTTP ----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_SERVER_H
#define MLC_RUNTIME_SERVE_SERVER_H

#include "Serve/ServeOptions.h"
#include "Serve/ServedModel.h"
#include "mlc/RuntimeABI.h"

namespace mlc::runtime {

/// Serves until SIGTERM or SIGINT; what had been asked by then is answered. A
/// second signal ends it at once. SIGHUP loads the weights again. Returns the
/// exit status. Throws InputError where it cannot start.
int serve(const MlcProgram &program, const ServeOptions &options,
          const TermsReader &terms);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_SERVER_H
