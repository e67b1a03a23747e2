//===- ServedModel.h - A model that is served -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_SERVEDMODEL_H
#define MLC_RUNTIME_SERVE_SERVEDMODEL_H

#include "Metrics/Judged.h"
#include "Program/Prediction.h"
#include "Program/Predictor.h"
#include "Program/StoredFigures.h"
#include "Serve/InferRequest.h"
#include "Table/Table.h"
#include "Text/Vectorizer.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mlc::runtime {

/// What weights say of it: the same that `predict` goes by.
using TermsReader = std::function<OutputTerms(const SafetensorsFile &)>;

/// A tensor as the model's metadata tells it. Its first dimension is the rows.
struct TensorInfo {
  std::string name;
  Datatype type;
  std::int64_t columns;   ///< 0: the tensor has one dimension.
  bool isBounded = false; ///< Rows may have fewer, all of a request as many.
};

/// Weights with all that their answers need. Nothing of it changes, so that
/// any number of threads may use it.
class ServedModel {
public:
  /// Throws InputError for what is not the whole and finite weights of this
  /// program, or where only GPUs can run it.
  ServedModel(const MlcProgram &program, const std::string &path,
              const TermsReader &terms, bool isRecorded = false);

  const Predictor &predictor() const { return predictor_; }
  /// Null where the weights were not trained on texts.
  const Vectorizer *vectorizer() const {
    return vectorizer_ ? &*vectorizer_ : nullptr;
  }
  /// Null where the weights were not trained on a table. With a vectorizer
  /// beside it, columns of texts belong to its rows.
  const Table *table() const { return table_ ? &*table_ : nullptr; }
  const OutputTerms &terms() const { return terms_; }
  /// What the weights say that they are worth.
  const std::vector<Figure> &figures() const { return figures_; }
  /// XXH3-64 of the weights file: which weights answered.
  const std::string &version() const { return version_; }
  /// SHA-256 of that file, as records of training have it; empty unless its
  /// decisions are recorded.
  const std::string &sha256() const { return sha256_; }

  bool isSparse() const { return isSparse_; }
  /// Features of a row, at most where rows may differ.
  std::int64_t width() const { return width_; }
  /// Numbers that are predicted for a row.
  std::int64_t columns() const { return columns_; }
  Task task() const { return task_; }

  /// What a request is to bring: one way to say it, which all models have.
  const std::vector<TensorInfo> &inputs() const { return inputs_; }
  const std::vector<TensorInfo> &outputs() const { return outputs_; }

  /// Of a table: where in `inputs()` a column is, the table's own first and
  /// then those of texts.
  std::optional<std::size_t> placeOf(std::string_view column) const;

private:
  void readTransform(const std::string &path);
  void listTensors();
  void listColumns();

  Predictor predictor_;
  std::optional<Vectorizer> vectorizer_;
  std::optional<Table> table_;
  OutputTerms terms_;
  std::vector<Figure> figures_;
  std::string version_, sha256_;
  bool isSparse_;
  std::int64_t width_, columns_;
  Task task_;
  std::vector<TensorInfo> inputs_, outputs_;
  std::unordered_map<std::string_view, std::size_t> places_; ///< Of columns.
};

/// The model that answers now. Loading puts another one in its place at once;
/// requests that have begun end with the one they began with.
class ModelSlot {
public:
  /// Loads it. `isRecorded`: its decisions are. Throws InputError.
  ModelSlot(const MlcProgram &program, std::string path, std::string name,
            TermsReader terms, bool isRecorded = false);

  const std::string &name() const { return name_; }
  const MlcProgram &program() const { return program_; }

  /// Null where it was unloaded.
  std::shared_ptr<const ServedModel> current() const;
  /// Changes with every load and unload: cheap to look at.
  std::uint64_t generation() const {
    return generation_.load(std::memory_order_acquire);
  }

  /// Opens the file again. Throws InputError and changes nothing where it is
  /// not what it is to be.
  void load();
  void unload();

private:
  void put(std::shared_ptr<const ServedModel> model);

  const MlcProgram &program_;
  const std::string path_, name_;
  const TermsReader terms_;
  const bool isRecorded_;
  std::mutex loading_; ///< One at a time.
  mutable std::mutex mutex_;
  std::shared_ptr<const ServedModel> model_;
  std::atomic<std::uint64_t> generation_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_SERVEDMODEL_H
