//===- RunCommand.cpp - The command mlc run -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Check/RunCommand.h"

#include "CPU/Workers.h"
#include "lib/Check/Check.h"
#include "lib/Emit/ModelFile.h"
#include "lib/Emit/Output.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

using namespace mlc;

/// Exit status of a wrong command line.
static constexpr int kUsage = 2;

static int fail(const std::string &message) {
  llvm::errs() << "error: " << message << "\n";
  return 1;
}

/// Trains in f64 and prints each step.
static int train(mlir::ModuleOp model,
                 const reference::ReferenceOptions &options) {
  auto result =
      reference::runReference(model, options, [](int64_t step, double loss) {
        llvm::outs() << "{\"step\":" << step
                     << ",\"loss\":" << llvm::format("%.17g", loss) << "}\n";
      });
  return result ? 0 : fail(llvm::toString(result.takeError()));
}

/// Checks and prints what was found.
static int check(mlir::ModuleOp model, const CheckOptions &options) {
  auto result = checkModel(model, options);
  if (!result)
    return fail(llvm::toString(result.takeError()));
  if (!result->difference.empty())
    return fail("compiled code differs: " + result->difference +
                (result->op.empty() ? "" : "\nthe first op that differs: ") +
                result->op);
  llvm::outs() << "compiled code agrees with the reference in " << result->steps
               << " steps; closest to its bound, at "
               << llvm::format("%.2f", result->quotient)
               << " of it: " << result->farthest << "\n";
  if (result->diverged)
    llvm::outs() << "then the reference left the range of f32, and nothing "
                    "more was compared\n";
  return 0;
}

int mlc::runMain(int argc, char **argv, const SizesOfData &sizesOf,
                 const CommandLineWords &words) {
  std::string path, gpu = "sm_80";
  CheckOptions options;
  reference::ReferenceOptions &run = options.run;
  bool isReference = false, isCheck = false, noShuffle = false;
  CLI::App app("trains a model in f64 by interpreting it (slow, and right), or "
               "checks compiled code against that, step by step");
  app.name("mlc run");
  app.add_option("MODEL", path, "the model file")->required();
  auto *what = app.add_option_group("what");
  what->add_flag("--reference", isReference, "train with the f64 interpreter");
  what->add_flag("--check", isCheck, "compare compiled code with it");
  what->require_option(1);
  app.add_option("--data", run.data, "data set file")->required();
  app.add_option("--init", run.init, "first weights")->required();
  app.add_option("--steps", run.steps, "stop after so many steps");
  app.add_option("--epochs", run.epochs, "times the data is seen");
  app.add_option("--learning-rate", run.learningRate);
  app.add_option("--seed", run.seed, "key of order and dropout");
  app.add_flag("--no-shuffle", noShuffle, "take rows in the file's order");
  app.add_option("--cpu", options.compile.cpu,
                 "--check: the CPU to compile for");
  app.add_option("--gemm", options.compile.gemm,
                 "--check: who computes dense products")
      ->check(CLI::IsMember({"auto", "generated", "openblas", "cublas"}));
  app.add_option("--device", options.device,
                 "--check: what runs the code: cpu, cuda or cuda:N");
  app.add_option("--gpu", gpu, "--check: the GPU to compile for");
  app.add_option("--threads", options.threads,
                 "--check: numbers of threads that must give the same bits")
      ->delimiter(',')
      ->check(CLI::Range(int64_t(1), runtime::maxWorkers));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0) {
      llvm::outs() << words.help(app);
      return 0;
    }
    llvm::errs() << "error: " << words.mistake(app, error)
                 << "\n`mlc run --help` lists the options\n";
    return kUsage;
  }
  run.shuffle = !noShuffle;
  // It runs parts of the program on the CPU.
  options.findOp = options.device == "cpu";
  if (options.device != "cpu")
    options.compile.gpu = gpu;
  ModelFile model;
  const std::optional<ModelSizes> sizes = sizesOf(run.data);
  if (!sizes || failed(model.read(path, /*keepNames=*/false, sizes)))
    return 1;
  const int status =
      isReference ? train(model.module(), run) : check(model.module(), options);
  if (llvm::Error error = flushStandardOutput())
    return fail(llvm::toString(std::move(error)));
  return status;
}
