//===- DeviceProgramLoad.cpp - A program's code for one GPU ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What DeviceProgram finds out when it is made, or of a batch of another size:
// which code runs, with whose products, and where its kernels are.

#include "Program/DeviceProgram.h"

#include "System/Console.h"

#include <algorithm>
#include <fmt/format.h>

namespace mlc::runtime {

static std::span<const MlcLaunches> entriesOf(const DeviceCode &code) {
  return {code.tables().entries, std::size_t(code.tables().entry_count)};
}

/// Whether products go to the library: where it is not to be had, there is code
/// that does without.
void DeviceProgram::chooseProducts() {
  const MlcDevice &tables = code_->tables();
  if (!tables.generated)
    return;
  try {
    // The addresses, by which algorithms are chosen, never change.
    workspace_.reserve(std::max(tables.workspace, tables.generated->workspace),
                       "a batch");
    MlcCall none{};
    const std::vector<std::int64_t> capacities(program_.input_count);
    none.capacities = capacities.data();
    slotValues_ = slotsFor(none, DeviceTables(program_));
    products_ = std::make_unique<DeviceProducts>(
        device(), MlcPrecision(tables.precision));
    prepareProducts(program_.batch);
  } catch (const NoCublas &reason) {
    products_.reset();
    code_ = &generatedCode();
    printNote(fmt::format("{}; the program's own kernels compute its products "
                          "instead (install CUDA's libcublas, or name it in "
                          "MLC_CUBLASLT_LIBRARY)",
                          reason.what()));
  }
}

/// Asks the library for algorithms for batches of so many rows; throws NoCublas
/// where it has none.
void DeviceProgram::prepareProducts(std::int64_t rows) {
  for (const MlcLaunches &entry : entriesOf(*code_))
    for (const MlcKernel &launch : std::span(entry.kernels, entry.count))
      if (launch.product)
        products_->prepare(*launch.product, rows, slotValues_);
}

/// Whether `launches_` serve a batch of so many rows. The library may have no
/// algorithm for a smaller last batch although it has one for full ones; such
/// batches are then the other code's.
bool DeviceProgram::canMultiply(std::int64_t rows) {
  if (!products_ || rows == program_.batch)
    return true;
  const auto [found, isNew] = canMultiply_.try_emplace(rows, true);
  if (!isNew)
    return found->second;
  try {
    prepareProducts(rows);
  } catch (const NoCublas &reason) {
    found->second = false;
    if (generatedLaunches_.empty())
      generatedLaunches_ = launchTable(generatedCode());
    printNote(fmt::format("{}; the program's own kernels compute batches of {} "
                          "row{} instead",
                          reason.what(), rows, rows == 1 ? "" : "s"));
  }
  return found->second;
}

const DeviceCode &DeviceProgram::generatedCode() {
  if (!generated_)
    generated_ = std::make_unique<DeviceCode>(device(), program_,
                                              *program_.device->generated);
  return *generated_;
}

DeviceProgram::Kernel DeviceProgram::findKernel(const DeviceCode &code,
                                                const MlcKernel &kernel) {
  return {kernel.product ? nullptr : code.find(kernel.name),
          unsigned(kernel.blocks), unsigned(kernel.threads), kernel.product};
}

DeviceProgram::LaunchTable DeviceProgram::launchTable(const DeviceCode &code) {
  LaunchTable table;
  for (const MlcLaunches &entry : entriesOf(code))
    for (const MlcKernel &kernel : std::span(entry.kernels, entry.count))
      table[entry.entry].kernels.push_back(findKernel(code, kernel));
  return table;
}

/// The fewest blocks that take as long as `together` of them, where `shards`
/// shards are dealt out: the others would only wait.
static std::int64_t blocksFor(std::int64_t shards, std::int64_t together) {
  const std::int64_t each = (shards + together - 1) / together;
  return (shards + each - 1) / each;
}

/// With as many blocks as can run at the same time, each with the shared memory
/// that it then needs: fewer blocks have more shards each.
void DeviceProgram::findChip() {
  const MlcKernel &kernel = code_->tables().chip;
  if (!kernel.name)
    return;
  Kernel found = findKernel(*code_, kernel);
  for (std::int64_t blocks = kernel.blocks; blocks > 0;) {
    const std::int64_t bytes = code_->tables().chip_shared[blocks - 1];
    const std::int64_t together =
        device().blocksTogether(found.function, int(kernel.threads), bytes);
    if (together >= blocks) {
      found.blocks = unsigned(blocks);
      found.sharedBytes = unsigned(bytes);
      steps_ = found;
      return;
    }
    blocks = together > 0 ? blocksFor(kernel.blocks, together) : 0;
  }
}

/// With a block on each multiprocessor at most: more would have more to wait
/// for at each meeting.
void DeviceProgram::findSteps() {
  findChip();
  const MlcKernel &kernel = code_->tables().steps;
  if (steps_.function || !kernel.name)
    return;
  Kernel found = findKernel(*code_, kernel);
  const std::int64_t together =
      std::min(device().blocksTogether(found.function, int(kernel.threads)),
               device().multiprocessors());
  if (together == 0)
    return;
  found.blocks = unsigned(blocksFor(kernel.blocks, together));
  steps_ = found;
}

} // namespace mlc::runtime
