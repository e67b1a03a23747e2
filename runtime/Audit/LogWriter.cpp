//===- LogWriter.cpp - Adds decisions to a log ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/LogWriter.h"

#include "Audit/Base64.h"
#include "Error.h"
#include "System/MappedFile.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace mlc::runtime {

/// Inputs are people's data, so that nobody else may read a log.
static constexpr mode_t forOwner = 0600, folderForOwner = 0700;

[[noreturn]] static void failFile(const std::string &path, const char *what,
                                  int reason) {
  throw InputError(fmt::format("{}: {}: {}; {}", path, what,
                               std::system_category().message(reason),
                               adviceOnWriting(reason)));
}

LogWriter::LogWriter(const LogSettings &settings, const std::string &name,
                     std::string program)
    : settings_(settings), program_(std::move(program)),
      folder_(settings.folder) {
  if (!settings.key.empty())
    key_.emplace(SigningKey::read(settings.key));
  else if (sodium_init() < 0)
    throw InputError("libsodium cannot be used; is there /dev/urandom?");
  makeFolder(settings_.folder);
  lock();
  std::vector<std::string> names;
  if (os().list(settings_.folder.c_str(), names) != 0)
    failFile(settings_.folder, "cannot be read", errno);
  if (std::ranges::find(names, checkpointName) != names.end()) {
    goOn();
    return;
  }
  // Of a log that was killed before its first checkpoint this may be there.
  std::erase(names, std::string(checkpointName) + ".new");
  std::erase(names, payloadFolder);
  if (!names.empty())
    throw InputError(fmt::format("{}: has files, but no checkpoint of a log; "
                                 "name an empty or a new folder",
                                 settings_.folder));
  start(name);
}

void LogWriter::makeFolder(const std::string &path) {
  if (os().makeFolder(path.c_str()) == 0) {
    // Whatever the umask is, others are to have no part in it.
    ::chmod(path.c_str(), folderForOwner);
    std::string parent = path.substr(0, path.find_last_not_of('/') + 1);
    parent.resize(std::min(parent.size(), parent.rfind('/') + 1));
    if (const int reason = syncFolder(parent.empty() ? "." : parent))
      failFile(path, "cannot be made", reason);
    return;
  }
  if (errno != EEXIST)
    failFile(path, "cannot be made", errno);
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    throw InputError(fmt::format("{}: is no folder; name one for the log of "
                                 "decisions",
                                 path));
  if ((status.st_mode & 022) != 0)
    throw InputError(fmt::format("{}: others than its owner may change this "
                                 "log; make that impossible: chmod go-w {}",
                                 path, path));
}

void LogWriter::lock() {
  lock_ = openFile(settings_.folder, O_RDONLY | O_DIRECTORY);
  if (!lock_.isOpen())
    failFile(settings_.folder, "cannot be opened", errno);
  // The system drops it whichever way the process ends. Where a file system
  // has no locks, there is no protection.
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    throw InputError(fmt::format("{}: another server adds to this log; wait "
                                 "for its end, or name another folder",
                                 settings_.folder));
}

void LogWriter::start(const std::string &name) {
  constexpr std::size_t bytes = 8;
  std::array<unsigned char, bytes> random;
  randombytes_buf(random.data(), random.size());
  std::array<char, 2 * bytes + 1> text;
  sodium_bin2hex(text.data(), text.size(), random.data(), random.size());
  origin_ = fmt::format("mlc/{}/{}", name, text.data());
  if (os().makeFolder(pathOf(payloadFolder).c_str()) != 0 && errno != EEXIST)
    failFile(pathOf(payloadFolder), "cannot be made", errno);
  changedFolders_.insert(settings_.folder);
  publish();
}

/// Reads the right edge of the tree, and compares it with the checkpoint.
void LogWriter::goOn() {
  const std::string path = pathOf(checkpointName);
  const SignedNote note = folder_.checkpoint();
  const LogCheckpoint checkpoint = LogCheckpoint::parse(path, note.text);
  if (!note.signatures.empty() &&
      (!key_ || !note.isSignedBy(checkpoint.origin, key_->publicKey())))
    throw InputError(fmt::format("{}: was signed by another key; give --sign "
                                 "with the key that signed it, or name another "
                                 "folder",
                                 path));
  origin_ = checkpoint.origin;
  published_ = earlier_ = checkpoint.size;
  std::vector<std::vector<TreeHash>> last;
  std::uint64_t hashes = checkpoint.size;
  for (int level = 0; hashes > 0; ++level, hashes /= tileWidth) {
    const std::uint64_t width = hashes % tileWidth;
    last.push_back(width == 0 ? std::vector<TreeHash>()
                              : folder_.tile(level, hashes / tileWidth, width));
  }
  bool isWhole = true;
  if (const std::uint64_t width = checkpoint.size % tileWidth; width > 0) {
    const auto entries = folder_.bundle(checkpoint.size / tileWidth, width);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      addToBundle(bundle_, entries[i]);
      isWhole = isWhole && leafHash(bytesOfText(entries[i])) == last[0][i];
    }
  }
  edge_ = TreeEdge(checkpoint.size, std::move(last));
  if (!isWhole || edge_.root() != checkpoint.root)
    throw InputError(fmt::format("{}: is damaged, or was changed; `mlc log "
                                 "verify {}` says where. Keep it and name "
                                 "another folder",
                                 settings_.folder, settings_.folder));
  trimPayloads();
  removeLeftOver();
}

