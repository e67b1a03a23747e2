//===- Examples.cpp - A data set that suits the program -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Examples.h"

#include "Data/ClassNames.h"
#include "Error.h"
#include "Program/ExampleForm.h"

#include <algorithm>
#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace mlc::runtime {

Examples::Examples(const MlcProgram &program, const std::string &path,
                   LabelUse use)
    : Examples(program, Dataset(path), use) {}

Examples::Examples(const MlcProgram &program, Dataset data, LabelUse use)
    : program_(program), data_(std::move(data)) {
  expectInput(program_, data_);
  takeIndices();
  if (use != LabelUse::Ignored) {
    takeLabels();
    takeWeights(use);
  }
  if (use == LabelUse::Taught && hasTeacher(program))
    labelData_[*findLabel(program, MLC_TEACHER)] =
        data_.teacher(columnsOf(program)).data();
  if (data_.isSparse())
    inputData_ = {.values =
                      data_.hasOnlyOnes() ? nullptr : data_.values().data(),
                  .indices = indices_,
                  .indptr = data_.indptr().data()};
  else
    inputData_.values = data_.features().data();
  if (isBounded(inputOf(program_))) {
    fillBegins(begins_, program_, data_.rows(), data_.width());
    inputData_.indptr = begins_.data();
  }
  if (classLabels_)
    labelData_[0] = classLabels_;
  else
    labelData_[0] = realLabels_;
}

void Examples::fail(const std::string &message) const {
  throw InputError(fmt::format("{}: {}", data_.path(), message));
}

void Examples::takeIndices() {
  if (!data_.isSparse())
    return;
  const auto *wide =
      std::get_if<std::span<const std::int32_t>>(&data_.indices());
  if (wide && data_.width() <= MLC_U16_WIDTH) {
    convertedIndices_ = AlignedBuffer<std::uint16_t>(wide->size());
    std::ranges::copy(*wide, convertedIndices_.data());
    indices_ = convertedIndices_.data();
    return;
  }
  // U16 is refused for data that is wider, so that this is the program's type.
  indices_ = std::visit(
      [](auto indices) { return static_cast<const void *>(indices.data()); },
      data_.indices());
}

void Examples::takeLabels() {
  expectLabels(program_, data_);
  checkLabels(program_, data_, 0, data_.rows());
  const std::size_t count =
      std::size_t(data_.rows()) * std::size_t(data_.labelColumns());
  if (labelKindOf(program_) == MLC_LABEL_CLASS) {
    classLabels_ = data_.classLabels().data();
    if (!data_.hasClassLabels()) {
      convertedClasses_.resize(count);
      copyLabels(program_, data_, 0, data_.rows(), convertedClasses_.data());
      classLabels_ = convertedClasses_.data();
    }
    return;
  }
  realLabels_ = data_.realLabels().data();
  if (data_.hasClassLabels()) {
    convertedReals_.resize(count);
    copyLabels(program_, data_, 0, data_.rows(), convertedReals_.data());
    realLabels_ = convertedReals_.data();
  }
}

void Examples::takeWeights(LabelUse use) {
  const std::span<const float> weights = data_.weights();
  if (!hasWeights(program_)) {
    if (use == LabelUse::Taught && !weights.empty())
      fail(fmt::format(
          "the rows have weights, but the loss of program '{}' takes none; "
          "give "
          "graph.loss an argument %w: tensor<?xf32> and its loss op "
          "weight(%w), as mlc new --data does, or make the data set without "
          "--weight-column",
          program_.name));
    return;
  }
  setWeights(weights.empty()
                 ? std::vector<float>(std::size_t(data_.rows()), 1.0f)
                 : std::vector<float>(weights.begin(), weights.end()));
}

void Examples::setWeights(std::vector<float> weights) {
  weights_ = std::move(weights);
  labelData_[*findLabel(program_, MLC_WEIGHTS)] = weights_.data();
}

void Examples::describe(MlcCall &call) const {
  call.inputs = &inputData_;
  call.labels = labelData_;
}

std::int64_t Examples::stratumOf(std::int64_t row) const {
  if (classLabels_)
    return placesOf(program_) == 1 ? classLabels_[row] : 0;
  if (labelKindOf(program_) == MLC_LABEL_BINARY && columnsOf(program_) == 1)
    return realLabels_[row] >= 0.5f;
  return 0;
}

const std::int64_t *Examples::capacities() const {
  if (capacity_ < 0)
    capacity_ = nonzeroCapacity(program_.batch);
  return &capacity_;
}

std::int64_t Examples::nonzeroCapacity(std::int64_t batch) const {
  if (!data_.isSparse())
    return 0;
  // No row takes part twice in a batch, so the fullest rows are the worst;
  // their sum is at most the file's non-zeros and cannot overflow.
  const std::span<const std::int64_t> indptr = data_.indptr();
  std::vector<std::int64_t> counts(data_.rows());
  for (std::int64_t row = 0; row < data_.rows(); ++row)
    counts[row] = indptr[row + 1] - indptr[row];
  const auto end = counts.begin() + std::min(batch, data_.rows());
  std::nth_element(counts.begin(), end - 1, counts.end(), std::greater<>());
  std::int64_t sum = 0;
  for (auto count = counts.begin(); count != end; ++count)
    sum += *count;
  return sum;
}

void expectSameVectorizer(const SafetensorsFile &data,
                          const SafetensorsFile &other) {
  const auto fail = [&](const std::string &message) {
    throw InputError(fmt::format("{}: {}", data.path(), message));
  };
  const auto own = vectorizerHash(data);
  const auto theirs = vectorizerHash(other);
  if (own && theirs && *own != *theirs)
    fail(fmt::format("its features were not made as those of {}, so a column "
                     "means another thing there; make both data sets with one "
                     "vectorizer: mlc data --like TRAINING_DATA",
                     other.path()));
  const std::vector<std::string> names = classNamesOf(other),
                                 ownNames = classNamesOf(data);
  if (!names.empty() && !ownNames.empty() && names != ownNames)
    fail(fmt::format("its classes are {}, but those of {} are {}, so a label "
                     "means another thing there; make both data sets with one "
                     "list of classes: mlc data --like TRAINING_DATA",
                     showNames(ownNames), other.path(), showNames(names)));
}

void Examples::expectSameVectorizer(const SafetensorsFile &other) const {
  if (data_.file())
    runtime::expectSameVectorizer(*data_.file(), other);
}

std::optional<std::string> vectorizerHash(const SafetensorsFile &file) {
  const auto &metadata = file.metadata();
  if (const auto kept = metadata.find("vectorizer_hash");
      kept != metadata.end())
    return kept->second;
  const auto description = metadata.find("vectorizer"),
             table = metadata.find("table");
  if (description == metadata.end() && table == metadata.end())
    return std::nullopt;
  std::uint64_t hash = 0;
  if (description != metadata.end())
    hash = XXH3_64bits(description->second.data(), description->second.size());
  if (table != metadata.end())
    hash =
        XXH3_64bits_withSeed(table->second.data(), table->second.size(), hash);
  // As `mlc data` stores them; see runtime/Text/Vectorizer.h.
  for (const TensorView &tensor : file.tensors())
    if (tensor.name == "vocabulary" || tensor.name.starts_with("vectorizer."))
      hash =
          XXH3_64bits_withSeed(tensor.bytes.data(), tensor.bytes.size(), hash);
  return fmt::format("{:016x}", hash);
}

} // namespace mlc::runtime
