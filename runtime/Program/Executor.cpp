//===- Executor.cpp - Calls a program's entry points ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Executor.h"

#include "Error.h"

#include <fmt/format.h>
#include <optional>

namespace mlc::runtime {

/// Bytes of MlcWorkspace; nothing where they are too many for a number.
static std::optional<std::int64_t> workspaceBytes(const MlcWorkspace &need,
                                                  std::int64_t workers,
                                                  std::int64_t nonzeros) {
  constexpr std::int64_t alignment = 64;
  std::int64_t bytes;
  if (__builtin_mul_overflow(need.own_per_nonzero, nonzeros, &bytes) ||
      __builtin_add_overflow(bytes, need.own, &bytes) ||
      __builtin_add_overflow(bytes, alignment - 1, &bytes) ||
      __builtin_mul_overflow(bytes / alignment * alignment, workers, &bytes) ||
      __builtin_add_overflow(bytes, need.shared, &bytes))
    return std::nullopt;
  return bytes;
}

static AlignedBuffer<std::byte> makeWorkspace(const MlcWorkspace &need,
                                              std::int64_t workers,
                                              std::int64_t nonzeros) {
  if (const auto bytes = workspaceBytes(need, workers, nonzeros)) {
    try {
      return AlignedBuffer<std::byte>(*bytes);
    } catch (const std::bad_alloc &) {
      // Reported below, with what was asked for.
    }
  }
  throw InputError(fmt::format(
      "not enough memory for a batch: {} bytes, and for each of {} "
      "threads {} and {} for each of {} non-zeros; compile with a "
      "smaller --batch, or use fewer --threads",
      need.shared, workers, need.own, need.own_per_nonzero, nonzeros));
}

Executor::Executor(const MlcProgram &program, Model &model,
                   std::int64_t threads, std::int64_t nonzeroCapacity,
                   std::unique_ptr<CudaDevice> device)
    : program_(program), model_(model), workers_(threads),
      nonzeroCapacity_(nonzeroCapacity),
      workspace_(
          device ? AlignedBuffer<std::byte>()
                 : makeWorkspace(program.workspace, threads, nonzeroCapacity)) {
  if (device)
    device_ =
        std::make_unique<DeviceProgram>(program, std::move(device), model);
}

MlcCall Executor::callOn(const Examples &examples) {
  MlcCall call{};
  examples.describe(call);
  call.parameters = model_.parameters();
  call.states = model_.states();
  call.workspace = workspace_.data();
  call.nonzero_capacity = nonzeroCapacity_;
  if (device_)
    device_->place(call, examples.rows());
  return call;
}

void Executor::run(ProgramStep step, const MlcCall &call, void *scores) {
  if (device_)
    device_->run(step, call, scores);
  else
    workers_.run(entryOf(program_, step), call);
}

std::shared_ptr<PlacedRows>
Executor::place(std::span<const std::int32_t> rows) {
  return device_ ? device_->rows().place(rows) : nullptr;
}

void Executor::order(const EpochOrder &order, std::span<std::int32_t> result) {
  if (device_)
    return device_->rows().order(order, result);
  if (!order.isShuffled)
    return order.fill(0, result);
  const Permutation permutation = order.permutation();
  const std::int64_t rows = result.size(), workers = workers_.count();
  workers_.run([&](std::int64_t worker) {
    const std::int64_t begin = rows * worker / workers;
    const std::int64_t end = rows * (worker + 1) / workers;
    order.fill(permutation, begin, result.subspan(begin, end - begin));
  });
}

} // namespace mlc::runtime
