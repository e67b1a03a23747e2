//===- ExampleForm.cpp - Rows in the form that programs read --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/ExampleForm.h"

#include "Error.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace mlc::runtime {

[[noreturn]] static void fail(const Dataset &data, const std::string &message) {
  throw InputError(fmt::format("{}: {}", data.path(), message));
}

/// What to do where sparse rows have another width than the program's.
static std::string widthAdvice(const MlcProgram &program, const Dataset &data) {
  const std::int64_t width = widthOf(program);
  if (data.width() > width)
    return fmt::format("make it with mlc data --max-features {}", width);
  return fmt::format("make it with mlc data --like and the data set that the "
                     "model is for, or compile a model of {} features, as mlc "
                     "new writes it",
                     data.width());
}

void expectInput(const MlcProgram &program, const Dataset &data) {
  const bool wantsSparse = isSparse(program);
  if (data.rows() > std::numeric_limits<std::int32_t>::max())
    fail(data,
         fmt::format("the data set has {} rows, but a program counts at "
                     "most {}; split it",
                     data.rows(), std::numeric_limits<std::int32_t>::max()));
  if (wantsSparse != data.isSparse())
    fail(data,
         fmt::format(
             "program '{}' expects {}, but the file has {}; {}", program.name,
             wantsSparse ? "sparse rows (CSR)" : "dense rows",
             wantsSparse ? "dense rows" : "sparse rows (CSR)",
             wantsSparse ? "make the file with mlc data, or compile the model "
                           "without #graph.csr"
                         : "compile the model with #graph.csr, or write the "
                           "rows as one F32 tensor 'features'"));
  if (!mayHaveWidth(program, data.width()))
    fail(data,
         fmt::format("program '{}' expects {}, but the file has {}; {}",
                     program.name, widthText(program), data.width(),
                     wantsSparse ? widthAdvice(program, data)
                                 : "change the file, or the model's input"));
}

static std::string columnsText(std::int64_t columns) {
  return fmt::format("{} column{}", columns, columns == 1 ? "" : "s");
}

static void expectClasses(const MlcProgram &program, const Dataset &data) {
  const std::int64_t places = placesOf(program);
  if (data.labelColumns() != places)
    fail(data, fmt::format("program '{}' expects {} a row, but the file has "
                           "labels of {}; write them as I32 [rows{}]",
                           program.name,
                           places == 1 ? "one class"
                                       : fmt::format("{} classes", places),
                           columnsText(data.labelColumns()),
                           places == 1 ? "" : fmt::format(", {}", places)));
}

void expectLabels(const MlcProgram &program, const Dataset &data) {
  const MlcLabelKind kind = labelKindOf(program);
  const std::int64_t columns = columnsOf(program);
  if (kind == MLC_LABEL_CLASS)
    return expectClasses(program, data);
  if (kind == MLC_LABEL_BINARY && data.hasClassLabels()) {
    if (columns != data.labelColumns())
      fail(data,
           fmt::format("program '{}' expects labels of {}, but the file has "
                       "{} a row",
                       program.name, columnsText(columns),
                       data.labelColumns() == 1
                           ? "one class"
                           : fmt::format("{} classes", data.labelColumns())));
    return;
  }
  if (data.hasClassLabels())
    fail(data, fmt::format("program '{}' expects real labels, but the file has "
                           "classes; write 'labels' as F32",
                           program.name));
  if (data.labelColumns() != columns)
    fail(data,
         fmt::format("program '{}' expects labels of {}, but the file "
                     "has {}",
                     program.name, columnsText(columns), data.labelColumns()));
}

static void checkClasses(const MlcProgram &program, const Dataset &data,
                         std::int64_t begin, std::int64_t end) {
  const std::int64_t classes = labelOf(program).limit;
  const std::int64_t places = placesOf(program);
  for (std::int64_t at = begin * places; at < end * places; ++at) {
    if (data.hasClassLabels()) {
      const std::int32_t label = data.classLabels()[std::size_t(at)];
      if (label < 0 || label >= classes)
        fail(data, fmt::format("row {}: label {} is out of range; program '{}' "
                               "expects classes from 0 to {}",
                               at / places, label, program.name, classes - 1));
      continue;
    }
    // Compared as a float, since not every float fits an integer.
    const float label = data.realLabels()[std::size_t(at)];
    if (!(label >= 0 && label < float(classes) && label == std::floor(label)))
      fail(data, fmt::format("row {}: label {} is no class; program '{}' "
                             "expects whole numbers from 0 to {}",
                             at / places, label, program.name, classes - 1));
  }
}

void checkLabels(const MlcProgram &program, const Dataset &data,
                 std::int64_t begin, std::int64_t end) {
  if (labelKindOf(program) == MLC_LABEL_CLASS)
    return checkClasses(program, data, begin, end);
  const bool isBinary = labelKindOf(program) == MLC_LABEL_BINARY;
  if (!isBinary && !labelOf(program).counts)
    return;
  const std::int64_t columns = columnsOf(program);
  for (std::int64_t at = begin * columns; at < end * columns; ++at) {
    const float label = data.hasClassLabels()
                            ? float(data.classLabels()[std::size_t(at)])
                            : data.realLabels()[std::size_t(at)];
    if (label >= 0.0f && (label <= 1.0f || !isBinary))
      continue;
    if (!isBinary)
      fail(data, fmt::format("row {}: label {} is negative; program '{}' "
                             "expects counts, of at least 0",
                             at / columns, label, program.name));
    fail(data, fmt::format("row {}: label {} is out of range; program '{}' "
                           "expects 0 to 1{}",
                           at / columns, label, program.name,
                           columns == 1 ? " (for star ratings see mlc data "
                                          "--positive-from)"
                                        : ""));
  }
}

std::int64_t classesOf(const MlcProgram &program) {
  if (labelKindOf(program) == MLC_LABEL_CLASS)
    return placesOf(program) == 1 ? labelOf(program).limit : 0;
  return labelKindOf(program) == MLC_LABEL_BINARY && columnsOf(program) == 1
             ? 2
             : 0;
}

std::int64_t classOf(const MlcProgram &program, const Dataset &data,
                     std::int64_t row) {
  if (classesOf(program) == 0)
    return 0;
  const double label = data.hasClassLabels()
                           ? double(data.classLabels()[std::size_t(row)])
                           : double(data.realLabels()[std::size_t(row)]);
  return labelKindOf(program) == MLC_LABEL_CLASS ? std::int64_t(label)
                                                 : label >= 0.5;
}

/// Copies some labels into those of another type, or of the same.
template <typename To>
static void copyAs(const Dataset &data, std::int64_t begin, std::int64_t end,
                   void *to) {
  const auto first = std::size_t(begin * data.labelColumns()),
             count = std::size_t((end - begin) * data.labelColumns());
  const auto copy = [&](auto labels) {
    std::ranges::transform(labels.subspan(first, count), static_cast<To *>(to),
                           [](auto label) { return To(label); });
  };
  if (data.hasClassLabels())
    copy(data.classLabels());
  else
    copy(data.realLabels());
}

void copyLabels(const MlcProgram &program, const Dataset &data,
                std::int64_t begin, std::int64_t end, void *to) {
  if (labelKindOf(program) == MLC_LABEL_CLASS)
    copyAs<std::int32_t>(data, begin, end, to);
  else
    copyAs<float>(data, begin, end, to);
}

} // namespace mlc::runtime
