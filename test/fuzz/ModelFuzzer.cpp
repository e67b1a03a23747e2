//===- ModelFuzzer.cpp - Reading model files ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Emit/ModelFile.h"

#include "CapturedOutput.h"
#include "InputFile.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdio>
#include <cstdlib>

using namespace mlc;
using namespace mlc::test;

/// Any file is refused with a diagnostic, or is a model, which is still one
/// when it has been printed. Text is all that is read: of bytecode, the first
/// bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  bool isRead = false, isAgain = false;
  std::string errors, text;
  {
    CapturedOutput output;
    ModelFile model;
    isRead = mlir::succeeded(model.read(file.path()));
    if (isRead) {
      llvm::raw_string_ostream stream(text);
      model.module().print(stream);
      isAgain = static_cast<bool>(
          mlir::parseSourceString<mlir::ModuleOp>(text, &model.context()));
    }
    errors = output.errors();
  }
  if (isRead ? isAgain : errors.find("error: ") != std::string::npos)
    return 0;
  std::fprintf(stderr, "%s\n%s\n",
               isRead ? "a model that cannot be read as it is printed"
                      : "a file that is refused without an error",
               isRead ? text.c_str() : errors.c_str());
  std::abort();
}
