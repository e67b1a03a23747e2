//===- ServeOptions.h - What the server is told -----------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_SERVEOPTIONS_H
#define MLC_RUNTIME_SERVE_SERVEOPTIONS_H

#include "Audit/LogWriter.h"
#include "Serve/ApiKeys.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace mlc::runtime {

struct ServeOptions {
  std::string weights;
  std::string name; ///< Of the model; empty: the program's.
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000; ///< 0: a free one.
  std::int64_t threads = 1;
  std::size_t maxBody = 16 << 20;
  /// 0: 1024, or as many as there can be open files for.
  std::int64_t maxConnections = 0;
  std::int64_t maxPerAddress = 0; ///< 0: no limit.
  double deadline = 10;           ///< Seconds.
  double drain = 5;               ///< Seconds.
  std::string requests;           ///< Where they are listed; "-": stdout.
  LogSettings log;                ///< Of decisions; without a folder none.
  bool hasPage = true;
  ApiKeys keys;
  bool hasSandbox = true;  ///< Whether it gives up what it does not need.
  bool needsNoKey = false; ///< Others' machines may ask without a key.
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_SERVEOPTIONS_H
