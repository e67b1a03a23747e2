//===- TextEncoding.cpp - Other encodings become UTF-8 --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/TextEncoding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

using namespace mlc::runtime;

/// The characters of windows-1252 from 0x80 to 0x9f; the rest are as their
/// bytes.
static constexpr std::array<char16_t, 32> windows1252 = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
    0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

/// Also of a surrogate.
static void appendUtf8(char32_t point, std::string &out) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80)
    return put(point);
  if (point < 0x800) {
    put(0xc0 | point >> 6);
    return put(0x80 | (point & 0x3f));
  }
  if (point < 0x10000) {
    put(0xe0 | point >> 12);
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3f));
  }
  put(0x80 | (point >> 6 & 0x3f));
  put(0x80 | (point & 0x3f));
}

namespace {
/// Decodes a block after another.
class DecodedSource : public ByteSource {
public:
  explicit DecodedSource(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)) {}

  std::size_t read(std::span<char> out) override {
    while (at_ == decoded_.size() && !atEnd_) {
      decoded_.clear();
      at_ = 0;
      const std::size_t got = source_->read(block_);
      atEnd_ = got == 0;
      decode({block_.data(), got}, decoded_);
    }
    const std::size_t count = std::min(out.size(), decoded_.size() - at_);
    std::memcpy(out.data(), decoded_.data() + at_, count);
    at_ += count;
    return count;
  }

protected:
  /// Appends the characters of the next bytes; of none at the end.
  virtual void decode(std::string_view bytes, std::string &out) = 0;

private:
  std::unique_ptr<ByteSource> source_;
  std::array<char, 1 << 16> block_;
  std::string decoded_;
  std::size_t at_ = 0;
  bool atEnd_ = false;
};

class Latin1Source : public DecodedSource {
  using DecodedSource::DecodedSource;
  void decode(std::string_view bytes, std::string &out) override {
    for (char byte : bytes) {
      const auto code = static_cast<unsigned char>(byte);
      const bool isMoved = code >= 0x80 && code < 0xa0;
      appendUtf8(isMoved ? windows1252[code - 0x80] : code, out);
    }
  }
};

class Utf16Source : public DecodedSource {
public:
  Utf16Source(std::unique_ptr<ByteSource> source, bool isLittle)
      : DecodedSource(std::move(source)), isLittle_(isLittle) {}

private:
  void decode(std::string_view bytes, std::string &out) override {
    for (char byte : bytes) {
      const auto code = static_cast<unsigned char>(byte);
      if (!half_) {
        half_ = code;
        continue;
      }
      takeUnit(isLittle_ ? static_cast<char16_t>(code << 8 | *half_)
                         : static_cast<char16_t>(*half_ << 8 | code),
               out);
      half_.reset();
    }
    if (!bytes.empty())
      return;
    if (half_)
      throw SourceError("the UTF-16 text ends within a character (a truncated "
                        "file, or another encoding); copy the file again, or "
                        "name its encoding by --encoding");
    flush(out);
  }

  void takeUnit(char16_t unit, std::string &out) {
    const bool isHigh = unit >= 0xd800 && unit < 0xdc00,
               isLow = unit >= 0xdc00 && unit < 0xe000;
    if (high_ && isLow) {
      appendUtf8(0x10000 + ((char32_t(*high_) - 0xd800) << 10) +
                     (char32_t(unit) - 0xdc00),
                 out);
      high_.reset();
      return;
    }
    flush(out);
    if (isHigh)
      high_ = unit;
    else
      appendUtf8(unit, out); // The byte order mark: LineReader leaves it out.
  }
  void flush(std::string &out) {
    if (high_)
      appendUtf8(*high_, out);
    high_.reset();
  }

  bool isLittle_;
  std::optional<unsigned char> half_;
  std::optional<char16_t> high_; ///< A surrogate that waits for its partner.
};

/// Bytes that were read before, then the rest of their source.
class PrefixedSource : public ByteSource {
public:
  PrefixedSource(std::string first, std::unique_ptr<ByteSource> source)
      : first_(std::move(first)), source_(std::move(source)) {}

  std::size_t read(std::span<char> out) override {
    if (at_ == first_.size())
      return source_->read(out);
    const std::size_t count = std::min(out.size(), first_.size() - at_);
    std::memcpy(out.data(), first_.data() + at_, count);
    at_ += count;
    return count;
  }

private:
  std::string first_;
  std::size_t at_ = 0;
  std::unique_ptr<ByteSource> source_;
};

/// UTF-16 where a byte order mark says so, else the bytes as they are.
class MarkedSource : public ByteSource {
public:
  explicit MarkedSource(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)) {}

  std::size_t read(std::span<char> out) override {
    if (std::exchange(isTold_, true))
      return source_->read(out);
    std::size_t size = source_->read(out);
    if (size == 1 && out.size() > 1)
      size += source_->read(out.subspan(1));
    const std::string_view start(out.data(), size);
    const bool isLittle = start.starts_with("\xff\xfe");
    if (!isLittle && !start.starts_with("\xfe\xff"))
      return size;
    source_ = std::make_unique<Utf16Source>(
        std::make_unique<PrefixedSource>(std::string(start),
                                         std::move(source_)),
        isLittle);
    return source_->read(out);
  }

private:
  std::unique_ptr<ByteSource> source_;
  bool isTold_ = false;
};
} // namespace

std::unique_ptr<ByteSource> mlc::runtime::openText(const std::string &path,
                                                   TextEncoding encoding) {
  std::unique_ptr<ByteSource> source = openByteSource(path);
  switch (encoding) {
  case TextEncoding::Auto:
    return std::make_unique<MarkedSource>(std::move(source));
  case TextEncoding::Utf8:
    return source;
  case TextEncoding::Latin1:
    return std::make_unique<Latin1Source>(std::move(source));
  case TextEncoding::Utf16Le:
  case TextEncoding::Utf16Be:
    return std::make_unique<Utf16Source>(std::move(source),
                                         encoding == TextEncoding::Utf16Le);
  }
  __builtin_unreachable();
}
