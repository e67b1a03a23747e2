//===- VerifyCommand.cpp - PROGRAM verify ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Digest.h"
#include "Audit/Findings.h"
#include "Audit/RunRecord.h"
#include "CPU/Blas.h"
#include "Commands/AuditCommands.h"
#include "Commands/Replay.h"
#include "Commands/SharedOptions.h"
#include "Data/Hash.h"
#include "Error.h"
#include "System/Console.h"
#include "System/FilePattern.h"
#include "System/Interrupt.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <tuple>

namespace mlc::runtime {

void addVerifyOptions(CLI::App &command, VerifyCommand &verify) {
  command
      .add_option("WEIGHTS", verify.weights,
                  "weights that train, calibrate or mlc compress wrote, with "
                  "WEIGHTS.run.json beside them")
      ->required()
      ->type_name("FILE");
  addFile(command, "--record", verify.record,
          "the record, where it lies elsewhere");
  addFile(command, "--key", verify.key,
          "the public key that must have signed the record");
  addParts(command, verify.data,
           "the data set, to compare with the one that was learned; all of its "
           "parts, if it has several");
  addFile(command, "--test", verify.test, "the same of train --test");
  addFile(command, "--init", verify.init, "the same of train --init");
  addFile(command, "--continue", verify.continued,
          "the checkpoint that train --continue was given");
  addFile(command, "--vectors", verify.vectors, "the same of train --vectors");
  addFile(command, "--rows", verify.rows, "the same of forget --rows");
  addFile(command, "--from", verify.from,
          "the weights that calibrate or mlc compress was given");
  addFile(command, "--calibration", verify.calibration,
          "the rows that calibrate was given");
  addFile(command, "--model", verify.model,
          "the model file that mlc compress was given");
  addFile(command, "--program", verify.program,
          "the program that trained, where it is another file than this one; "
          "of what mlc compress wrote, the mlc that did");
  command.add_flag("--retrain", verify.retrains,
                   "train again as the record says, and compare the weights "
                   "bit for bit");
  addThreads(command, verify.threads);
  addDevice(command, verify.device);
  command.add_flag("--json", verify.json, "print a JSON object");
}

namespace {

/// Throws InputError that says who writes records, where there is none.
std::string existingRecord(const VerifyCommand &command) {
  const std::string path =
      command.record.empty() ? recordPath(command.weights) : command.record;
  if (!std::filesystem::exists(path) &&
      std::filesystem::exists(command.weights))
    throw InputError(fmt::format(
        "{}: there is no record of {} here; train and mlc compress write one, "
        "and calibrate where the weights that it is given have one: make the "
        "weights again, or give --record where it lies elsewhere",
        path, command.weights));
  return path;
}

/// Compares part after part with the record.
class Verification {
public:
  Verification(const MlcProgram &program, const VerifyCommand &command)
      : program_(program), command_(command), path_(existingRecord(command)),
        opened_(path_), record_(opened_.record) {}

  /// Returns false where a signal stopped it.
  bool run() {
    checkSignature();
    const bool isWhole = checkWeights();
    checkProgram();
    checkData();
    checkSource("test", "--test", command_.test);
    checkSource("first weights", "--init", command_.init);
    checkSource("earlier run", "--continue", command_.continued);
    checkSource("word vectors", "--vectors", command_.vectors);
    checkSource("forgotten rows", "--rows", command_.rows);
    checkSource("earlier weights", "--from", command_.from);
    checkSource("calibration data", "--calibration", command_.calibration);
    checkSource("earlier model", "--model", command_.model);
    if (isWhole)
      checkOptions();
    return !command_.retrains || retrain(isWhole);
  }

  const Findings &findings() const { return findings_; }
  const std::string &path() const { return path_; }

private:
  void checkSignature();
  bool checkWeights();
  void checkProgram();
  void checkSource(const char *role, const char *option,
                   const std::string &path);
  void checkData();
  void checkOptions();
  bool retrain(bool isWhole);
  std::string whyNotComparable(const LoadedDevice *device) const;

