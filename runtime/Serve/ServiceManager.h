//===- ServiceManager.h - What systemd is told ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_SERVICEMANAGER_H
#define MLC_RUNTIME_SERVE_SERVICEMANAGER_H

#include "System/OperatingSystem.h"

#include <string_view>

namespace mlc::runtime {

/// Tells a service manager how the server is: `READY=1`, `RELOADING=1`,
/// `STOPPING=1`. Does nothing where NOTIFY_SOCKET is not set.
/// Source: sd_notify(3)
class ServiceManager {
public:
  /// Opens the socket now: later nothing may be opened.
  ServiceManager();
  void tell(std::string_view state) const;

private:
  Descriptor socket_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_SERVICEMANAGER_H
