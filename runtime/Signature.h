//===- Signature.h - What a program takes and gives -------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SIGNATURE_H
#define MLC_RUNTIME_SIGNATURE_H

#include "Error.h"
#include "mlc/QuantizedWeights.h"
#include "mlc/RuntimeABI.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

inline std::span<const MlcInput> inputsOf(const MlcProgram &program) {
  return {program.inputs, std::size_t(program.input_count)};
}
inline std::span<const MlcLabel> labelsOf(const MlcProgram &program) {
  return {program.labels, std::size_t(program.label_count)};
}
inline std::span<const MlcParameter> parametersOf(const MlcProgram &program) {
  return {program.parameters, std::size_t(program.parameter_count)};
}
inline std::span<const MlcState> statesOf(const MlcProgram &program) {
  return {program.states, std::size_t(program.state_count)};
}
inline std::span<const MlcEntryPoint> entriesOf(const MlcProgram &program) {
  return {program.entries, std::size_t(program.entry_count)};
}

/// Null where the program cannot be called for it.
inline const MlcEntryPoint *findEntry(const MlcProgram &program,
                                      std::string_view name) {
  for (const MlcEntryPoint &entry : entriesOf(program))
    if (entry.name == name)
      return &entry;
  return nullptr;
}

/// Whether a CPU can run the program.
inline bool hasCpuCode(const MlcProgram &program) {
  return program.entry_count > 0 && program.entries[0].function;
}

/// In a step of so many rows and non-zeros.
inline double amountOf(const MlcAmount &amount, double rows, double nonzeros) {
  return amount.constant + amount.per_row * rows +
         amount.per_nonzero * nonzeros;
}

inline std::int64_t elementsOf(const MlcShape &shape) {
  return std::accumulate(std::begin(shape.sizes), std::end(shape.sizes),
                         std::int64_t(1), std::multiplies<>());
}
inline std::vector<std::int64_t> sizesOf(const MlcShape &shape) {
  return {shape.sizes, shape.sizes + shape.rank};
}

/// Of so many elements, in whole bytes.
inline std::size_t bytesOf(std::int64_t element, std::size_t count) {
  constexpr std::size_t bits[] = {
#define MLC_ELEMENT(name, bits) bits,
      MLC_ELEMENTS(MLC_ELEMENT)
#undef MLC_ELEMENT
  };
  return (count * bits[element] + 7) / 8;
}

// A data set has one block of features and one of labels, and what is told of
// predictions is told of one output. So what follows is of the only ones that a
// program may have (expectSupported).

inline const MlcInput &inputOf(const MlcProgram &program) {
  return program.inputs[0];
}
/// Whether rows of the input are sparse, as CSR has them, rather than dense.
inline bool isSparse(const MlcProgram &program) {
  return inputOf(program).kind == MLC_INPUT_CSR;
}
inline const MlcLabel &labelOf(const MlcProgram &program) {
  return program.labels[0];
}
inline MlcLabelKind labelKindOf(const MlcProgram &program) {
  return MlcLabelKind(labelOf(program).kind);
}
/// The place of the label of this name among the program's; none where it has
/// no such label.
inline std::optional<std::size_t> findLabel(const MlcProgram &program,
                                            std::string_view name) {
  for (std::int64_t at = 1; at < program.label_count; ++at)
    if (program.labels[at].name == name)
      return std::size_t(at);
  return std::nullopt;
}
/// Whether training reads what another model answered to each row.
inline bool hasTeacher(const MlcProgram &program) {
  return findLabel(program, MLC_TEACHER).has_value();
}
/// Whether the loss reads how much each row counts.
inline bool hasWeights(const MlcProgram &program) {
  return findLabel(program, MLC_WEIGHTS).has_value();
}
/// Features of a row, at most where the input's first size is bounded.
inline std::int64_t widthOf(const MlcProgram &program) {
  return elementsOf(inputOf(program).shape);
}
/// Whether a row may have fewer features, in whole steps of so many.
inline bool isBounded(const MlcInput &input) { return input.shape.bounded; }
inline std::int64_t stepOf(const MlcInput &input) {
  return isBounded(input) ? elementsOf(input.shape) / input.shape.sizes[0]
                          : elementsOf(input.shape);
}
/// Whether rows may have so many features: all of a call have as many.
inline bool mayHaveWidth(const MlcProgram &program, std::int64_t width) {
  const std::int64_t step = stepOf(inputOf(program));
  return width >= step && width <= widthOf(program) && width % step == 0;
}
/// The same in words: "8 features", or "1 to 12 times 8 features".
inline std::string widthText(const MlcProgram &program) {
  const MlcInput &input = inputOf(program);
  return isBounded(input) ? fmt::format("1 to {} times {} features",
                                        input.shape.sizes[0], stepOf(input))
                          : fmt::format("{} features", widthOf(program));
}
/// Where rows begin that all have `width` features, in steps: as MlcInputData
/// says the length of rows that may differ. [rows + 1]
inline void fillBegins(std::vector<std::int64_t> &begins,
                       const MlcProgram &program, std::int64_t rows,
                       std::int64_t width) {
  begins.resize(std::size_t(rows + 1));
  for (std::int64_t row = 0; row <= rows; ++row)
    begins[std::size_t(row)] = row * (width / stepOf(inputOf(program)));
}
/// Numbers that are predicted for a row.
inline std::int64_t columnsOf(const MlcProgram &program) {
  return elementsOf(program.outputs[0].shape);
}

