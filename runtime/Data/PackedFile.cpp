//===- PackedFile.cpp - Weights in a fraction of their size ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/PackedFile.h"

#include "Data/QuantizedMatrix.h"
#include "Data/Seal.h"
#include "Data/SparseMatrix.h"
#include "Error.h"
#include "System/AtomicFile.h"

#include <algorithm>
#include <fmt/core.h>
#include <lzma.h>
#include <memory>
#include <new>

using namespace mlc::runtime;

static constexpr std::size_t alignment = 64;
/// What xz unpacks, and what memory then holds of it: no model that is worth
/// packing is larger, and a few bytes of xz can ask for gigabytes.
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
      failPacked(path, isFull ? "unpacks to more than 256 MiB"
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
/// The matrices of a packed file in full, and everything else of it.
class Unpacking {
public:
  /// `widens`: whole numbers, too.
  Unpacking(const SafetensorsFile &file, bool widens)
      : file_(file), widens_(widens) {
    for (const auto &[key, text] : file.metadata())
      if (!key.starts_with(sparsePrefix) && !key.starts_with("xxh3") &&
          !(widens && key.starts_with(shapePrefix)))
        contents_.metadata.emplace(key, text);
    for (const TensorView &tensor : file.tensors())
      if (!isMask(file_, tensor) && !(widens && isScales(file_, tensor)))
        add(tensor);
  }

  const SafetensorsContents &contents() const { return contents_; }

private:
  void add(const TensorView &tensor) {
    if (auto sparse = widenedMatrix(file_, tensor, maxUnpacked)) {
      take(sparse->elements.size() * sizeof(float));
      add(tensor.name, sparse->rows, sparse->columns,
          std::move(sparse->elements));
    } else if (const auto matrix =
                   widens_ ? quantizedMatrix(file_, tensor) : std::nullopt) {
      take(std::size_t(matrix->rows) * std::size_t(matrix->columns) *
           sizeof(float));
      add(tensor.name, matrix->rows, matrix->columns,
          matrix->byColumns
              ? dequantizeColumns(matrix->numbers, matrix->scales)
              : dequantizeRows(matrix->bits, matrix->numbers, matrix->scales,
                               std::size_t(matrix->columns)));
    } else {
      take(tensor.bytes.size());
      contents_.tensors.push_back(tensor);
    }
  }

  /// Each of many small tensors may stand for a large matrix.
  void take(std::size_t bytes) {
    if (bytes > left_)
      failPacked(file_.path(), "unpacks to more than 256 MiB");
    left_ -= bytes;
  }

  void add(const std::string &name, std::int64_t rows, std::int64_t columns,
           std::vector<float> elements) {
    matrices_.push_back(std::move(elements));
    contents_.tensors.push_back({name,
                                 ElementType::F32,
                                 {rows, columns},
                                 std::as_bytes(std::span(matrices_.back()))});
  }

  const SafetensorsFile &file_;
  bool widens_;
  std::size_t left_ = maxUnpacked; ///< Of the bytes that the file may have.
  SafetensorsContents contents_;
  std::vector<std::vector<float>> matrices_;
};
} // namespace

/// Whether a model of f32 weights reads the file.
static bool widensNumbers(const SafetensorsFile &file) {
  const auto widened = file.metadata().find(widenedKey);
  return widened == file.metadata().end() || widened->second != notWidened;
}

static bool hasSparse(const SafetensorsFile &file) {
  return std::ranges::any_of(file.metadata(), [](const auto &entry) {
    return entry.first.starts_with(sparsePrefix);
  });
}

