//===- LogCommand.cpp - The command mlc log -------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/LogCommand.h"

#include "Audit/Base64.h"
#include "Audit/LogGroups.h"
#include "Audit/LogProof.h"
#include "Audit/TextLines.h"
#include "Error.h"
#include "Import/SmallCommand.h"
#include "System/AtomicFile.h"
#include "System/Console.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

using namespace mlc::runtime;

static constexpr const char *logDescription =
    "Checks and proves logs of decisions, which PROGRAM serve --log writes.";
static constexpr const char *logFooter =
    "Example:\n"
    "  ./reviews serve --weights weights.st --log decisions --sign ours.key\n"
    "  mlc log verify decisions --key ours.pub --against kept.checkpoint\n"
    "  mlc log prove decisions --entry 17 -o 17.tlog-proof\n"
    "  mlc log verify 17.tlog-proof --key ours.pub\n"
    "  mlc log erase decisions --entry 17      # the payload; the proof stays\n"
    "  mlc log groups decisions --groups list  # lines of ENTRY,GROUP[,LABEL]\n"
    "\n"
    "A copy of the file checkpoint that someone else keeps shows later "
    "whether\n"
    "decisions were taken away or exchanged. runtime/Audit/Log.md describes "
    "the\n"
    "files.\n"
    "\n"
    "Exit status: 0 done, 1 an input is at fault or does not agree, 2 wrong\n"
    "usage.";

namespace {

struct LogCommand {
  std::string path, output, old, groups;
  std::uint64_t entry = 0;
  LogWitnesses witnesses;
  bool json = false;
};

} // namespace

static void runVerify(const LogCommand &command) {
  struct stat status = {};
  const bool isFolder =
      ::stat(command.path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  const Findings findings = isFolder
                                ? verifyLog(command.path, command.witnesses)
                                : verifyProof(command.path, command.witnesses);
  printResult(command.json ? findings.json() : findings.text());
  if (isFolder && !command.json && !command.witnesses.key.empty()) {
    const SignedNote note = LogFolder(command.path).checkpoint();
    printResult(fmt::format(
        "{:<16}  {}\n", "verifier key",
        verifierKey(LogCheckpoint::parse(command.path, note.text).origin,
                    PublicKey::read(command.witnesses.key))));
  }
  finishOutput();
  if (!findings.isGood())
    throw InputError(fmt::format("{}: does not agree: {}", command.path,
                                 findings.badParts()));
}

static void runProve(const LogCommand &command) {
  const LogProof proof = command.old.empty()
                             ? proveEntry(command.path, command.entry)
                             : proveConsistency(command.path, command.old);
  if (command.output.empty()) {
    printResult(proof.bytes());
    return finishOutput();
  }
  AtomicFile file(command.output);
  file.write(bytesOfText(proof.bytes()));
  file.commit();
}

static void runErase(const LogCommand &command) {
  erasePayload(command.path, command.entry);
  printResult(fmt::format("erased the payload of entry {}\n", command.entry));
  finishOutput();
}

static void runGroups(const LogCommand &command) {
  const LogGroups groups =
      groupsOfLog(command.path, readEntryGroups(command.groups));
  printResult(command.json ? groups.json() : groups.text());
  finishOutput();
}

static CLI::Option *addEntry(CLI::App &app, LogCommand &command,
                             const char *help) {
  return app.add_option("--entry", command.entry, help)
      ->check([](const std::string &text) {
        return wholeNumberOf(text)
                   ? std::string()
                   : fmt::format("expected the number of an entry, counted "
                                 "from 0, but got {}",
                                 text);
      })
      ->type_name("N");
}

static void runLog(int argc, char **argv) {
  LogCommand command;
  CLI::App app(logDescription, argv[0]);
  app.footer(logFooter);
  app.require_subcommand(1);

  CLI::App *verifying = app.add_subcommand(
      "verify", "check that a log, or a proof, is whole and signed");
  verifying
      ->add_option("PATH", command.path,
                   "a log's folder, or a file with a proof")
      ->required();
  verifying
      ->add_option("--key", command.witnesses.key,
                   "the public key that must have signed the checkpoint")
      ->type_name("FILE");
  verifying
      ->add_option("--against", command.witnesses.against,
                   "an earlier checkpoint that was kept elsewhere")
      ->type_name("FILE");
  verifying->add_flag("--json", command.json, "print a JSON object");

  CLI::App *proving = app.add_subcommand(
      "prove", "write a proof that can be checked without the log");
  proving->add_option("DIR", command.path, "the log's folder")->required();
  CLI::Option *entry =
      addEntry(*proving, command, "that this decision is in the log");
  CLI::Option *from =
      proving
          ->add_option("--from", command.old,
                       "that the log has all that this earlier checkpoint had")
          ->type_name("FILE");
  entry->excludes(from);
  proving->add_option("-o,--output", command.output, "instead of stdout")
      ->type_name("FILE");

  CLI::App *erasing = app.add_subcommand(
      "erase", "overwrite what was asked; that it was decided stays proven");
  erasing->add_option("DIR", command.path, "the log's folder")->required();
  addEntry(*erasing, command, "of this decision")->required();

  CLI::App *grouping = app.add_subcommand(
      "groups", "say how decisions fall on groups, and how often they were "
                "wrong");
  grouping->add_option("DIR", command.path, "the log's folder")->required();
  grouping
      ->add_option("--groups", command.groups,
                   "a line for each decision: its number, whom it was about "
                   "and, where it is known, the label that was right")
      ->required()
      ->type_name("FILE");
  grouping->add_flag("--json", command.json, "print a JSON object");

  if (!parseOrHelp(app, argc, argv))
    return;
  if (*grouping)
    return runGroups(command);
  if (*verifying)
    return runVerify(command);
  if (*erasing)
    return runErase(command);
  if (!*entry && !*from)
    throw UsageError("prove needs --entry N or --from CHECKPOINT");
  runProve(command);
}

int mlc::runtime::logMain(int argc, char **argv) {
  return runReported("mlc log", runLog, argc, argv);
}
