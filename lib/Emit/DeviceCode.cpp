//===- DeviceCode.cpp - Kernels as code for GPUs --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceCode.h"
#include "Object.h"
#include "Ptxas.h"
#include "StageRunner.h"
#include "lib/Lowering/GPU/Launches.h"
#include "lib/Lowering/GPU/ProductTable.h"
#include "mlc/Pipeline.h"
#include "mlc/Steps.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;
using namespace mlc;

/// The first architecture that has what kernels use: max.NaN, cooperation of
/// all blocks, 16-byte asynchronous copies.
static constexpr int64_t kOldest = 80;

static Expected<const llvm::Target *> findTarget() {
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  std::string message;
  const llvm::Target *target =
      TargetRegistry::lookupTarget(Triple("nvptx64-nvidia-cuda"), message);
  if (!target)
    return createStringError("this LLVM makes no PTX: " + message);
  return target;
}

static Expected<std::unique_ptr<TargetMachine>>
makeMachine(const GpuArchitecture &architecture) {
  Expected<const llvm::Target *> target = findTarget();
  if (!target)
    return target.takeError();
  return std::unique_ptr<TargetMachine>((*target)->createTargetMachine(
      Triple("nvptx64-nvidia-cuda"), architecture.name(), "", TargetOptions(),
      std::nullopt, std::nullopt, CodeGenOptLevel::Aggressive));
}

Expected<std::vector<GpuArchitecture>> mlc::parseArchitectures(StringRef list) {
  Expected<const llvm::Target *> target = findTarget();
  if (!target)
    return target.takeError();
  std::unique_ptr<MCSubtargetInfo> known(
      (*target)->createMCSubtargetInfo(Triple("nvptx64-nvidia-cuda"), "", ""));
  std::vector<GpuArchitecture> result;
  for (StringRef name : split(list, ',')) {
    GpuArchitecture architecture;
    if (!name.starts_with("sm_") ||
        name.drop_front(3).getAsInteger(10, architecture.number) ||
        architecture.number < kOldest || !known->isCPUStringValid(name))
      return createStringError(
          "unknown GPU '" + name +
          "'; expected sm_80, sm_90, sm_100 or the like, separated by commas");
    result.push_back(architecture);
  }
  llvm::sort(result,
             [](const auto &a, const auto &b) { return a.number < b.number; });
  return result;
}

/// The launches of a step, none at first.
static std::vector<DeviceCode::Kernel> &launchesOf(DeviceCode &code,
                                                   StringRef step) {
  const StringRef name = find_if(steps::kEntryPoints, [&](const auto &known) {
                           return known.first == step;
                         })->second;
  auto entry = find_if(code.entries, [&](const DeviceCode::Entry &known) {
    return known.name == name;
  });
  if (entry == code.entries.end())
    entry = code.entries.insert(entry, {name.str(), {}});
  return entry->launches;
}

static void addProducts(DeviceCode &code, mlir::gpu::GPUModuleOp kernels) {
  auto products = kernels->getAttrOfType<mlir::ArrayAttr>(kProducts);
  if (!products)
    return;
  // In the order of their places.
  for (auto product : products.getAsRange<mlir::DictionaryAttr>()) {
    auto &list =
        launchesOf(code, product.getAs<mlir::StringAttr>("step").getValue());
    const int64_t place = product.getAs<mlir::IntegerAttr>("launch").getInt();
    DeviceCode::Kernel launch;
    launch.product =
        productOf(product.getAs<mlir::DenseI64ArrayAttr>("fields"));
    list.insert(list.begin() + place, std::move(launch));
  }
}

/// Notes the kernels of a module after `mlc-kernels`.
static Expected<DeviceCode> describeKernels(mlir::ModuleOp module) {
  auto kernels = module.lookupSymbol<mlir::gpu::GPUModuleOp>(kKernels);
  if (!kernels)
    return createStringError("no kernels were made");
  DeviceCode code;
  code.workspace =
      kernels->getAttrOfType<mlir::IntegerAttr>(steps::kWorkspaceBytes)
          .getInt();
  for (auto kernel : kernels.getOps<mlir::gpu::GPUFuncOp>()) {
    DeviceCode::Kernel launch{kernel.getName().str(), 0,
                              (*kernel.getKnownBlockSize())[0]};
    if (auto shared =
            kernel->getAttrOfType<mlir::DenseI64ArrayAttr>(kSharedBytes)) {
      launch.blocks = shared.size();
      code.chip = launch;
      code.chipShared = shared.asArrayRef().vec();
      continue;
    }
    StringRef step =
        kernel->getAttrOfType<mlir::StringAttr>(kStepName).getValue();
    if (auto most = kernel->getAttrOfType<mlir::IntegerAttr>(kMostBlocks)) {
      launch.blocks = most.getInt();
      code.steps = launch;
      continue;
    }
    launch.blocks = (*kernel.getKnownGridSize())[0];
    if (step == kOrder)
      code.order = launch;
    else
      launchesOf(code, step).push_back(launch);
  }
  addProducts(code, kernels);
  return code;
}

