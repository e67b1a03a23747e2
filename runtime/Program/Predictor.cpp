//===- Predictor.cpp - A trained program that is only asked ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Predictor.h"

#include "CPU/Workers.h"
#include "Error.h"
#include "Program/ArenaLayout.h"
#include "Program/Records.h"
#include "Program/Weights.h"
#include "Program/Workspace.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace mlc::runtime {

static bool isAligned(std::span<const std::byte> bytes) {
  return std::uintptr_t(bytes.data()) % AlignedBuffer<float>::alignment == 0;
}

Predictor::Predictor(const MlcProgram &program, SafetensorsFile weights)
    : program_(program), weights_(std::move(weights)) {
  const std::vector<const TensorView *> tensors =
      checkWeights(weights_, program);
  ArenaLayout layout;
  struct Copy {
    std::size_t number, offset, size;
  };
  std::vector<Copy> copies;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const std::span<const std::byte> bytes = tensors[i]->bytes;
    // Calls have pointers to what can be written, as training does.
    parameters_.push_back(const_cast<std::byte *>(bytes.data()));
    const MlcParameter &parameter = program.parameters[i];
    const bool isOfColumns =
        isScales(program, parameter) && parameter.shape.rank == 2;
    if (isScales(program, parameter) && !isOfColumns) {
      parameters_.back() = nullptr; // Beside the rows that it scales.
    } else if (isQuantized(parameter) || isOfColumns || !isAligned(bytes)) {
      const std::size_t size =
          isQuantized(parameter) ? recordBytes(program, parameter)
          : isOfColumns ? tensors[i]->as<std::uint16_t>().size() * sizeof(float)
                        : bytes.size();
      copies.push_back({i, layout.place(size), size});
    }
  }
  copies_ = AlignedBuffer<float>(layout.bytes() / sizeof(float));
  for (const Copy &copy : copies) {
    const std::span<std::byte> memory =
        std::as_writable_bytes(copies_.span()).subspan(copy.offset, copy.size);
    parameters_[copy.number] = memory.data();
    const TensorView &tensor = *tensors[copy.number];
    if (const auto matrix = quantizedMatrix(weights_, tensor)) {
      fillRecords(*matrix, memory);
    } else if (tensor.type == ElementType::F16) {
      const auto scales = columnScales(tensor.as<std::uint16_t>());
      std::ranges::copy(std::as_bytes(std::span(scales)), memory.begin());
    } else {
      std::ranges::copy(tensor.bytes, memory.begin());
    }
  }
}

Predictor::Workspace::Workspace(const Predictor &predictor,
                                std::int64_t nonzeros) {
  reserve(predictor.program(), nonzeros);
}

void Predictor::Workspace::reserve(const MlcProgram &program,
                                   std::int64_t nonzeros) {
  if (nonzeros <= nonzeros_)
    return;
  // Twice what is asked for, so that slowly growing rows are soon at an end.
  nonzeros = nonzeros_ < 0 ? nonzeros : 2 * nonzeros;
  memory_ = {};
  memory_ = makeWorkspace(workspaceOf(program, WorkspaceUse::Forward),
                          /*workers=*/1, nonzeros);
  nonzeros_ = nonzeros;
}

void Predictor::run(ProgramStep step, MlcCall call,
                    Workspace &workspace) const {
  expectEntry(program_, step);
  const MlcFunction function = functionOf(program_, step);
  if (!function)
    throw InputError(fmt::format("program '{}' was compiled for {} alone; "
                                 "recompile it with --target cpu,cuda",
                                 program_.name, program_.device->target));
  workspace.reserve(program_, call.capacities[0]);
  call.capacities = &workspace.nonzeros_;
  call.ranks = 1;
  call.parameters = parameters();
  call.states = nullptr;
  call.workspace = workspace.memory_.data();
  runAlone(function, call);
}

[[noreturn]] static void fail(std::int64_t row, const std::string &message) {
  throw InputError(fmt::format("row {}: {}", row, message));
}

