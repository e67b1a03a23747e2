//===- RequestLog.h - A line for each request -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_REQUESTLOG_H
#define MLC_RUNTIME_SERVE_REQUESTLOG_H

#include "Serve/HttpMessage.h"
#include "System/OperatingSystem.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// A JSON object a line: when, who, what was asked, how it ended and how long
/// it took. Never what was sent to be predicted, nor a key, nor the query. Any
/// thread may write; lines do not mix.
class RequestLog {
public:
  /// `path`: a file to append to, "-" for stdout, empty for no log. Throws
  /// InputError.
  explicit RequestLog(const std::string &path);

  bool isOpen() const { return file_ >= 0; }

  struct Line {
    std::string_view client;
    const HttpRequest &request;
    const HttpResponse &response;
    std::uint64_t sent; ///< Bytes.
    std::chrono::nanoseconds time;
  };
  void add(const Line &line);

private:
  Descriptor own_;
  int file_ = -1;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_REQUESTLOG_H
