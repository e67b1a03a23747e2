//===- Weights.h - Weights files --------------------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_WEIGHTS_H
#define MLC_RUNTIME_PROGRAM_WEIGHTS_H

#include "Data/Safetensors.h"
#include "Program/Model.h"
#include "mlc/RuntimeABI.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

/// What `mlc data` stored beside the data that raw text needs to become rows
/// (see Text/Vectorizer.h): the tensors `vocabulary` and `vectorizer.*` of a
/// data set, or of weights. Valid while the file is. Throws InputError where a
/// parameter of the program has one of these names.
std::vector<TensorView> vectorizerTensors(const SafetensorsFile &file,
                                          const MlcProgram &program);

/// Which tensors of a file the parameters of another model are.
struct WeightNames {
  /// By the parameter's name; empty: it takes none. Others have their own name.
  std::map<std::string, std::string> tensors = {};
  /// A parameter may have no tensor, and a tensor may be no parameter's.
  bool mayMiss = false;
};

/// The file's tensors of the program's parameters, valid while the file is;
/// null for a parameter that takes none. Throws InputError that names the
/// tensor where one is missing, of another type or shape than the program's,
/// not finite, or neither the program's nor the vectoriser's; where `names` has
/// what is no parameter; and where a sealed file (Data/Seal.h) is damaged.
/// Other programs' files need no seal. Quantised weights are as the file stores
/// them.
std::vector<const TensorView *> checkWeights(const SafetensorsFile &file,
                                             const MlcProgram &program,
                                             const WeightNames &names = {});

/// What did not meet, in the order of the program and of the file.
struct UnmetWeights {
  std::vector<std::string> parameters, tensors;
};

/// Copies them into the model of a program that can be trained, where
/// parameters that take none stay as they are. Throws as checkWeights does.
UnmetWeights loadWeights(const SafetensorsFile &file, const MlcProgram &program,
                         Model &model, const WeightNames &names = {});

/// Writes the model's parameters and the vectoriser, sealed, and, beside the
/// format's own entries, `provenance` as `__metadata__`; to a path that ends in
/// ".xz" as a packed file, without the zeros of matrices that have many. Throws
/// InputError, and writes nothing, where an element is not finite.
void saveWeights(const std::string &path, const MlcProgram &program,
                 const Model &model,
                 std::map<std::string, std::string> provenance,
                 const std::vector<TensorView> &vectorizer = {});

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_WEIGHTS_H
