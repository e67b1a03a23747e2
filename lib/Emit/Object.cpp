//===- Object.cpp - Object files ------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Object.h"
#include "DeviceCode.h"
#include "ModuleParts.h"
#include "OtherObject.h"
#include "StageRunner.h"
#include "dialects/Mlc/Mlc.h"
#include "mlc/EmbeddedWeights.h"
#include "mlc/ModelImage.h"

#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using mlc::ObjectBytes;

static Attribute::AttrKind attributeOf(mlc::Sanitizer sanitizer) {
  switch (sanitizer) {
  case mlc::Sanitizer::None:
    return Attribute::None;
  case mlc::Sanitizer::Address:
    return Attribute::SanitizeAddress;
  case mlc::Sanitizer::Thread:
    return Attribute::SanitizeThread;
  }
  llvm_unreachable("unknown sanitizer");
}

/// Defines `mlc_weights` (mlc/EmbeddedWeights.h).
static void addWeights(Module &module, StringRef bytes) {
  LLVMContext &context = module.getContext();
  Constant *content =
      ConstantDataArray::getString(context, bytes, /*AddNull=*/false);
  auto *data =
      new GlobalVariable(module, content->getType(),
                         /*isConstant=*/true, GlobalValue::InternalLinkage,
                         content, "mlc_weights_bytes");
  data->setAlignment(Align(MLC_WEIGHTS_ALIGNMENT));
  static_assert(sizeof(MlcWeights) == 16 && offsetof(MlcWeights, size) == 8);
  Constant *row = ConstantStruct::getAnon(
      {data, ConstantInt::get(Type::getInt64Ty(context), bytes.size())});
  new GlobalVariable(module, row->getType(), /*isConstant=*/true,
                     GlobalValue::ExternalLinkage, row, "mlc_weights");
}

/// Defines `mlc_model_image` (mlc/ModelImage.h).
static void addImage(Module &module, StringRef bytes) {
  Constant *content = ConstantDataArray::getString(module.getContext(), bytes,
                                                   /*AddNull=*/false);
  auto *image = new GlobalVariable(
      module, content->getType(), /*isConstant=*/true,
      GlobalValue::ExternalLinkage, content, "mlc_model_image");
  image->setAlignment(Align(MLC_IMAGE_ALIGNMENT));
}

/// Adds what all functions of a program have in common.
static void addAttributes(Module &module, const TargetMachine &machine,
                          mlc::Sanitizer sanitizer) {
  // Indirect calls end at ENDBR64, and returns go where a shadow stack says.
  if (machine.getTargetTriple().isX86()) {
    module.addModuleFlag(Module::Override, "cf-protection-branch", 1);
    module.addModuleFlag(Module::Override, "cf-protection-return", 1);
  }
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr(Attribute::StackProtectStrong);
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("target-features", machine.getTargetFeatureString());
    if (sanitizer != mlc::Sanitizer::None)
      function.addFnAttr(attributeOf(sanitizer));
  }
}

/// Translates a program to LLVM IR, which is optimised nowhere yet.
static Expected<std::unique_ptr<Module>>
translate(mlir::ModuleOp program, LLVMContext &context,
          const TargetMachine &machine, const mlc::ObjectOptions &options) {
  mlir::registerBuiltinDialectTranslation(*program.getContext());
  mlir::registerLLVMDialectTranslation(*program.getContext());
  mlc::dropArgumentAttributes(program);
  std::unique_ptr<Module> module =
      mlir::translateModuleToLLVMIR(program, context);
  if (!module)
    return createStringError("the program cannot be translated to LLVM IR");
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(machine.createDataLayout());
  addAttributes(*module, machine, options.code.sanitizer);
  return module;
}

Expected<SmallVector<ObjectBytes>>
mlc::emitObjects(mlir::ModuleOp program, TargetMachine &machine,
                 const ObjectOptions &options) {
  StageRunner none;
  StageRunner &stages = options.stages ? *options.stages : none;
  mlir::TimingScope scope;
  if (options.device) {
    scope = stages.stage("kernels: waiting for ptxas");
    addDeviceTable(program, *options.device);
  }
  scope = stages.stage("translation to LLVM IR");
  LLVMContext context;
  Expected<std::unique_ptr<Module>> module =
      translate(program, context, machine, options);
  if (!module)
    return module.takeError();
  if (!options.code.optimize)
    machine.setOptLevel(CodeGenOptLevel::None);
  preferSinkingToSpilling();

  std::optional<OtherObject> other;
  if (options.mayBeTwo)
    if (auto [largest, others] = divide(**module); largest) {
      other.emplace(*others, machine, options.code);
      *module = std::move(largest);
    }
  // Weights can be large, so they are added to the part that is not copied.
  if (!options.weights.empty())
    addWeights(**module, options.weights);
  if (!options.image.empty())
    addImage(**module, options.image);
  scope = stages.stage("LLVM's optimisation");
  optimizeModule(**module, machine, options.code);

  scope = stages.stage("code generation");
  SmallVector<ObjectBytes> objects(1);
  if (Error error = generateCode(**module, machine, objects[0]))
    return error;
  if (other) {
    scope = stages.stage("waiting for LLVM's second thread");
    Expected<ObjectBytes> bytes = other->take();
    if (!bytes)
      return bytes.takeError();
    objects.push_back(std::move(*bytes));
  }
  return objects;
}

Expected<ObjectBytes> mlc::emitObject(mlir::ModuleOp program,
                                      TargetMachine &machine,
                                      const ObjectOptions &options) {
  assert(!options.mayBeTwo);
  auto objects = emitObjects(program, machine, options);
  if (!objects)
    return objects.takeError();
  return std::move(objects->front());
}
