//===- ReferenceCommand.cpp - The command mlc run --reference
//----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Reference/ReferenceCommand.h"
#include "lib/Emit/ModelFile.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

int mlc::runModelReference(const ReferenceCommand &command) {
  ModelFile model;
  if (failed(model.read(command.model)))
    return 1;
  auto result = reference::runReference(
      model.module(), command.run, [](int64_t step, double loss) {
        llvm::outs() << "{\"step\":" << step
                     << ",\"loss\":" << llvm::format("%.17g", loss) << "}\n";
      });
  if (!result) {
    llvm::errs() << "error: " << llvm::toString(result.takeError()) << "\n";
    return 1;
  }
  return 0;
}
