//===- OperatingSystem.h - What the runtime asks of the system --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_OPERATINGSYSTEM_H
#define MLC_RUNTIME_SYSTEM_OPERATINGSYSTEM_H

#include <cstddef>
#include <span>
#include <string>
#include <sys/types.h>
#include <vector>

namespace mlc::runtime {

/// The one door to files: every open, read, write, fsync, rename, map and the
/// like of the runtime goes through `os()`. Tests put another system in its
/// place, in which the Nth call fails or all calls are recorded; a program has
/// only this one, at the price of an indirect call beside a system call.
///
/// Each member is the POSIX call of its description: it returns -1 (`map`:
/// null) and sets errno where it fails, and may be interrupted (EINTR) or
/// write less than asked.
class OperatingSystem {
public:
  virtual ~OperatingSystem() = default;

  virtual int open(const char *path, int flags, mode_t mode = 0666);
  virtual ssize_t read(int file, std::span<std::byte> bytes);
  virtual ssize_t write(int file, std::span<const std::byte> bytes);
  /// fsync; of a folder too.
  virtual int sync(int file);
  virtual int close(int file);
  virtual int rename(const char *from, const char *to);
  /// unlink.
  virtual int remove(const char *path);
  /// ftruncate.
  virtual int truncate(int file, off_t size);
  /// mkdir.
  virtual int makeFolder(const char *path);
  /// The names in a folder, without "." and "..", in no order.
  virtual int list(const char *path, std::vector<std::string> &names);
  /// mmap, read-only and private, of `size` bytes from the file's start.
  virtual void *map(int file, std::size_t size);
  virtual void unmap(void *start, std::size_t size);
  /// madvise; `start` is that of a page.
  virtual int advise(void *start, std::size_t size, int advice);
};

/// The system in use.
OperatingSystem &os();

/// Replaces the system in use, or with null brings back the real one: by tests,
/// and by a server whose sandbox lets another process open files. Not while
/// other threads use files.
void setOperatingSystem(OperatingSystem *replacement);

/// An open file, closed on every way out.
class Descriptor {
public:
  explicit Descriptor(int file = -1) : file_(file) {}
  Descriptor(Descriptor &&other) noexcept : file_(other.release()) {}
  Descriptor &operator=(Descriptor &&other) noexcept;
  ~Descriptor();

  int get() const { return file_; }
  bool isOpen() const { return file_ >= 0; }
  int release();
  /// Closes it now; 0, or the reason (an errno) why what was written before
  /// may be lost.
  int close();

private:
  int file_;
};

/// As OperatingSystem::open, again when interrupted.
Descriptor openFile(const std::string &path, int flags, mode_t mode = 0666);
/// As OperatingSystem::read, again when interrupted.
ssize_t readSome(int file, std::span<std::byte> bytes);
/// Writes all the bytes. Returns 0, or the reason (an errno); a part of the
/// bytes may then be written.
int writeAll(int file, std::span<const std::byte> bytes);
/// As OperatingSystem::sync, again when interrupted; 0 or the reason.
int syncFile(int file);
/// Brings a folder's entries to the disk; 0 or the reason. A folder that may
/// not be read, and a file system that cannot do this, pass as done.
int syncFolder(const std::string &path);

/// What a person can do where a file cannot be written for `reason` (an errno).
const char *adviceOnWriting(int reason);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_OPERATINGSYSTEM_H
