//===- RequestLog.cpp - A line for each request ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/RequestLog.h"

#include "Error.h"

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <span>
#include <unistd.h>

namespace mlc::runtime {

RequestLog::RequestLog(const std::string &path) {
  if (path.empty())
    return;
  if (path == "-") {
    file_ = STDOUT_FILENO;
    return;
  }
  constexpr mode_t forOwnerAndGroup = 0640;
  own_ = openFile(path, O_WRONLY | O_CREAT | O_APPEND, forOwnerAndGroup);
  if (!own_.isOpen())
    throw InputError(fmt::format("{}: cannot be written: {}; {}", path,
                                 std::strerror(errno), adviceOnWriting(errno)));
  file_ = own_.get();
}

static const char *nameOf(HttpMethod method) {
  switch (method) {
  case HttpMethod::Get:
    return "GET";
  case HttpMethod::Head:
    return "HEAD";
  case HttpMethod::Post:
    return "POST";
  case HttpMethod::Other:
    return "other";
  }
  return "other";
}

/// As JSON has it. What is not UTF-8 becomes `?`: targets are strangers' bytes.
static std::string jsonText(std::string_view text) {
  std::string printable(text.substr(0, 256));
  for (char &letter : printable)
    if (letter < ' ' || letter > '~')
      letter = '?';
  return boost::json::serialize(boost::json::string(printable));
}

void RequestLog::add(const Line &line) {
  if (!isOpen())
    return;
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now());
  const std::string_view target = line.request.target;
  const auto milliseconds = now.time_since_epoch().count() % 1000;
  const std::string text = fmt::format(
      "{{\"time\":\"{:%FT%T}.{:03}Z\",\"client\":{},\"method\":\"{}\",\"path\":"
      "{},\"route\":\"{}\",\"status\":{},\"rows\":{},\"version\":\"{}\","
      "\"received\":{},\"sent\":{},\"seconds\":{:.6f}}}\n",
      fmt::gmtime(std::chrono::system_clock::to_time_t(now)), milliseconds,
      jsonText(line.client), nameOf(line.request.method),
      jsonText(target.substr(0, target.find('?'))), nameOf(line.response.route),
      line.response.status, line.response.rows, line.response.version,
      line.request.body.size(), line.sent,
      std::chrono::duration<double>(line.time).count());
  // One call a line, so that lines of several threads do not mix. A full disk
  // costs lines of the log and no answers.
  writeAll(file_, std::as_bytes(std::span(text)));
}

} // namespace mlc::runtime
