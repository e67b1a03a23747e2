//===- FileOpener.h - Opens one file for a process that cannot --*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SYSTEM_FILEOPENER_H
#define MLC_RUNTIME_SYSTEM_FILEOPENER_H

#include "System/OperatingSystem.h"

#include <mutex>
#include <string>

namespace mlc::runtime {

/// A process beside this one that opens one file, named now, to be read, and
/// files in one folder to be read or written, which it can rename, remove and
/// make folders for, too. It does so as often as it is asked to, and nothing
/// else, and ends with this object or with this process. As the system in use
/// (setOperatingSystem), it does these things and no other ones. Any thread may
/// ask.
class FileOpener : public OperatingSystem {
public:
  /// To be made before there are threads. An empty `path` or `folder` is none.
  /// Throws InputError where the system starts no process.
  explicit FileOpener(const std::string &path, const std::string &folder = "");
  ~FileOpener() override;
  FileOpener(const FileOpener &) = delete;

  int open(const char *path, int flags, mode_t mode) override;
  int rename(const char *from, const char *to) override;
  int remove(const char *path) override;
  int makeFolder(const char *path) override;

private:
  enum What : int { Open, Rename, Remove, MakeFolder };
  /// A question as it is sent: this, and two paths, each with a zero behind it.
  struct Question;
  [[noreturn]] static void answerQuestions(int socket, const char *path,
                                           const char *folder);
  static int answer(const Question &question, const char *first,
                    const char *second, const char *path, const char *folder);
  int ask(What what, const char *path, const char *other, int flags,
          mode_t mode);

  const std::string path_, folder_;
  std::mutex mutex_; ///< Of what follows.
  Descriptor socket_;
  unsigned requests_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SYSTEM_FILEOPENER_H
