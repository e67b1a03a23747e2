//===- MetricsFile.cpp - A run's figures as JSON lines --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/MetricsFile.h"

#include "Error.h"
#include "Report/Figures.h"
#include "Train/EpochFigures.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace mlc::runtime {

MetricsFile::MetricsFile(const MlcProgram &program, const std::string &path,
                         const MetricsPoint *start)
    : program_(program), path_(path), isKept_(start) {
  const int way = start ? O_RDWR : O_WRONLY | O_TRUNC;
  file_ = openFile(path, way | O_CREAT);
  if (!file_.isOpen())
    fail(errno);
  struct stat status;
  isRegular_ = ::fstat(file_.get(), &status) == 0 && S_ISREG(status.st_mode);
  if (start && isRegular_)
    goOnFrom(*start);
}

void MetricsFile::goOnFrom(const MetricsPoint &start) {
  std::array<std::byte, 1 << 16> block;
  while (bytes_ < start.bytes) {
    const auto wanted =
        std::min<std::int64_t>(block.size(), start.bytes - bytes_);
    const ssize_t count = readSome(file_.get(), std::span(block).first(wanted));
    if (count < 0)
      throw InputError(fmt::format("{}: cannot be read: {}", path_,
                                   std::system_category().message(errno)));
    if (count == 0)
      break;
    hash_.add(std::span(block).first(count));
    bytes_ += count;
  }
  if (bytes_ != start.bytes || hash_.value() != start.hash)
    throw InputError(fmt::format(
        "{}: expected the metrics of the run that is resumed, of which the "
        "first {} bytes were written before its checkpoint, but got {}; name "
        "the file that the run wrote",
        path_, start.bytes,
        bytes_ == start.bytes ? "others" : fmt::format("{}", bytes_)));
  if (os().truncate(file_.get(), bytes_) != 0)
    fail(errno);
}

void MetricsFile::fail(int reason) {
  if (file_.isOpen() && isRegular_) {
    // What is left is cut off when the run is resumed, if not here.
    if (isKept_)
      (void)os().truncate(file_.get(), bytes_);
    else
      (void)os().remove(path_.c_str());
  }
  throw InputError(fmt::format("{}: cannot be written: {}; {}", path_,
                               std::system_category().message(reason),
                               adviceOnWriting(reason)));
}

void MetricsFile::write(std::string_view lines) {
  const auto bytes = std::as_bytes(std::span(lines));
  if (const int reason = writeAll(file_.get(), bytes))
    fail(reason);
  hash_.add(bytes);
  bytes_ += std::ssize(bytes);
}

MetricsPoint MetricsFile::point() {
  if (isRegular_) {
    if (const int reason = syncFile(file_.get()))
      fail(reason);
    // Its name, too, when it is new.
    const std::string folder = std::filesystem::path(path_).parent_path();
    if (!std::exchange(isKept_, true))
      if (const int reason = syncFolder(folder.empty() ? "." : folder))
        fail(reason);
  }
  return {bytes_, hash_.value()};
}

void MetricsFile::writeSteps(const StepsResult &steps) {
  fmt::memory_buffer lines;
  for (std::size_t i = 0; i < steps.learningRates.size(); ++i)
    fmt::format_to(
        std::back_inserter(lines),
        "{{\"step\": {}, {}{}\"learning_rate\": {}}}\n",
        steps.firstStep + std::int64_t(i),
        steps.losses.empty() ? ""
                             : fmt::format("\"loss\": {}, ", steps.losses[i]),
        steps.gradientNorms.empty()
            ? ""
            : fmt::format("\"grad_norm\": {}, ", steps.gradientNorms[i]),
        steps.learningRates[i]);
  write({lines.data(), lines.size()});
}

void MetricsFile::writeEpoch(const EpochResult &epoch) {
  write(fmt::format("{{\"epoch\": {}, \"step\": {}, {}, \"learning_rate\": "
                    "{}, \"seconds\": {}, \"examples_per_second\": {}}}\n",
                    epoch.epoch, epoch.step,
                    jsonFigures(figuresOf(program_, epoch)), epoch.learningRate,
                    epoch.seconds, epoch.examplesPerSecond));
}

} // namespace mlc::runtime
