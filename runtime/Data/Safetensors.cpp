//===- Safetensors.cpp - Reading and writing safetensors ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Safetensors.h"

#include "Data/Hash.h"
#include "Data/PackedFile.h"
#include "Data/SafetensorsHeader.h"
#include "Data/Seal.h"
#include "Error.h"
#include "System/AtomicFile.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/core.h>
#include <stdexcept>
#include <utility>

using namespace mlc::runtime;

static_assert(std::endian::native == std::endian::little,
              "safetensors are little-endian and are mapped as they are");

/// As in the safetensors library.
static constexpr std::uint64_t maxHeaderBytes = 100'000'000;
static constexpr std::size_t lengthBytes = 8;
/// Where data begins, and tensors that fill whole ones: a cache line, which is
/// what compiled code expects of parameters.
static constexpr std::size_t dataAlignment = 64;

std::size_t mlc::runtime::sizeOf(ElementType type) {
  switch (type) {
  case ElementType::F32:
  case ElementType::I32:
    return 4;
  case ElementType::I64:
    return 8;
  case ElementType::U16:
  case ElementType::F16:
    return 2;
  case ElementType::U8:
  case ElementType::I8:
    return 1;
  }
  __builtin_unreachable();
}

const char *mlc::runtime::nameOf(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return "F32";
  case ElementType::I32:
    return "I32";
  case ElementType::I64:
    return "I64";
  case ElementType::U16:
    return "U16";
  case ElementType::U8:
    return "U8";
  case ElementType::F16:
    return "F16";
  case ElementType::I8:
    return "I8";
  }
  __builtin_unreachable();
}

static bool isTextByte(std::byte byte) {
  constexpr unsigned char beyondUtf8 = 0xf8;
  const auto code = std::to_integer<unsigned char>(byte);
  return (code >= ' ' && code < beyondUtf8) || code == '\t' || code == '\n' ||
         code == '\r';
}

SafetensorsFile::SafetensorsFile(const std::string &path)
    : path_(path), file_(path), bytes_(file_->bytes()) {
  if (isPacked(bytes_)) {
    unpacked_ = std::make_unique<UnpackedFile>(bytes_, path);
    bytes_ = unpacked_->bytes();
  }
  read();
}

SafetensorsFile::SafetensorsFile(SafetensorsFile &&) noexcept = default;
SafetensorsFile &
SafetensorsFile::operator=(SafetensorsFile &&) noexcept = default;
SafetensorsFile::~SafetensorsFile() = default;

SafetensorsFile::SafetensorsFile(const std::string &name,
                                 std::span<const std::byte> bytes)
    : path_(name), bytes_(bytes) {
  read();
}

void SafetensorsFile::read() {
  const std::string &path = path_;
  std::span<const std::byte> bytes = bytes_;
  if (bytes.size() < lengthBytes)
    failDamaged(path, fmt::format("it has {} bytes, too few for a header",
                                  bytes.size()));
  std::uint64_t headerBytes;
  std::memcpy(&headerBytes, bytes.data(), lengthBytes);
  // The length of a header that can be read has zeros in its upper bytes.
  if (std::ranges::all_of(bytes.first(lengthBytes), isTextByte))
    throw InputError(fmt::format(
        "{}: expected a safetensors file, but got text; make a data set of raw "
        "data with mlc data",
        path));
  if (headerBytes > maxHeaderBytes || headerBytes > bytes.size() - lengthBytes)
    failDamaged(path, fmt::format("its header is said to be {} bytes long, "
                                  "but the file has {}",
                                  headerBytes, bytes.size()));
  std::string_view text(
      reinterpret_cast<const char *>(bytes.data()) + lengthBytes, headerBytes);
  SafetensorsHeader header = parseSafetensorsHeader(text, path);
  beforeData_ = bytes.first(lengthBytes + headerBytes);
  std::span<const std::byte> data = bytes.subspan(beforeData_.size());

  std::uint64_t end = 0;
  for (TensorEntry &entry : header.tensors) {
    if (entry.begin != end)
      failDamaged(path, fmt::format("tensor {:?} starts at byte {} of the "
                                    "data, but the one before it ends at {}",
                                    entry.name, entry.begin, end));
    if (entry.end > data.size())
      failDamaged(path, fmt::format("tensor {:?} ends at byte {} of the data, "
                                    "but there are {}",
                                    entry.name, entry.end, data.size()));
    std::span<const std::byte> part =
        data.subspan(entry.begin, entry.end - entry.begin);
    // A mapping starts on a page, so the file's alignment is the memory's.
    if (!part.empty() && static_cast<std::size_t>(part.data() - bytes.data()) %
                                 sizeOf(entry.type) !=
                             0)
      failDamaged(path, fmt::format("tensor {:?} is not aligned to its type",
                                    entry.name));
    end = entry.end;
    tensors_.push_back(
        {std::move(entry.name), entry.type, std::move(entry.shape), part});
  }
  if (end != data.size())
    failDamaged(path, fmt::format("its tensors end at byte {} of the data, "
                                  "but there are {}",
                                  end, data.size()));
  metadata_ = std::move(header.metadata);
}

