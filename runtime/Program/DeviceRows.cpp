//===- DeviceRows.cpp - Lists of rows in a GPU's memory -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/DeviceRows.h"

#include <cassert>

namespace mlc::runtime {

std::shared_ptr<PlacedRows>
DeviceRows::place(std::span<const std::int32_t> rows) {
  auto placed = std::make_shared<PlacedRows>(rows, DeviceMemory(device_));
  placed->memory.assign(std::as_bytes(rows), "the order of rows");
  device_.synchronize();
  std::erase_if(placed_, [](const auto &old) { return old.expired(); });
  placed_.push_back(placed);
  return placed;
}

/// The list that has all of these rows; null where none has.
PlacedRows *DeviceRows::holder(std::span<const std::int32_t> rows) {
  for (const std::weak_ptr<PlacedRows> &weak : placed_) {
    const std::shared_ptr<PlacedRows> placed = weak.lock();
    if (placed && rows.data() >= placed->host.data() &&
        rows.data() + rows.size() <= placed->host.data() + placed->host.size())
      return placed.get();
  }
  return nullptr;
}

cuda::DevicePointer DeviceRows::find(std::span<const std::int32_t> rows) {
  if (const PlacedRows *placed = holder(rows))
    return placed->memory.address() +
           (rows.data() - placed->host.data()) * sizeof(std::int32_t);
  others_.assign(std::as_bytes(rows), "the order of rows");
  return others_.address();
}

void DeviceRows::update(std::span<const std::int32_t> rows) {
  PlacedRows *placed = holder(rows);
  assert(placed && "rows must be placed first");
  placed->memory.assign(std::as_bytes(rows), "the order of rows");
  device_.synchronize();
}

void DeviceRows::order(const EpochOrder &order,
                       std::span<const std::int32_t> result) {
  const CudaDriver &driver = device_.driver();
  const PlacedRows *from = holder(order.rows), *to = holder(result);
  assert(from && to && "rows must be placed first");
  if (!order.isShuffled)
    return driver.check(
        driver.copyOnDevice(to->memory.address(), from->memory.address(),
                            order.rows.size_bytes(), device_.stream()),
        "ordering rows");
  const FeistelShape shape = feistelShape(order.rows.size());
  values_ = {.rows = from->memory.pointer<std::int32_t>(),
             .count = std::ssize(order.rows),
             .result = to->memory.pointer<std::int32_t>(),
             .seed = std::int64_t(order.seed),
             .purpose = std::int64_t(RandomPurpose::Shuffle),
             .left_bits = shape.leftBits,
             .right_bits = shape.rightBits,
             .rounds = shape.rounds};
  slots_.assign(std::as_bytes(std::span(&values_, 1)), "an epoch's order");
  cuda::DevicePointer slots = slots_.address();
  std::int64_t epoch = order.epoch;
  void *arguments[] = {&slots, &epoch};
  driver.check(driver.launchKernel(kernel_, unsigned(launch_.blocks), 1, 1,
                                   unsigned(launch_.threads), 1, 1, 0,
                                   device_.stream(), arguments, nullptr),
               "ordering rows");
}

} // namespace mlc::runtime
