//===- FileOpener.cpp - Opens files for a process that cannot -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/FileOpener.h"

#include "Error.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mlc::runtime {

namespace {

/// An answer. Questions are numbered, so that an answer whose question was
/// given up is told from the next one.
struct Words {
  unsigned number = 0;
  int reason = 0; ///< An errno; 0 where it was done.
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

struct FileOpener::Question {
  unsigned number = 0;
  int what = 0, flags = 0;
  mode_t mode = 0;
};

/// Whether a path is one of a folder's, however deep, that leads nowhere else.
static bool isInside(const char *folder, const char *path) {
  const std::string_view name = path, begin = folder;
  return !begin.empty() && name.starts_with(begin) &&
         name.size() > begin.size() && name[begin.size()] == '/' &&
         name.find("/..") == name.npos;
}

/// Returns a descriptor, or -1 and sets errno; 0 where there is nothing to
/// open.
int FileOpener::answer(const Question &question, const char *first,
                       const char *second, const char *path,
                       const char *folder) {
  const bool isInFolder =
      isInside(folder, first) || std::string_view(folder) == first;
  // As MappedFile does: a pipe is not waited for.
  constexpr int always = O_NONBLOCK | O_CLOEXEC;
  if (question.what == Open && *path && std::string_view(path) == first)
    return ::open(path, O_RDONLY | always);
  if (!*folder || !isInFolder ||
      (question.what == Rename && !isInside(folder, second))) {
    errno = EACCES;
    return -1;
  }
  switch (question.what) {
  case Open:
    return ::open(first,
                  question.flags | always |
                      (isInside(folder, first) ? O_NOFOLLOW : 0),
                  question.mode);
  case Rename:
    return ::rename(first, second);
  case Remove:
    return ::unlink(first);
  case MakeFolder:
    return ::mkdir(first, question.mode);
  default:
    errno = EINVAL;
    return -1;
  }
}

/// The other process. It allocates nothing: memory is that of the first one.
void FileOpener::answerQuestions(int socket, const char *path,
                                 const char *folder) {
  // Ctrl-C is meant for the first process, with whose end the socket ends.
  for (int signal : {SIGINT, SIGTERM, SIGHUP})
    std::signal(signal, SIG_IGN);
  // Standard output and error stay, so that nothing else gets their numbers.
  ::close_range(STDERR_FILENO + 1, unsigned(socket) - 1, 0);
  ::close_range(unsigned(socket) + 1, ~0u, 0);
  static char bytes[sizeof(Question) + 2 * PATH_MAX];
  for (;;) {
    const ssize_t count = ::read(socket, bytes, sizeof(bytes));
    if (count < 0 && errno == EINTR)
      continue;
    // A whole question ends with its second path.
    Question question;
    if (count <= ssize_t(sizeof(question)) || bytes[count - 1] != '\0')
      _exit(0);
    std::memcpy(&question, bytes, sizeof(question));
    const char *first = bytes + sizeof(question);
    const char *second = first + std::strlen(first) + 1;
    if (second >= bytes + count)
      _exit(0);
    const int result = answer(question, first, second, path, folder);
    Words words{.number = question.number, .reason = result < 0 ? errno : 0};
    const int file = question.what == Open ? result : -1;
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

FileOpener::FileOpener(const std::string &path, const std::string &folder)
    : path_(path), folder_(folder) {
  int sockets[2];
  pid_t child = -1;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) == 0) {
    child = fork();
    if (child == 0)
      answerQuestions(sockets[1], path_.c_str(), folder_.c_str());
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

/// The descriptor, where there is one, or 0; -1 and errno where it was not
/// done.
int FileOpener::ask(What what, const char *path, const char *other, int flags,
                    mode_t mode) {
  const std::lock_guard lock(mutex_);
  const Question question{++requests_, what, flags, mode};
  std::string bytes(reinterpret_cast<const char *>(&question),
                    sizeof(question));
  bytes.append(path).push_back('\0');
  bytes.append(other).push_back('\0');
  if (bytes.size() > sizeof(question) + 2 * PATH_MAX) {
    errno = ENAMETOOLONG;
    return -1;
  }
  ssize_t count;
  do
    count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  while (count >= 0) {
    Words words;
    Message answer(words);
    count = ::recvmsg(socket_.get(), &answer.header, MSG_CMSG_CLOEXEC);
    if (count < 0 && errno == EINTR) {
      count = 0;
      continue;
    }
    const int file = count == sizeof(words) ? fileIn(answer) : -1;
    if (count == sizeof(words) && words.number != question.number) {
      if (file >= 0)
        ::close(file); // Of a question that was given up.
      continue;
    }
    if (count < 0)
      break;
    if (count != sizeof(words)) {
      errno = EIO; // It has ended.
      return -1;
    }
    if (what != Open && words.reason == 0)
      return 0;
    if (file < 0)
      errno = words.reason ? words.reason : EIO;
    return file;
  }
  return -1;
}

int FileOpener::open(const char *path, int flags, mode_t mode) {
  return ask(Open, path, "", flags, mode);
}

int FileOpener::rename(const char *from, const char *to) {
  return ask(Rename, from, to, 0, 0);
}

int FileOpener::remove(const char *path) { return ask(Remove, path, "", 0, 0); }

int FileOpener::makeFolder(const char *path) {
  // As OperatingSystem does.
  constexpr mode_t mode = 0777;
  return ask(MakeFolder, path, "", 0, mode);
}

} // namespace mlc::runtime