const TensorView *SafetensorsFile::find(const std::string &name) const {
  auto found = std::ranges::find(tensors_, name, &TensorView::name);
  return found == tensors_.end() ? nullptr : &*found;
}

const TensorView &SafetensorsFile::get(const std::string &name,
                                       ElementType type) const {
  const TensorView *tensor = find(name);
  if (!tensor)
    throw InputError(fmt::format("{}: expected a tensor {:?} of {}, but there "
                                 "is none; check that it is the right file",
                                 path_, name, nameOf(type)));
  if (tensor->type != type)
    throw InputError(fmt::format("{}: tensor {:?}: expected elements of {}, "
                                 "but got {}; convert it to {}",
                                 path_, name, nameOf(type),
                                 nameOf(tensor->type), nameOf(type)));
  return *tensor;
}

void SafetensorsFile::expectFormat(const std::string &format) const {
  auto found = metadata_.find("format");
  if (found == metadata_.end() || found->second != format) {
    // Libraries that save tensors name themselves, or nothing.
    const bool isOfLibrary = found == metadata_.end() || found->second == "pt";
    throw InputError(fmt::format(
        "{}: expected a file of format {:?}, but got {}; check that it is the "
        "right file{}",
        path_, format,
        found == metadata_.end() ? "one that names no format"
                                 : fmt::format("{:?}", found->second),
        isOfLibrary && format == "mlc.weights"
            ? ", and where another library saved it give save_file "
              "metadata={\"format\": \"mlc.weights\", \"version\": \"1\"}, "
              "with weights of linear layers as [in, out]"
            : ""));
  }
  auto version = metadata_.find("version");
  if (version == metadata_.end() || version->second != "1")
    throw InputError(fmt::format(
        "{}: expected version \"1\" of the format {:?}, but got {}; make the "
        "file again with this version of mlc",
        path_, format,
        version == metadata_.end() ? "none"
                                   : fmt::format("{:?}", version->second)));
}

std::string SafetensorsFile::hash() const {
  constexpr std::size_t piece = std::size_t(32) << 20;
  if (bytes_.size() <= piece)
    return hashText(hashOf(bytes_));
  RunningHash hash;
  for (std::size_t begin = 0; begin < bytes_.size(); begin += piece) {
    const auto some =
        bytes_.subspan(begin, std::min(piece, bytes_.size() - begin));
    hash.add(some);
    advise(some, PageAdvice::Drop);
  }
  return hashText(hash.value());
}

/// Calls `write` with one piece of the file after another.
template <typename Write>
static void serialize(const std::string &path, const SafetensorsContents &given,
                      Write write) {
  SafetensorsContents contents = given;
  if (contents.sealed)
    addSeal(contents);
  std::vector<const TensorView *> order;
  for (const TensorView &tensor : contents.tensors)
    order.push_back(&tensor);
  std::ranges::stable_sort(
      order, std::ranges::greater{}, [](const TensorView *tensor) {
        const std::size_t bytes = tensor->bytes.size();
        return std::pair(bytes > 0 && bytes % dataAlignment == 0,
                         sizeOf(tensor->type));
      });
  SafetensorsHeader header{.tensors = {}, .metadata = contents.metadata};
  std::uint64_t end = 0;
  for (const TensorView *tensor : order) {
    std::uint64_t begin = end;
    end += tensor->bytes.size();
    header.tensors.push_back(
        {tensor->name, tensor->type, tensor->shape, begin, end});
  }
  std::string text = printSafetensorsHeader(header);
  // What cannot be read back must not be written: a name given twice or that
  // is not UTF-8, a shape that its bytes do not fill.
  SafetensorsHeader readBack = parseSafetensorsHeader(text, path);
  if (readBack.tensors.size() != order.size() || text.size() > maxHeaderBytes)
    throw std::logic_error("tensors that no safetensors file can hold");
  const std::size_t before = lengthBytes + text.size();
  text.append((dataAlignment - before % dataAlignment) % dataAlignment, ' ');

  std::uint64_t length = text.size();
  text.insert(0, reinterpret_cast<const char *>(&length), lengthBytes);
  if (contents.sealed)
    closeSeal(text);
  write(std::as_bytes(std::span(text)));
  for (const TensorView *tensor : order)
    write(tensor->bytes);
}

void mlc::runtime::writeSafetensors(AtomicFile &file,
                                    const SafetensorsContents &contents) {
  serialize(file.path(), contents,
            [&](std::span<const std::byte> piece) { file.write(piece); });
}

std::string
mlc::runtime::safetensorsBytes(const std::string &path,
                               const SafetensorsContents &contents) {
  std::string bytes;
  serialize(path, contents, [&](std::span<const std::byte> piece) {
    bytes.append(reinterpret_cast<const char *>(piece.data()), piece.size());
  });
  return bytes;
}

void mlc::runtime::writeSafetensors(const std::string &path,
                                    const SafetensorsContents &contents) {
  AtomicFile file(path);
  writeSafetensors(file, contents);
  file.commit();
}