  /// Whether the files of these parts are those of the record.
  bool agrees(std::string_view part) const {
    for (const Finding &finding : findings_.all())
      if (finding.part == part)
        return finding.agreement == Agreement::Agrees;
    return true;
  }

  const MlcProgram &program_;
  const VerifyCommand &command_;
  const std::string path_;
  const OpenedRecord opened_;
  const RunRecord &record_;
  Findings findings_;
};

void Verification::checkSignature() {
  const auto &signatures = opened_.envelope.signatures;
  if (command_.key.empty()) {
    findings_.add("signature", Agreement::NotChecked,
                  signatures.empty()
                      ? "nobody signed the record (train --sign KEY)"
                      : fmt::format("give --key with the public key {:?}",
                                    signatures.front().key));
    return;
  }
  const PublicKey key = PublicKey::read(command_.key);
  findings_.expect(
      opened_.envelope.isSignedBy(key), "signature",
      signatures.empty()
          ? "nobody signed the record"
          : fmt::format("the key {} did not sign what the record says",
                        key.name()));
}

bool Verification::checkWeights() {
  const bool isWhole = sha256OfFile(command_.weights) == record_.weights.sha256;
  findings_.expect(isWhole, "weights",
                   fmt::format("{} has not the SHA-256 of the record, {}",
                               command_.weights, record_.weights.sha256));
  return isWhole;
}

void Verification::checkProgram() {
  const RecordedFile *program = record_.source("program");
  if (!program)
    throw InputError(fmt::format("{}: names no program; give a record that "
                                 "train wrote",
                                 path_));
  if (record_.maker == WeightsMaker::Compression && command_.program.empty()) {
    findings_.add("program", Agreement::NotChecked,
                  fmt::format("give --program with the {:?} that compressed "
                              "them",
                              program->name));
    return;
  }
  const std::string path =
      command_.program.empty() ? pathOfThisProgram() : command_.program;
  const std::string name =
      command_.program.empty() ? "this program" : command_.program;
  std::string why =
      fmt::format("is another executable than {:?}", program->name);
  if (command_.program.empty())
    for (const auto &[option, what, own] :
         {std::tuple("model_hash", "model",
                     hashText(std::uint64_t(program_.model_hash))),
          {"compiler", "compiler", std::string(program_.compiler)},
          {"target", "target CPU", std::string(program_.target)}})
      if (record_.option(option) != own)
        why += fmt::format("; its {} is {:?}, and not {:?}", what, own,
                           record_.option(option));
  findings_.expect(sha256OfFile(path) == program->sha256, "program",
                   name + " " + why);
}

void Verification::checkSource(const char *role, const char *option,
                               const std::string &path) {
  const RecordedFile *source = record_.source(role);
  if (!source) {
    if (!path.empty())
      findings_.add(role, Agreement::Differs,
                    fmt::format("the record names none; leave out {}", option));
    return;
  }
  if (path.empty())
    findings_.add(role, Agreement::NotChecked,
                  fmt::format("give {} with the file that was {:?}", option,
                              source->name));
  else
    findings_.expect(sha256OfFile(path) == source->sha256, role,
                     fmt::format("{} has not the SHA-256 of the record, {}",
                                 path, source->sha256));
}

/// What the weights themselves say of the training.
/// All parts of the data set, in their order.
void Verification::checkData() {
  const std::vector<const RecordedFile *> recorded = record_.sourcesOf("data");
  const std::vector<std::string> given = matchFiles(command_.data);
  if (given.size() <= 1 && recorded.size() <= 1)
    return checkSource("data", "--data", given.empty() ? "" : given.front());
  if (given.empty()) {
    findings_.add("data", Agreement::NotChecked,
                  fmt::format("give --data with the {} files of which the "
                              "first was {:?}",
                              recorded.size(), recorded.front()->name));
    return;
  }
  std::string why;
  if (given.size() != recorded.size())
    why = fmt::format("{} files are given, but the record names {}",
                      given.size(), recorded.size());
  for (std::size_t at = 0; why.empty() && at < given.size(); ++at)
    if (sha256OfFile(given[at]) != recorded[at]->sha256)
      why = fmt::format("{} has not the SHA-256 of the record's {:?}, {}",
                        given[at], recorded[at]->name, recorded[at]->sha256);
  findings_.expect(why.empty(), "data", why);
}

void Verification::checkOptions() {
  const SafetensorsFile weights(command_.weights);
  const auto said = [&](const char *key) {
    const auto found = weights.metadata().find(key);
    return found == weights.metadata().end() ? "" : found->second;
  };
  std::string why;
  for (const auto &[key, recorded] :
       {std::pair("steps", std::to_string(record_.steps)),
        {"seed", record_.option("seed")},
        {"data_hash", record_.option("data_hash")},
        {"init_hash", record_.option("init_hash")},
        {"continued_hash", record_.option("continued_hash")},
        {"model_hash", record_.option("model_hash")},
        {"program", record_.option("program")},
        {"compiler", record_.option("compiler")}})
    if (why.empty() && said(key) != recorded)
      why = fmt::format("{} is {:?} in the weights, but {:?} in the record",
                        key, said(key), recorded);
  findings_.expect(why.empty(), "options", why);
}

/// Why other bits would prove nothing; empty where they would.
std::string Verification::whyNotComparable(const LoadedDevice *device) const {
  const auto recorded = record_.environment.find("device");
  const std::string trained =
      recorded == record_.environment.end() ? "" : recorded->second;
  const std::string here = device ? device->device.name() : "cpu";
  if (trained != here)
    return fmt::format("it was trained on {:?}, and this is {:?}", trained,
                       here);
  if (record_.option("target") != program_.target)
    return fmt::format("it was trained by code for {:?}, and this is for {:?}",
                       record_.option("target"), program_.target);
  if (!device && record_.option("blas_kernels") != blasKernels())
    return fmt::format("it was trained with the kernels {:?} of OpenBLAS, and "
                       "here are {:?}",
                       record_.option("blas_kernels"), blasKernels());
  return "";
}

bool Verification::retrain(bool isWhole) {
  if (record_.maker == WeightsMaker::Compression) {
    findings_.add("bits", Agreement::NotComparable,
                  "mlc compress made these weights: run it again on the same "
                  "files, as the record says, and compare what it writes, "
                  "which has the same bits");
    return true;
  }
  if (!isWhole || !agrees("data") || !agrees("first weights") ||
      !agrees("earlier run") || !agrees("word vectors") ||
      !agrees("forgotten rows")) {
    findings_.add("bits", Agreement::NotChecked,
                  "what differs above would be learned or compared");
    return true;
  }
  DeviceRequest request = command_.device;
  if (request.kind == DeviceRequest::Auto && hasCpuCode(program_) &&
      record_.environment.contains("device") &&
      record_.environment.at("device") == "cpu")
    request.kind = DeviceRequest::Cpu;
  std::unique_ptr<LoadedDevice> device = chooseDevice(program_, request);
  if (const std::string why = whyNotComparable(device.get()); !why.empty()) {
    findings_.add("bits", Agreement::NotComparable, why);
    return true;
  }
  TrainCommand training = replayOf(record_, path_);
  training.data = matchFiles(command_.data);
  training.continued = command_.continued;
  training.first.init = command_.init;
  training.first.vectors = command_.vectors;
  training.forgotten = command_.rows;
  training.threads = command_.threads;
  const auto difference =
      replay(program_, training, std::move(device), record_.steps,
             SafetensorsFile(command_.weights));
  if (!difference)
    return false;
  findings_.expect(difference->empty(), "bits", *difference);
  return true;
}

} // namespace

int runCommand(const MlcProgram &program, const VerifyCommand &command) {
  if (command.retrains && command.data.empty())
    throw UsageError("--retrain needs --data, the data set to learn again");
  Verification verification(program, command);
  if (!verification.run())
    return 128 + pendingSignal();
  const Findings &findings = verification.findings();
  printResult(command.json ? findings.json() : findings.text());
  finishOutput();
  if (!findings.isGood())
    throw InputError(fmt::format("{}: does not agree with {}: {}",
                                 command.weights, verification.path(),
                                 findings.badParts()));
  return 0;
}

} // namespace mlc::runtime
