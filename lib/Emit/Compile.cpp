//===- Compile.cpp - From a model file to a program -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceCode.h"
#include "ModelFile.h"
#include "Object.h"
#include "Output.h"
#include "Target.h"
#include "dialects/Graph/Graph.h"
#include "mlc/Emit.h"
#include "mlc/GpuPipeline.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mlc;

namespace {

int fail(const llvm::Twine &message, int status = 1) {
  llvm::errs() << "error: " << message << "\n";
  return status;
}

std::string textOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return text;
}

/// Gives the program another batch.
void setBatch(ModuleOp module, int64_t batch) {
  for (auto program : module.getOps<graph::ProgramOp>())
    program.getTrain().setBatch(batch);
}

/// Whether the lowered program calls the BLAS library.
bool usesBlas(ModuleOp module) {
  return module.lookupSymbol("cblas_sgemm") != nullptr;
}

std::optional<GpuSteps> gpuStepsOf(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<GpuSteps>>(name)
      .Case("auto", GpuSteps::Auto)
      .Case("launches", GpuSteps::Launches)
      .Case("kernel", GpuSteps::Kernel)
      .Default(std::nullopt);
}

std::optional<MatmulPrecision> precisionOf(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<MatmulPrecision>>(name)
      .Case("f32", MatmulPrecision::F32)
      .Case("tf32", MatmulPrecision::Tf32)
      .Case("bf16", MatmulPrecision::Bf16)
      .Default(std::nullopt);
}

Sanitizer sanitizerOf(const CompileOptions &options) {
  return options.sanitize == "address"  ? Sanitizer::Address
         : options.sanitize == "thread" ? Sanitizer::Thread
                                        : Sanitizer::None;
}

/// A file's name without its ending, in the current folder.
std::string defaultOutput(const CompileOptions &options) {
  std::string stem = llvm::sys::path::stem(options.input).str();
  return options.emit == "exe" ? stem : stem + ".o";
}

/// What `--emit` asks for.
bool isBinary(llvm::StringRef emit) {
  return emit == "obj" || emit == "exe" || emit == "emulation";
}

/// One compilation.
class Compiler {
public:
  explicit Compiler(const CompileOptions &options) : options(options) {}

  /// Returns the exit status; wrong options are told before anything is done.
  int configure();
  /// Returns what is to be written.
  llvm::Expected<std::string> run(ModuleOp model);

private:
  int configureTargets();
  int configureGpus();
  llvm::Error runPasses(ModuleOp model,
                        llvm::function_ref<void(PassManager &)> build);
  llvm::Expected<std::string> makeObject(ModuleOp model,
                                         const DeviceCode *device);
  llvm::Expected<std::string> makeEmulation(ModuleOp model);

  const CompileOptions &options;
  Sanitizer sanitizer = Sanitizer::None;
  std::optional<Target> target;
  std::vector<GpuArchitecture> gpus;
  DeviceCodeOptions device;
  PipelineOptions pipeline;
};

int Compiler::configureTargets() {
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(options.target).split(names, ',');
  pipeline.hasEntries = llvm::is_contained(names, "cpu");
  pipeline.hasKernels = llvm::is_contained(names, "cuda");
  if (!llvm::all_of(names, [](llvm::StringRef name) {
        return name == "cpu" || name == "cuda";
      }))
    return fail("unknown --target '" + options.target +
                    "'; expected cpu, cuda or cpu,cuda",
                2);
  if (!pipeline.hasKernels &&
      (options.emit == "ptx" || options.emit == "emulation"))
    return fail("--emit " + options.emit + " needs --target cuda", 2);
  if (!pipeline.hasEntries && options.profile)
    return fail("--profile is of code for CPUs; use --target cpu,cuda", 2);
  if (!pipeline.hasEntries && !options.sanitize.empty())
    return fail("--sanitize watches code for CPUs; use --target cpu,cuda", 2);
  return configureGpus();
}

