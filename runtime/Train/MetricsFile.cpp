//===- MetricsFile.cpp - A run's figures as JSON lines --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/MetricsFile.h"

#include "Error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>
#include <unistd.h>

namespace mlc::runtime {

MetricsFile::MetricsFile(const MlcProgram &program, const std::string &path)
    : program_(program), path_(path),
      descriptor_(
          open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0)
    throw InputError(
        fmt::format("{}: cannot write: {}", path, std::strerror(errno)));
}

MetricsFile::~MetricsFile() { close(descriptor_); }

void MetricsFile::write(std::string_view lines) {
  while (!lines.empty()) {
    const ssize_t count = ::write(descriptor_, lines.data(), lines.size());
    if (count >= 0) {
      lines.remove_prefix(count);
      continue;
    }
    const int reason = errno;
    // Half a file of figures is none; but a device is not ours to remove.
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path_, ignored))
      std::filesystem::remove(path_, ignored);
    throw InputError(
        fmt::format("{}: cannot write: {}", path_, std::strerror(reason)));
  }
}

void MetricsFile::writeSteps(const StepsResult &steps) {
  fmt::memory_buffer lines;
  std::int64_t step = steps.firstStep;
  for (float loss : steps.losses)
    fmt::format_to(std::back_inserter(lines),
                   "{{\"step\": {}, \"loss\": {}}}\n", step++, loss);
  write({lines.data(), lines.size()});
}

void MetricsFile::writeEpoch(const EpochResult &epoch) {
  const std::string test =
      epoch.test ? fmt::format("\"test_loss\": {}, \"test_{}\": {}, ",
                               epoch.test->loss, scoreName(program_),
                               epoch.test->score)
                 : "";
  write(fmt::format("{{\"epoch\": {}, \"step\": {}, \"loss\": {}, {}"
                    "\"seconds\": {}, \"examples_per_second\": {}}}\n",
                    epoch.epoch, epoch.step, epoch.loss, test, epoch.seconds,
                    epoch.examplesPerSecond));
}

} // namespace mlc::runtime
