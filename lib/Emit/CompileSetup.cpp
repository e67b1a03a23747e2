//===- CompileSetup.cpp - What options of mlc compile mean ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileSetup.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace mlc;

namespace {

std::optional<GpuSteps> gpuStepsOf(StringRef name) {
  return StringSwitch<std::optional<GpuSteps>>(name)
      .Case("auto", GpuSteps::Auto)
      .Case("launches", GpuSteps::Launches)
      .Case("kernel", GpuSteps::Kernel)
      .Case("chip", GpuSteps::Chip)
      .Default(std::nullopt);
}

std::optional<MatmulPrecision> precisionOf(StringRef name) {
  return StringSwitch<std::optional<MatmulPrecision>>(name)
      .Case("f32", MatmulPrecision::F32)
      .Case("tf32", MatmulPrecision::Tf32)
      .Case("bf16", MatmulPrecision::Bf16)
      .Default(std::nullopt);
}

std::optional<TimeDetail> timeDetailOf(StringRef name) {
  return StringSwitch<std::optional<TimeDetail>>(name)
      .Case("", TimeDetail::None)
      .Case("stages", TimeDetail::Stages)
      .Case("passes", TimeDetail::Passes)
      .Default(std::nullopt);
}

Sanitizer sanitizerOf(const CompileOptions &options) {
  return options.sanitize == "address"  ? Sanitizer::Address
         : options.sanitize == "thread" ? Sanitizer::Thread
                                        : Sanitizer::None;
}

} // namespace

Error CompileSetup::readTargets(const CompileOptions &options) {
  SmallVector<StringRef> names;
  StringRef(options.target).split(names, ',');
  pipeline.hasEntries = is_contained(names, "cpu");
  pipeline.hasKernels = is_contained(names, "cuda");
  if (!all_of(names,
              [](StringRef name) { return name == "cpu" || name == "cuda"; }))
    return createStringError("unknown --target '" + options.target +
                             "'; expected cpu, cuda or cpu,cuda");
  if (!pipeline.hasKernels &&
      (options.emit == "ptx" || options.emit == "emulation"))
    return createStringError("--emit " + options.emit + " needs --target cuda");
  if (!pipeline.hasEntries && options.profile)
    return createStringError(
        "--profile is of code for CPUs; use --target cpu,cuda");
  if (!pipeline.hasEntries && !options.sanitize.empty())
    return createStringError(
        "--sanitize watches code for CPUs; use --target cpu,cuda");
  return readGpus(options);
}

Error CompileSetup::readGpus(const CompileOptions &options) {
  std::optional<GpuSteps> gpuSteps = gpuStepsOf(options.gpuSteps);
  if (!gpuSteps)
    return createStringError("unknown --gpu-steps '" + options.gpuSteps +
                             "'; expected auto, launches, kernel or chip");
  std::optional<MatmulPrecision> precision =
      precisionOf(options.matmulPrecision);
  if (!precision)
    return createStringError("unknown --matmul-precision '" +
                             options.matmulPrecision +
                             "'; expected f32, tf32 or bf16");
  device.gpu = {*gpuSteps, *gpuGemmNamed(options.gemm)};
  device.precision = *precision;
  device.assemble = options.emit != "ptx";
  if (options.gemm == "cublas" && !pipeline.hasKernels)
    return createStringError(
        "--gemm cublas is of GPUs; use --target cuda or cpu,cuda");
  if (options.gemm == "openblas" && !pipeline.hasEntries)
    return createStringError(
        "--gemm openblas is of CPUs; use --target cpu,cuda");
  if (device.gpu.gemm == GpuGemm::CublasLt &&
      (*gpuSteps == GpuSteps::Kernel || *gpuSteps == GpuSteps::Chip))
    return createStringError("--gpu-steps " + options.gpuSteps +
                             " leaves no product to --gemm cublas");
  if (*precision != MatmulPrecision::F32 &&
      (!pipeline.hasKernels || device.gpu.gemm == GpuGemm::Generated))
    return createStringError(
        "--matmul-precision " + options.matmulPrecision +
        " is of products by cuBLASLt on GPUs; all other "
        "arithmetic is f32: use --target cuda or cpu,cuda, and "
        "--gemm auto or cublas");
  auto architectures = parseArchitectures(options.gpu);
  if (!architectures)
    return architectures.takeError();
  gpus = std::move(*architectures);
  return Error::success();
}

