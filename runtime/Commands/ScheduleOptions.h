//===- ScheduleOptions.h - How the learning rate is to change ---*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_COMMANDS_SCHEDULEOPTIONS_H
#define MLC_RUNTIME_COMMANDS_SCHEDULEOPTIONS_H

#include "Commands/Commands.h"
#include "Train/Schedule.h"

#include <CLI/App.hpp>
#include <string>

namespace mlc::runtime {

/// Adds --schedule, --warmup, --final-rate, --rate-gamma, --rate-every,
/// --rate-patience and --rate-min-delta.
void addScheduleOptions(CLI::App &command, ScheduleRequest &schedule);

/// Whether anything was asked for.
bool isGiven(const ScheduleRequest &request);

/// What was asked for, and the model's `own` for the rest. Throws UsageError
/// where a setting was given that the kind does not have, or one that it needs
/// was not.
ScheduleSettings scheduleOf(const ScheduleSettings &own,
                            const ScheduleRequest &request);

/// What is odd about it; empty where nothing is.
std::string scheduleWarning(const Schedule &schedule);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_COMMANDS_SCHEDULEOPTIONS_H
