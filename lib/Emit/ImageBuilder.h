//===- ImageBuilder.h - Weights and transforms of a library -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_IMAGEBUILDER_H
#define MLC_LIB_EMIT_IMAGEBUILDER_H

#include "Data/Safetensors.h"
#include "dialects/Graph/Graph.h"
#include "mlc/ModelImage.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlc {

/// What a library has beside its code (mlc/ModelImage.h).
class ImageBuilder {
public:
  ImageBuilder();

  /// Of weights that were checked against the program (WeightsFile.h); `info`
  /// is what the library tells of itself. Throws runtime::InputError where
  /// their vectoriser or table is damaged.
  void addProgram(graph::ProgramOp program);
  void addWeights(graph::ProgramOp program,
                  const runtime::SafetensorsFile &weights);
  void addInfo(std::string_view json);
  /// LLVM's names, separated by commas.
  void addCpuFeatures(std::string_view list);

  const MlcModelImage &header() const { return image_; }
  /// Whether what texts are counted by has Latin letters alone
  /// (Characters/Tables.h), and words of any length count.
  bool isLatin() const { return isLatin_; }
  /// The whole image.
  std::string finish();

private:
  template <typename T>
  int64_t addArray(const std::vector<T> &elements);
  int64_t addBytes(const void *begin, std::size_t size);
  MlcStrings addStrings(const std::vector<std::string_view> &strings);
  MlcNumbers packNumbers(llvm::ArrayRef<uint32_t> numbers);
  MlcPackedStrings packStrings(const std::vector<std::string_view> &strings);
  void addText(const runtime::SafetensorsFile &weights);
  void addTable(const runtime::SafetensorsFile &weights);

  MlcModelImage image_ = {};
  bool isLatin_ = false;
  bool isPacked_ = false; ///< Some of its weights are whole numbers.
  std::string bytes_;     ///< The header's place first.
};

} // namespace mlc

#endif // MLC_LIB_EMIT_IMAGEBUILDER_H