/// Tiles that were not whole, of which the checkpoint has others: what an
/// earlier one had, and what a crash has left.
void LogWriter::removeLeftOver() {
  const std::vector<std::string> needed = partialPaths(published_);
  std::vector<std::string> kinds = {entriesKind};
  for (std::size_t level = 0; level < edge_.last().size(); ++level)
    kinds.push_back(std::to_string(level));
  for (const std::string &kind : kinds) {
    const int level = kind == entriesKind ? 0 : std::stoi(kind);
    const std::uint64_t last = published_ >> tileHeight * (level + 1);
    for (std::uint64_t tile = last - std::min<std::uint64_t>(last, 1);
         tile <= last; ++tile) {
      const std::string whole = tilePath(kind, tile, tileWidth) + ".p";
      std::vector<std::string> names;
      os().list(pathOf(whole).c_str(), names); // None where it is not there.
      for (const std::string &name : names)
        if (const std::string path = fmt::format("{}/{}", whole, name);
            std::ranges::find(needed, path) == needed.end())
          os().remove(pathOf(path).c_str()); // Or next time.
    }
  }
}

/// How many bytes of a payload file belong to entries below `size`.
static std::size_t publishedBytes(const std::string &path, std::uint64_t size) {
  const MappedFile file(path);
  std::string_view kept = file.text();
  kept = kept.substr(0, kept.rfind('\n') + 1);
  while (kept.size() > 1) {
    const std::size_t begin = kept.rfind('\n', kept.size() - 2) + 1;
    const std::string_view line = kept.substr(begin, kept.size() - begin - 1);
    if (Payload::parse(path, line).entry < size)
      return kept.size();
    kept = kept.substr(0, begin);
  }
  return 0;
}

/// Cuts off payloads whose entries no checkpoint has.
void LogWriter::trimPayloads() {
  for (const std::string &day : folder_.payloadDays()) {
    const std::string path = pathOf(fmt::format("{}/{}", payloadFolder, day));
    const off_t size = off_t(publishedBytes(path, published_));
    days_[day] = size;
    const Descriptor file = openFile(path, O_WRONLY);
    if (!file.isOpen() || os().truncate(file.get(), size) != 0)
      failFile(path, "cannot be written", errno);
    if (const int reason = syncFile(file.get()))
      failFile(path, "cannot be written", reason);
  }
}

void LogWriter::add(const DecidedRow &decision) {
  std::optional<Salt> salt;
  if (settings_.inputs != InputKeeping::None)
    randombytes_buf(salt.emplace().data(), salt->size());
  const std::string entry = entryText(decision, program_, salt);
  const std::uint64_t number = edge_.size();
  if (salt) {
    std::string &lines =
        payloads_[millisecondText(decision.time).substr(0, 10)];
    lines += payloadText(number, *salt, decision, settings_.inputs);
    lines += '\n';
  }
  addToBundle(bundle_, entry);
  edge_.add(leafHash(bytesOfText(entry)));
  for (const TreeEdge::Tile &tile : edge_.takeWhole()) {
    const auto bytes = std::as_bytes(std::span(tile.hashes));
    whole_[tilePath(std::to_string(tile.level), tile.index, tileWidth)].assign(
        reinterpret_cast<const char *>(bytes.data()), bytes.size());
    if (tile.level == 0)
      whole_[tilePath(entriesKind, tile.index, tileWidth)] =
          std::exchange(bundle_, {});
  }
}

/// Opens a new file, whose folders it makes where they are not there.
Descriptor LogWriter::create(const std::string &name) {
  const std::string path = pathOf(name);
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
  Descriptor file = openFile(path, flags, forOwner);
  if (!file.isOpen() && errno == ENOENT) {
    for (std::size_t slash = name.find('/'); slash != name.npos;
         slash = name.find('/', slash + 1)) {
      const std::string folder = pathOf(name.substr(0, slash));
      if (os().makeFolder(folder.c_str()) == 0)
        changedFolders_.insert(folder.substr(0, folder.rfind('/')));
      else if (errno != EEXIST)
        failFile(folder, "cannot be made", errno);
    }
    file = openFile(path, flags, forOwner);
  }
  if (!file.isOpen())
    failFile(path, "cannot be written", errno);
  changedFolders_.insert(path.substr(0, path.rfind('/')));
  return file;
}