/// Generated code reads where columns say, so that they are all looked at.
static void checkSparse(const MlcProgram &program, const InputRows &rows) {
  if (rows.count < 0 || std::ssize(rows.starts) != rows.count + 1 ||
      rows.starts.front() != 0 ||
      rows.starts.back() != std::ssize(rows.columns) ||
      (!rows.values.empty() && rows.values.size() != rows.columns.size()))
    throw InputError(fmt::format(
        "expected the starts of {} rows, from 0 to the number of their "
        "columns, and a value for each column or none at all",
        rows.count));
  for (std::int64_t row = 0; row < rows.count; ++row) {
    if (rows.starts[row + 1] < rows.starts[row] ||
        rows.starts[row + 1] > rows.starts.back())
      fail(row, "expected it to end where the next one starts");
    std::int64_t last = -1;
    for (std::int64_t at = rows.starts[row]; at < rows.starts[row + 1]; ++at) {
      const std::int64_t column = rows.columns[at];
      if (column <= last || column >= widthOf(program))
        fail(row, fmt::format("expected columns that rise and are from 0 to "
                              "{}, but got {}",
                              widthOf(program) - 1, column));
      last = column;
      if (!rows.values.empty() && !std::isfinite(rows.values[at]))
        fail(row, fmt::format("expected a finite number in column {}, but got "
                              "{}",
                              column, rows.values[at]));
    }
  }
}

std::int64_t widthOf(const MlcProgram &program, const InputRows &rows) {
  return isBounded(inputOf(program)) && rows.count > 0
             ? std::ssize(rows.features) / rows.count
             : widthOf(program);
}

/// Returns the features of a row.
static std::int64_t checkDense(const MlcProgram &program,
                               const InputRows &rows) {
  const std::int64_t width = widthOf(program, rows);
  if (!mayHaveWidth(program, width) ||
      std::ssize(rows.features) / width != rows.count ||
      std::ssize(rows.features) % width != 0)
    throw InputError(fmt::format("expected {} rows of {}, but got {} numbers",
                                 rows.count, widthText(program),
                                 rows.features.size()));
  for (std::int64_t at = 0; at < std::ssize(rows.features); ++at)
    if (!std::isfinite(rows.features[at]))
      fail(at / width, fmt::format("expected a finite number in column {}, but "
                                   "got {}",
                                   at % width, rows.features[at]));
  return width;
}

/// The non-zeros of the fullest batch.
static std::int64_t nonzerosOfBatch(const MlcProgram &program,
                                    const InputRows &rows) {
  std::int64_t most = 0;
  for (std::int64_t row = 0; row < rows.count; row += program.batch)
    most =
        std::max(most, rows.starts[std::min(row + program.batch, rows.count)] -
                           rows.starts[row]);
  return most;
}

void Predictor::runOn(const InputRows &rows, ProgramStep step, MlcCall call,
                      Workspace &workspace) const {
  MlcInputData input{};
  std::int64_t capacity = 0;
  if (isSparse(program_)) {
    checkSparse(program_, rows);
    capacity = nonzerosOfBatch(program_, rows);
    input.indptr = rows.starts.data();
    input.indices = rows.columns.data();
    if (widthOf(program_) <= MLC_U16_WIDTH) {
      workspace.columns_.assign(rows.columns.begin(), rows.columns.end());
      input.indices = workspace.columns_.data();
    }
    // As data sets do, whose bits these are to be.
    const bool hasOnlyOnes = std::ranges::all_of(
        rows.values, [](float value) { return value == 1; });
    input.values = hasOnlyOnes ? nullptr : rows.values.data();
  } else {
    const std::int64_t width = checkDense(program_, rows);
    input.values = rows.features.data();
    if (isBounded(inputOf(program_))) {
      fillBegins(workspace.begins_, program_, rows.count, width);
      input.indptr = workspace.begins_.data();
    }
  }
  if (std::ssize(workspace.rows_) < rows.count) {
    workspace.rows_.resize(rows.count);
    std::iota(workspace.rows_.begin(), workspace.rows_.end(), 0);
  }
  call.rows = workspace.rows_.data();
  call.row_count = rows.count;
  call.inputs = &input;
  call.capacities = &capacity;
  run(step, call, workspace);
}

void Predictor::predict(const InputRows &rows, std::span<float> outputs,
                        Workspace &workspace) const {
  if (std::ssize(outputs) != rows.count * columnsOf(program_))
    throw InputError(fmt::format("expected room for {} outputs of each of {} "
                                 "rows, but got room for {}",
                                 columnsOf(program_), rows.count,
                                 outputs.size()));
  void *outputTable[] = {outputs.data()};
  MlcCall call{};
  call.outputs = outputTable;
  runOn(rows, ProgramStep::Predict, call, workspace);
}

void Predictor::explain(const InputRows &rows, const Question &question,
                        Workspace &workspace) const {
  MlcCall call{};
  call.path = question.path;
  call.baseline = question.baseline;
  call.direction = question.direction;
  call.input_gradients = question.gradients;
  runOn(rows, ProgramStep::Explain, call, workspace);
}

} // namespace mlc::runtime
