//===- DeviceTable.cpp - The constant that describes kernels --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceCode.h"
#include "lib/Lowering/AbiTables.h"
#include "lib/Lowering/Descriptor.h"

using namespace mlir;
using namespace mlc;

/// Drivers want the code of a binary at such a boundary, as ELF files have.
static constexpr uint64_t kCodeAlignment = 64;

static abi::MlcKernel kernelOf(abi::Tables &tables,
                               const DeviceCode::Kernel &kernel) {
  abi::MlcKernel row{.blocks = kernel.blocks, .threads = kernel.threads};
  if (!kernel.name.empty())
    row.name = tables.text(kernel.name);
  if (kernel.product)
    row.product = tables.copy(*kernel.product);
  return row;
}

static abi::MlcLaunches launchesOf(abi::Tables &tables,
                                   const DeviceCode::Entry &entry) {
  std::vector<abi::MlcKernel> rows;
  for (const DeviceCode::Kernel &kernel : entry.launches)
    rows.push_back(kernelOf(tables, kernel));
  return {.entry = tables.text(entry.name),
          .count = static_cast<int64_t>(rows.size()),
          .kernels = tables.table<abi::MlcKernel>(rows)};
}

static abi::MlcDevice deviceOf(abi::Tables &tables, const DeviceCode &code) {
  static_assert(int64_t(MatmulPrecision::Tf32) == MLC_PRECISION_TF32 &&
                int64_t(MatmulPrecision::Bf16) == MLC_PRECISION_BF16);
  std::vector<abi::MlcDeviceImage> images;
  for (const DeviceCode::Image &image : code.images) {
    auto add = [&](bool isBinary, const std::string &bytes) {
      images.push_back({.architecture = image.architecture.number,
                        .is_binary = isBinary,
                        .code = tables.bytes(bytes, kCodeAlignment),
                        .size = static_cast<int64_t>(bytes.size())});
    };
    add(false, image.ptx);
    if (const std::optional<std::string> &binary = image.binary.get())
      add(true, *binary);
  }
  std::vector<abi::MlcLaunches> entries;
  for (const DeviceCode::Entry &entry : code.entries)
    entries.push_back(launchesOf(tables, entry));
  abi::MlcDevice row{
      .target = tables.text(code.target),
      .image_count = static_cast<int64_t>(images.size()),
      .images = tables.table<abi::MlcDeviceImage>(images),
      .workspace = code.workspace,
      .entry_count = static_cast<int64_t>(entries.size()),
      .entries = tables.table<abi::MlcLaunches>(entries),
      .steps = kernelOf(tables, code.steps),
      .chip = kernelOf(tables, code.chip),
      .chip_shared = tables.numbers(code.chipShared),
      .order = kernelOf(tables, code.order),
      .precision = static_cast<int64_t>(code.precision),
  };
  if (code.generated)
    row.generated =
        tables.table<abi::MlcDevice>(deviceOf(tables, *code.generated));
  return row;
}

void mlc::addDeviceTable(ModuleOp module, const DeviceCode &code) {
  // In the place of the declaration that the program's descriptor refers to.
  if (Operation *declaration = module.lookupSymbol(kDeviceSymbol))
    declaration->erase();
  OpBuilder b(module.getContext());
  b.setInsertionPointToEnd(module.getBody());
  abi::Tables tables(b, module.getLoc(), "mlc_device_constant_");
  tables.define(kDeviceSymbol, deviceOf(tables, code), LLVM::Linkage::Internal);
}