/// Places of a row that have a class each (MLC_LABEL_CLASS): 1 where a row has
/// one class, or other labels.
inline std::int64_t placesOf(const MlcProgram &program) {
  return labelKindOf(program) == MLC_LABEL_CLASS
             ? elementsOf(labelOf(program).shape)
             : 1;
}
/// Numbers that are predicted for a place of a row.
inline std::int64_t columnsOfPlace(const MlcProgram &program) {
  return columnsOf(program) / placesOf(program);
}

/// Whether a parameter's rows are small numbers with a scale each
/// (mlc/QuantizedWeights.h).
inline bool isQuantized(const MlcParameter &parameter) {
  return parameter.element == MLC_I8 || parameter.element == MLC_I4;
}
/// Bits of such a number.
inline int bitsOf(const MlcParameter &quantized) {
  return quantized.element == MLC_I8 ? 8 : 4;
}
/// Whether a parameter is the scales of a quantised one of the program.
inline bool isScales(const MlcProgram &program, const MlcParameter &parameter) {
  return parameter.element == MLC_F16 &&
         std::ranges::any_of(
             parametersOf(program), [&](const MlcParameter &other) {
               return isQuantized(other) &&
                      parameter.name ==
                          std::string(other.name) + MLC_SCALE_SUFFIX;
             });
}
/// Whether one of its parameters is quantised, so that nothing trains it.
inline bool isQuantized(const MlcProgram &program) {
  return std::ranges::any_of(
      parametersOf(program),
      [](const MlcParameter &parameter) { return isQuantized(parameter); });
}

/// Throws InputError where the program needs what this runtime cannot do.
inline void expectSupported(const MlcProgram &program) {
  const auto expect = [&](bool is, std::string_view what) {
    if (!is)
      throw InputError(
          fmt::format("program '{}' {}, which this runtime does not know; link "
                      "it with the runtime of its compiler, {}",
                      program.name, what, program.compiler));
  };
  expect(program.input_count == 1 && program.output_count == 1 &&
             program.label_count ==
                 1 + hasWeights(program) + hasTeacher(program),
         "has not one input, one label and one output");
  expect(inputOf(program).kind != MLC_INPUT_IDS, "reads ids");
  expect(!isBounded(inputOf(program)) ||
             (inputOf(program).shape.bounded == 1 &&
              inputOf(program).kind == MLC_INPUT_DENSE),
         "has another size than the first of dense rows that differs");
  expect(program.outputs[0].kind == MLC_OUTPUT_ROWS, "writes stored entries");
  for (const MlcParameter &parameter : parametersOf(program))
    expect(parameter.element == MLC_F32 || isQuantized(parameter) ||
               isScales(program, parameter),
           "has parameters that are neither f32 nor quantised");
  for (const MlcState &state : statesOf(program))
    expect(state.element == MLC_F32, "has states that are not f32");
  expect(program.exchange_count == 0, "exchanges data between machines");
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SIGNATURE_H
