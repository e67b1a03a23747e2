//===- InferAnswer.h - Answers as the protocol writes them ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_INFERANSWER_H
#define MLC_RUNTIME_SERVE_INFERANSWER_H

#include "Serve/HttpMessage.h"
#include "Serve/Inference.h"

#include <string_view>

namespace mlc::runtime {

/// Writes the outputs that `request` wants, as JSON or with their bytes behind
/// it. JSON has the shortest decimals that are read back as the same bits, and
/// null for what is not finite. Throws HttpError (400) for an output that the
/// model does not have.
void writeAnswer(HttpResponse &response, std::string_view modelName,
                 const ServedModel &model, const Answers &answers,
                 const InferRequest &request);
/// The answer to a request that came as bytes: all outputs, as bytes.
void writeRawAnswer(HttpResponse &response, std::string_view modelName,
                    const ServedModel &model, const Answers &answers);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_INFERANSWER_H
