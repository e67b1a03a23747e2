//===- Compile.cpp - From a model file to a program -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileSetup.h"
#include "DeviceCode.h"
#include "Explanation.h"
#include "Library.h"
#include "ModelFile.h"
#include "Object.h"
#include "Output.h"
#include "StageRunner.h"
#include "WeightsFile.h"
#include "dialects/Graph/Graph.h"
#include "lib/CostModel.h"
#include "mlc/Emit.h"
#include "mlc/GpuPipeline.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
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

/// 0 where the file cannot be read.
int64_t hashOfThisExecutable() {
  auto file = llvm::MemoryBuffer::getFile("/proc/self/exe", /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  return file ? static_cast<int64_t>(llvm::xxh3_64bits((*file)->getBuffer()))
              : 0;
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

/// A file's name without its ending, in the current folder.
std::string defaultOutput(const CompileOptions &options) {
  std::string stem = llvm::sys::path::stem(options.input).str();
  return options.emit == "exe"   ? stem
         : options.emit == "lib" ? stem + "-lib"
                                 : stem + ".o";
}

/// What `--emit` asks for.
bool isBinary(llvm::StringRef emit) {
  return emit == "obj" || emit == "exe" || emit == "lib" || emit == "emulation";
}

/// What is to be written: a text, or object files.
using Result = llvm::SmallVector<std::string, 2>;

/// One compilation.
class Compiler {
public:
  Compiler(const CompileOptions &options,
           const std::optional<ModelSizes> &sizes)
      : options_(options), sizes_(sizes) {}

  /// Wrong options are an error, before anything is done.
  llvm::Error configure();
  /// Reads the model; what is wrong has been said where it fails.
  LogicalResult read(ModelFile &model);
  /// Reads the weights that go inside, if there are any; what is wrong has
  /// been said where it fails.
  LogicalResult readWeights(ModelFile &model);
  /// Returns what is to be written.
  llvm::Expected<Result> run(ModuleOp model);
  /// Writes the result to a file.
  llvm::Error write(llvm::StringRef output, const Result &result,
                    ModuleOp model);

private:
  llvm::Error runPasses(llvm::StringRef name, ModuleOp model,
                        llvm::function_ref<void(OpPassManager &)> build);
  llvm::Error runStages(ModuleOp model, Stage last);
  llvm::Expected<Result> makeObjects(ModuleOp model, const DeviceCode *device);
  llvm::Expected<Result> makeEmulation(ModuleOp model);

  const CompileOptions &options_;
  const std::optional<ModelSizes> &sizes_;
  CompileSetup setup_;
  std::optional<StageRunner> stages_;
  std::optional<WeightsFile> weights_;
  std::optional<LibraryPlan> library_;
};

llvm::Error Compiler::configure() {
  if (llvm::Error error = setup_.configure(options_))
    return error;
  stages_.emplace(setup_.timing,
                  options_.verifyEach ? Verify::Passes : Verify::Stages);
  setup_.device.stages = &*stages_;
  return llvm::Error::success();
}

LogicalResult Compiler::read(ModelFile &model) {
  TimingScope scope = stages_->stage(stageNames().front());
  if (failed(model.read(options_.input, options_.profile, sizes_)))
    return failure();
  graph::ProgramOp program = *model.module().getOps<graph::ProgramOp>().begin();
  if (options_.profile && program.isQuantized())
    return program.emitError("has quantised weights, which are not trained, so "
                             "that there is nothing to --profile");
  if (setup_.pipeline.hasKernels && program.getTrain().getPrivateClipAttr())
    return program.getTrain().emitError(
        "private training is for CPUs so far: leave out --target cuda, or "
        "private(...)");
  if (!options_.batch)
    return success();
  setBatch(model.module(), *options_.batch);
  return verify(model.module()); // Not every model may have any batch.
}

LogicalResult Compiler::readWeights(ModelFile &model) {
  if (options_.weights.empty())
    return success();
  TimingScope scope = stages_->stage("reading the weights");
  auto programs = model.module().getOps<graph::ProgramOp>();
  return weights_.emplace().read(options_.weights, *programs.begin());
}

llvm::Error
Compiler::runPasses(llvm::StringRef name, ModuleOp model,
                    llvm::function_ref<void(OpPassManager &)> build) {
  // What is wrong has been said.
  return failed(stages_->run(name, model, build)) ? llvm::createStringError("")
                                                  : llvm::Error::success();
}

/// The stages for a CPU, up to `last`, each measured by itself.
llvm::Error Compiler::runStages(ModuleOp model, Stage last) {
  for (int number = 1; number <= static_cast<int>(last); ++number) {
    const auto stage = static_cast<Stage>(number);
    llvm::Error error =
        runPasses(stageNames()[number], model, [&](OpPassManager &manager) {
          buildPipeline(manager, stage, setup_.pipeline, stage);
        });
    if (error)
      return error;
    if (library_ && stage == Stage::Autodiff)
      keepPredictAlone(model);
  }
  return llvm::Error::success();
}

llvm::Expected<Result> Compiler::makeObjects(ModuleOp model,
                                             const DeviceCode *device) {
  auto objects = emitObjects(
      model, *setup_.target->machine,
      {.code = {.sanitizer = setup_.sanitizer},
       .device = device,
       .weights = weights_ && !library_ ? weights_->bytes() : llvm::StringRef(),
       .image = library_ ? llvm::StringRef(library_->image) : llvm::StringRef(),
       .mayBeTwo = options_.emit == "exe",
       .stages = &*stages_});
  if (!objects)
    return objects.takeError();
  Result result;
  for (const ObjectBytes &bytes : *objects)
    result.emplace_back(bytes.data(), bytes.size());
  return result;
}

llvm::Expected<Result> Compiler::makeEmulation(ModuleOp model) {
  // The kernels beside a library's products, and those without a library.
  OwningOpRef<ModuleOp> other(model.clone());
  GpuOptions without = setup_.device.gpu;
  without.gemm = GpuGemm::Generated;
  for (auto [module, gpu] :
       {std::pair(model, without), std::pair(*other, setup_.device.gpu)}) {
    llvm::Error error = runPasses("kernels", module, [&](auto &manager) {
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
  return makeObjects(model, nullptr);
}

llvm::Expected<Result> Compiler::run(ModuleOp model) {
  setup_.pipeline.modelHash =
      static_cast<int64_t>(llvm::xxh3_64bits(textOf(model)));
  setup_.pipeline.compilerHash = hashOfThisExecutable();
  if (options_.emit == "lib") {
    auto programs = model.getOps<graph::ProgramOp>();
    llvm::Expected<LibraryPlan> plan = planLibrary(
        *programs.begin(), *weights_, options_.name, setup_.pipeline);
    if (!plan)
      return plan.takeError();
    library_ = std::move(*plan);
  }
  // After the hash: costs make no other model.
  if (llvm::Error error = setCosts(model, options_.costs))
    return error;
  if (options_.emit == "emulation")
    return makeEmulation(model);
  if (std::optional<Stage> last = stageOf(options_.emit)) {
    llvm::Error error =
        setup_.pipeline.hasEntries
            ? runStages(model, *last)
            : runPasses("kernels", model, [&](auto &manager) {
                buildGpuPipeline(manager, *last, setup_.device.gpu);
              });
    return error ? llvm::Expected<Result>(std::move(error))
                 : Result{textOf(model)};
  }
  std::optional<DeviceCode> kernels;
  if (setup_.pipeline.hasKernels) {
    llvm::Expected<DeviceCode> code =
        makeDeviceCode(model, setup_.gpus, setup_.device);
    if (!code)
      return code.takeError();
    kernels = std::move(*code);
    if (setup_.device.precision != MatmulPrecision::F32 &&
        !kernels->hasProducts())
      return llvm::createStringError(
          "--matmul-precision " + options_.matmulPrecision +
          " would change nothing: no product of this model is large enough "
          "for cuBLASLt; --gemm cublas has it compute all dense products whose "
          "only unknown size is the batch");
  }
  if (options_.emit == "ptx")
    return Result{llvm::StringRef(kernels->images[0].ptx).drop_back().str()};
  llvm::Error error =
      setup_.pipeline.hasEntries
          ? runStages(model, Stage::Lowering)
          : runPasses("descriptor", model, [&](auto &manager) {
              buildPipeline(manager, Stage::Linalg, setup_.pipeline);
              addDescriptor(manager, setup_.pipeline);
            });
  if (error)
    return error;
  return makeObjects(model, kernels ? &*kernels : nullptr);
}

llvm::Error Compiler::write(llvm::StringRef output, const Result &result,
                            ModuleOp model) {
  if (library_) {
    TimingScope scope = stages_->stage("linking");
    return writeLibrary(output, result.front(), *library_, usesBlas(model));
  }
  if (options_.emit != "exe")
    return writeOutput(output, result.front());
  TimingScope scope = stages_->stage("linking");
  return linkExecutable(output, result,
                        {.useBlas = usesBlas(model),
                         .isStatic = options_.isStatic,
                         .sanitize = options_.sanitize});
}

} // namespace

int mlc::compileModel(const CompileOptions &options,
                      const std::optional<ModelSizes> &sizes) {
  const bool hasText = stageOf(options.emit) || options.emit == "ptx";
  if (!hasText && !isBinary(options.emit))
    return fail("unknown --emit '" + options.emit + "'; expected " +
                    llvm::join(stageNames(), ", ") + ", ptx, obj, exe or lib",
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
  const bool isLibrary = options.emit == "lib";
  if (isLibrary && options.weights.empty())
    return fail("--emit lib is of a trained model; give --weights", 2);
  if (!isLibrary && llvm::sys::fs::is_directory(output))
    return fail(output + ": is a directory; name the output with -o");
  if (llvm::sys::fs::equivalent(output, options.input))
    return fail(output + ": is the model itself; name the output with -o");
  if (!options.weights.empty() && options.emit != "exe" &&
      options.emit != "obj" && !isLibrary)
    return fail("--weights go into a program; --emit " + options.emit +
                    " has no place for them",
                2);
  if (llvm::sys::fs::equivalent(output, options.weights))
    return fail(output + ": has the weights; name the output with -o");

  Compiler compiler(options, sizes);
  if (llvm::Error error = compiler.configure())
    return fail(llvm::toString(std::move(error)), 2);
  if (llvm::Error error = checkCosts(options.costs))
    return fail("--cost: " + llvm::toString(std::move(error)), 2);

  ModelFile model;
  if (failed(compiler.read(model)) || failed(compiler.readWeights(model)))
    return 1;
  if (options.explain)
    printExplanations(*model.module().getContext(), llvm::errs());

  llvm::Expected<Result> result = compiler.run(model.module());
  if (!result) {
    std::string message = llvm::toString(result.takeError());
    return message.empty() ? 1 : fail(message);
  }
  if (hasText && output == "-") {
    llvm::outs() << result->front();
    llvm::Error error = flushStandardOutput();
    return error ? fail(llvm::toString(std::move(error))) : 0;
  }
  llvm::Error error = compiler.write(output, *result, model.module());
  return error ? fail(llvm::toString(std::move(error))) : 0;
}