int Compiler::configureGpus() {
  std::optional<GpuSteps> gpuSteps = gpuStepsOf(options.gpuSteps);
  if (!gpuSteps)
    return fail("unknown --gpu-steps '" + options.gpuSteps +
                    "'; expected auto, launches or kernel",
                2);
  std::optional<MatmulPrecision> precision =
      precisionOf(options.matmulPrecision);
  if (!precision)
    return fail("unknown --matmul-precision '" + options.matmulPrecision +
                    "'; expected f32, tf32 or bf16",
                2);
  device.gpu = {*gpuSteps, *gpuGemmNamed(options.gemm)};
  device.precision = *precision;
  device.assemble = options.emit != "ptx";
  if (options.gemm == "cublas" && !pipeline.hasKernels)
    return fail("--gemm cublas is of GPUs; use --target cuda or cpu,cuda", 2);
  if (options.gemm == "openblas" && !pipeline.hasEntries)
    return fail("--gemm openblas is of CPUs; use --target cpu,cuda", 2);
  if (device.gpu.gemm == GpuGemm::CublasLt && *gpuSteps == GpuSteps::Kernel)
    return fail("--gpu-steps kernel leaves no product to --gemm cublas", 2);
  if (*precision != MatmulPrecision::F32 &&
      (!pipeline.hasKernels || device.gpu.gemm == GpuGemm::Generated))
    return fail("--matmul-precision " + options.matmulPrecision +
                    " is of products by cuBLASLt on GPUs; all other "
                    "arithmetic is f32: use --target cuda or cpu,cuda, and "
                    "--gemm auto or cublas",
                2);
  auto architectures = parseArchitectures(options.gpu);
  if (!architectures)
    return fail(llvm::toString(architectures.takeError()), 2);
  gpus = std::move(*architectures);
  return 0;
}

int Compiler::configure() {
  std::optional<Gemm> gemm = gemmNamed(options.gemm);
  if (!gemm)
    return fail("unknown --gemm '" + options.gemm +
                    "'; expected auto, generated, openblas or cublas",
                2);
  if (int status = configureTargets())
    return status;
  sanitizer = sanitizerOf(options);
  llvm::Expected<Target> made =
      makeTarget(sanitizer == Sanitizer::Thread ? "x86-64-v2" : options.cpu,
                 options.targetTriple);
  if (!made)
    return fail(llvm::toString(made.takeError()), 2);
  if (options.emit == "exe" && !made->isHost)
    return fail("--target-triple: there is no runtime here for " +
                    options.targetTriple + "; use --emit obj",
                2);
  target.emplace(std::move(*made));
  pipeline.vectors = target->vectors;
  pipeline.gemm = *gemm;
  pipeline.profile = options.profile;
  pipeline.target = target->description;
  pipeline.features = target->features;
  return 0;
}

llvm::Error Compiler::runPasses(ModuleOp model,
                                llvm::function_ref<void(PassManager &)> build) {
  PassManager manager(model.getContext());
  build(manager);
  // What is wrong has been said.
  return failed(manager.run(model)) ? llvm::createStringError("")
                                    : llvm::Error::success();
}

llvm::Expected<std::string> Compiler::makeObject(ModuleOp model,
                                                 const DeviceCode *device) {
  auto object = emitObject(model, *target->machine,
                           {.sanitizer = sanitizer, .device = device});
  if (!object)
    return object.takeError();
  return std::string(object->data(), object->size());
}

llvm::Expected<std::string> Compiler::makeEmulation(ModuleOp model) {
  // The kernels beside a library's products, and those without a library.
  OwningOpRef<ModuleOp> other(model.clone());
  GpuOptions without = device.gpu;
  without.gemm = GpuGemm::Generated;
  for (auto [module, gpu] :
       {std::pair(model, without), std::pair(*other, device.gpu)}) {
    llvm::Error error = runPasses(module, [&](PassManager &manager) {
      addKernels(manager, gpu);
      addKernelsToCpu(manager);
    });
    if (error)
      return error;
  }
  for (auto &op : llvm::make_early_inc_range(*other->getBody()))
    if (auto symbol = dyn_cast<SymbolOpInterface>(op);
        symbol && !model.lookupSymbol(symbol.getNameAttr()))
      op.moveBefore(model.getBody(), model.getBody()->end());
  for (auto program :
       llvm::make_early_inc_range(model.getOps<graph::ProgramOp>()))
    program.erase();
  return makeObject(model, nullptr);
}