UnpackedFile::UnpackedFile(std::span<const std::byte> packed,
                           const std::string &path) {
  std::vector<std::byte> raw = decompress(packed, path), aligned;
  const std::size_t begin = align(aligned, raw.size());
  std::ranges::copy(raw, aligned.begin() + std::ptrdiff_t(begin));
  const SafetensorsFile file(
      path, std::span<const std::byte>(aligned).subspan(begin, raw.size()));
  if (isSealed(file))
    expectSeal(file);
  const bool widens = widensNumbers(file);
  if (!widens && !hasSparse(file)) {
    memory_ = std::move(aligned);
    begin_ = begin;
    size_ = raw.size();
    return;
  }
  const Unpacking unpacking(file, widens);
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

namespace {
/// What a packed file has of the matrices that it keeps in few bytes.
class Packing {
public:
  Packing(const SafetensorsContents &contents, const PackedForm &form)
      : form_(form), contents_{.tensors = {}, .metadata = contents.metadata} {
    if (form.use == PackedUse::AsStored)
      contents_.metadata[widenedKey] = notWidened;
    // Tensors point into them.
    quantized_.reserve(contents.tensors.size());
    sparse_.reserve(contents.tensors.size());
    for (const TensorView &tensor : contents.tensors) {
      if (!isMeant(tensor))
        contents_.tensors.push_back(tensor);
      else if (form.bits < 32)
        addQuantized(tensor);
      else
        addSparse(tensor);
    }
  }

  const SafetensorsContents &contents() const { return contents_; }

private:
  bool isMeant(const TensorView &tensor) const {
    if (!form_.matrix.empty())
      return tensor.name == form_.matrix;
    if (tensor.type != ElementType::F32 || tensor.shape.size() != 2)
      return false;
    // A mask has a bit where an element has 32.
    const auto elements = tensor.as<float>();
    return std::ranges::count(elements, 0.0f) > std::ssize(elements) / 32;
  }

  static std::string shapeText(const TensorView &tensor) {
    return fmt::format("{},{}", tensor.shape[0], tensor.shape[1]);
  }

  void addQuantized(const TensorView &tensor) {
    const auto rows = std::size_t(tensor.shape[0]);
    const QuantizedRows &made = quantized_.emplace_back(
        form_.numbers     ? *form_.numbers
        : form_.byColumns ? quantizeColumns(tensor.as<float>(), rows)
                          : quantizeRows(tensor.as<float>(), rows, form_.bits));
    TensorView numbers = tensor;
    numbers.type = form_.bits == 8 ? ElementType::I8 : ElementType::U8;
    numbers.bytes = made.numbers;
    if (form_.bits == 4) {
      contents_.metadata[shapePrefix + tensor.name] = shapeText(tensor);
      numbers.shape = {std::int64_t(made.numbers.size())};
    }
    contents_.tensors.push_back(numbers);
    TensorView scales{tensor.name + scaleSuffix,
                      ElementType::F16,
                      {tensor.shape[0]},
                      std::as_bytes(std::span(made.scales))};
    if (form_.byColumns)
      scales.shape = {1, tensor.shape[1]};
    contents_.tensors.push_back(scales);
  }

  void addSparse(const TensorView &tensor) {
    const SparseElements &made =
        sparse_.emplace_back(withoutZeros(tensor.as<float>()));
    contents_.metadata[sparsePrefix + tensor.name] = shapeText(tensor);
    contents_.tensors.push_back({tensor.name,
                                 ElementType::F32,
                                 {std::ssize(made.elements)},
                                 std::as_bytes(std::span(made.elements))});
    contents_.tensors.push_back({tensor.name + maskSuffix,
                                 ElementType::U8,
                                 {std::ssize(made.mask)},
                                 made.mask});
  }

  const PackedForm &form_;
  SafetensorsContents contents_;
  std::vector<QuantizedRows> quantized_;
  std::vector<SparseElements> sparse_;
};
} // namespace

static std::size_t bytesOf(const SafetensorsContents &contents) {
  std::size_t bytes = 0;
  for (const TensorView &tensor : contents.tensors)
    bytes += tensor.bytes.size();
  return bytes;
}

void mlc::runtime::writePacked(const std::string &path,
                               const SafetensorsContents &contents,
                               const PackedForm &form) {
  const Packing packing(contents, form);
  const std::string text = safetensorsBytes(path, packing.contents());
  // Nobody would read more.
  const bool isStored = form.bits < 32 && form.use == PackedUse::AsStored;
  if (const std::size_t bytes =
          std::max(text.size(), isStored ? 0 : bytesOf(contents));
      bytes > maxUnpacked)
    throw InputError(fmt::format(
        "{}: weights of {} MiB cannot be packed, 256 MiB at most; keep fewer "
        "features or units",
        path, bytes >> 20));
  AtomicFile file(path);
  const std::vector<std::uint8_t> packed = compressBytes(text);
  file.write(std::as_bytes(std::span(packed)));
  file.commit();
}
