//===- ServeOptions.cpp - How the server is told what to do ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/ServeOptions.h"

#include "Commands/NumberOptions.h"

#include <map>

namespace mlc::runtime {

/// 4096, 512KiB or 16MiB.
static std::string checkSize(const std::string &text, std::size_t &bytes) {
  const char *end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, bytes);
  const std::string unit(read.ptr, end);
  const int shift = unit.empty()    ? 0
                    : unit == "KiB" ? 10
                    : unit == "MiB" ? 20
                    : unit == "GiB" ? 30
                                    : -1;
  // Beyond this, a request's memory is nobody's wish.
  constexpr std::size_t most = std::size_t(1) << 30;
  if (read.ec != std::errc() || shift < 0 || bytes == 0 ||
      bytes > (most >> shift))
    return "expected a size from 1 to 1GiB, such as 16MiB, but got " + text;
  bytes <<= shift;
  return "";
}

/// 180d.
static std::string checkDays(const std::string &text, std::int64_t &days) {
  const char *end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, days);
  constexpr std::int64_t most = 36500;
  if (read.ec != std::errc() || std::string(read.ptr, end) != "d" || days < 1 ||
      days > most)
    return fmt::format("expected a number of days from 1d to {}d, such as "
                       "184d, but got {}",
                       most, text);
  return "";
}

static void addSeconds(CLI::App &command, const char *name, double &seconds,
                       const char *help) {
  addReal(&command, name, seconds, help, "seconds above 0 and at most 3600",
          [](double value) { return value > 0 && value <= 3600; })
      ->capture_default_str();
}

static void addLimits(CLI::App &command, ServeOptions &options) {
  constexpr const char *group = "Limits";
  command
      .add_option_function<std::string>(
          "--max-body",
          [&options](const std::string &text) {
            if (std::string error = checkSize(text, options.maxBody);
                !error.empty())
              throw CLI::ValidationError("--max-body", error);
          },
          "the largest request")
      ->default_str("16MiB")
      ->type_name("SIZE")
      ->group(group);
  addWhole<std::int64_t>(
      &command, "--max-connections", options.maxConnections,
      "clients at once; whoever waits longest makes room "
      "(default: 1024, or as the limit of open files allows)",
      1, 1 << 20)
      ->group(group);
  addWhole<std::int64_t>(&command, "--max-per-address", options.maxPerAddress,
                         "clients of one address; 0 for any number")
      ->capture_default_str()
      ->group(group);
  addSeconds(command, "--deadline", options.deadline,
             "seconds in which a request must be there as a whole");
  addSeconds(command, "--drain", options.drain,
             "seconds in which requests end after SIGTERM");
  for (const char *name : {"--deadline", "--drain"})
    command.get_option(name)->group(group);
}

static void addLog(CLI::App &command, LogSettings &log) {
  constexpr const char *group = "Log of decisions";
  static const std::map<std::string, InputKeeping> inputs = {
      {"none", InputKeeping::None},
      {"commit", InputKeeping::Commit},
      {"full", InputKeeping::Full}};
  command
      .add_option("--log", log.folder,
                  "record each decision here, so that mlc log can prove it")
      ->type_name("DIR")
      ->group(group);
  CLI::Option *folder = command.get_option("--log");
  command
      .add_option("--inputs", log.inputs,
                  "what is kept of an input: none; commit, which proves it to "
                  "who has it; or full, the input itself")
      ->transform(CLI::CheckedTransformer(inputs))
      ->type_name("none|commit|full")
      ->default_str("commit")
      ->needs(folder)
      ->group(group);
  command
      .add_option_function<std::string>(
          "--retain",
          [&log](const std::string &text) {
            if (std::string error = checkDays(text, log.retainDays);
                !error.empty())
              throw CLI::ValidationError("--retain", error);
          },
          "days after which what is kept of inputs is erased")
      ->default_str("184d")
      ->type_name("DAYS")
      ->needs(folder)
      ->group(group);
  command
      .add_option("--sign", log.key,
                  "sign the log with this secret key, which mlc key new makes")
      ->type_name("KEY")
      ->needs(folder)
      ->group(group);
}

void addServeOptions(CLI::App &command, ServeCommand &serve) {
  ServeOptions &options = serve.options;
  command
      .add_option("--host", options.host,
                  "the IP address to listen at: 0.0.0.0 or :: for all")
      ->capture_default_str()
      ->type_name("IP");
  addWhole<std::uint16_t>(&command, "--port", options.port,
                          "the port; 0 takes a free one")
      ->capture_default_str();
  command
      .add_option("--name", options.name,
                  "what clients call the model (default: as in its file)")
      ->type_name("NAME");
  command
      .add_option("--requests", options.requests,
                  "append a JSON object for each request; - for stdout")
      ->type_name("FILE");
  command.add_flag_callback(
      "--no-page", [&options] { options.hasPage = false; },
      "no page for people at /");
  command.add_flag_callback(
      "--no-sandbox", [&options] { options.hasSandbox = false; },
      "keep the right to open files and sockets, for debuggers and sanitizers");
  constexpr const char *group = "Keys";
  command
      .add_option("--api-key", serve.keys,
                  "clients must show it (Authorization: Bearer KEY); others on "
                  "this machine can see it here, so rather use a file or the "
                  "variable MLC_API_KEY")
      ->type_name("KEY")
      ->group(group);
  command.add_option("--api-key-file", serve.keyFile, "keys, one a line")
      ->type_name("FILE")
      ->group(group);
  command
      .add_flag("--no-auth", options.needsNoKey,
                "let other machines ask without a key")
      ->group(group);
  addLog(command, options.log);
  addLimits(command, options);
}

} // namespace mlc::runtime