static Expected<std::string> emitPtx(mlir::gpu::GPUModuleOp kernels,
                                     TargetMachine &machine,
                                     StageRunner &stages) {
  mlir::TimingScope scope = stages.stage("kernels: translation to LLVM IR");
  // Before the translation, which writes down alignments: without a layout
  // those of 8 bytes would be 4, and each such load two.
  const DataLayout layout = machine.createDataLayout();
  kernels->setAttr(mlir::LLVM::LLVMDialect::getDataLayoutAttrName(),
                   mlir::StringAttr::get(kernels.getContext(),
                                         layout.getStringRepresentation()));
  LLVMContext context;
  std::unique_ptr<Module> module =
      mlir::translateModuleToLLVMIR(kernels, context);
  if (!module)
    return createStringError("the kernels cannot be translated to LLVM IR");
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(layout);
  // As on the CPU, where workers set it: numbers below the normal ones are 0.
  for (Function &function : *module)
    function.addFnAttr("denormal-fp-math-f32", "preserve-sign,preserve-sign");
  scope = stages.stage("kernels: LLVM's optimisation");
  optimizeModule(*module, machine);
  scope = stages.stage("kernels: code generation");
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream(bytes);
  legacy::PassManager codegen;
  if (machine.addPassesToEmitFile(codegen, stream, nullptr,
                                  CodeGenFileType::AssemblyFile))
    return createStringError("no PTX can be made for this target");
  codegen.run(*module);
  std::string text(bytes.data(), bytes.size());
  text.push_back('\0');
  return text;
}

/// `module`'s kernels are in LLVM's and NVVM's dialects.
static Error addImages(DeviceCode &code, mlir::ModuleOp module,
                       ArrayRef<GpuArchitecture> architectures,
                       const DeviceCodeOptions &options, StageRunner &stages) {
  mlir::registerBuiltinDialectTranslation(*module.getContext());
  mlir::registerLLVMDialectTranslation(*module.getContext());
  mlir::registerGPUDialectTranslation(*module.getContext());
  mlir::registerNVVMDialectTranslation(*module.getContext());
  auto kernels = module.lookupSymbol<mlir::gpu::GPUModuleOp>(kKernels);
  code.target = "cuda";
  for (const GpuArchitecture &architecture : architectures) {
    auto machine = makeMachine(architecture);
    if (!machine)
      return machine.takeError();
    Expected<std::string> ptx = emitPtx(kernels, **machine, stages);
    if (!ptx)
      return ptx.takeError();
    code.target += code.images.empty() ? " " : ",";
    code.target += architecture.name();
    code.images.push_back({architecture, std::move(*ptx), {}});
    // ptxas takes as long as LLVM: it assembles what is there while the next
    // architecture's PTX is made, and the CPU's code.
    auto assemble = [text = code.images.back().ptx, name = architecture.name(),
                     isWanted = options.assemble] {
      // Without the zero byte at the end.
      return isWanted ? assemblePtx(StringRef(text).drop_back(), name)
                      : std::nullopt;
    };
    code.images.back().binary =
        std::async(std::launch::async, std::move(assemble)).share();
  }
  return Error::success();
}

/// The code with or without a library's products, as `options` say.
static Expected<DeviceCode> makeVariant(mlir::ModuleOp model,
                                        ArrayRef<GpuArchitecture> architectures,
                                        const DeviceCodeOptions &options) {
  mlir::OwningOpRef<mlir::ModuleOp> module(model.clone());
  StageRunner none;
  StageRunner &stages = options.stages ? *options.stages : none;
  if (failed(stages.run("kernels", *module, [&](mlir::OpPassManager &manager) {
        addKernels(manager, options.gpu);
      })))
    return createStringError("");
  Expected<DeviceCode> code = describeKernels(*module);
  if (!code)
    return code;
  // What has no products is made as such, by the caller.
  const bool isWithout = options.gpu.gemm != GpuGemm::Generated &&
                         !module->lookupSymbol(kKernels)->hasAttr(kProducts);
  if (isWithout)
    return code;
  if (failed(stages.run("kernels: lowering", *module, addKernelsToNvvm)))
    return createStringError("");
  if (Error error = addImages(*code, *module, architectures, options, stages))
    return error;
  code->precision = options.precision;
  return code;
}

Expected<DeviceCode>
mlc::makeDeviceCode(mlir::ModuleOp model,
                    ArrayRef<GpuArchitecture> architectures,
                    const DeviceCodeOptions &options) {
  DeviceCodeOptions without = options;
  without.gpu.gemm = GpuGemm::Generated;
  Expected<DeviceCode> generated = makeVariant(model, architectures, without);
  if (!generated || options.gpu.gemm == GpuGemm::Generated)
    return generated;
  Expected<DeviceCode> code = makeVariant(model, architectures, options);
  if (!code)
    return code;
  if (code->images.empty()) // no product is for the library
    return generated;
  code->generated = std::make_shared<DeviceCode>(std::move(*generated));
  return code;
}
