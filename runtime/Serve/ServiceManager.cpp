//===- ServiceManager.cpp - What systemd is told --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/ServiceManager.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

namespace mlc::runtime {

ServiceManager::ServiceManager() {
  const char *path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (!path || (*path != '/' && *path != '@') ||
      std::strlen(path) >= sizeof(address.sun_path))
    return;
  const std::size_t length = std::strlen(path);
  std::memcpy(address.sun_path, path, length);
  if (*path == '@') // The abstract namespace: names start with NUL.
    address.sun_path[0] = '\0';
  Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (socket.isOpen() &&
      ::connect(socket.get(), reinterpret_cast<sockaddr *>(&address),
                socklen_t(offsetof(sockaddr_un, sun_path) + length)) == 0)
    socket_ = std::move(socket);
}

void ServiceManager::tell(std::string_view state) const {
  // Who does not listen misses something; the service goes on.
  if (socket_.isOpen())
    (void)!::send(socket_.get(), state.data(), state.size(), MSG_NOSIGNAL);
}

} // namespace mlc::runtime
