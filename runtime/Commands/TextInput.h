//===- TextInput.h - Raw text as a program's input --------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_TEXTINPUT_H
#define MLC_RUNTIME_COMMANDS_TEXTINPUT_H

#include "Import/Documents.h"
#include "Program/Examples.h"
#include "Program/Prediction.h"
#include "Text/Vectorizer.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Rows in memory as a data set that came from `path`, by the vectorizer's rule
/// for labels.
Dataset makeDataset(const std::string &path, FeatureRows rows,
                    const Vectorizer &vectorizer);

/// What each class stands for where labels are scores (LabelKind::Stars);
/// empty otherwise.
std::vector<double> scoresOf(const SafetensorsFile &weights);

/// All that weights say of how outputs are told.
OutputTerms outputTermsOf(const MlcProgram &program,
                          const SafetensorsFile &weights);

/// Opens what `eval` and `predict` are given as data: a data set file, or the
/// files and folders that `mlc data` reads, which become rows by the vectorizer
/// in the weights file, the same bits as `mlc data --like` makes. Throws
/// InputError, also where the file's features are others than the weights'.
Examples openExamples(const MlcProgram &program, const std::string &path,
                      const DocumentOptions &options,
                      const SafetensorsFile &weights, LabelUse use,
                      std::int64_t threads);

/// Texts that `--data` names, one after another, with the columns that weights
/// were trained on where no others are named.
class TextDocuments {
public:
  TextDocuments(const std::string &path, OpenInput input,
                const DocumentOptions &options, const SafetensorsFile &weights);
  bool next(Document &document) { return documents_.next(document); }

private:
  LabelReader labels_;
  Documents documents_;
};

/// Null where the file has no texts: a data set, LIBSVM text, or, for these
/// weights, a table. Throws InputError.
std::unique_ptr<TextDocuments>
openTextDocuments(const std::string &path, const DocumentOptions &options,
                  const SafetensorsFile &weights);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_TEXTINPUT_H
