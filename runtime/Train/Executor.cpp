//===- Executor.cpp - Calls a program's entry points ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/Executor.h"

#include "Error.h"

#include <fmt/format.h>

namespace mlc::runtime {

static AlignedBuffer<std::byte> makeWorkspace(const MlcWorkspace &need,
                                              std::int64_t nonzeros) {
  std::int64_t bytes;
  if (!__builtin_mul_overflow(need.per_nonzero, nonzeros, &bytes) &&
      !__builtin_add_overflow(bytes, need.fixed, &bytes)) {
    try {
      return AlignedBuffer<std::byte>(bytes);
    } catch (const std::bad_alloc &) {
      // Reported below, with what was asked for.
    }
  }
  throw InputError(
      fmt::format("not enough memory for a batch: {} bytes and {} for each of "
                  "{} non-zeros; compile with a smaller --batch",
                  need.fixed, need.per_nonzero, nonzeros));
}

Executor::Executor(const MlcProgram &program, Model &model,
                   std::int64_t threads, std::int64_t nonzeroCapacity)
    : program_(program), model_(model), workers_(threads),
      nonzeroCapacity_(nonzeroCapacity),
      workspace_(makeWorkspace(program.workspace, nonzeroCapacity)) {}

MlcCall Executor::callOn(const Examples &examples) {
  MlcCall call{};
  examples.describe(call);
  call.parameters = model_.parameters();
  call.states = model_.states();
  call.workspace = workspace_.data();
  call.nonzero_capacity = nonzeroCapacity_;
  return call;
}

} // namespace mlc::runtime
