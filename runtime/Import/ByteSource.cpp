//===- ByteSource.cpp - Bytes of a plain or compressed file ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/ByteSource.h"

#include "Import/ReadAhead.h"
#include "Import/ZipSource.h"
#include "System/OperatingSystem.h"

#include <algorithm>
#include <bzlib.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <lzma.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <utility>
#include <zlib.h>

using namespace mlc::runtime;

static constexpr std::size_t blockBytes = 1 << 18;
/// Four times what `xz -9` needs to decompress.
static constexpr std::uint64_t maxDecoderBytes = 256 << 20;

static constexpr std::string_view xzMagic("\xfd"
                                          "7zXZ\0",
                                          6);
static constexpr std::string_view gzipMagic("\x1f\x8b", 2);
static constexpr std::string_view bzip2Magic = "BZh";
static constexpr std::string_view zipMagic = "PK\x03\x04";
static constexpr std::pair<std::string_view, const char *> otherMagics[] = {
    {"\x28\xb5\x2f\xfd", "zstd"},
};

namespace {
/// The bytes as they lie in the file, a block at a time.
class RawFile {
public:
  explicit RawFile(const std::string &path)
      : block_(std::make_unique_for_overwrite<char[]>(blockBytes)) {
    // Not /dev/stdin: a file would be read from its start again.
    descriptor_ = path == standardInput
                      ? Descriptor(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0))
                      : openFile(path, O_RDONLY);
    if (!descriptor_.isOpen())
      fail();
  }

  /// What was read and not yet taken.
  std::string_view rest() const { return {&block_[begin_], end_ - begin_}; }
  void take(std::size_t count) { begin_ += count; }
  bool atEnd() const { return atEnd_ && begin_ == end_; }
  /// Whether it is a file, not a pipe, of more than a block.
  bool isLargeFile() const {
    struct stat status;
    return ::fstat(descriptor_.get(), &status) == 0 &&
           S_ISREG(status.st_mode) &&
           status.st_size > static_cast<off_t>(blockBytes);
  }

  /// Reads until `rest` has `count` bytes or the file ends.
  void want(std::size_t count) {
    while (end_ - begin_ < count && !atEnd_) {
      std::memmove(&block_[0], &block_[begin_], end_ - begin_);
      end_ -= std::exchange(begin_, 0);
      ssize_t got = readSome(
          descriptor_.get(),
          std::as_writable_bytes(std::span(&block_[end_], blockBytes - end_)));
      if (got < 0)
        fail();
      atEnd_ = got == 0;
      end_ += static_cast<std::size_t>(got);
    }
  }

private:
  [[noreturn]] static void fail() {
    throw SourceError(fmt::format("cannot be read: {}; check the name and its "
                                  "permissions",
                                  std::system_category().message(errno)));
  }

  Descriptor descriptor_;
  std::unique_ptr<char[]> block_;
  std::size_t begin_ = 0, end_ = 0;
  bool atEnd_ = false;
};

class PlainSource : public ByteSource {
public:
  explicit PlainSource(RawFile file) : file_(std::move(file)) {}

  std::size_t read(std::span<char> out) override {
    file_.want(1);
    std::size_t count = std::min(out.size(), file_.rest().size());
    std::memcpy(out.data(), file_.rest().data(), count);
    file_.take(count);
    return count;
  }

private:
  RawFile file_;
};

[[noreturn]] void failCompressed(const char *format, const char *reason) {
  throw SourceError(fmt::format("the {} data {}; copy or compress the file "
                                "again",
                                format, reason));
}
constexpr const char *endsEarly = "end too early (a truncated file)";
constexpr const char *areDamaged = "are damaged";

class XzSource : public ByteSource {
public:
  explicit XzSource(RawFile file) : file_(std::move(file)) {
    if (lzma_stream_decoder(&stream_, maxDecoderBytes, LZMA_CONCATENATED) !=
        LZMA_OK)
      throw std::bad_alloc();
  }
  XzSource(const XzSource &) = delete;
  ~XzSource() override { lzma_end(&stream_); }

  std::size_t read(std::span<char> out) override {
    stream_.next_out = reinterpret_cast<std::uint8_t *>(out.data());
    stream_.avail_out = out.size();
    while (stream_.avail_out == out.size() && !done_) {
      file_.want(1);
      stream_.next_in =
          reinterpret_cast<const std::uint8_t *>(file_.rest().data());
      stream_.avail_in = file_.rest().size();
      lzma_ret status =
          lzma_code(&stream_, file_.atEnd() ? LZMA_FINISH : LZMA_RUN);
      file_.take(file_.rest().size() - stream_.avail_in);
      check(status);
      done_ = status == LZMA_STREAM_END;
    }
    return out.size() - stream_.avail_out;
  }

private:
  static void check(lzma_ret status) {
    switch (status) {
    case LZMA_OK:
    case LZMA_STREAM_END:
      return;
    case LZMA_BUF_ERROR:
      failCompressed("xz", endsEarly);
    case LZMA_MEM_ERROR:
      throw std::bad_alloc();
    case LZMA_MEMLIMIT_ERROR:
      failCompressed("xz", "need more than 256 MiB to decompress");
    case LZMA_OPTIONS_ERROR:
      failCompressed("xz", "use options that this liblzma does not know");
    default:
      failCompressed("xz", areDamaged);
    }
  }

  RawFile file_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool done_ = false;
};

