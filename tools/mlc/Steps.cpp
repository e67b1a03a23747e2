//===- Steps.cpp - What commands of several steps share -------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Steps.h"

#include "Error.h"
#include "Import/HelpText.h"
#include "Import/UnknownArguments.h"
#include "System/Console.h"
#include "System/Interrupt.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <optional>
#include <poll.h>
#include <sstream>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>

using namespace mlc;
using namespace mlc::runtime;
namespace fs = std::filesystem;

/// A word as a shell takes it for one.
std::string mlc::quoted(const std::string &word) {
  constexpr const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                                "UVWXYZ0123456789_-+=./:,@%";
  if (!word.empty() && word.find_first_not_of(plain) == word.npos)
    return word;
  std::string text = "'";
  for (char byte : word)
    text += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
  return text + "'";
}

void mlc::show(const Words &command) {
  std::string shown;
  for (const std::string &word : command)
    shown += (shown.empty() ? "" : " ") + quoted(word);
  printNote("$ " + shown);
}

static void expectNoSignal() {
  constexpr int endedBySignal = 128; // As shells have it.
  if (const int signal = pendingSignal())
    throw Failed{endedBySignal + signal};
}

/// Returns when the process has ended. A signal that was noted meanwhile goes
/// on to it: it is not sent to both where it does not come from a terminal.
static void passSignalsTo(pid_t process) {
  const int watched = int(::syscall(SYS_pidfd_open, process, 0));
  if (watched < 0) // Whoever waits then waits to its end.
    return;
  constexpr int milliseconds = 100;
  pollfd end = {.fd = watched, .events = POLLIN, .revents = 0};
  bool isTold = false;
  while (::poll(&end, 1, milliseconds) <= 0)
    if (const int signal = isTold ? 0 : pendingSignal()) {
      ::kill(process, signal);
      isTold = true;
    }
  ::close(watched);
}

void mlc::execute(const Words &command, const std::string &output,
                  bool isShown) {
  static int anchor;
  expectNoSignal();
  if (isShown)
    show(command);
  std::string executable = command[0];
  if (executable == "mlc")
    executable = llvm::sys::fs::getMainExecutable(nullptr, &anchor);
  const std::vector<llvm::StringRef> arguments(command.begin(), command.end());
  // Those of stdin, stdout and stderr; nothing: this command's own.
  std::array<std::optional<llvm::StringRef>, 3> streams;
  if (!output.empty()) {
    streams[1] = output;
    std::error_code ignored; // It is written from its start, but not emptied.
    fs::remove(output, ignored);
  }
  std::string error;
  bool hasFailed = false;
  const llvm::sys::ProcessInfo process = llvm::sys::ExecuteNoWait(
      executable, arguments, std::nullopt, streams, 0, &error, &hasFailed);
  int status = -1;
  if (!hasFailed) {
    passSignalsTo(process.Pid);
    status = llvm::sys::Wait(process, std::nullopt, &error).ReturnCode;
  }
  expectNoSignal();
  if (status < 0) {
    printError(fmt::format("{}: {}", command[0], error));
    throw Failed{1};
  }
  if (status > 0)
    throw Failed{status};
}

void mlc::addGiven(Words &command, const char *name, const std::string &value) {
  if (!value.empty())
    command.insert(command.end(), {name, value});
}

/// Texts alone: what `mlc data` is told where nothing was said of features.
static Words textDefaults(const ImportOptions &import) {
  // Where there are few examples, words that one of them has may still tell.
  constexpr std::uintmax_t small = 1 << 20;
  std::uintmax_t bytes = 0;
  for (const std::string &input : import.inputs) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(input, error);
    bytes += error ? small : size;
  }
  Words words = {"--ngrams", "1..3"};
  if (bytes >= small)
    words.insert(words.end(), {"--min-df", "2"});
  words.insert(words.end(), {"--max-features", "300000", "--select", "auto",
                             "--value", "tfidf", "--normalize", "l2"});
  return words;
}

static void parse(CLI::App &app, Words words) {
  std::ranges::reverse(words); // As CLI11 takes them.
  try {
    app.parse(words);
  } catch (const CLI::ParseError &error) {
    throw UsageError(describeParseError(app, error));
  }
}

DataOptions mlc::parseDataWords(Words words) {
  DataOptions options;
  CLI::App app;
  declareOptions(app, options);
  parse(app, std::move(words));
  finishOptions(app, options);
  return options;
}

DataWords mlc::readDataWords(const Words &words, const std::string &command) {
  for (const char *name : {"--like", "--split", "--split-output", "--fold",
                           "--group-column", "--stats"})
    if (std::ranges::any_of(words, [&](const std::string &word) {
          return word == name || word.starts_with(name + std::string("="));
        }))
      throw UsageError(fmt::format("{}: is not for {}; run mlc data, and then "
                                   "the program, for that",
                                   name, command));
  DataOptions parsed;
  CLI::App app;
  declareOptions(app, parsed);
  Words complete = words;
  complete.insert(complete.end(), {"-o", "-"}); // Stands for any.
  parse(app, complete);
  finishOptions(app, parsed);
  if (std::ranges::count(parsed.import.inputs, "-") > 0)
    throw UsageError("INPUT: expected files or folders, which are read twice, "
                     "but got the standard input; save it to a file");
  DataWords made = {words, kindOfInput(parsed.import), parsed.import.inputs};
  const auto isGiven = [&](const char *name) { return app.count(name) > 0; };
  if (made.kind == InputKind::Texts &&
      std::ranges::none_of(
          std::initializer_list<const char *>{
              "--ngrams", "--char-ngrams", "--hash-bits", "--max-features",
              "--select", "--min-df", "--max-df", "--vocabulary",
              "--embeddings", "--value", "--normalize"},
          isGiven)) {
    const Words defaults = textDefaults(parsed.import);
    made.words.insert(made.words.end(), defaults.begin(), defaults.end());
  }
  return made;
}

std::uint64_t mlc::wholeSeed(const std::string &text) {
  std::uint64_t seed = 0;
  const char *end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seed);
  if (!text.empty() && (error != std::errc() || rest != end))
    throw UsageError(fmt::format("--seed: expected a whole number from 0, but "
                                 "got {:?}",
                                 text));
  return seed;
}

boost::json::object mlc::infoOf(const std::string &program,
                                const std::string &file) {
  execute({program, "info", "--json"}, file, /*isShown=*/false);
  return boost::json::parse(readText(file)).as_object();
}

std::string mlc::readText(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file)
    throw InputError(fmt::format("{}: cannot be read", path));
  return std::move(text).str();
}

int mlc::runSteps(CLI::App &app, int argc, char **argv,
                  const std::function<void()> &run) {
  constexpr int done = 0, inputFault = 1, wrongUsage = 2;
  try {
    try {
      app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
      printResult(helpOf(app));
      finishOutput();
      return done;
    } catch (const CLI::ParseError &error) {
      throw UsageError(describeParseError(app, error));
    }
    run();
    finishOutput();
    return done;
  } catch (const Failed &failed) {
    return failed.status;
  } catch (const UsageError &error) {
    printError(error.what());
    printNote(fmt::format("`{} --help` lists the options", argv[0]));
    return wrongUsage;
  } catch (const InputError &error) {
    printError(error.what());
    return inputFault;
  } catch (const std::exception &error) {
    printError(fmt::format("a mistake in mlc: {}", error.what()));
    return inputFault;
  }
}