llvm::Expected<std::string> Compiler::run(ModuleOp model) {
  pipeline.modelHash = static_cast<int64_t>(llvm::xxh3_64bits(textOf(model)));
  if (options.emit == "emulation")
    return makeEmulation(model);
  if (std::optional<Stage> last = stageOf(options.emit)) {
    llvm::Error error = runPasses(model, [&](PassManager &manager) {
      if (pipeline.hasEntries)
        buildPipeline(manager, *last, pipeline);
      else
        buildGpuPipeline(manager, *last, device.gpu);
    });
    return error ? llvm::Expected<std::string>(std::move(error))
                 : textOf(model);
  }
  std::optional<DeviceCode> kernels;
  if (pipeline.hasKernels) {
    llvm::Expected<DeviceCode> code = makeDeviceCode(model, gpus, device);
    if (!code)
      return code.takeError();
    kernels = std::move(*code);
    if (device.precision != MatmulPrecision::F32 && !kernels->hasProducts())
      return llvm::createStringError(
          "--matmul-precision " + options.matmulPrecision +
          " would change nothing: no product of this model is large enough "
          "for cuBLASLt; --gemm cublas has it compute all dense products");
  }
  if (options.emit == "ptx")
    return llvm::StringRef(kernels->images[0].bytes).drop_back().str();
  llvm::Error error = runPasses(model, [&](PassManager &manager) {
    if (pipeline.hasEntries)
      buildPipeline(manager, Stage::Lowering, pipeline);
    else
      addDescriptor(manager, pipeline);
  });
  if (error)
    return error;
  return makeObject(model, kernels ? &*kernels : nullptr);
}

} // namespace

std::optional<Gemm> mlc::gemmNamed(std::string_view name) {
  return llvm::StringSwitch<std::optional<Gemm>>(name)
      .Case("auto", Gemm::Auto)
      .Case("generated", Gemm::Generated)
      .Case("openblas", Gemm::OpenBlas)
      .Case("cublas", Gemm::Auto)
      .Default(std::nullopt);
}

std::optional<GpuGemm> mlc::gpuGemmNamed(std::string_view name) {
  return llvm::StringSwitch<std::optional<GpuGemm>>(name)
      .Cases({"auto", "openblas"}, GpuGemm::Auto)
      .Case("generated", GpuGemm::Generated)
      .Case("cublas", GpuGemm::CublasLt)
      .Default(std::nullopt);
}

int mlc::compileModel(const CompileOptions &options) {
  const bool hasText = stageOf(options.emit) || options.emit == "ptx";
  if (!hasText && !isBinary(options.emit))
    return fail("unknown --emit '" + options.emit + "'; expected " +
                    llvm::join(stageNames(), ", ") + ", ptx, obj or exe",
                2);
  // Here and not by the verifier, which would blame a line of the model.
  if (options.batch &&
      (*options.batch < 1 || *options.batch > graph::kMaxBatch))
    return fail("--batch: expected 1 to " + llvm::Twine(graph::kMaxBatch) +
                    " rows, but got " + llvm::Twine(*options.batch),
                2);

  std::string output = options.output;
  if (output.empty())
    output = hasText ? "-" : defaultOutput(options);
  if (llvm::sys::fs::is_directory(output))
    return fail(output + ": is a directory; name the output with -o");
  if (llvm::sys::fs::equivalent(output, options.input))
    return fail(output + ": is the model itself; name the output with -o");

  Compiler compiler(options);
  if (int status = compiler.configure())
    return status;

  ModelFile model;
  if (failed(model.read(options.input, options.profile)))
    return 1;
  if (options.batch)
    setBatch(model.module(), *options.batch);

  llvm::Expected<std::string> result = compiler.run(model.module());
  if (!result) {
    std::string message = llvm::toString(result.takeError());
    return message.empty() ? 1 : fail(message);
  }
  if (hasText && output == "-") {
    llvm::outs() << *result;
    llvm::Error error = flushStandardOutput();
    return error ? fail(llvm::toString(std::move(error))) : 0;
  }
  llvm::Error error =
      options.emit == "exe"
          ? linkExecutable(output, *result,
                           {usesBlas(model.module()), options.sanitize})
          : writeOutput(output, *result);
  return error ? fail(llvm::toString(std::move(error))) : 0;
}
