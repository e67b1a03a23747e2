//===- PackedFile.cpp - Weights in a fraction of their size ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/PackedFile.h"

#include "Data/Quantize.h"
#include "Data/Seal.h"
#include "Error.h"
#include "System/AtomicFile.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <limits>
#include <lzma.h>
#include <memory>
#include <new>

using namespace mlc::runtime;

static constexpr std::size_t alignment = 64;
/// No model that is worth packing is larger; a few bytes of xz can ask for
/// gigabytes.
static constexpr std::size_t maxUnpacked = 256 << 20;
static constexpr std::uint64_t maxMemory = 128 << 20; ///< Of the decoder.
static constexpr const char *shapeOf = "int4/", *scaleOf = ".scale";

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

/// "rows,columns" of int4.
static std::vector<std::int64_t> shapeFrom(const std::string &text,
                                           const std::string &path) {
  std::int64_t rows = 0, columns = 0;
  const char *end = text.data() + text.size();
  std::from_chars_result read = std::from_chars(text.data(), end, rows);
  bool isShape = read.ec == std::errc() && read.ptr != end && *read.ptr == ',';
  if (isShape) {
    read = std::from_chars(read.ptr + 1, end, columns);
    isShape = read.ec == std::errc() && read.ptr == end;
  }
  if (!isShape || rows < 1 || columns < 1 ||
      columns > std::numeric_limits<std::int32_t>::max())
    failPacked(path, fmt::format("expected the shape of a matrix, but got {:?}",
                                 text));
  return {rows, columns};
}

namespace {
/// The matrices of a packed file, and everything else of it.
class Unpacking {
public:
  explicit Unpacking(const SafetensorsFile &file) : file_(file) {
    for (const auto &[key, text] : file.metadata())
      if (!key.starts_with(shapeOf) && !key.starts_with("xxh3"))
        contents_.metadata.emplace(key, text);
    for (const TensorView &tensor : file.tensors())
      if (!isScale(tensor))
        add(tensor);
  }

  const SafetensorsContents &contents() const { return contents_; }

private:
  static std::string base(const std::string &scale) {
    return scale.substr(0, scale.size() - std::strlen(scaleOf));
  }
  bool isScale(const TensorView &tensor) const {
    return tensor.type == ElementType::F16 && tensor.name.ends_with(scaleOf) &&
           file_.find(base(tensor.name));
  }

  void add(const TensorView &tensor) {
    const auto shape = file_.metadata().find(shapeOf + tensor.name);
    const bool isInt4 = shape != file_.metadata().end();
    if (tensor.type == ElementType::F32 ||
        (tensor.type != ElementType::I8 && !isInt4)) {
      contents_.tensors.push_back(tensor);
      return;
    }
    TensorView made = tensor;
    made.type = ElementType::F32;
    if (isInt4)
      made.shape = shapeFrom(shape->second, file_.path());
    const std::span<const std::uint16_t> scales = scalesOf(tensor, made.shape);
    const auto rows = scales.size();
    const auto columns = std::size_t(made.shape[1]);
    const int bits = isInt4 ? 4 : 8;
    std::size_t count = 0;
    if (__builtin_mul_overflow(rows, columns, &count) ||
        (isInt4 && tensor.type != ElementType::U8) ||
        tensor.bytes.size() != quantizedBytes(bits, count))
      failPacked(
          file_.path(),
          fmt::format("tensor {:?}: expected the numbers of {}, {} bits each",
                      tensor.name, made.shape, bits));
    matrices_.push_back(dequantizeRows(bits, tensor.bytes, scales, columns));
    made.bytes = std::as_bytes(std::span(matrices_.back()));
    contents_.tensors.push_back(made);
  }

  std::span<const std::uint16_t>
  scalesOf(const TensorView &tensor, const std::vector<std::int64_t> &shape) {
    const TensorView &scales =
        file_.get(tensor.name + scaleOf, ElementType::F16);
    if (shape.size() != 2 || scales.shape.size() != 1 ||
        scales.shape[0] != shape[0])
      failPacked(file_.path(),
                 fmt::format("tensor {:?}: expected a scale for each "
                             "row of {:?}",
                             scales.name, tensor.name));
    const auto numbers = scales.as<std::uint16_t>();
    for (std::size_t row = 0; row < numbers.size(); ++row)
      if (const float scale = floatFromHalf(numbers[row]);
          !(scale > 0 && scale <= std::numeric_limits<float>::max()))
        failPacked(
            file_.path(),
            fmt::format("tensor {:?}, row {}: expected a scale above 0, but "
                        "got {}",
                        scales.name, row, scale));
    return numbers;
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
                               std::span<const std::string> quantized,
                               int bits) {
  SafetensorsContents small = contents;
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
      small.metadata[shapeOf + tensor.name] =
          fmt::format("{},{}", tensor.shape[0], tensor.shape[1]);
      numbers.shape = {std::int64_t(made.numbers.size())};
    }
    small.tensors.push_back(numbers);
    small.tensors.push_back({tensor.name + scaleOf,
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
