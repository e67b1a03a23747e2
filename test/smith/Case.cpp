//===- Case.cpp - One model put to the test -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Case.h"

#include "Emulation.h"
#include "RandomData.h"

#include "Error.h"
#include "lib/Check/Check.h"
#include "mlc/Pipeline.h"

#include "mlir/Parser/Parser.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstring>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mlir;
using namespace mlc;
using namespace mlc::smith;

namespace {
/// The process's own work: everything that may go wrong happens here.
Verdict check(const std::string &text, const RunSettings &settings,
              const std::string &folder) {
  DialectRegistry registry;
  registerDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  std::string diagnostics;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    diagnostics += diagnostic.str() + "; ";
    return success();
  });
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module || module->getOps<graph::ProgramOp>().empty())
    return {Verdict::Invalid, diagnostics};
  graph::ProgramOp model = *module->getOps<graph::ProgramOp>().begin();

  CheckOptions options;
  options.run.data = folder + "/data";
  options.run.init = folder + "/init";
  options.run.seed = settings.runSeed;
  options.run.shuffle = settings.shuffle;
  options.compile.cpu = settings.cpu;
  options.compile.gemm = settings.gemm;
  options.compile.costs = settings.costs;
  options.compile.optimize = settings.optimize;
  options.threads = settings.threads;
  options.turns = settings.turns;
  if (settings.onGpu) {
    emulateGpu(text, folder, settings);
    options.device = "cuda";
    options.compile.gpu = "sm_80";
  }
  writeRandomData(options.run.data, model, settings);
  writeRandomWeights(options.run.init, model, settings);
  llvm::Expected<CheckResult> result = checkModel(*module, options);
  if (!result)
    return {Verdict::Refused,
            llvm::toString(result.takeError()) + ": " + diagnostics};
  Verdict verdict{Verdict::Agrees, result->farthest, result->quotient,
                  result->steps};
  if (!result->difference.empty()) {
    verdict.kind = Verdict::Differs;
    verdict.message = result->difference;
  }
  if (result->diverged)
    verdict.kind = Verdict::Diverged;
  return verdict;
}

/// What goes through the pipe, before the message.
struct Report {
  Verdict::Kind kind;
  double quotient;
  int64_t steps;
};

[[noreturn]] void runChild(int pipe, const std::string &text,
                           const RunSettings &settings,
                           const std::string &folder, unsigned seconds) {
  // Of its own time: on a busy machine, others take any time between. But who
  // waits for ever uses none.
  constexpr unsigned kPatience = 20;
  const rlimit limit{seconds, seconds + 1};
  setrlimit(RLIMIT_CPU, &limit);
  alarm(kPatience * seconds);
  Verdict verdict;
  try {
    verdict = check(text, settings, folder);
  } catch (const runtime::InputError &error) {
    verdict = {Verdict::Refused, error.what()};
  }
  const Report report{verdict.kind, verdict.quotient, verdict.steps};
  std::string bytes(reinterpret_cast<const char *>(&report), sizeof report);
  bytes += verdict.message;
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t count = write(pipe, bytes.data() + done, bytes.size() - done);
    if (count <= 0)
      _exit(1);
    done += count;
  }
  // No destructors: they cost time and check nothing.
  _exit(0);
}

std::string readAll(int pipe) {
  std::string bytes;
  char buffer[4096];
  for (ssize_t count; (count = read(pipe, buffer, sizeof buffer)) > 0;)
    bytes.append(buffer, count);
  return bytes;
}

Verdict verdictOf(int status, const std::string &bytes) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const bool isTime = signal == SIGALRM || signal == SIGXCPU;
    return {isTime ? Verdict::TimedOut : Verdict::Crashed, strsignal(signal)};
  }
  if (status != 0 || bytes.size() < sizeof(Report))
    return {Verdict::Crashed, "ended without a verdict"};
  Report report;
  std::memcpy(&report, bytes.data(), sizeof report);
  return {report.kind, bytes.substr(sizeof report), report.quotient,
          report.steps};
}
} // namespace

void mlc::smith::warmUp() {
  const llvm::StringLiteral model = R"(graph.program @warm {
    %w = graph.parameter "w" zeros : tensor<40x33xf32>
    graph.predict(%x: tensor<?x40xf32>) {
      %y = graph.linear %x, %w : tensor<?x40xf32>, tensor<40x33xf32>
      graph.yield %y : tensor<?x33xf32>
    }
    graph.loss(%y: tensor<?x33xf32>, %t: tensor<?x33xf32>) {
      %l = graph.mse %y, %t : tensor<?x33xf32>, tensor<?x33xf32>
      graph.yield %l : tensor<f32>
    }
    graph.train adam(learning_rate = 0.1) batch(4) epochs(1)
  })";
  llvm::SmallString<128> folder;
  if (llvm::sys::fs::createUniqueDirectory("mlc-smith", folder))
    return; // as the first case will say
  RunSettings settings;
  // A process with threads should not fork.
  settings.threads = {1};
  settings.turns = {};
  check(model.str(), settings, folder.str().str());
  llvm::sys::fs::remove_directories(folder);
}

Verdict mlc::smith::checkCase(const std::string &model,
                              const RunSettings &settings,
                              unsigned secondsAllowed) {
  llvm::SmallString<128> folder;
  if (llvm::sys::fs::createUniqueDirectory("mlc-smith", folder))
    return {Verdict::Crashed, "no folder for temporary files"};
  llvm::scope_exit clean([&] { llvm::sys::fs::remove_directories(folder); });
  int ends[2];
  if (pipe(ends) != 0)
    return {Verdict::Crashed, "no pipe"};
  const pid_t child = fork();
  if (child == 0)
    runChild(ends[1], model, settings, folder.str().str(), secondsAllowed);
  close(ends[1]);
  const std::string bytes = readAll(ends[0]);
  close(ends[0]);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0)
    return {Verdict::Crashed, "no process"};
  return verdictOf(status, bytes);
}
