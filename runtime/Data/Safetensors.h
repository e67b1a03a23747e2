//===- Safetensors.h - Reading and writing safetensors ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_DATA_SAFETENSORS_H
#define MLC_RUNTIME_DATA_SAFETENSORS_H

#include "System/MappedFile.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlc::runtime {

class AtomicFile;
class UnpackedFile;

/// F16 as its bits; of it and I8 only packed files make use (PackedFile.h).
enum class ElementType { F32, I32, I64, U16, U8, F16, I8 };

/// Bytes of one element, and its name in a safetensors header.
std::size_t sizeOf(ElementType type);
const char *nameOf(ElementType type);

/// A tensor inside a mapped file; `bytes` is valid while the file is.
struct TensorView {
  std::string name;
  ElementType type;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;

  /// The elements. T must have the size of `type` (a program error otherwise).
  template <typename T>
  std::span<const T> as() const {
    return {reinterpret_cast<const T *>(bytes.data()),
            bytes.size() / sizeof(T)};
  }
};

/// A safetensors file, mapped, in memory, or unpacked (PackedFile.h), checked
/// as a whole when it is opened: header length and depth, JSON, known types,
/// shapes against sizes with overflow-safe arithmetic, offsets aligned to their
/// type, in order, without holes or overlap, to the last byte of the file.
/// Source: https://github.com/huggingface/safetensors#format
class SafetensorsFile {
public:
  /// Throws InputError that names `path` and what is wrong with it.
  explicit SafetensorsFile(const std::string &path);
  /// The same for a file's bytes in memory that outlives this; they begin at a
  /// cache line. `name` stands for the path.
  SafetensorsFile(const std::string &name, std::span<const std::byte> bytes);
  SafetensorsFile(SafetensorsFile &&) noexcept;
  SafetensorsFile &operator=(SafetensorsFile &&) noexcept;
  ~SafetensorsFile();

  const std::string &path() const { return path_; }
  /// The whole file; of a packed one, what it stands for.
  std::span<const std::byte> bytes() const { return bytes_; }
  /// The bytes that it was read from, as they lie on the disk or in memory.
  std::span<const std::byte> storedBytes() const {
    return file_ ? file_->bytes() : bytes_;
  }
  const std::vector<TensorView> &tensors() const { return tensors_; }
  /// `__metadata__`: string to string.
  const std::map<std::string, std::string> &metadata() const {
    return metadata_;
  }
  /// Null where there is no such tensor.
  const TensorView *find(const std::string &name) const;
  /// Throws InputError where it is absent or of another type.
  const TensorView &get(const std::string &name, ElementType type) const;
  /// Throws InputError unless `__metadata__` says `format` = `format` and a
  /// `version` that this program reads ("1").
  void expectFormat(const std::string &format) const;
  /// XXH3-64 of the whole file, as 16 hexadecimal digits. The pages of a large
  /// file are dropped behind it.
  std::string hash() const;
  /// Advises on a part of `bytes()`, as MappedFile does; does nothing where
  /// they are not mapped.
  void advise(std::span<const std::byte> bytes, PageAdvice advice) const {
    if (file_ && !unpacked_)
      MappedFile::advise(bytes, advice);
  }
  /// The file's first bytes up to its data: header length and header.
  std::span<const std::byte> beforeData() const { return beforeData_; }

private:
  void read();

  std::string path_;
  std::optional<MappedFile> file_;         ///< Nothing where it was in memory.
  std::unique_ptr<UnpackedFile> unpacked_; ///< Null unless it was packed.
  std::span<const std::byte> bytes_;
  std::span<const std::byte> beforeData_;
  std::vector<TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

/// What is to be written. `bytes` must stay valid until writeSafetensors
/// returns, which lays the tensors out in the order given, but those first
/// whose bytes fill whole cache lines, each of which begins on one, and then
/// wider types before others, so that each is aligned to its type.
struct SafetensorsContents {
  std::vector<TensorView> tensors;
  std::map<std::string, std::string> metadata;
  /// Whether to seal it (Data/Seal.h), so that any damage shows.
  bool sealed = false;
};

/// Writes all or nothing: a temporary file in the same folder, fsync, rename,
/// fsync of the folder. Throws InputError (path and the system's reason) and
/// leaves an existing `path` untouched and no temporary file behind.
void writeSafetensors(const std::string &path,
                      const SafetensorsContents &contents);
/// What such a file holds; `path` stands in errors.
std::string safetensorsBytes(const std::string &path,
                             const SafetensorsContents &contents);
/// The same into a file that the caller commits.
void writeSafetensors(AtomicFile &file, const SafetensorsContents &contents);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_DATA_SAFETENSORS_H
