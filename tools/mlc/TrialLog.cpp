//===- TrialLog.cpp - What a search has tried -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrialLog.h"

#include "Data/JsonNumber.h"
#include "Error.h"
#include "Report/Figures.h"
#include "System/Console.h"

#include <boost/json.hpp>
#include <cerrno>
#include <cmath>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <system_error>

using namespace mlc;
using namespace mlc::runtime;
namespace json = boost::json;

void TrialLog::fail(const char *what, int reason) const {
  throw InputError(fmt::format("{}: {}: {}; {}", path_, what,
                               std::system_category().message(reason),
                               adviceOnWriting(reason)));
}

TrialLog::TrialLog(const std::string &path, const std::string &header,
                   bool isResumed)
    : path_(path) {
  std::error_code error;
  const bool isThere = std::filesystem::file_size(path, error) > 0 && !error;
  if (isThere && !isResumed)
    throw InputError(fmt::format("{}: a search was here already; go on with it "
                                 "by --resume, or name another folder",
                                 path));
  file_ = openFile(path, O_RDWR | O_CREAT | O_APPEND);
  if (!file_.isOpen())
    fail("cannot be written", errno);
  lock();
  if (isThere)
    read(header);
  else
    write(header);
}

/// Programs that are started inherit the lock, since the descriptor is theirs
/// too: while one of them lives on, nobody else uses the folder.
void TrialLog::lock() {
  ::fcntl(file_.get(), F_SETFD, 0);
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
    return;
  printNote(fmt::format("{}: another search is at work here, or the last one's "
                        "training; waiting for its end",
                        path_));
  while (::flock(file_.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
}

template <typename Number>
static std::optional<Number> settingOf(const json::object &settings,
                                       const char *name) {
  const json::value *value = settings.if_contains(name);
  return value ? std::optional(value->to_number<Number>()) : std::nullopt;
}

static Trial trialOf(const std::string &text) {
  const json::object line = json::parse(text).as_object();
  Trial trial;
  trial.plan = {line.at("configuration").to_number<std::uint64_t>(),
                line.at("rung").to_number<int>(),
                line.at("epochs").to_number<std::int64_t>()};
  const json::object &settings = line.at("settings").as_object();
  trial.settings = {settingOf<double>(settings, "learning_rate"),
                    settingOf<double>(settings, "weight_decay"),
                    settingOf<double>(settings, "dropout"),
                    settingOf<std::int64_t>(settings, "batch"),
                    settingOf<std::int64_t>(settings, "hidden"),
                    std::nullopt,
                    settingOf<double>(settings, "warmup"),
                    settingOf<double>(settings, "final")};
  if (const json::value *kind = settings.if_contains("schedule"))
    trial.settings.schedule = std::string(kind->as_string());
  // What comes next depends on each of its bits.
  trial.value = jsonNumberOf(text, "value");
  trial.bestEpoch = line.at("best_epoch").to_number<double>();
  trial.seconds = line.at("seconds").to_number<double>();
  return trial;
}

void TrialLog::read(const std::string &header) {
  std::ifstream file(path_, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  const std::size_t whole = text.rfind('\n') + 1; // 0 where there is none.
  if (whole < text.size() && os().truncate(file_.get(), off_t(whole)) != 0)
    fail("cannot be written", errno);
  std::istringstream lines(text.substr(0, whole));
  std::string line;
  if (!std::getline(lines, line)) {
    write(header);
    return;
  }
  if (line != header)
    throw InputError(fmt::format(
        "{}: the search here was another one ({}), not {}; give the same data, "
        "model and options, or name another folder",
        path_, line, header));
  try {
    while (std::getline(lines, line))
      earlier_.push_back(trialOf(line));
  } catch (const std::exception &) {
    throw InputError(
        fmt::format("{}:{}: expected a trial, but got {:?}; remove "
                    "the line and those behind it",
                    path_, earlier_.size() + 2, line));
  }
  count_ = earlier_.size();
}

void TrialLog::write(const std::string &line) {
  const std::string bytes = line + "\n";
  if (const int reason = writeAll(file_.get(), std::as_bytes(std::span(bytes))))
    fail("cannot be written", reason);
  if (const int reason = syncFile(file_.get()))
    fail("cannot be written", reason);
}

void TrialLog::add(const Trial &trial) {
  write(fmt::format(
      "{{\"trial\": {}, \"configuration\": {}, \"rung\": {}, \"epochs\": {}, "
      "\"settings\": {}, \"value\": {}, \"best_epoch\": {}, \"seconds\": "
      "{:.3f}}}",
      ++count_, trial.plan.configuration, trial.plan.rung, trial.plan.epochs,
      settingsJson(trial.settings), jsonNumber(trial.value), trial.bestEpoch,
      trial.seconds));
}
