//===- ZipSource.cpp - A file in a zip archive ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/ZipSource.h"

#include "Error.h"
#include "System/MappedFile.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <limits>
#include <minizip/unzip.h>
#include <new>
#include <span>
#include <string_view>
#include <vector>

using namespace mlc::runtime;

static constexpr std::size_t shownMembers = 10, maxNameBytes = 4096;

namespace {
/// The archive's bytes, as minizip reads them.
struct ArchiveBytes {
  std::span<const std::byte> bytes;
  std::size_t at = 0;
};

ArchiveBytes &bytesOf(voidpf opaque) {
  return *static_cast<ArchiveBytes *>(opaque);
}
voidpf openBytes(voidpf opaque, const void *, int) { return opaque; }
uLong readBytes(voidpf opaque, voidpf, void *out, uLong size) {
  ArchiveBytes &archive = bytesOf(opaque);
  const std::size_t count =
      std::min<std::size_t>(size, archive.bytes.size() - archive.at);
  if (count > 0)
    std::memcpy(out, archive.bytes.data() + archive.at, count);
  archive.at += count;
  return static_cast<uLong>(count);
}
ZPOS64_T tellBytes(voidpf opaque, voidpf) { return bytesOf(opaque).at; }
long seekBytes(voidpf opaque, voidpf, ZPOS64_T offset, int origin) {
  ArchiveBytes &archive = bytesOf(opaque);
  ZPOS64_T start = 0;
  if (origin == ZLIB_FILEFUNC_SEEK_CUR)
    start = archive.at;
  else if (origin == ZLIB_FILEFUNC_SEEK_END)
    start = archive.bytes.size();
  if (offset >
      archive.bytes.size() - std::min<ZPOS64_T>(start, archive.bytes.size()))
    return -1;
  archive.at = static_cast<std::size_t>(start + offset);
  return 0;
}
int closeBytes(voidpf, voidpf) { return 0; }
int testBytes(voidpf, voidpf) { return 0; }

[[noreturn]] void failDamaged() {
  throw SourceError("the zip data are damaged, or end too early (a truncated "
                    "file); copy or compress the file again");
}

bool startsWithAnyCase(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(),
                    [](char left, char right) {
                      return left == (right >= 'A' && right <= 'Z'
                                          ? static_cast<char>(right + 32)
                                          : right);
                    });
}

/// Whether a member may be data: no folder, no hidden file.
bool mayBeData(const std::string &name) {
  const std::size_t slash = name.rfind('/');
  const std::string base = slash == name.npos ? name : name.substr(slash + 1);
  return !base.empty() && base[0] != '.' && !name.starts_with("__MACOSX/");
}

class ZipSource : public ByteSource {
public:
  ZipSource(const std::string &path, const std::string &member)
      : path_(path), file_(path) {
    archive_.bytes = file_.bytes();
    zlib_filefunc64_def functions = {openBytes, readBytes, nullptr,
                                     tellBytes, seekBytes, closeBytes,
                                     testBytes, &archive_};
    zip_ = unzOpen2_64(path.c_str(), &functions);
    if (!zip_)
      failDamaged();
    try {
      open(member);
    } catch (...) {
      unzClose(zip_);
      throw;
    }
  }
  ZipSource(const ZipSource &) = delete;
  ~ZipSource() override {
    unzCloseCurrentFile(zip_);
    unzClose(zip_);
  }

  std::size_t read(std::span<char> out) override {
    if (atEnd_)
      return 0;
    const auto size = static_cast<unsigned>(
        std::min<std::size_t>(out.size(), std::numeric_limits<int>::max()));
    const int got = unzReadCurrentFile(zip_, out.data(), size);
    if (got < 0)
      failDamaged();
    if (got == 0) {
      atEnd_ = true;
      if (unzCloseCurrentFile(zip_) != UNZ_OK) // Its sum of the bytes.
        failDamaged();
    }
    return static_cast<std::size_t>(got);
  }

private:
  std::string nameHere() const {
    std::string name(maxNameBytes, '\0');
    unz_file_info64 info;
    if (unzGetCurrentFileInfo64(zip_, &info, name.data(), name.size(), nullptr,
                                0, nullptr, 0) != UNZ_OK)
      failDamaged();
    name.resize(std::min<std::size_t>(info.size_filename, name.size()));
    return name;
  }