/// What a library cannot be.
Error CompileSetup::checkLibrary(const CompileOptions &options) const {
  if (options.emit != "lib")
    return options.name.empty() ? Error::success()
                                : createStringError("--name is of --emit lib");
  if (pipeline.hasKernels)
    return createStringError("--emit lib: a library runs on CPUs alone; use "
                             "--target cpu");
  if (sanitizer != Sanitizer::None || options.profile)
    return createStringError("--emit lib goes with neither --sanitize nor "
                             "--profile, which are of programs");
  return Error::success();
}

/// What a program without shared libraries cannot have.
Error CompileSetup::checkStatic(const CompileOptions &options) const {
  if (!options.isStatic)
    return Error::success();
  if (options.emit != "exe")
    return createStringError("--static is of programs; --emit " + options.emit +
                             " links none");
  if (pipeline.hasKernels)
    return createStringError(
        "--static: a GPU's driver is a shared library, which a static program "
        "cannot open; use --target cpu, or leave out --static");
  if (sanitizer != Sanitizer::None || *MLC_SANITIZE)
    return createStringError("--static: sanitizers are shared libraries; leave "
                             "out one of the two");
  return Error::success();
}

Error CompileSetup::configure(const CompileOptions &options) {
  std::optional<Gemm> gemm = gemmNamed(options.gemm);
  if (!gemm)
    return createStringError("unknown --gemm '" + options.gemm +
                             "'; expected auto, generated, openblas or cublas");
  std::optional<TimeDetail> detail = timeDetailOf(options.timing);
  if (!detail)
    return createStringError("unknown --timing '" + options.timing +
                             "'; expected stages or passes");
  timing = *detail;
  if (Error error = readTargets(options))
    return error;
  sanitizer = sanitizerOf(options);
  if (Error error = checkLibrary(options))
    return error;
  if (Error error = checkStatic(options))
    return error;
  Expected<mlc::Target> made =
      makeTarget(sanitizer == Sanitizer::Thread ? "x86-64-v2" : options.cpu,
                 options.targetTriple);
  if (!made)
    return made.takeError();
  if ((options.emit == "exe" || options.emit == "lib") && !made->isHost)
    return createStringError("--target-triple: there is no runtime here for " +
                             options.targetTriple + "; use --emit obj");
  target.emplace(std::move(*made));
  pipeline.vectors = target->vectors;
  pipeline.gemm = *gemm;
  // A library has OpenBLAS beside it only where it was asked for.
  if (options.emit == "lib" && *gemm == Gemm::Auto)
    pipeline.gemm = Gemm::Generated;
  pipeline.profile = options.profile;
  pipeline.target = target->description;
  pipeline.features = target->features;
  return Error::success();
}

std::optional<Gemm> mlc::gemmNamed(std::string_view name) {
  return StringSwitch<std::optional<Gemm>>(name)
      .Case("auto", Gemm::Auto)
      .Case("generated", Gemm::Generated)
      .Case("openblas", Gemm::OpenBlas)
      .Case("cublas", Gemm::Auto)
      .Default(std::nullopt);
}

std::optional<GpuGemm> mlc::gpuGemmNamed(std::string_view name) {
  return StringSwitch<std::optional<GpuGemm>>(name)
      .Cases({"auto", "openblas"}, GpuGemm::Auto)
      .Case("generated", GpuGemm::Generated)
      .Case("cublas", GpuGemm::CublasLt)
      .Default(std::nullopt);
}
