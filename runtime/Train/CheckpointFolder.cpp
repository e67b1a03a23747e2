//===- CheckpointFolder.cpp - The checkpoints of one run ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/CheckpointFolder.h"

#include "Data/Seal.h"
#include "Error.h"
#include "System/AtomicFile.h"
#include "System/Console.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <sys/file.h>
#include <system_error>

namespace mlc::runtime {

constexpr std::string_view prefix = "step-", suffix = ".safetensors";
/// Enough for any number of steps that a run can take; with a fixed width,
/// names sort as numbers do.
constexpr int stepDigits = 19;

static std::string nameOf(std::int64_t step) {
  return fmt::format("{}{:0{}}{}", prefix, step, stepDigits, suffix);
}

static bool isCheckpoint(std::string_view name) {
  return name.size() == prefix.size() + stepDigits + suffix.size() &&
         name.starts_with(prefix) && name.ends_with(suffix);
}

[[noreturn]] static void fail(const std::string &path, const char *what,
                              int reason) {
  throw InputError(fmt::format("{}: {}: {}; name a folder for checkpoints "
                               "that is there and writable",
                               path, what,
                               std::system_category().message(reason)));
}

CheckpointFolder::CheckpointFolder(const std::string &path)
    : path_(std::filesystem::path(path) / "") {
  path_.pop_back(); // The slash, of which there may have been several.
  if (path_.empty())
    path_.assign(1, '/');
  if (os().makeFolder(path_.c_str()) == 0) {
    const std::string parent = std::filesystem::path(path_).parent_path();
    if (const int reason = syncFolder(parent.empty() ? "." : parent))
      fail(path_, "cannot be made", reason);
  } else if (errno != EEXIST) {
    fail(path_, "cannot be made", errno);
  }
  lock_ = openFile(path_, O_RDONLY | O_DIRECTORY);
  if (!lock_.isOpen())
    fail(path_, "cannot be opened", errno);
  // The system drops the lock whichever way the process ends. Where a file
  // system has no locks, there is no protection.
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    throw InputError(fmt::format("{}: another run keeps its checkpoints here; "
                                 "wait for its end, or name another folder",
                                 path_));
  for (const std::string &name : list())
    if (AtomicFile::isTemporary(name))
      os().remove(pathOf(name).c_str()); // If not now, next time.
}

std::string CheckpointFolder::pathOf(const std::string &name) const {
  return path_ + "/" + name;
}

std::vector<std::string> CheckpointFolder::list() const {
  std::vector<std::string> names;
  if (os().list(path_.c_str(), names) != 0)
    fail(path_, "cannot be read", errno);
  return names;
}

/// The newest first.
std::vector<std::string> CheckpointFolder::checkpoints() const {
  std::vector<std::string> names = list();
  std::erase_if(names, std::not_fn(isCheckpoint));
  std::ranges::sort(names, std::ranges::greater());
  return names;
}

void CheckpointFolder::expectNone() const {
  const std::vector<std::string> names = checkpoints();
  if (!names.empty())
    throw InputError(fmt::format(
        "{}: has a checkpoint already; go on from it with --resume (with other "
        "data: --continue), or name another folder",
        pathOf(names.front())));
}

std::optional<SafetensorsFile> CheckpointFolder::newest() const {
  std::vector<std::string> damaged;
  for (const std::string &name : checkpoints()) {
    try {
      SafetensorsFile file(pathOf(name));
      expectSeal(file);
      setAside(damaged);
      return file;
    } catch (const DamagedFile &error) {
      printNote(fmt::format("warning: {}", error.what()));
      damaged.push_back(name);
    }
  }
  if (!damaged.empty())
    throw InputError(fmt::format("{}: none of its {} checkpoints is intact; "
                                 "start anew in another folder",
                                 path_, damaged.size()));
  return std::nullopt;
}

/// So that they neither count as the newest again nor push out intact ones.
void CheckpointFolder::setAside(const std::vector<std::string> &damaged) const {
  for (const std::string &name : damaged)
    if (os().rename(pathOf(name).c_str(),
                    (pathOf(name) + ".damaged").c_str()) != 0)
      fail(pathOf(name), "cannot be renamed", errno);
}

void CheckpointFolder::save(std::int64_t step,
                            const SafetensorsContents &contents) const {
  writeSafetensors(pathOf(nameOf(step)), contents);
  // Only now, when the new one is sure to stay.
  const std::vector<std::string> names = checkpoints();
  for (std::size_t i = kept; i < names.size(); ++i)
    if (os().remove(pathOf(names[i]).c_str()) != 0)
      printNote(fmt::format("warning: {}: an old checkpoint cannot be "
                            "removed: {}",
                            pathOf(names[i]),
                            std::system_category().message(errno)));
}

} // namespace mlc::runtime