  std::string onlyMember() const {
    std::vector<std::string> names;
    for (int status = unzGoToFirstFile(zip_); status != UNZ_END_OF_LIST_OF_FILE;
         status = unzGoToNextFile(zip_)) {
      if (status != UNZ_OK)
        failDamaged();
      std::string name = nameHere();
      if (mayBeData(name) && names.size() <= shownMembers)
        names.push_back(std::move(name));
    }
    if (names.size() > 1)
      std::erase_if(names, [](const std::string &name) {
        return startsWithAnyCase(name, "readme") ||
               startsWithAnyCase(name, "license");
      });
    if (names.size() == 1)
      return names[0];
    if (names.empty())
      throw SourceError("expected a file in the zip archive, but got none; "
                        "give one with data");
    const bool isCut = names.size() > shownMembers;
    names.resize(std::min(names.size(), shownMembers));
    const std::string first = path_ + '/' + names[0];
    for (std::string &name : names) // Which may be of any bytes.
      name = fmt::format("{:?}", name);
    throw SourceError(fmt::format("expected one file in the zip archive, but "
                                  "got {}{}; name one, such as {:?}",
                                  fmt::join(names, ", "), isCut ? ", ..." : "",
                                  first));
  }

  void open(const std::string &asked) {
    const std::string member = asked.empty() ? onlyMember() : asked;
    constexpr int exactCase = 1;
    if (unzLocateFile(zip_, member.c_str(), exactCase) != UNZ_OK)
      throw SourceError(fmt::format("expected a file {:?} in the zip archive, "
                                    "but it has none of that name; `unzip -l` "
                                    "lists those it has",
                                    member));
    unz_file_info64 info;
    if (unzGetCurrentFileInfo64(zip_, &info, nullptr, 0, nullptr, 0, nullptr,
                                0) != UNZ_OK)
      failDamaged();
    constexpr uLong encrypted = 1;
    if (info.flag & encrypted)
      throw SourceError(fmt::format("the file {:?} in the zip archive is "
                                    "encrypted; decrypt it first",
                                    member));
    if (info.compression_method != 0 && info.compression_method != Z_DEFLATED)
      throw SourceError(fmt::format("the file {:?} in the zip archive is "
                                    "compressed by method {}, which is not "
                                    "known here; unpack it first",
                                    member, info.compression_method));
    if (unzOpenCurrentFile(zip_) != UNZ_OK)
      failDamaged();
  }

  std::string path_;
  MappedFile file_;
  ArchiveBytes archive_;
  unzFile zip_ = nullptr;
  bool atEnd_ = false;
};
} // namespace

std::optional<std::pair<std::string, std::string>>
mlc::runtime::splitZipPath(const std::string &path) {
  constexpr std::string_view ending = ".zip/";
  for (std::size_t at = path.find(ending); at != path.npos;
       at = path.find(ending, at + 1)) {
    const std::string archive = path.substr(0, at + ending.size() - 1);
    std::error_code error;
    if (std::filesystem::is_regular_file(archive, error))
      return std::pair(archive, path.substr(at + ending.size()));
  }
  return std::nullopt;
}

std::unique_ptr<ByteSource> mlc::runtime::openZip(const std::string &path,
                                                  const std::string &member) {
  try {
    return std::make_unique<ZipSource>(path, member);
  } catch (const InputError &error) {
    // Its message starts with the path, which the reader adds too.
    std::string_view reason = error.what();
    if (reason.starts_with(path + ": "))
      reason.remove_prefix(path.size() + 2);
    throw SourceError(std::string(reason));
  }
}
