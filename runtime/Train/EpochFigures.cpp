//===- EpochFigures.cpp - The figures of an epoch, by name ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/EpochFigures.h"

#include <string>

namespace mlc::runtime {

std::vector<Figure> figuresOf(const MlcProgram &program,
                              const EpochResult &epoch) {
  std::vector<Figure> figures;
  if (epoch.loss)
    figures.push_back({"loss", *epoch.loss});
  if (epoch.epsilon)
    figures.push_back({"epsilon", *epoch.epsilon});
  if (epoch.gradientNorm)
    figures.push_back({"grad_norm", *epoch.gradientNorm});
  if (epoch.skipped)
    figures.push_back({"skipped_steps", double(*epoch.skipped)});
  if (!epoch.test)
    return figures;
  figures.push_back({"test_loss", epoch.test->loss});
  figures.push_back(
      {std::string("test_") + scoreName(program), epoch.test->score});
  for (const Figure &figure : epoch.test->figures)
    figures.push_back({"test_" + figure.name, figure.value});
  return figures;
}

} // namespace mlc::runtime
