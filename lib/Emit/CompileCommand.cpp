//===- CompileCommand.cpp - The command line of mlc compile ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlc/Emit.h"

#include "llvm/Support/raw_ostream.h"

#include <CLI/CLI.hpp>

/// Exit status of a wrong command line.
static constexpr int kUsage = 2;

int mlc::compileMain(int argc, char **argv, const SizesOfData &sizesOf,
                     const CommandLineWords &words) {
  CompileOptions options;
  std::string data;
  CLI::App app("compiles a model file into a training program");
  app.name("mlc compile");
  app.option_defaults()->always_capture_default();
  app.add_option("MODEL", options.input, "the model file")
      ->required()
      ->type_name("FILE");
  app.add_option("-o,--output", options.output, "the program to write")
      ->type_name("FILE");
  app.add_option("--data", data,
                 "the data set that the model is for: its width and labels "
                 "fill in ?features and ?outputs, and other numbers must agree "
                 "with it")
      ->type_name("FILE");
  app.add_option("--weights", options.weights,
                 "put these weights, which the program trained, inside: one "
                 "file that predicts and serves with nothing beside it")
      ->type_name("FILE");
  app.add_flag("--static", options.isStatic,
               "link wholly: a program that needs no shared library, as in an "
               "empty container; it runs on CPUs alone");
  app.add_option("--emit", options.emit,
                 "stop after a stage and print it (graph, autodiff, linalg, "
                 "tile, bufferize, spmd, lowering, ptx), or write obj, exe or "
                 "lib: a C library of the trained model, as the folder -o")
      ->type_name("STAGE");
  app.add_option("--name", options.name,
                 "what the names of a library begin with (default: the "
                 "program's name in the model)")
      ->type_name("NAME");
  app.add_option("--target", options.target,
                 "what can run the program: cpu, cuda or cpu,cuda")
      ->type_name("KINDS");
  app.add_option("--gpu", options.gpu,
                 "the GPUs to compile for: sm_80, sm_90, sm_100, ...")
      ->type_name("KINDS");
  app.add_option("--gpu-steps", options.gpuSteps,
                 "how a GPU trains: launches (some for each step, as a CUDA "
                 "graph), kernel (one launch for many steps), chip (one whose "
                 "blocks keep parameters and optimiser state in shared "
                 "memory) or auto (by the model's size)")
      ->type_name("KIND");
  app.add_option("--cpu", options.cpu,
                 "the CPU to compile for: native, x86-64-v3, x86-64-v4, ...")
      ->type_name("KIND");
  app.add_option("--target-triple", options.targetTriple,
                 "another kind of machine, such as aarch64-linux-gnu; for "
                 "--emit obj and stages")
      ->type_name("TRIPLE");
  app.add_option("--gemm", options.gemm,
                 "who computes dense products: auto (the faster, by their "
                 "sizes), generated (code), openblas (on CPUs) or cublas "
                 "(cuBLASLt, on GPUs)")
      ->type_name("WHO");
  app.add_option("--matmul-precision", options.matmulPrecision,
                 "what cuBLASLt may round the operands of products to: f32 "
                 "(nothing), tf32 or bf16")
      ->type_name("TYPE");
  app.add_flag("--profile", options.profile,
               "make a program that can train --profile");
  app.add_option("--sanitize", options.sanitize,
                 "watch generated code for errors while it runs, slowly: "
                 "address (memory) or thread (races; x86-64-v2 code)")
      ->check(CLI::IsMember({"address", "thread"}))
      ->type_name("KIND");
  app.add_option("--batch", options.batch,
                 "rows of a training step (default: the model file's)")
      ->type_name("N");
  app.add_flag("--timing{stages}", options.timing,
               "print the time that each stage takes, or each pass as well "
               "(--timing=passes)");
  app.add_flag("--explain", options.explain,
               "print what was chosen and why: who computes products, what is "
               "split among workers, tiles of registers, packed operands, the "
               "kernels of a GPU");
  app.add_flag("--verify-each", options.verifyEach,
               "verify the IR after each pass, to find one that breaks it");
  // For tests; without a group, --help does not list it.
  app.add_option("--cost", options.costs, "another threshold: name=value")
      ->group("");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0) {
      llvm::outs() << words.help(app);
      return 0;
    }
    llvm::errs() << "error: " << words.mistake(app, error)
                 << "\n`mlc compile --help` lists the options\n";
    return kUsage;
  }
  std::optional<ModelSizes> sizes;
  if (!data.empty() && !(sizes = sizesOf(data)))
    return 1;
  return compileModel(options, sizes);
}
