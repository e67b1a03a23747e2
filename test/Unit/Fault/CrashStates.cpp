//===- CrashStates.cpp - What a crash can leave of some operations --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CrashStates.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unordered_set>

namespace mlc::test {

namespace {

/// Names of files, by which file is meant; a folder is -1.
using Names = std::map<std::string, int>;
using Contents = std::map<int, std::string>;

std::string folderOf(const std::string &path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

void change(const Operation &operation, Names &names) {
  switch (operation.kind) {
  case Operation::Create:
    names[operation.path] = operation.file;
    break;
  case Operation::MakeFolder:
    names[operation.path] = -1;
    break;
  case Operation::Remove:
    names.erase(operation.path);
    break;
  case Operation::Rename:
    // Without the operation that made it there is nothing to rename.
    if (const auto from = names.find(operation.path); from != names.end()) {
      names[operation.to] = from->second;
      names.erase(operation.path);
    }
    break;
  default:
    break;
  }
}

void change(const Operation &operation, std::string &contents) {
  if (operation.kind == Operation::Truncate) {
    contents.resize(operation.offset);
    return;
  }
  const std::size_t end = operation.offset + operation.bytes.size();
  if (contents.size() < end)
    contents.resize(end);
  contents.replace(operation.offset, operation.bytes.size(), operation.bytes);
}

/// What the disk surely has, and what has been done since.
class Model {
public:
  Model(const Disk &start, const std::vector<std::string> &startFiles) {
    for (const std::string &folder : start.folders)
      sureNames_[folder] = -1;
    for (std::size_t i = 0; i < startFiles.size(); ++i) {
      sureNames_[startFiles[i]] = int(i);
      sureContents_[int(i)] = start.files.at(startFiles[i]);
    }
    names_ = sureNames_;
    contents_ = sureContents_;
  }

  void perform(const Operation &operation) {
    switch (operation.kind) {
    case Operation::Write:
    case Operation::Truncate:
      change(operation, contents_[operation.file]);
      writes_[operation.file].push_back(operation);
      break;
    case Operation::SyncFile:
      sureContents_[operation.file] = contents_[operation.file];
      writes_[operation.file].clear();
      break;
    case Operation::SyncFolder:
      std::erase_if(changes_, [&](const Operation &done) {
        const bool isHere = folderOf(done.path) == operation.path;
        if (isHere)
          change(done, sureNames_);
        return isHere;
      });
      break;
    case Operation::List:
      break;
    default:
      if (operation.kind == Operation::Create) {
        contents_[operation.file] = sureContents_[operation.file] = "";
      }
      change(operation, names_);
      changes_.push_back(operation);
    }
  }

  using Use = std::function<void(std::string what, Disk disk)>;

  /// The states described in the header, but for a torn write.
  void forEachState(const Use &use) const {
    use("all", disk(names_, contents_));
    Contents longer = sureContents_;
    for (auto &[file, text] : longer)
      text.resize(contents_.at(file).size());
    use("no new bytes", disk(names_, sureContents_));
    use("zeros for new bytes", disk(names_, longer));
    use("no new names", disk(sureNames_, contents_));
    use("nothing new", disk(sureNames_, sureContents_));
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      Names first = sureNames_, without = sureNames_;
      for (std::size_t j = 0; j < changes_.size(); ++j) {
        if (j <= i)
          change(changes_[j], first);
        if (j != i)
          change(changes_[j], without);
      }
      const std::string number = std::to_string(i);
      const auto useBoth = [&](const std::string &what, const Names &names) {
        use(what, disk(names, contents_));
        use(what + " and no new bytes", disk(names, sureContents_));
      };
      useBoth("names up to change " + number, first);
      useBoth("names without change " + number, without);
    }
    for (const auto &[file, writes] : writes_)
      for (std::size_t i = 0; i < writes.size(); ++i) {
        Contents without = contents_;
        without[file] = sureContents_.at(file);
        for (std::size_t j = 0; j < writes.size(); ++j)
          if (j != i)
            change(writes[j], without[file]);
        use("without write " + std::to_string(i), disk(names_, without));
      }
  }

  /// The states in which a write that comes next is done in part.
  void forEachTornState(const Operation &write, const Use &use) const {
    constexpr std::size_t sector = 512;
    const std::size_t size = write.bytes.size();
    for (std::size_t length : {std::size_t(1), size / 4, size / 2,
                               size / sector * sector, size - 1}) {
      if (length == 0 || length >= size)
        continue;
      Operation part = write;
      part.bytes.resize(length);
      Contents torn = contents_;
      change(part, torn[write.file]);
      use("torn at " + std::to_string(length), disk(names_, torn));
    }
  }

private:
  static Disk disk(const Names &names, const Contents &contents) {
    Disk disk;
    disk.folders.insert(".");
    for (const auto &[name, file] : names)
      if (file < 0)
        disk.folders.insert(name);
    for (const auto &[name, file] : names)
      if (file >= 0 && disk.folders.contains(folderOf(name)))
        disk.files[name] = contents.at(file);
    return disk;
  }

  Names sureNames_, names_;
  Contents sureContents_, contents_;
  std::vector<Operation> changes_;               ///< Of names.
  std::map<int, std::vector<Operation>> writes_; ///< Of each file.
};

std::string keyOf(const Disk &disk) {
  std::string key;
  for (const std::string &folder : disk.folders)
    key += folder + '\0';
  for (const auto &[name, text] : disk.files)
    key += name + '\0' + std::to_string(text.size()) + '\0' + text;
  return key;
}

} // namespace

Disk diskOf(const std::string &folder) {
  Disk disk;
  for (const auto &entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name =
        std::filesystem::relative(entry.path(), folder).string();
    if (entry.is_directory())
      disk.folders.insert(name);
    else
      disk.files[name] = readFile(entry.path());
  }
  return disk;
}

void restore(const Disk &disk, const std::string &folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  for (const std::string &name : disk.folders)
    std::filesystem::create_directories(folder + "/" + name);
  for (const auto &[name, text] : disk.files)
    std::ofstream(folder + "/" + name, std::ios::binary) << text;
}

void forEachCrashState(const Disk &start,
                       const std::vector<std::string> &startFiles,
                       const std::vector<Operation> &operations,
                       const std::function<void(const CrashState &)> &use) {
  std::unordered_set<std::string> seen;
  Model model(start, startFiles);
  std::size_t done = 0;
  const auto useIfNew = [&](std::string what, Disk disk) {
    if (seen.insert(keyOf(disk)).second)
      use({done, std::move(what), std::move(disk)});
  };
  model.forEachState(useIfNew);
  for (const Operation &operation : operations) {
    if (operation.kind == Operation::Write)
      model.forEachTornState(operation, useIfNew);
    model.perform(operation);
    ++done;
    model.forEachState(useIfNew);
  }
}

} // namespace mlc::test
