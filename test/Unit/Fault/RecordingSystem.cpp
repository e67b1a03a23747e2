//===- RecordingSystem.cpp - A system that remembers what it did ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecordingSystem.h"

#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace mlc::test {

RecordingSystem::RecordingSystem(std::string folder,
                                 const std::vector<std::string> &files)
    : folder_(std::move(folder)), nextFile_(int(files.size())) {
  for (std::size_t i = 0; i < files.size(); ++i)
    files_[files[i]] = int(i);
}

bool RecordingSystem::isInside(const std::string &path) const {
  return path == folder_ || path.starts_with(folder_ + "/");
}

std::string RecordingSystem::relative(const std::string &path) const {
  const std::filesystem::path inside =
      std::filesystem::path(path).lexically_relative(folder_);
  // Without a slash behind a folder's name.
  return inside.has_filename() ? inside.string()
                               : inside.parent_path().string();
}

int RecordingSystem::open(const char *path, int flags, mode_t mode) {
  const int descriptor = OperatingSystem::open(path, flags, mode);
  if (descriptor < 0 || !isInside(path))
    return descriptor;
  const std::string name = relative(path);
  if (flags & O_DIRECTORY) {
    open_[descriptor] = {-1, name};
    return descriptor;
  }
  const bool isNew = !files_.contains(name);
  const int file = isNew ? (files_[name] = nextFile_++) : files_[name];
  open_[descriptor] = {file, ""};
  if (isNew)
    operations_.push_back(
        {.kind = Operation::Create, .path = name, .file = file});
  else if (flags & O_TRUNC)
    operations_.push_back({.kind = Operation::Truncate, .file = file});
  return descriptor;
}

ssize_t RecordingSystem::write(int file, std::span<const std::byte> bytes) {
  const ssize_t count = OperatingSystem::write(file, bytes);
  const auto known = open_.find(file);
  if (known == open_.end() || count < 0)
    return count;
  // Who wrote may have moved to another place before.
  const off_t end = ::lseek(file, 0, SEEK_CUR);
  operations_.push_back({.kind = Operation::Write,
                         .file = known->second.file,
                         .offset = std::size_t(end - count),
                         .bytes = {reinterpret_cast<const char *>(bytes.data()),
                                   std::size_t(count)}});
  return count;
}

int RecordingSystem::sync(int file) {
  const auto known = open_.find(file);
  if (known == open_.end())
    return 0;
  if (known->second.file < 0)
    operations_.push_back(
        {.kind = Operation::SyncFolder, .path = known->second.folder});
  else
    operations_.push_back(
        {.kind = Operation::SyncFile, .file = known->second.file});
  return 0;
}

int RecordingSystem::close(int file) {
  open_.erase(file);
  return OperatingSystem::close(file);
}

int RecordingSystem::rename(const char *from, const char *to) {
  const int status = OperatingSystem::rename(from, to);
  if (status == 0 && isInside(from)) {
    operations_.push_back({.kind = Operation::Rename,
                           .path = relative(from),
                           .to = relative(to)});
    files_[relative(to)] = files_.at(relative(from));
    files_.erase(relative(from));
  }
  return status;
}

int RecordingSystem::remove(const char *path) {
  const int status = OperatingSystem::remove(path);
  if (status == 0 && isInside(path)) {
    operations_.push_back({.kind = Operation::Remove, .path = relative(path)});
    files_.erase(relative(path));
  }
  return status;
}

int RecordingSystem::truncate(int file, off_t size) {
  const int status = OperatingSystem::truncate(file, size);
  if (const auto known = open_.find(file); known != open_.end() && status == 0)
    operations_.push_back({.kind = Operation::Truncate,
                           .file = known->second.file,
                           .offset = std::size_t(size)});
  return status;
}

int RecordingSystem::makeFolder(const char *path) {
  const int status = OperatingSystem::makeFolder(path);
  if (status == 0 && isInside(path))
    operations_.push_back(
        {.kind = Operation::MakeFolder, .path = relative(path)});
  return status;
}

int RecordingSystem::list(const char *path, std::vector<std::string> &names) {
  if (isInside(path))
    operations_.push_back({.kind = Operation::List, .path = relative(path)});
  return OperatingSystem::list(path, names);
}

} // namespace mlc::test
