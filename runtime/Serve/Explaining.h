//===- Explaining.h - POST /v2/models/NAME/explain --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_EXPLAINING_H
#define MLC_RUNTIME_SERVE_EXPLAINING_H

#include "Serve/Inference.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// Explains a model's answers to requests: one model and one thread's memory
/// for it.
class Explaining {
public:
  /// Throws HttpError (501) where the program cannot explain.
  explicit Explaining(Inference &inference);
  ~Explaining();

  /// The answer to a request of at most mostRows rows: a JSON object with
  /// model_name, model_version, id, and `explanations`, one a row as PROGRAM
  /// explain --json prints it. Throws HttpError (400).
  std::string answer(std::string_view modelName, const InferRequest &request);
  /// Those of the last answer.
  const std::vector<std::string> &explanations() const { return explanations_; }

  static constexpr std::int64_t mostRows = 16;
  /// Of a text: each of its words is left out once, to see what the answer is
  /// then.
  static constexpr std::size_t mostTextBytes = 16 << 10;

private:
  struct Parts;
  Inference &inference_;
  std::unique_ptr<Parts> parts_;
  std::vector<std::string> explanations_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_EXPLAINING_H
