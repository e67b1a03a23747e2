//===- AuditCommands.h - verify, card, drift, forget, budget -----*- C++
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_AUDITCOMMANDS_H
#define MLC_RUNTIME_COMMANDS_AUDITCOMMANDS_H

#include "Commands/Commands.h"

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace mlc::runtime {

/// Compares weights with their record. Paths are empty where not given.
struct VerifyCommand {
  std::string weights;
  std::string record;            ///< Empty: beside the weights.
  std::string program;           ///< An executable; empty: this one.
  std::vector<std::string> data; ///< One file, or the parts of a set.
  std::string test, init, vectors;
  std::string continued; ///< The checkpoint of train --continue.
  std::string rows;      ///< That were forgotten.
  std::string from;      ///< Weights that these were made of.
  std::string calibration, model;
  std::string key;       ///< A public key's file.
  bool retrains = false; ///< Train again and compare bits.
  bool json = false;
  std::int64_t threads = usableCores();
  DeviceRequest device;
};

/// Says what is known of weights. Paths are empty where not given.
struct CardCommand {
  std::string weights, test, notes, name, output;
  std::string record; ///< Empty: beside the weights.
  std::string check;  ///< A card that is to be compared.
  std::string format = "md";
  std::int64_t threads = usableCores();
};

/// Compares new data with those that weights were trained on.
struct DriftCommand {
  std::string weights, data;
  std::string record; ///< Empty: beside the weights.
  DocumentOptions documents;
  bool json = false;
  std::int64_t threads = usableCores();
};

/// Trains again without some rows.
struct ForgetCommand {
  std::string weights; ///< Whose training it is; empty: that of the program.
  TrainCommand training;
};

/// Says what private runs have cost. Paths are empty where not given.
struct BudgetCommand {
  std::string data, weights;
  std::optional<double> delta;
  bool json = false;
};

void addVerifyOptions(CLI::App &command, VerifyCommand &verify);

void addCardOptions(CLI::App &command, CardCommand &card);
void addDriftOptions(CLI::App &command, DriftCommand &drift);
void addForgetOptions(CLI::App &command, ForgetCommand &forget);
void addBudgetOptions(CLI::App &command, BudgetCommand &budget);

/// Returns 0 where all that was checked agrees, 128 + n where signal n stopped
/// it. Throws InputError that names what does not agree, UsageError.
int runCommand(const MlcProgram &program, const VerifyCommand &command);

/// Returns 0. Throws InputError, also where a card that is compared differs.
int runCommand(const MlcProgram &program, const CardCommand &command);

/// Returns 3 where a column has drifted, else 0. Throws InputError, UsageError.
int runCommand(const MlcProgram &program, const DriftCommand &command);

/// As train does.
int runCommand(const MlcProgram &program, const ForgetCommand &command);

/// Returns 0. Throws InputError, UsageError.
int runCommand(const MlcProgram &program, const BudgetCommand &command);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_AUDITCOMMANDS_H
