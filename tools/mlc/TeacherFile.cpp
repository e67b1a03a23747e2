//===- TeacherFile.cpp - A data set with a teacher's answers --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TeacherFile.h"

#include "Data/Dataset.h"
#include "Data/Seal.h"
#include "Error.h"

#include <fmt/core.h>

using namespace mlc;
using namespace mlc::runtime;

void mlc::writeWithTeacher(const std::string &from, const std::string &to,
                           std::span<const float> teacher,
                           std::size_t columns) {
  const Dataset data(from);
  const auto rows = static_cast<std::size_t>(data.rows());
  if (teacher.size() != rows * columns)
    throw InputError(fmt::format("{}: has {} rows, but answers are to {}; was "
                                 "the input changed meanwhile?",
                                 from, rows, teacher.size() / columns));
  SafetensorsContents contents;
  contents.metadata = data.file()->metadata();
  std::erase_if(contents.metadata, [](const auto &entry) {
    return entry.first.starts_with("xxh3"); // Of the file as it was.
  });
  contents.sealed = isSealed(*data.file());
  for (const TensorView &tensor : data.file()->tensors())
    if (tensor.name != "teacher")
      contents.tensors.push_back(tensor);
  contents.tensors.push_back({"teacher",
                              ElementType::F32,
                              {data.rows(), static_cast<std::int64_t>(columns)},
                              std::as_bytes(teacher)});
  writeSafetensors(to, contents);
}
