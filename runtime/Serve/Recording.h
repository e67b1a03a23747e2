//===- Recording.h - Answers as decisions of a log --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_RECORDING_H
#define MLC_RUNTIME_SERVE_RECORDING_H

#include "Audit/DecisionLog.h"
#include "Serve/Inference.h"

#include <span>
#include <string>

namespace mlc::runtime {

/// Throws HttpError (503) where there is a log and what is answered cannot be
/// recorded in it.
void expectRecordable(const DecisionLog *log);

/// Records, where there is a log, what was answered last; `explanations`, one a
/// row, or none. Throws HttpError (503).
void record(DecisionLog *log, const Inference &inference,
            const Answers &answers,
            std::span<const std::string> explanations = {});

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_RECORDING_H
