//===- FileOpener.cpp - Opens one file for a process that cannot ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/FileOpener.h"

#include "Error.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mlc::runtime {

/// A message with a reason (an errno) and, where that is 0, a descriptor.
struct Answer {
  explicit Answer(int &reason) : part{&reason, sizeof(reason)} {
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
  }

  iovec part;
  msghdr message{};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
};

static void sendAnswer(int socket, int reason, int file) {
  Answer answer(reason);
  if (file >= 0) {
    cmsghdr *header = CMSG_FIRSTHDR(&answer.message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(file));
    std::memcpy(CMSG_DATA(header), &file, sizeof(file));
  } else {
    answer.message.msg_controllen = 0;
  }
  (void)!sendmsg(socket, &answer.message, MSG_NOSIGNAL);
}

/// The other process. It allocates nothing: memory is that of the first one.
[[noreturn]] static void answerRequests(int socket, const char *path) {
  // Ctrl-C is meant for the first process, with whose end the socket ends.
  for (int signal : {SIGINT, SIGTERM, SIGHUP})
    std::signal(signal, SIG_IGN);
  ::close_range(STDERR_FILENO + 1, unsigned(socket) - 1, 0);
  ::close_range(unsigned(socket) + 1, ~0u, 0);
  char request;
  for (;;) {
    const ssize_t count = ::read(socket, &request, sizeof(request));
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      _exit(0);
    // As MappedFile does: a pipe is not waited for.
    const int file = ::open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    sendAnswer(socket, file < 0 ? errno : 0, file);
    if (file >= 0)
      ::close(file);
  }
}

FileOpener::FileOpener(const std::string &path) : path_(path) {
  int sockets[2];
  pid_t child = -1;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0) {
    child = fork();
    if (child == 0)
      answerRequests(sockets[1], path_.c_str());
    socket_ = Descriptor(sockets[0]);
    ::close(sockets[1]);
  }
  if (child < 0)
    throw InputError(fmt::format("cannot start a process that opens the "
                                 "weights: {}; allow one, or use --no-sandbox",
                                 std::strerror(errno)));
}

FileOpener::~FileOpener() = default;

int FileOpener::open(const char *path, int, mode_t) {
  if (path != path_) {
    errno = EACCES;
    return -1;
  }
  const char request = 0;
  int reason = EIO;
  Answer answer(reason);
  if (::send(socket_.get(), &request, sizeof(request), MSG_NOSIGNAL) !=
          sizeof(request) ||
      ::recvmsg(socket_.get(), &answer.message, MSG_CMSG_CLOEXEC) !=
          sizeof(reason)) {
    errno = EIO; // It has ended.
    return -1;
  }
  const cmsghdr *header = CMSG_FIRSTHDR(&answer.message);
  if (reason != 0 || !header) {
    errno = reason ? reason : EIO;
    return -1;
  }
  int file;
  std::memcpy(&file, CMSG_DATA(header), sizeof(file));
  return file;
}

} // namespace mlc::runtime
