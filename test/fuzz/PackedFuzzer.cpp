//===- PackedFuzzer.cpp - Reading packed weights --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Safetensors.h"
#include "InputFile.h"
#include "Program/Predictor.h"
#include "Program/Weights.h"
#include "Support/HandmadeProgram.h"

#include <cstdlib>
#include <lzma.h>
#include <vector>

using namespace mlc;
using namespace mlc::runtime;
using namespace mlc::test;

/// The same bytes as xz: a change of these would be found by xz's checksum
/// alone, and never reach what reads matrices.
static std::vector<std::uint8_t> packed(const std::uint8_t *data,
                                        std::size_t size) {
  std::vector<std::uint8_t> bytes(lzma_stream_buffer_bound(size));
  std::size_t made = 0;
  if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, nullptr, data, size,
                              bytes.data(), &made, bytes.size()) != LZMA_OK)
    std::abort();
  bytes.resize(made);
  return bytes;
}

/// A file that was packed is refused, or its matrices can be used: whole
/// numbers and matrices without their zeros, by a program of f32 weights and by
/// those of 8 and 4 bits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const std::vector<std::uint8_t> bytes = packed(data, size);
  const InputFile file(bytes.data(), bytes.size());
  expectReadOrRefused(file.path(), [&] {
    const SafetensorsFile weights(file.path());
    for (const TensorView &tensor : weights.tensors()) {
      std::size_t elements = 1;
      for (std::int64_t dimension : tensor.shape)
        elements *= std::size_t(dimension);
      if (elements * sizeOf(tensor.type) != tensor.bytes.size())
        std::abort();
    }
  });
  expectReadOrRefused(file.path(), [&] {
    const MlcProgram program = sparseProgram();
    Model model(program);
    loadWeights(SafetensorsFile(file.path()), program, model);
    if (model.firstUnsound())
      std::abort();
  });
  for (MlcElement element : {MLC_I8, MLC_I4})
    expectReadOrRefused(file.path(), [&] {
      const MlcProgram program = quantizedProgram(element);
      const Predictor predictor(program, SafetensorsFile(file.path()));
      if (!predictor.parameters()[0] || predictor.parameters()[2])
        std::abort();
    });
  return 0;
}
