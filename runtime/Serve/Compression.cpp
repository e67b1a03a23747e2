//===- Compression.cpp - Bodies as gzip and deflate -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Compression.h"

#include "Serve/HttpError.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <memory>
#include <new>
#include <zlib.h>

namespace mlc::runtime {

/// Of deflateInit2 and inflateInit2: the largest window, with gzip's header.
static constexpr int zlibWindow = 15, gzipWindow = zlibWindow + 16;

static int windowOf(ContentCoding coding) {
  return coding == ContentCoding::Gzip ? gzipWindow : zlibWindow;
}

static std::string lowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char letter) {
    return char(std::tolower(letter));
  });
  return lower;
}

const char *nameOf(ContentCoding coding) {
  switch (coding) {
  case ContentCoding::Gzip:
    return "gzip";
  case ContentCoding::Deflate:
    return "deflate";
  case ContentCoding::Identity:
    break;
  }
  return nullptr;
}

ContentCoding codingOf(std::string_view name) {
  const std::string lower = lowerCase(name);
  if (lower == "gzip" || lower == "x-gzip")
    return ContentCoding::Gzip;
  if (lower == "deflate")
    return ContentCoding::Deflate;
  if (lower == "identity" || lower.empty())
    return ContentCoding::Identity;
  throw HttpError(415, "expected the Content-Encoding gzip or deflate");
}

namespace {

/// A stream of zlib that is ended on every way out.
template <int (*end)(z_stream *)>
struct Stream : z_stream {
  Stream() : z_stream{} {}
  Stream(const Stream &) = delete;
  ~Stream() { end(this); }

  void setInput(std::string_view bytes) {
    next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    avail_in = uInt(bytes.size());
  }
  void setOutput(char *bytes, std::size_t size) {
    next_out = reinterpret_cast<Bytef *>(bytes);
    avail_out = uInt(size);
  }
};

} // namespace

std::string decompress(ContentCoding coding, std::string_view body,
                       std::size_t limit) {
  if (coding == ContentCoding::Identity)
    return std::string(body);
  Stream<inflateEnd> stream;
  if (inflateInit2(&stream, windowOf(coding)) != Z_OK)
    throw std::bad_alloc();
  stream.setInput(body);
  std::string text;
  constexpr std::size_t step = 64 << 10;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    const std::size_t old = text.size();
    // One byte beyond the limit shows that there are more.
    text.resize(std::min(old + step, limit + 1));
    stream.setOutput(text.data() + old, text.size() - old);
    status = inflate(&stream, Z_NO_FLUSH);
    text.resize(text.size() - stream.avail_out);
    if (text.size() > limit)
      throw HttpError(413, fmt::format("expected a body of at most {} bytes "
                                       "once it is decompressed",
                                       limit));
    if (status == Z_MEM_ERROR)
      throw std::bad_alloc();
    const bool isStuck =
        status == Z_BUF_ERROR ||
        (status == Z_OK && text.size() == old && stream.avail_in == 0);
    if ((status != Z_OK && status != Z_STREAM_END) || isStuck)
      throw HttpError(400, fmt::format("expected a body of {}, but its bytes "
                                       "are damaged or cut off",
                                       nameOf(coding)));
  }
  if (stream.avail_in > 0)
    throw HttpError(400, fmt::format("expected one stream of {}, but got more "
                                     "bytes behind its end",
                                     nameOf(coding)));
  return text;
}

ContentCoding acceptedCoding(std::string_view acceptEncoding) {
  bool gzip = false, deflate = false;
  while (!acceptEncoding.empty()) {
    const std::size_t comma = acceptEncoding.find(',');
    std::string item = lowerCase(acceptEncoding.substr(0, comma));
    acceptEncoding = comma == std::string_view::npos
                         ? std::string_view()
                         : acceptEncoding.substr(comma + 1);
    std::erase_if(item, [](char c) { return c == ' ' || c == '\t'; });
    const std::size_t parameter = item.find(';');
    const std::string name = item.substr(0, parameter);
    // A weight of 0 says that it is not wanted; others do not matter to us.
    bool isWanted = true;
    if (parameter != std::string::npos) {
      const std::string weight = item.substr(parameter + 1);
      isWanted = !(weight.starts_with("q=0") &&
                   weight.find_first_not_of("0.", 2) == std::string::npos);
    }
    if (name == "gzip" || name == "x-gzip")
      gzip = isWanted;
    else if (name == "deflate")
      deflate = isWanted;
  }
  return gzip      ? ContentCoding::Gzip
         : deflate ? ContentCoding::Deflate
                   : ContentCoding::Identity;
}

std::string compress(ContentCoding coding, std::string_view body) {
  if (coding == ContentCoding::Identity)
    return std::string(body);
  // The fastest level: answers are numbers, and time is what clients wait for.
  constexpr int memory = 8;
  Stream<deflateEnd> stream;
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, windowOf(coding), memory,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  stream.setInput(body);
  std::string bytes(deflateBound(&stream, uLong(body.size())), '\0');
  stream.setOutput(bytes.data(), bytes.size());
  deflate(&stream, Z_FINISH);
  bytes.resize(bytes.size() - stream.avail_out);
  return bytes;
}

} // namespace mlc::runtime