class GzipSource : public ByteSource {
public:
  explicit GzipSource(RawFile file) : file_(std::move(file)) {
    constexpr int gzipOnly = 16; // As zlib.h says of windowBits.
    if (inflateInit2(&stream_, MAX_WBITS + gzipOnly) != Z_OK)
      throw std::bad_alloc();
  }
  GzipSource(const GzipSource &) = delete;
  ~GzipSource() override { inflateEnd(&stream_); }

  std::size_t read(std::span<char> out) override {
    stream_.next_out = reinterpret_cast<Bytef *>(out.data());
    stream_.avail_out = static_cast<uInt>(std::min(out.size(), blockBytes));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      file_.want(1);
      if (betweenMembers_ && !startMember())
        return 0;
      if (file_.atEnd())
        failCompressed("gzip", endsEarly);
      stream_.next_in =
          reinterpret_cast<Bytef *>(const_cast<char *>(file_.rest().data()));
      stream_.avail_in = static_cast<uInt>(file_.rest().size());
      int status = inflate(&stream_, Z_NO_FLUSH);
      file_.take(file_.rest().size() - stream_.avail_in);
      if (status == Z_MEM_ERROR)
        throw std::bad_alloc();
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        failCompressed("gzip", areDamaged);
      betweenMembers_ = status == Z_STREAM_END;
    }
    return room - stream_.avail_out;
  }

private:
  /// False at the end of the file, before which zeros may stand as padding.
  bool startMember() {
    while (!file_.atEnd() && file_.rest().front() == '\0') {
      file_.take(1);
      file_.want(1);
    }
    if (file_.atEnd())
      return false;
    file_.want(gzipMagic.size());
    if (!file_.rest().starts_with(gzipMagic))
      failCompressed("gzip", "have something else behind them");
    if (inflateReset(&stream_) != Z_OK)
      throw std::bad_alloc();
    betweenMembers_ = false;
    return true;
  }

  RawFile file_;
  z_stream stream_ = {};
  bool betweenMembers_ = false;
};

/// "BZh" and the size of its blocks, which a text may start with too.
bool isBzip2(std::string_view bytes) {
  constexpr std::size_t level = 3, length = 6;
  return bytes.size() >= length && bytes.starts_with(bzip2Magic) &&
         bytes[level] >= '1' && bytes[level] <= '9' &&
         (bytes.substr(level + 1, 2) == "1A" ||
          bytes.substr(level + 1, 2) == "\x17\x72");
}

class Bzip2Source : public ByteSource {
public:
  explicit Bzip2Source(RawFile file) : file_(std::move(file)) { start(); }
  Bzip2Source(const Bzip2Source &) = delete;
  ~Bzip2Source() override { BZ2_bzDecompressEnd(&stream_); }

  std::size_t read(std::span<char> out) override {
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<unsigned>(std::min(out.size(), blockBytes));
    const unsigned room = stream_.avail_out;
    while (stream_.avail_out == room) {
      file_.want(1);
      if (betweenStreams_) {
        if (file_.atEnd())
          return 0;
        BZ2_bzDecompressEnd(&stream_);
        char *const next = stream_.next_out;
        const unsigned left = stream_.avail_out;
        start();
        stream_.next_out = next;
        stream_.avail_out = left;
      }
      if (file_.atEnd())
        failCompressed("bzip2", endsEarly);
      stream_.next_in = const_cast<char *>(file_.rest().data());
      stream_.avail_in = static_cast<unsigned>(file_.rest().size());
      const int status = BZ2_bzDecompress(&stream_);
      file_.take(file_.rest().size() - stream_.avail_in);
      if (status == BZ_MEM_ERROR)
        throw std::bad_alloc();
      if (status != BZ_OK && status != BZ_STREAM_END)
        failCompressed("bzip2", areDamaged);
      betweenStreams_ = status == BZ_STREAM_END;
    }
    return room - stream_.avail_out;
  }

private:
  void start() {
    stream_ = {};
    constexpr int quiet = 0, fast = 0;
    if (BZ2_bzDecompressInit(&stream_, quiet, fast) != BZ_OK)
      throw std::bad_alloc();
    betweenStreams_ = false;
  }

  RawFile file_;
  bz_stream stream_ = {};
  bool betweenStreams_ = false;
};
} // namespace

std::unique_ptr<ByteSource>
mlc::runtime::openByteSource(const std::string &path) {
  if (const auto parts = splitZipPath(path))
    return readAhead(openZip(parts->first, parts->second));
  RawFile file(path);
  file.want(xzMagic.size());
  // A pipe is not read ahead: who stops early would have to wait for it.
  const bool readsAhead = file.isLargeFile();
  auto decompress = [&](std::unique_ptr<ByteSource> source) {
    return readsAhead ? readAhead(std::move(source)) : std::move(source);
  };
  if (file.rest().starts_with(xzMagic))
    return decompress(std::make_unique<XzSource>(std::move(file)));
  if (file.rest().starts_with(gzipMagic))
    return decompress(std::make_unique<GzipSource>(std::move(file)));
  if (isBzip2(file.rest()))
    return decompress(std::make_unique<Bzip2Source>(std::move(file)));
  if (file.rest().starts_with(zipMagic)) {
    if (path == standardInput)
      throw SourceError("expected text, but got a zip archive, which can only "
                        "be read from a file; unpack it, as by funzip");
    return decompress(openZip(path, ""));
  }
  for (auto [magic, name] : otherMagics)
    if (file.rest().starts_with(magic))
      throw SourceError(
          fmt::format("expected plain, .xz, .gz, .bz2 or .zip text, "
                      "but got {} data; decompress it first",
                      name));
  return std::make_unique<PlainSource>(std::move(file));
}
