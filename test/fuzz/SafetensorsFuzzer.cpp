//===- SafetensorsFuzzer.cpp - Reading safetensors files ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Seal.h"
#include "InputFile.h"
#include "Program/Examples.h"
#include "Program/Predictor.h"
#include "Program/Weights.h"
#include "Support/HandmadeProgram.h"

using namespace mlc;
using namespace mlc::runtime;
using namespace mlc::test;

/// Any file is refused, or what it holds may be used: as tensors, as a sealed
/// file, as a data set and as weights of programs of each kind, quantised ones
/// among them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const InputFile file(data, size);
  expectReadOrRefused(file.path(),
                      [&] { SafetensorsFile(file.path()).hash(); });
  expectReadOrRefused(file.path(),
                      [&] { expectSeal(SafetensorsFile(file.path())); });
  for (const MlcProgram &program :
       {sparseProgram(), realProgram(), classProgram()}) {
    for (LabelUse use : {LabelUse::Needed, LabelUse::Ignored})
      expectReadOrRefused(file.path(), [&] {
        const Examples examples(program, file.path(), use);
        MlcCall call{};
        examples.describe(call);
        std::int64_t strata = 0;
        for (std::int64_t row = 0; row < examples.rows(); ++row)
          strata += use == LabelUse::Needed ? examples.stratumOf(row) : 0;
        if (strata < 0 || examples.nonzeroCapacity(program.batch) < 0)
          std::abort();
      });
    expectReadOrRefused(file.path(), [&] {
      Model model(program);
      loadWeights(SafetensorsFile(file.path()), program, model);
      if (model.firstUnsound())
        std::abort();
    });
  }
  for (MlcElement element : {MLC_I8, MLC_I4})
    expectReadOrRefused(file.path(), [&] {
      const MlcProgram program = quantizedProgram(element);
      const Predictor predictor(program, SafetensorsFile(file.path()));
      if (!predictor.parameters()[0] || predictor.parameters()[2])
        std::abort();
    });
  return 0;
}
