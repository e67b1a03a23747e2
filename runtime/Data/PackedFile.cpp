//===- PackedFile.cpp - Weights in a fraction of their size ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/PackedFile.h"

#include "Data/Quantize.h"
#include "Data/QuantizedMatrix.h"
#include "Data/Seal.h"
#include "Error.h"
#include "System/AtomicFile.h"

#include <algorithm>
#include <fmt/core.h>
#include <lzma.h>
#include <memory>
#include <new>

using namespace mlc::runtime;

static constexpr std::size_t alignment = 64;
/// No model that is worth packing is larger; a few bytes of xz can ask for
/// gigabytes.
static constexpr std::size_t maxUnpacked = 256 << 20;
static constexpr std::uint64_t maxMemory = 128 << 20; ///< Of the decoder.
static constexpr const char *widenedKey = "widened", *notWidened = "no";

[[noreturn]] static void failPacked(const std::string &path,
                                    const std::string &what) {
  throw InputError(
      fmt::format("{}: {}; make the file again with mlc compress", path, what));
}

bool mlc::runtime::isPacked(std::span<const std::byte> bytes) {
  constexpr unsigned char magic[] = {0xfd, '7', 'z', 'X', 'Z', 0};
  return bytes.size() >= sizeof(magic) &&
         std::memcmp(bytes.data(), magic, sizeof(magic)) == 0;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static std::vector<std::byte> decompress(std::span<const std::byte> packed,
                                         const std::string &path) {
  std::vector<std::byte> bytes(std::min(maxUnpacked, 16 * packed.size()));
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, maxMemory, 0) != LZMA_OK)
    throw std::bad_alloc();
  const auto release = [](lzma_stream *used) { lzma_end(used); };
  const std::unique_ptr<lzma_stream, decltype(release)> owner(&stream, release);
  stream.next_in = reinterpret_cast<const std::uint8_t *>(packed.data());
  stream.avail_in = packed.size();
  stream.next_out = reinterpret_cast<std::uint8_t *>(bytes.data());
  stream.avail_out = bytes.size();
  for (;;) {
    const lzma_ret result = lzma_code(&stream, LZMA_FINISH);
    if (result == LZMA_STREAM_END)
      break;
    const bool isFull = stream.avail_out == 0;
    if (!isFull || (result != LZMA_OK && result != LZMA_BUF_ERROR) ||
        bytes.size() >= maxUnpacked)
      failPacked(path, isFull ? "is packed from more than 256 MiB"
                              : "is damaged: its packed data do not unpack");
    const std::size_t used = bytes.size();
    bytes.resize(std::min(maxUnpacked, 2 * used));
    stream.next_out = reinterpret_cast<std::uint8_t *>(bytes.data() + used);
    stream.avail_out = bytes.size() - used;
  }
  if (stream.avail_in > 0)
    failPacked(path, "is damaged: something stands behind its packed data");
  bytes.resize(stream.total_out);
  return bytes;
}

/// The bytes where they begin at a cache line.
static std::size_t align(std::vector<std::byte> &memory, std::size_t size) {
  memory.resize(size + alignment);
  const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  return (alignment - address % alignment) % alignment;
}

namespace {
/// The matrices of a packed file, and everything else of it.
class Unpacking {
public:
  explicit Unpacking(const SafetensorsFile &file) : file_(file) {
    for (const auto &[key, text] : file.metadata())
      if (!key.starts_with(shapePrefix) && !key.starts_with("xxh3"))
        contents_.metadata.emplace(key, text);
    for (const TensorView &tensor : file.tensors())
      if (!isScales(file_, tensor))
        add(tensor);
  }

  const SafetensorsContents &contents() const { return contents_; }

private:
  void add(const TensorView &tensor) {
    const auto matrix = quantizedMatrix(file_, tensor);
    if (!matrix) {
      contents_.tensors.push_back(tensor);
      return;
    }
    matrices_.push_back(dequantizeRows(matrix->bits, matrix->numbers,
                                       matrix->scales,
                                       std::size_t(matrix->columns)));
    TensorView made = tensor;
    made.type = ElementType::F32;
    made.shape = {matrix->rows, matrix->columns};
    made.bytes = std::as_bytes(std::span(matrices_.back()));
    contents_.tensors.push_back(made);
  }

  const SafetensorsFile &file_;
  SafetensorsContents contents_;
  std::vector<std::vector<float>> matrices_;
};
} // namespace

UnpackedFile::UnpackedFile(std::span<const std::byte> packed,
                           const std::string &path) {
  std::vector<std::byte> raw = decompress(packed, path), aligned;
  const std::size_t begin = align(aligned, raw.size());
  std::ranges::copy(raw, aligned.begin() + std::ptrdiff_t(begin));
  const SafetensorsFile file(
      path, std::span<const std::byte>(aligned).subspan(begin, raw.size()));
  if (isSealed(file))
    expectSeal(file);
  if (const auto widened = file.metadata().find(widenedKey);
      widened != file.metadata().end() && widened->second == notWidened) {
    memory_ = std::move(aligned);
    begin_ = begin;
    size_ = raw.size();
    return;
  }
  const Unpacking unpacking(file);
  const std::string made = safetensorsBytes(path, unpacking.contents());
  size_ = made.size();
  begin_ = align(memory_, size_);
  std::memcpy(memory_.data() + begin_, made.data(), size_);
}

std::span<const std::byte> UnpackedFile::bytes() const {
  return std::span(memory_).subspan(begin_, size_);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

static std::vector<std::uint8_t> compressBytes(const std::string &bytes) {
  std::vector<std::uint8_t> packed(lzma_stream_buffer_bound(bytes.size()));
  std::size_t size = 0;
  if (lzma_easy_buffer_encode(
          9 | LZMA_PRESET_EXTREME, LZMA_CHECK_CRC64, nullptr,
          reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size(),
          packed.data(), &size, packed.size()) != LZMA_OK)
    throw std::bad_alloc();
  packed.resize(size);
  return packed;
}

void mlc::runtime::writePacked(const std::string &path,
                               const SafetensorsContents &contents,
                               std::span<const std::string> quantized, int bits,
                               PackedUse use) {
  SafetensorsContents small = contents;
  if (use == PackedUse::AsStored)
    small.metadata[widenedKey] = notWidened;
  small.tensors.clear();
  std::vector<QuantizedRows> matrices;
  matrices.reserve(contents.tensors.size()); // Tensors point into them.
  for (const TensorView &tensor : contents.tensors) {
    if (std::ranges::count(quantized, tensor.name) == 0) {
      small.tensors.push_back(tensor);
      continue;
    }
    const QuantizedRows &made = matrices.emplace_back(
        quantizeRows(tensor.as<float>(), std::size_t(tensor.shape[0]), bits));
    TensorView numbers = tensor;
    numbers.type = bits == 8 ? ElementType::I8 : ElementType::U8;
    numbers.bytes = made.numbers;
    if (bits == 4) {
      small.metadata[shapePrefix + tensor.name] =
          fmt::format("{},{}", tensor.shape[0], tensor.shape[1]);
      numbers.shape = {std::int64_t(made.numbers.size())};
    }
    small.tensors.push_back(numbers);
    small.tensors.push_back({tensor.name + scaleSuffix,
                             ElementType::F16,
                             {tensor.shape[0]},
                             std::as_bytes(std::span(made.scales))});
  }
  AtomicFile file(path);
  const std::vector<std::uint8_t> packed =
      compressBytes(safetensorsBytes(path, small));
  file.write(std::as_bytes(std::span(packed)));
  file.commit();
}