void LogWriter::write(const std::string &name, std::string_view bytes) {
  Descriptor file = create(name);
  int reason = writeAll(file.get(), bytesOfText(bytes));
  if (reason == 0)
    reason = syncFile(file.get());
  if (const int closing = file.close(); reason == 0)
    reason = closing;
  if (reason != 0)
    failFile(pathOf(name), "cannot be written", reason);
}

void LogWriter::writeTiles() {
  for (const auto &[path, bytes] : whole_)
    write(path, bytes);
  const std::vector<std::string> written = partialPaths(published_);
  for (const std::string &path : partialPaths(edge_.size())) {
    // Of a level that has not grown.
    if (std::ranges::find(written, path) != written.end())
      continue;
    // tile/LEVEL/...
    const std::size_t begin = path.find('/') + 1;
    const std::string kind = path.substr(begin, path.find('/', begin) - begin);
    if (kind == entriesKind) {
      write(path, bundle_);
      continue;
    }
    const auto bytes = std::as_bytes(std::span(edge_.last()[std::stoul(kind)]));
    write(path, {reinterpret_cast<const char *>(bytes.data()), bytes.size()});
  }
}

/// Behind those that were published, so that it can be tried again.
void LogWriter::writePayloads() {
  for (const auto &[day, lines] : payloads_) {
    const std::string path = pathOf(fmt::format("{}/{}", payloadFolder, day));
    Descriptor file = openFile(path, O_WRONLY | O_CREAT, forOwner);
    if (!file.isOpen())
      failFile(path, "cannot be written", errno);
    if (!days_.contains(day))
      changedFolders_.insert(pathOf(payloadFolder));
    int reason = 0;
    if (::lseek(file.get(), days_[day], SEEK_SET) < 0)
      reason = errno;
    if (reason == 0)
      reason = writeAll(file.get(), bytesOfText(lines));
    if (reason == 0)
      reason = syncFile(file.get());
    if (const int closing = file.close(); reason == 0)
      reason = closing;
    if (reason != 0)
      failFile(path, "cannot be written", reason);
  }
}

void LogWriter::syncFolders() {
  while (!changedFolders_.empty()) {
    const std::string folder = *changedFolders_.begin();
    if (const int reason = syncFolder(folder))
      failFile(folder, "cannot be written", reason);
    changedFolders_.erase(changedFolders_.begin());
  }
}

void LogWriter::writeCheckpoint() {
  SignedNote note{LogCheckpoint{origin_, edge_.size(), edge_.root()}.text(),
                  {}};
  if (key_)
    note.sign(origin_, *key_);
  const std::string temporary = std::string(checkpointName) + ".new";
  write(temporary, note.bytes());
  if (os().rename(pathOf(temporary).c_str(), pathOf(checkpointName).c_str()) !=
      0)
    failFile(pathOf(checkpointName), "cannot be written", errno);
  syncFolders();
}

/// Tiles that were not whole and that the last two checkpoints have no more;
/// who reads the log meanwhile may have the earlier one.
void LogWriter::removeReplaced() {
  std::vector<std::string> needed = partialPaths(published_);
  for (const std::string &path : partialPaths(edge_.size()))
    needed.push_back(path);
  for (const std::string &path : partialPaths(earlier_))
    if (std::ranges::find(needed, path) == needed.end())
      os().remove(pathOf(path).c_str()); // If not, it does no harm.
}

void LogWriter::publish() {
  writePayloads();
  writeTiles();
  syncFolders();
  writeCheckpoint();
  removeReplaced();
  for (const auto &[day, lines] : payloads_)
    days_[day] += off_t(lines.size());
  payloads_.clear();
  whole_.clear();
  earlier_ = std::exchange(published_, edge_.size());
}

void LogWriter::eraseOld(std::int64_t now) {
  constexpr std::int64_t day = 86'400'000;
  const std::string first =
      millisecondText(
          std::max<std::int64_t>(0, now - day * settings_.retainDays))
          .substr(0, 10);
  // Names of days are in the order of the days.
  while (!days_.empty() && days_.begin()->first < first) {
    const std::string &name = days_.begin()->first;
    if (payloads_.contains(name))
      return; // The clock has gone back and forth.
    const std::string path = pathOf(fmt::format("{}/{}", payloadFolder, name));
    if (os().remove(path.c_str()) != 0 && errno != ENOENT)
      failFile(path, "cannot be erased", errno);
    days_.erase(days_.begin());
  }
}

} // namespace mlc::runtime
