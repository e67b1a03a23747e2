//===- DataCommand.cpp - Runs `mlc data` ----------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/DataCommand.h"

#include "Import/DataCommand.h"
#include "Support/Files.h"

#include <bzlib.h>
#include <gtest/gtest.h>
#include <lzma.h>
#include <minizip/zip.h>
#include <stdexcept>
#include <zlib.h>

namespace mlc::test {

Outcome runData(const std::vector<std::string> &arguments) {
  std::vector<std::string> all = {"mlc data"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char *> pointers;
  for (std::string &argument : all)
    pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.status =
      runtime::dataMain(static_cast<int>(all.size()), pointers.data());
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

std::string compressXz(const std::string &text) {
  std::string result(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  if (lzma_easy_buffer_encode(
          1, LZMA_CHECK_CRC64, nullptr,
          reinterpret_cast<const std::uint8_t *>(text.data()), text.size(),
          reinterpret_cast<std::uint8_t *>(result.data()), &size,
          result.size()) != LZMA_OK)
    throw std::runtime_error("xz compression failed");
  result.resize(size);
  return result;
}

std::string compressGzip(const std::string &text) {
  z_stream stream = {};
  constexpr int gzipFormat = 16;
  if (deflateInit2(&stream, 1, Z_DEFLATED, MAX_WBITS + gzipFormat, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("gzip compression failed");
  std::string result(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef *>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  int status = deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END)
    throw std::runtime_error("gzip compression failed");
  return result;
}

std::string compressBzip2(const std::string &text) {
  std::string result(text.size() + text.size() / 100 + 600, '\0');
  auto size = static_cast<unsigned>(result.size());
  if (BZ2_bzBuffToBuffCompress(
          result.data(), &size, const_cast<char *>(text.data()),
          static_cast<unsigned>(text.size()), 1, 0, 0) != BZ_OK)
    throw std::runtime_error("bzip2 compression failed");
  result.resize(size);
  return result;
}

std::string
zipOf(const std::vector<std::pair<std::string, std::string>> &files) {
  const TemporaryFolder folder;
  const std::string path = folder / "made.zip";
  zipFile zip = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
  const zip_fileinfo info = {};
  for (const auto &[name, text] : files) {
    zipOpenNewFileInZip64(zip, name.c_str(), &info, nullptr, 0, nullptr, 0,
                          nullptr, Z_DEFLATED, 1, 0);
    zipWriteInFileInZip(zip, text.data(), static_cast<unsigned>(text.size()));
    zipCloseFileInZip(zip);
  }
  zipClose(zip, nullptr);
  return readFile(path);
}

} // namespace mlc::test
