//===- DeviceTable.cpp - The constant that describes kernels --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceCode.h"
#include "mlc/RuntimeABI.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace mlc;

namespace {

/// Makes the constants of RuntimeABI.h: every field is 8 bytes wide.
class TableBuilder {
public:
  explicit TableBuilder(Module &module) : module(module) {}

  Constant *number(int64_t value) {
    return ConstantInt::get(Type::getInt64Ty(module.getContext()), value);
  }

  /// The address of these bytes.
  Constant *bytes(StringRef value, uint64_t alignment = 1) {
    auto *global = hidden(ConstantDataArray::getString(
        module.getContext(), value, /*AddNull=*/false));
    global->setAlignment(Align(alignment));
    return global;
  }
  Constant *text(StringRef value) { return bytes(value.str() + '\0'); }

  Constant *row(ArrayRef<Constant *> fields) {
    return ConstantStruct::getAnon(fields);
  }

  /// The address of these rows; null where there are none.
  Constant *table(ArrayRef<Constant *> rows) {
    if (rows.empty())
      return null();
    return hidden(ConstantArray::get(
        ArrayType::get(rows[0]->getType(), rows.size()), rows));
  }

  /// The address of these numbers, of an array or of a structure that has
  /// nothing else; null for none.
  Constant *numbers(ArrayRef<int64_t> values) {
    SmallVector<Constant *> fields;
    for (int64_t value : values)
      fields.push_back(number(value));
    return table(fields);
  }

  Constant *kernel(const DeviceCode::Kernel &kernel) {
    Constant *name = kernel.name.empty() ? null() : text(kernel.name);
    return row({name, number(kernel.blocks), number(kernel.threads),
                numbers(kernel.product)});
  }

  Constant *launches(const std::vector<DeviceCode::Kernel> &kernels) {
    SmallVector<Constant *> rows;
    for (const DeviceCode::Kernel &each : kernels)
      rows.push_back(kernel(each));
    return row({number(rows.size()), table(rows)});
  }

  /// MlcDevice.
  Constant *device(const DeviceCode &code) {
    // Drivers want the code of a binary at such a boundary, as ELF files have.
    constexpr uint64_t codeAlignment = 64;
    SmallVector<Constant *> images;
    for (const DeviceCode::Image &image : code.images)
      images.push_back(
          row({number(image.architecture.number), number(image.isBinary),
               bytes(image.bytes, codeAlignment), number(image.bytes.size())}));
    return row({text(code.target), number(images.size()), table(images),
                number(code.workspace), launches(code.train),
                launches(code.evaluate), launches(code.predict),
                kernel(code.steps), kernel(code.chip), numbers(code.chipShared),
                kernel(code.order),
                number(static_cast<int64_t>(code.precision)),
                code.generated ? hidden(device(*code.generated)) : null()});
  }

private:
  Constant *null() {
    return ConstantPointerNull::get(PointerType::get(module.getContext(), 0));
  }

  GlobalVariable *hidden(Constant *value) {
    return new GlobalVariable(module, value->getType(), /*isConstant=*/true,
                              GlobalValue::InternalLinkage, value,
                              "mlc_device_data");
  }

  Module &module;
};

} // namespace

void mlc::addDeviceTable(Module &module, const DeviceCode &code) {
  static_assert(int64_t(MatmulPrecision::Tf32) == MLC_PRECISION_TF32 &&
                int64_t(MatmulPrecision::Bf16) == MLC_PRECISION_BF16);
  Constant *table = TableBuilder(module).device(code);
  auto *device = new GlobalVariable(
      module, table->getType(),
      /*isConstant=*/true, GlobalValue::ExternalLinkage, table, "mlc_device");
  // The program's descriptor refers to a declaration of it.
  for (const char *name : {"mlc_device"})
    if (GlobalVariable *old = module.getNamedGlobal(name);
        old && old != device) {
      old->replaceAllUsesWith(device);
      old->eraseFromParent();
      device->setName(name);
    }
}
