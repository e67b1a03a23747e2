//===- mlc-smith.cpp - Random models against the reference ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Case.h"
#include "Generator.h"
#include "RandomCosts.h"
#include "Reducer.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <sstream>

using namespace mlc::smith;

namespace {

constexpr const char *kKinds[] = {"agrees",  "diverged", "DIFFERS",  "INVALID",
                                  "REFUSED", "CRASHED",  "TIMED OUT"};

/// Of an emulated GPU's threads.
constexpr uint64_t kOrders = 3;

struct Options {
  std::string model;      ///< A file; or random ones.
  RunSettings settings;   ///< Of `model`.
  uint64_t seed = 1;      ///< Of the first random model.
  int64_t programs = 0;   ///< Random models, of consecutive seeds.
  std::string findings;   ///< Folder for failing cases; empty: none.
  bool stop = false;      ///< At the first failure.
  bool print = false;     ///< Print the random models, check nothing.
  bool drawsCosts = true; ///< Of random models.
  unsigned seconds = 120; ///< Of processor time, for one model.
};

/// A file that is a lit test as it stands.
std::string testOf(const Program &program, const std::string &message) {
  return fmt::format("// RUN: mlc-smith --model %s {} | FileCheck %s\n"
                     "// CHECK: agrees\n"
                     "// CHECK-NEXT: {{{{^[1-9][0-9]* steps compared}}}}\n"
                     "// {}\n{}",
                     optionsOf(program.settings), message, program.text());
}

/// Reduces a failing program and writes what is left.
void writeFinding(const Options &options, uint64_t seed, const Program &program,
                  const Verdict &verdict) {
  auto check = [&](const Program &candidate) {
    return checkCase(candidate.text(), candidate.settings, options.seconds);
  };
  const Program smallest = reduce(program, [&](const Program &candidate) {
    const Verdict other = check(candidate);
    // A refusal for another reason is another finding.
    return other.kind == verdict.kind && (verdict.kind != Verdict::Refused ||
                                          other.message == verdict.message);
  });
  std::filesystem::create_directories(options.findings);
  const std::string path =
      fmt::format("{}/smith-{}.mlir", options.findings, seed);
  std::ofstream(path) << testOf(smallest, check(smallest).message);
  std::cout << "  reduced: " << path << std::endl;
}

/// The random program of a seed, with thresholds.
Program programOf(const Options &options, uint64_t seed) {
  Program program = generate(seed);
  if (options.drawsCosts)
    for (std::string &cost : randomCosts(seed))
      program.settings.costs.push_back(std::move(cost));
  return program;
}

/// Checks random programs; returns whether all are right.
bool checkRandom(const Options &options) {
  const auto start = std::chrono::steady_clock::now();
  int64_t failures = 0, diverged = 0, steps = 0;
  double largest = 0;
  uint64_t largestSeed = 0;
  int64_t done = 0;
  while (done < options.programs && !(options.stop && failures)) {
    const uint64_t seed = options.seed + done++;
    Program program = programOf(options, seed);
    program.settings.onGpu = options.settings.onGpu;
    program.settings.order = static_cast<int>(seed % kOrders);
    // Each kind of machine has its library.
    if (program.settings.onGpu && program.settings.gemm == "openblas")
      program.settings.gemm = "cublas";
    const Verdict verdict =
        checkCase(program.text(), program.settings, options.seconds);
    diverged += verdict.kind == Verdict::Diverged;
    steps += verdict.steps;
    if (!verdict.isFailure()) {
      if (verdict.quotient > largest) {
        largest = verdict.quotient;
        largestSeed = seed;
      }
      continue;
    }
    ++failures;
    std::cout << fmt::format("seed {}: {}: {}", seed, kKinds[verdict.kind],
                             verdict.message)
              << std::endl;
    if (!options.findings.empty())
      writeFinding(options, seed, program, verdict);
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  std::cout << fmt::format(
      "{} programs, {} steps compared, {} failures, {} diverged; the farthest "
      "number at {:.2f} of its bound (seed {}); {:.2f} programs a second\n",
      done, steps, failures, diverged, largest, largestSeed, done / seconds);
  return failures == 0;
}

bool checkFile(const Options &options) {
  std::ostringstream text;
  text << std::ifstream(options.model).rdbuf();
  const Verdict verdict =
      checkCase(text.str(), options.settings, options.seconds);
  std::cout << fmt::format("{}: {} {}\n{} steps compared, the farthest number "
                           "at {:.2f} of its bound\n",
                           options.model, kKinds[verdict.kind], verdict.message,
                           verdict.steps, verdict.quotient);
  return !verdict.isFailure();
}

void printRandom(const Options &options) {
  for (int64_t i = 0; i < options.programs; ++i)
    std::cout << testOf(programOf(options, options.seed + i),
                        fmt::format("seed {}", options.seed + i));
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  RunSettings &settings = options.settings;
  uint64_t seed = 1;
  bool noShuffle = false, noOptimize = false;
  CLI::App app("checks compiled models against the f64 reference");
  app.add_option("--programs", options.programs, "random models to check");
  app.add_option("--model", options.model, "the model file to check");
  app.add_option("--seed", seed,
                 "of the first random model; with --model, of the run");
  app.add_option("--findings", options.findings,
                 "folder for failing models, reduced");
  app.add_flag("--stop", options.stop, "end at the first failure");
  app.add_flag("--print", options.print, "print the random models only");
  app.add_option("--seconds", options.seconds,
                 "of processor time, allowed for one model");
  app.add_option("--rows", settings.rows, "--model: rows of data");
  app.add_option("--density", settings.density, "--model: of sparse rows");
  app.add_option("--data-seed", settings.dataSeed, "--model: of the data");
  app.add_option("--cpu", settings.cpu, "--model: the CPU to compile for");
  app.add_option("--gemm", settings.gemm,
                 "--model: who computes dense products")
      ->check(CLI::IsMember({"auto", "generated", "openblas", "cublas"}));
  app.add_option("--cost", settings.costs,
                 "--model: other thresholds, name=value")
      ->delimiter(',');
  std::string costs = "random";
  app.add_option("--costs", costs,
                 "of random models: random thresholds or the default ones")
      ->check(CLI::IsMember({"random", "default"}));
  app.add_flag("--no-shuffle", noShuffle, "--model: the data's order");
  app.add_flag("--no-optimize", noOptimize, "--model: LLVM does not optimise");
  app.add_option("--threads", settings.threads,
                 "--model: numbers of threads to compare")
      ->delimiter(',');
  app.add_option("--turns", settings.turns,
                 "--model: numbers of workers that take turns to compare")
      ->delimiter(',');
  app.add_flag("--gpu", settings.onGpu, "run models on an emulated GPU");
  app.add_option("--order", settings.order,
                 "--model, --gpu: the turns of threads: 0, 1 or 2");
  CLI11_PARSE(app, argc, argv);
  options.drawsCosts = costs == "random";
  settings.shuffle = !noShuffle;
  settings.optimize = !noOptimize;
  settings.runSeed = options.seed = seed;
  if (options.print) {
    printRandom(options);
    return 0;
  }
  // OpenBLAS would start threads before cases fork.
  setenv("OPENBLAS_NUM_THREADS", "1", /*overwrite=*/1);
  if (options.programs > 1)
    warmUp();
  const bool isRight =
      options.model.empty() ? checkRandom(options) : checkFile(options);
  return isRight ? 0 : 1;
}
