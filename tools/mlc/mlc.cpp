//===- mlc.cpp - The mlc command ------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CvCommand.h"
#include "TrainCommand.h"
#include "TuneCommand.h"
#include "compress/CompressCommand.h"

#include "Audit/KeyCommand.h"
#include "Audit/LogCommand.h"
#include "Error.h"
#include "Import/DataCommand.h"
#include "Import/HelpText.h"
#include "Import/ModelText.h"
#include "Import/NewCommand.h"
#include "Import/UnknownArguments.h"
#include "System/Console.h"
#include "lib/Check/RunCommand.h"
#include "mlc/Emit.h"
#include "mlc/Version.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

/// Exit status of a wrong command line.
static constexpr int kUsage = 2;

/// "; did you mean 'train'?" where a command is called nearly so.
static std::string meantCommand(std::string_view word) {
  constexpr unsigned most = 2;
  for (llvm::StringRef name : {"compile", "compress", "cv", "data", "key",
                               "log", "new", "run", "train", "tune"})
    if (llvm::StringRef(word).edit_distance(name, true, most) <= most)
      return ("; did you mean '" + name + "'?").str();
  return "";
}

/// See mlc::SizesOfData.
static std::optional<mlc::ModelSizes> sizesOf(const std::string &path) {
  try {
    const mlc::runtime::Dataset data(path);
    return mlc::ModelSizes{data.width(), mlc::runtime::outputsFor(data)};
  } catch (const mlc::runtime::InputError &error) {
    mlc::runtime::printError(error.what());
    return std::nullopt;
  }
}

static constexpr mlc::CommandLineWords commandLineWords = {
    mlc::runtime::describeParseError, mlc::runtime::helpOf};

/// Diagnostics of the compiler are in colour on terminals; https://no-color.org
static bool wantsColor(const llvm::raw_ostream &stream) {
  const char *noColor = std::getenv("NO_COLOR");
  return stream.has_colors() && !(noColor && *noColor);
}

int main(int argc, char **argv) {
  llvm::WithColor::setAutoDetectFunction(wantsColor);
  // A file that grows beyond its limit is an error to report, not the end.
  std::signal(SIGXFSZ, SIG_IGN);
  const std::string_view command = argc > 1 ? argv[1] : "--help";
  if (command == "compile")
    return mlc::compileMain(argc - 1, argv + 1, sizesOf, commandLineWords);
  if (command == "run")
    return mlc::runMain(argc - 1, argv + 1, sizesOf, commandLineWords);
  if (command == "data") {
    static char name[] = "mlc data";
    argv[1] = name;
    return mlc::runtime::dataMain(argc - 1, argv + 1);
  }
  if (command == "new") {
    static char name[] = "mlc new";
    argv[1] = name;
    return mlc::runtime::newMain(argc - 1, argv + 1);
  }
  if (command == "key") {
    static char name[] = "mlc key";
    argv[1] = name;
    return mlc::runtime::keyMain(argc - 1, argv + 1);
  }
  if (command == "log") {
    static char name[] = "mlc log";
    argv[1] = name;
    return mlc::runtime::logMain(argc - 1, argv + 1);
  }
  if (command == "train") {
    static char name[] = "mlc train";
    argv[1] = name;
    return mlc::trainMain(argc - 1, argv + 1);
  }
  if (command == "cv") {
    static char name[] = "mlc cv";
    argv[1] = name;
    return mlc::cvMain(argc - 1, argv + 1);
  }
  if (command == "compress") {
    static char name[] = "mlc compress";
    argv[1] = name;
    return mlc::compressMain(argc - 1, argv + 1);
  }
  if (command == "tune") {
    static char name[] = "mlc tune";
    argv[1] = name;
    return mlc::tuneMain(argc - 1, argv + 1);
  }
  if (command == "--version") {
    std::cout << "mlc " MLC_VERSION "\n";
    return 0;
  }
  const bool isHelp = command == "--help" || command == "-h";
  if (!isHelp)
    std::cerr << "error: unknown command '" << command << "'"
              << meantCommand(command) << '\n';
  (isHelp ? std::cout : std::cerr)
      << "usage: mlc train INPUT... -o FOLDER     all of this in one command\n"
         "       mlc cv INPUT...                  cross-validate it\n"
         "       mlc tune INPUT... -o FOLDER      search its settings\n"
         "       mlc compress MODEL -o FOLDER     make a trained model "
         "smaller\n"
         "       mlc compile MODEL [-o PROGRAM]   make a training program\n"
         "       mlc data INPUT... -o FILE        make a data set\n"
         "       mlc new --data FILE -o MODEL     make a model for it\n"
         "       mlc key new NAME                 make a key that signs\n"
         "       mlc log verify|prove|erase DIR   check a log of decisions\n"
         "       mlc run MODEL --reference ...    train slowly, in f64\n"
         "       mlc run MODEL --check ...        compare compiled code with "
         "it\n"
         "       mlc COMMAND --help               all options\n";
  return isHelp ? 0 : kUsage;
}
