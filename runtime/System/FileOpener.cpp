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

namespace {

/// What goes both ways. Requests are numbered, so that an answer whose request
/// was given up is told from the next one.
struct Words {
  unsigned number = 0;
  int reason = 0; ///< An errno; 0 where a descriptor comes with it.
};

/// Words and, as an answer, a descriptor.
struct Message {
  explicit Message(Words &words) : part{&words, sizeof(words)} {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof(control);
  }

  iovec part;
  msghdr header{};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
};

} // namespace

static bool sendAnswer(int socket, Words words, int file) {
  Message answer(words);
  if (file >= 0) {
    cmsghdr *control = CMSG_FIRSTHDR(&answer.header);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof(file));
    std::memcpy(CMSG_DATA(control), &file, sizeof(file));
  } else {
    answer.header.msg_controllen = 0;
  }
  return sendmsg(socket, &answer.header, MSG_NOSIGNAL) == sizeof(words);
}

/// The other process. It allocates nothing: memory is that of the first one.
[[noreturn]] static void answerRequests(int socket, const char *path) {
  // Ctrl-C is meant for the first process, with whose end the socket ends.
  for (int signal : {SIGINT, SIGTERM, SIGHUP})
    std::signal(signal, SIG_IGN);
  // Standard output and error stay, so that nothing else gets their numbers.
  ::close_range(STDERR_FILENO + 1, unsigned(socket) - 1, 0);
  ::close_range(unsigned(socket) + 1, ~0u, 0);
  Words words;
  for (;;) {
    const ssize_t count = ::read(socket, &words, sizeof(words));
    if (count < 0 && errno == EINTR)
      continue;
    if (count != sizeof(words))
      _exit(0);
    // As MappedFile does: a pipe is not waited for.
    const int file = ::open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    words.reason = file < 0 ? errno : 0;
    // Someone waits for an answer: where this one cannot be given, why not.
    if (!sendAnswer(socket, words, file)) {
      words.reason = errno;
      if (!sendAnswer(socket, words, -1))
        _exit(0);
    }
    if (file >= 0)
      ::close(file);
  }
}

FileOpener::FileOpener(const std::string &path) : path_(path) {
  int sockets[2];
  pid_t child = -1;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) == 0) {
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

/// The descriptor of a message; -1 where it has none.
static int fileIn(Message &message) {
  const cmsghdr *control = CMSG_FIRSTHDR(&message.header);
  if (!control)
    return -1;
  int file;
  std::memcpy(&file, CMSG_DATA(control), sizeof(file));
  return file;
}

int FileOpener::open(const char *path, int, mode_t) {
  if (path != path_) {
    errno = EACCES;
    return -1;
  }
  Words request{.number = ++requests_};
  ssize_t count;
  do
    count = ::send(socket_.get(), &request, sizeof(request), MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  while (count == sizeof(request)) {
    Words words;
    Message answer(words);
    count = ::recvmsg(socket_.get(), &answer.header, MSG_CMSG_CLOEXEC);
    if (count < 0 && errno == EINTR) {
      count = sizeof(request);
      continue;
    }
    const int file = count == sizeof(words) ? fileIn(answer) : -1;
    if (count == sizeof(words) && words.number != request.number) {
      if (file >= 0)
        ::close(file); // Of a request that was given up.
      continue;
    }
    if (count == sizeof(words) && file < 0)
      errno = words.reason ? words.reason : EIO;
    else if (count >= 0 && file < 0)
      errno = EIO; // It has ended.
    return file;
  }
  return -1;
}

} // namespace mlc::runtime
