//===- mlc-opt.cpp - Runs passes one by one, for tests --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Passes.h"
#include "mlc/Pipeline.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;

static LogicalResult run(int argc, char **argv) {
  DialectRegistry registry;
  mlc::registerDialects(registry);
  registerAllPasses();
  mlc::registerPassesAndPipelines();
  llvm::cl::list<std::string> costs(
      "cost", llvm::cl::desc("another threshold: name=value"));
  auto [input, output] = registerAndParseCLIOptions(
      argc, argv, "mlc-opt: runs passes of mlc and of MLIR\n", registry);

  const MlirOptMainConfig chosen = MlirOptMainConfig::createFromCLOptions();
  MlirOptMainConfig config = chosen;
  config.setPassPipelineSetupFn([&](PassManager &manager) {
    if (!costs.empty())
      manager.addPass(
          mlc::createSetCosts({llvm::to_vector_of<std::string>(costs)}));
    return chosen.setupPassPipeline(manager);
  });
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(input, &message);
  std::unique_ptr<llvm::ToolOutputFile> result;
  if (file)
    result = openOutputFile(output, &message);
  if (!result) {
    llvm::errs() << message << "\n";
    return failure();
  }
  if (failed(MlirOptMain(result->os(), std::move(file), registry, config)))
    return failure();
  result->keep();
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  return asMainReturnCode(run(argc, argv));
}
