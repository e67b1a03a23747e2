//===- Library.cpp - A model as a C library -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Library.h"

#include "Data/ClassNames.h"
#include "Data/TargetScale.h"
#include "Error.h"
#include "ImageBuilder.h"
#include "Program/StoredDecision.h"
#include "Tools.h"
#include "mlc/Pipeline.h"
#include "mlc/Steps.h"
#include "mlc/Version.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <utility>
#include <vector>

using namespace llvm;
using namespace mlc;

namespace json = boost::json;

static const char *taskOf(graph::ProgramOp program) {
  switch (program.getLossFunction().getLabelKind()) {
  case graph::LabelKind::Real:
  case graph::LabelKind::Count:
    return "real";
  case graph::LabelKind::Binary:
    return "binary";
  case graph::LabelKind::Class:
    return "class";
  }
  llvm_unreachable("a label is one of the above");
}

/// What NAME_info_json tells.
static std::string describe(graph::ProgramOp program,
                            const runtime::SafetensorsFile &weights,
                            const LibraryFacts &facts,
                            const PipelineOptions &options) {
  json::object root{
      {"name", facts.name},
      {"program", program.getSymName().str()},
      {"compiler", "mlc " MLC_VERSION},
      {"target", options.target},
      {"model_hash", fmt::format("{:016x}", uint64_t(options.modelHash))},
      {"weights_hash", weights.hash()},
      {"features", facts.features},
      {"features_step", facts.featuresStep},
      {"outputs", facts.outputs},
      {"inputs", facts.inputs},
      {"label", taskOf(program)}};
  json::array names;
  for (const std::string &name : runtime::classNamesOf(weights))
    names.emplace_back(name);
  if (!names.empty())
    root["class_names"] = std::move(names);
  const runtime::Decision decision =
      runtime::decisionOf(weights, facts.outputs);
  root["temperature"] = decision.temperature;
  if (decision.hasThreshold())
    root["threshold"] = json::parse(runtime::thresholdJson(decision));
  if (const auto target = runtime::targetScaleOf(weights))
    root["target"] = {{"mean", target->mean}, {"deviation", target->deviation}};
  return json::serialize(root);
}

static std::string inputsOf(const MlcModelImage &image) {
  std::string inputs = image.is_sparse ? "sparse rows" : "dense rows";
  if (image.table.takes_rows)
    return inputs + " and rows of a table";
  return image.text.takes_text ? inputs + " and texts" : inputs;
}

Expected<LibraryPlan> mlc::planLibrary(graph::ProgramOp program,
                                       const WeightsFile &weights,
                                       StringRef name,
                                       const PipelineOptions &options) {
  try {
    LibraryPlan plan;
    ImageBuilder builder;
    builder.addProgram(program);
    builder.addWeights(program, weights.file());
    builder.addCpuFeatures(options.features);
    const MlcModelImage &image = builder.header();
    plan.takesText = image.text.takes_text;
    plan.foldsText = plan.takesText && image.text.tokenizer == MLC_TOKENS_WORDS;
    plan.isLatin = builder.isLatin();
    plan.facts = {.name =
                      libraryName(name.empty() ? program.getSymName() : name),
                  .features = image.width,
                  .featuresStep = image.step,
                  .outputs = image.outputs,
                  .columns = image.table.columns + image.table.text_columns,
                  .inputs = inputsOf(image),
                  .libraries = ""};
    builder.addInfo(describe(program, weights.file(), plan.facts, options));
    plan.image = builder.finish();
    return plan;
  } catch (const runtime::InputError &error) {
    return createStringError(error.what());
  }
}

void mlc::keepPredictAlone(mlir::ModuleOp module) {
  for (auto step : make_early_inc_range(module.getOps<mlir::func::FuncOp>()))
    if (step.getSymName() != steps::kPredict)
      step.erase();
}

namespace {
/// Makes the files in a folder of their own.
class Linking {
public:
  Linking(const LibraryPlan &plan, bool useBlas)
      : plan_(plan), name_(plan.facts.name), useBlas_(useBlas) {}

  Error open() { return folder_.open(); }
  Error link(StringRef object);
  /// Moves them to where they are to be.
  Error write(StringRef to);

private:
  Error joinObjects(StringRef object);
  Error renameSymbols();
  Error linkShared();

  std::string in(const Twine &file) const { return folder_.in(file); }

