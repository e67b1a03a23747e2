//===- WeightsFile.cpp - Weights that go into a program -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightsFile.h"

#include "Error.h"
#include "Import/TableRows.h"
#include "Program/Weights.h"
#include "Table/Table.h"
#include "Text/Vectorizer.h"
#include "dialects/Graph/Shapes.h"
#include "lib/Lowering/Descriptor.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

using runtime::SafetensorsFile;
using runtime::TensorView;

static LogicalResult checkParameter(ParameterOp parameter,
                                    const SafetensorsFile &file) {
  const TensorView *tensor = file.find(parameter.getName().str());
  if (!tensor)
    return parameter.emitError()
           << file.path() << " has no tensor '" << parameter.getName()
           << "'; were these weights trained by another model?";
  Type element = parameter.getType().getElementType();
  if (!element.isF32()) // checkWeights says what is wrong.
    return success();
  if (tensor->type != runtime::ElementType::F32)
    return parameter.emitError()
           << file.path() << " has '" << parameter.getName() << "' as "
           << runtime::nameOf(tensor->type) << ", but the model as F32";
  std::vector<int64_t> shape = tensor->shape;
  const ArrayRef<int64_t> expected = parameter.getType().getShape();
  if (ArrayRef(shape) == expected)
    return success();
  InFlightDiagnostic error = parameter.emitError()
                             << file.path() << " has '" << parameter.getName()
                             << "' of shape " << fmt::format("{}", shape)
                             << ", but the model of "
                             << fmt::format("{}", expected);
  std::ranges::reverse(shape);
  if (shape.size() == 2 && ArrayRef(shape) == expected)
    error << "; PyTorch keeps weights as [out, in], so transpose it";
  return error;
}

/// What the runtime needs to know to check a whole file.
static std::vector<MlcParameter>
describeParameters(ProgramOp program, std::vector<std::string> &names) {
  std::vector<MlcParameter> rows;
  for (ParameterOp parameter : program.getParameters()) {
    MlcParameter &row = rows.emplace_back();
    row.element = elementCodeOf(parameter.getType());
    llvm::fill(row.shape.sizes, 1);
    row.shape.rank = parameter.getType().getRank();
    llvm::copy(parameter.getType().getShape(), row.shape.sizes);
    names.push_back(parameter.getName().str());
  }
  for (auto [row, name] : llvm::zip_equal(rows, names))
    row.name = name.c_str();
  return rows;
}

namespace {
/// Rows that the file's transforms make.
struct MadeRows {
  const char *maker;
  int64_t width;
  bool isDense;
};
} // namespace

/// Nothing where the file can make none: rows are then made by others.
static std::optional<MadeRows> rowsMadeBy(const SafetensorsFile &file) {
  const std::optional<runtime::Table> table = runtime::Table::load(file);
  std::optional<runtime::Vectorizer> vectorizer;
  if (file.metadata().contains("vectorizer"))
    vectorizer = runtime::Vectorizer::load(file);
  if (!table && !vectorizer)
    return std::nullopt;
  if (!table)
    return MadeRows{"vectoriser", vectorizer->features(),
                    vectorizer->isDense()};
  const auto width = static_cast<int64_t>(table->width());
  if (!vectorizer)
    return MadeRows{"table", width, width <= runtime::maxDenseWidth};
  return MadeRows{"table and vectoriser", width + vectorizer->features(),
                  vectorizer->isDense()};
}

static LogicalResult checkRows(ProgramOp program, const SafetensorsFile &file) {
  const std::optional<MadeRows> rows = rowsMadeBy(file);
  if (!rows)
    return success();
  BlockArgument input = program.getPredict().getBody().getArgument(0);
  const auto type = cast<RankedTensorType>(input.getType());
  const bool isDense = !isCsr(type);
  const auto kindOf = [](bool isDense) { return isDense ? "dense" : "sparse"; };
  const int64_t width = mostOfRow(type);
  if (width == rows->width && isDense == rows->isDense)
    return success();
  return emitError(input.getLoc())
         << "the " << rows->maker << " of " << file.path() << " makes "
         << kindOf(rows->isDense) << " rows of " << rows->width
         << " features, but the model takes " << kindOf(isDense) << " rows of "
         << width << "; take the model that was trained on them";
}

LogicalResult WeightsFile::read(const std::string &path, ProgramOp program) {
  try {
    opened_.emplace(path);
    opened_->expectFormat("mlc.weights");
    bool agrees = true;
    for (ParameterOp parameter : program.getParameters())
      agrees &= succeeded(checkParameter(parameter, *opened_));
    if (!agrees)
      return failure();
    std::vector<std::string> names;
    const std::vector<MlcParameter> parameters =
        describeParameters(program, names);
    const std::string name = program.getSymName().str();
    MlcProgram description = {};
    description.name = name.c_str();
    description.parameter_count = static_cast<int64_t>(parameters.size());
    description.parameters = parameters.data();
    runtime::checkWeights(*opened_, description);
    return checkRows(program, *opened_);
  } catch (const runtime::InputError &error) {
    llvm::errs() << "error: " << error.what() << "\n";
    return failure();
  }
}

llvm::StringRef WeightsFile::bytes() const {
  return {reinterpret_cast<const char *>(opened_->bytes().data()),
          opened_->bytes().size()};
}
