//===- FaultyCalls.cpp - Calls of the system that fail --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A library to be preloaded (LD_PRELOAD), whose functions stand in the place of
// the C library's. One call fails when the test has said so; all others do what
// they are for.
//
//===----------------------------------------------------------------------===//

#include "FaultyCalls.h"

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using mlc::test::Call;
using mlc::test::FaultyCalls;

template <typename Function>
static Function *next(const char *name) {
  return reinterpret_cast<Function *>(::dlsym(RTLD_NEXT, name));
}
#define NEXT(function)                                                         \
  decltype(::function) *function = next<decltype(::function)>(#function)

namespace {

/// The functions that are replaced.
struct Replaced {
  NEXT(accept4);
  NEXT(recv);
  NEXT(recvmsg);
  NEXT(read);
  NEXT(send);
  NEXT(sendmsg);
  NEXT(write);
  NEXT(epoll_ctl);
  NEXT(epoll_wait);
  NEXT(setsockopt);
  NEXT(getpeername);
  NEXT(shutdown);
  NEXT(fstat);
  NEXT(mmap);
  int (*ioctl)(int, unsigned long,
               void *) = next<int(int, unsigned long, void *)>("ioctl");
  int (*open)(const char *, int,
              mode_t) = next<int(const char *, int, mode_t)>("open");
};

} // namespace

static const Replaced &replaced() {
  static const Replaced found;
  return found;
}

static FaultyCalls *faults = nullptr;

__attribute__((constructor)) static void start() {
  replaced(); // Now, since dlsym may need memory.
  const char *path = std::getenv("MLC_FAULTY_CALLS");
  const int file = path ? ::open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0)
    return;
  void *memory = ::mmap(nullptr, sizeof(FaultyCalls), PROT_READ | PROT_WRITE,
                        MAP_SHARED, file, 0);
  ::close(file);
  if (memory != MAP_FAILED)
    faults = static_cast<FaultyCalls *>(memory);
}

/// Whether this call is to fail; errno says how.
static bool fails(Call call) {
  if (!faults || faults->call.load() != int(call) ||
      faults->countdown.fetch_sub(1) != 1)
    return false;
  faults->failures.fetch_add(1);
  errno = faults->error;
  return true;
}

/// The same of a file on a disk. What wakes a thread (eventfd, a pipe) is read
/// and written by the same calls, and cannot fail.
static bool failsOnDisk(int file) {
  struct stat status;
  return faults && faults->call.load() == int(Call::File) &&
         fstatat(file, "", &status, AT_EMPTY_PATH) == 0 &&
         S_ISREG(status.st_mode) && fails(Call::File);
}

extern "C" {

#define EXPORT __attribute__((visibility("default")))

EXPORT int accept4(int socket, sockaddr *address, socklen_t *size, int flags) {
  const auto real = replaced().accept4;
  if (!fails(Call::Accept))
    return real(socket, address, size, flags);
  // A client who has left waits no longer.
  if (const int error = errno; error == ECONNABORTED) {
    const int client = real(socket, address, size, flags);
    if (client >= 0)
      ::close(client);
    errno = error;
  }
  return -1;
}
EXPORT int accept(int socket, sockaddr *address, socklen_t *size) {
  return accept4(socket, address, size, 0);
}

EXPORT ssize_t recv(int socket, void *bytes, size_t size, int flags) {
  const auto real = replaced().recv;
  return fails(Call::Receive) ? -1 : real(socket, bytes, size, flags);
}
EXPORT ssize_t recvmsg(int socket, msghdr *message, int flags) {
  const auto real = replaced().recvmsg;
  return fails(Call::Receive) ? -1 : real(socket, message, flags);
}
EXPORT ssize_t read(int file, void *bytes, size_t size) {
  const auto real = replaced().read;
  return failsOnDisk(file) ? -1 : real(file, bytes, size);
}

EXPORT ssize_t send(int socket, const void *bytes, size_t size, int flags) {
  const auto real = replaced().send;
  return fails(Call::Send) ? -1 : real(socket, bytes, size, flags);
}
EXPORT ssize_t sendmsg(int socket, const msghdr *message, int flags) {
  const auto real = replaced().sendmsg;
  return fails(Call::Send) ? -1 : real(socket, message, flags);
}
EXPORT ssize_t write(int file, const void *bytes, size_t size) {
  const auto real = replaced().write;
  return failsOnDisk(file) ? -1 : real(file, bytes, size);
}

EXPORT int epoll_ctl(int poll, int operation, int file, epoll_event *event) {
  const auto real = replaced().epoll_ctl;
  return fails(Call::Poll) ? -1 : real(poll, operation, file, event);
}
EXPORT int epoll_wait(int poll, epoll_event *events, int most, int time) {
  const auto real = replaced().epoll_wait;
  return fails(Call::Poll) ? -1 : real(poll, events, most, time);
}

EXPORT int setsockopt(int socket, int level, int name, const void *value,
                      socklen_t size) {
  const auto real = replaced().setsockopt;
  return fails(Call::Option) ? -1 : real(socket, level, name, value, size);
}
EXPORT int getpeername(int socket, sockaddr *address, socklen_t *size) {
  const auto real = replaced().getpeername;
  return fails(Call::Option) ? -1 : real(socket, address, size);
}
EXPORT int shutdown(int socket, int how) {
  const auto real = replaced().shutdown;
  return fails(Call::Option) ? -1 : real(socket, how);
}
EXPORT int ioctl(int file, unsigned long request, ...) {
  const auto real = replaced().ioctl;
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return fails(Call::Option) ? -1 : real(file, request, argument);
}

EXPORT int open(const char *path, int flags, ...) {
  const auto real = replaced().open;
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return fails(Call::File) ? -1 : real(path, flags, mode);
}
EXPORT int fstat(int file, struct stat *status) {
  const auto real = replaced().fstat;
  return fails(Call::File) ? -1 : real(file, status);
}
EXPORT void *mmap(void *where, size_t size, int rights, int flags, int file,
                  off_t offset) {
  const auto real = replaced().mmap;
  return fails(file >= 0 ? Call::File : Call::Memory)
             ? MAP_FAILED
             : real(where, size, rights, flags, file, offset);
}

// dlsym may allocate, so these go to what glibc calls its own.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

EXPORT void *malloc(size_t size) {
  return fails(Call::Memory) ? nullptr : __libc_malloc(size);
}
EXPORT void *calloc(size_t count, size_t size) {
  return fails(Call::Memory) ? nullptr : __libc_calloc(count, size);
}
EXPORT void *realloc(void *block, size_t size) {
  return fails(Call::Memory) ? nullptr : __libc_realloc(block, size);
}
EXPORT void *aligned_alloc(size_t alignment, size_t size) {
  return fails(Call::Memory) ? nullptr : __libc_memalign(alignment, size);
}
EXPORT int posix_memalign(void **block, size_t alignment, size_t size) {
  if (fails(Call::Memory))
    return ENOMEM;
  *block = __libc_memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}

} // extern "C"
