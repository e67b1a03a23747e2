//===- HandmadeProgram.h - Compiled programs written by hand ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SUPPORT_HANDMADEPROGRAM_H
#define MLC_TEST_UNIT_SUPPORT_HANDMADEPROGRAM_H

#include "mlc/RuntimeABI.h"

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace mlc::test {

/// What the compiler would emit for one linear layer with SGD and momentum:
/// programs that between them use every kind of input and label. They
/// share the work among workers, and end the process where the runtime breaks
/// its word (alignment, capacity).
///
///   sparseProgram   CSR of 20 features, one binary label, batch 8
///   realProgram     5 dense features, two real labels, batch 5
///   classProgram    4 dense features, three classes, batch 7
///   stepsProgram    1 to 4 times 3 dense features, one binary label, batch 6
MlcProgram sparseProgram();
MlcProgram realProgram();
MlcProgram classProgram();
MlcProgram stepsProgram();

/// The first with a weight [20, 3] of whole numbers, MLC_I8 or MLC_I4, whose
/// scales are its last parameter, [20] or, of columns, [1, 3]; to load weights
/// for, and not to call.
MlcProgram quantizedProgram(MlcElement element, bool byColumns = false);

/// A row of such a program's table of parameters.
MlcParameter parameter(const char *name,
                       std::initializer_list<std::int64_t> sizes,
                       MlcInitializer initializer, double value = 0);

/// A row of its table of states, of the shape of parameter `number`.
MlcState state(const char *name, std::int64_t number,
               const MlcParameter &parameter);

/// A copy of a program whose tables can be changed.
struct ChangeableProgram {
  explicit ChangeableProgram(const MlcProgram &original);
  ChangeableProgram(const ChangeableProgram &) = delete;
  ChangeableProgram &operator=(const ChangeableProgram &) = delete;

  MlcEntryPoint &entry(std::string_view name);

  MlcProgram program;
  MlcInput input;
  MlcLabel label;
  std::vector<MlcEntryPoint> entries;
};

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SUPPORT_HANDMADEPROGRAM_H
