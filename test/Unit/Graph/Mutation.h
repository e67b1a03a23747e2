//===- Mutation.h - Mistakes planted in a train step ------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_GRAPH_MUTATION_H
#define MLC_TEST_UNIT_GRAPH_MUTATION_H

#include "TrainStep.h"

#include <string>

namespace mlc::test {

/// One mistake: an op of the descent gives something else than it should.
struct Mutation {
  enum Kind {
    None,
    Disturb,   ///< 1.25 times its result, plus 0.25: a wrong number.
    Negate,    ///< A wrong sign.
    Drop,      ///< One of its operands instead: a forgotten term or factor.
    Swap,      ///< Its operands in the other order.
    Transpose, ///< The other matrix, where it is square.
  };
  Kind kind = None;
  mlir::Value right, wrong; ///< What was and what is used instead.
  std::string text;         ///< For people.
};

/// Plants mistake `number` (from 0) in `step`, in an op after the loss, or
/// returns None where there are fewer. The function's return gets two operands
/// more, `right` and `wrong`.
Mutation mutate(TrainStep &step, int number);

/// Whether `right` and `wrong` differ on these inputs: the product of x and 1,
/// say, may as well be x.
bool changesValue(TrainStep &step, const Mutation &mutation,
                  const StepInputs &inputs);

} // namespace mlc::test

#endif // MLC_TEST_UNIT_GRAPH_MUTATION_H
