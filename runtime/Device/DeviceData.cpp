//===- DeviceData.cpp - Data sets in a GPU's memory -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device/DeviceData.h"

#include <algorithm>
#include <cassert>

namespace mlc::runtime {

/// A training run has two; texts come in as many as there are.
constexpr std::size_t mostCopies = 4;

/// The five arrays, of no bytes where the call has none.
DeviceData::Arrays DeviceData::arraysOf(const MlcCall &call,
                                        std::int64_t rows) const {
  const std::size_t count = rows;
  const std::size_t nonzeros = call.indptr ? call.indptr[rows] : 0;
  const std::size_t indexBytes = program_.input_width <= MLC_U16_WIDTH
                                     ? sizeof(std::uint16_t)
                                     : sizeof(std::int32_t);
  const std::size_t labels =
      program_.label_kind == MLC_LABEL_CLASS ? 1 : program_.outputs;
  return {{{MLC_CALL_INDPTR, call.indptr, (count + 1) * sizeof(std::int64_t)},
           {MLC_CALL_INDICES, call.indices, nonzeros * indexBytes},
           {MLC_CALL_VALUES, call.values, nonzeros * sizeof(float)},
           {MLC_CALL_FEATURES, call.features,
            count * program_.input_width * sizeof(float)},
           {MLC_CALL_LABELS, call.labels, count * labels * sizeof(float)}}};
}

std::array<const void *, DeviceData::arrayCount>
DeviceData::hostsOf(const Arrays &arrays) {
  std::array<const void *, arrayCount> hosts;
  std::ranges::transform(arrays, hosts.begin(), &Array::host);
  return hosts;
}

void DeviceData::place(const MlcCall &call, std::int64_t rows) {
  const Arrays arrays = arraysOf(call, rows);
  Copy copy{hostsOf(arrays), {}};
  // First, so that there is room for the new one.
  std::erase_if(copies_,
                [&](const Copy &old) { return old.hosts == copy.hosts; });
  if (copies_.size() >= mostCopies)
    copies_.pop_front();
  for (const Array &array : arrays) {
    copy.memory.emplace_back(device_);
    if (!array.host)
      continue;
    // An array without elements has an address all the same.
    copy.memory.back().reserve(std::max(array.bytes, sizeof(float)),
                               "the data set");
    copy.memory.back().copyIn(
        {static_cast<const std::byte *>(array.host), array.bytes});
  }
  device_.synchronize();
  copies_.push_back(std::move(copy));
}

void DeviceData::describe(const MlcCall &call,
                          std::span<std::int64_t> slots) const {
  const Arrays arrays = arraysOf(call, 0);
  const auto copy = std::ranges::find(copies_, hostsOf(arrays), &Copy::hosts);
  assert(copy != copies_.end() && "data must be placed first");
  for (std::size_t i = 0; i < arrayCount; ++i)
    slots[arrays[i].field] = std::int64_t(copy->memory[i].address());
}

} // namespace mlc::runtime
