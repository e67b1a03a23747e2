//===- DeviceData.cpp - Data sets in a GPU's memory -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device/DeviceData.h"

#include "Signature.h"

#include <algorithm>
#include <cassert>

namespace mlc::runtime {

/// A training run has two; texts come in as many as there are.
constexpr std::size_t mostCopies = 4;

/// Calls `use` with each array's place in the tables, in one order.
template <typename Use>
static void forArrays(DeviceTables &tables, Use use) {
  for (MlcInputData &input : tables.inputs) {
    use(input.values);
    use(input.indices);
    // Of another type, for the compiler alone.
    const void *indptr = input.indptr;
    use(indptr);
    input.indptr = static_cast<const std::int64_t *>(indptr);
  }
  for (const void *&label : tables.labels)
    use(label);
}

/// The host's arrays; null where the call has none.
static std::vector<const void *> hostsOf(const MlcProgram &program,
                                         const MlcCall &call) {
  DeviceTables tables(program);
  std::copy_n(call.inputs, tables.inputs.size(), tables.inputs.begin());
  std::copy_n(call.labels, tables.labels.size(), tables.labels.begin());
  std::vector<const void *> hosts;
  forArrays(tables, [&](const void *array) { hosts.push_back(array); });
  return hosts;
}

/// The bytes of each of these.
static std::vector<std::size_t>
arrayBytes(const MlcProgram &program, const MlcCall &call, std::int64_t rows) {
  std::vector<std::size_t> bytes;
  for (std::int64_t i = 0; i < program.input_count; ++i) {
    const MlcInput &input = program.inputs[i];
    const std::int64_t *indptr = call.inputs[i].indptr;
    const std::int64_t width = elementsOf(input.shape);
    const std::int64_t elements = !indptr ? rows * width
                                  : isBounded(input)
                                      ? indptr[rows] * stepOf(input)
                                      : indptr[rows];
    bytes.push_back(bytesOf(input.element, elements));
    bytes.push_back(
        bytesOf(width <= MLC_U16_WIDTH ? MLC_U16 : MLC_I32, elements));
    bytes.push_back(bytesOf(MLC_I64, rows + 1));
  }
  for (const MlcLabel &label : labelsOf(program))
    bytes.push_back(bytesOf(label.element, rows * elementsOf(label.shape)));
  return bytes;
}

void DeviceData::place(const MlcCall &call, std::int64_t rows) {
  Copy copy{hostsOf(program_, call), {}};
  // First, so that there is room for the new one.
  std::erase_if(copies_,
                [&](const Copy &old) { return old.hosts == copy.hosts; });
  if (copies_.size() >= mostCopies)
    copies_.pop_front();
  const std::vector<std::size_t> bytes = arrayBytes(program_, call, rows);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    DeviceMemory &memory = copy.memory.emplace_back(device_);
    if (!copy.hosts[i])
      continue;
    // An array without elements has an address all the same.
    memory.reserve(std::max(bytes[i], sizeof(float)), "the data set");
    memory.copyIn({static_cast<const std::byte *>(copy.hosts[i]), bytes[i]});
  }
  device_.synchronize();
  copies_.push_back(std::move(copy));
}

DeviceTables DeviceData::describe(const MlcCall &call) const {
  const auto copy =
      std::ranges::find(copies_, hostsOf(program_, call), &Copy::hosts);
  assert(copy != copies_.end() && "data must be placed first");
  DeviceTables tables(program_);
  auto memory = copy->memory.begin();
  forArrays(tables, [&](const void *&array) {
    array = (memory++)->pointer<const void>();
  });
  return tables;
}

} // namespace mlc::runtime