  const LibraryPlan &plan_;
  const std::string &name_;
  const bool useBlas_;
  TemporaryFolder folder_;
};
} // namespace

/// The model's code and the library's functions as one object, since what is in
/// two objects cannot be kept from the outside.
Error Linking::joinObjects(StringRef object) {
  if (Error error = writeOutput(in("model.o"), object))
    return error;
  Expected<std::string> core = findRuntimeArchive("mlc-library");
  if (!core)
    return core.takeError();
  const std::string runtime = sys::path::parent_path(*core).str();
  std::vector<std::string> arguments = {"-r", "-nostdlib", "-o", in("joined.o"),
                                        in("model.o")};
  auto addWhole = [&](StringRef library) {
    arguments.insert(arguments.end(),
                     {"-Wl,--whole-archive",
                      (runtime + "/lib" + library + ".a").str(),
                      "-Wl,--no-whole-archive"});
  };
  addWhole("mlc-library");
  addWhole(plan_.takesText ? "mlc-library-text" : "mlc-library-no-text");
  if (plan_.takesText)
    addWhole(!plan_.foldsText ? "mlc-library-no-fold"
             : plan_.isLatin  ? "mlc-library-fold-latin"
                              : "mlc-library-fold");
  return runTool("c++", arguments, in("log"));
}

Error Linking::renameSymbols() {
  std::string renamed, kept;
  for (StringRef function : libraryFunctions()) {
    renamed +=
        ("mlc_model_" + function + " " + name_ + "_" + function + "\n").str();
    kept += (name_ + "_" + function + "\n").str();
  }
  if (Error error = writeOutput(in("renamed"), renamed))
    return error;
  if (Error error = writeOutput(in("kept"), kept))
    return error;
  if (Error error = runTool(
          "objcopy",
          {"--redefine-syms=" + in("renamed"), in("joined.o"), in("renamed.o")},
          in("log")))
    return error;
  return runTool("objcopy",
                 {"--strip-debug", "--keep-global-symbols=" + in("kept"),
                  in("renamed.o"), in(name_ + ".o")},
                 in("log"));
}

Error Linking::linkShared() {
  if (Error error = writeOutput(in("exports"),
                                "{ global: " + name_ + "_*; local: *; };\n"))
    return error;
  std::vector<std::string> arguments = {
      "-shared",
      "-o",
      in("lib" + name_ + ".so"),
      in(name_ + ".o"),
      "-Wl,-soname,lib" + name_ + ".so",
      "-Wl,--version-script=" + in("exports"),
      "-Wl,--no-undefined,--as-needed,--gc-sections,-s",
      "-Wl,-z,relro,-z,now,-z,noexecstack",
      "-static-libgcc",
      "-lm"};
  if (useBlas_)
    arguments.push_back("-lopenblas");
  return runTool("c++", arguments, in("log"));
}

Error Linking::link(StringRef object) {
  if (Error error = joinObjects(object))
    return error;
  if (Error error = renameSymbols())
    return error;
  if (Error error = linkShared())
    return error;
  return runTool("ar", {"rcsD", in("lib" + name_ + ".a"), in(name_ + ".o")},
                 in("log"));
}

Error Linking::write(StringRef to) {
  LibraryFacts facts = plan_.facts;
  if (useBlas_)
    facts.libraries = "-lopenblas";
  const std::pair<std::string, std::string> texts[] = {
      {name_ + ".h", libraryHeader(facts)},
      {name_ + ".pc", libraryPackage(facts)},
      {name_ + "Config.cmake", libraryConfig(facts)}};
  if (std::error_code code = sys::fs::create_directories(to))
    return fileError(to, code);
  auto path = [&](StringRef file) {
    SmallString<128> path(to);
    sys::path::append(path, file);
    return path;
  };
  for (const auto &[file, text] : texts)
    if (Error error = writeOutput(path(file), text))
      return error;
  for (const char *ending : {".a", ".so"})
    if (Error error = copyOutput(in("lib" + name_ + ending),
                                 path("lib" + name_ + ending)))
      return error;
  return Error::success();
}

Error mlc::writeLibrary(StringRef folder, StringRef object,
                        const LibraryPlan &plan, bool useBlas) {
  Linking linking(plan, useBlas);
  Error error = linking.open();
  if (!error)
    error = linking.link(object);
  if (error)
    return createStringError(folder +
                             ": cannot be made: " + toString(std::move(error)));
  return linking.write(folder);
}
