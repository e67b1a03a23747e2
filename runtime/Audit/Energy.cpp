//===- Energy.cpp - The energy that a machine's processors use ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Energy.h"

#include "System/OperatingSystem.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fcntl.h>
#include <string_view>

namespace mlc::runtime {

/// The whole number in a file of sysfs, which has no size and cannot be mapped.
static std::optional<std::uint64_t> readNumber(const std::string &path) {
  const Descriptor file = openFile(path, O_RDONLY | O_CLOEXEC);
  if (!file.isOpen())
    return std::nullopt;
  std::array<char, 32> text;
  const ssize_t size =
      readSome(file.get(), std::as_writable_bytes(std::span(text)));
  std::uint64_t number = 0;
  if (size <= 0 ||
      std::from_chars(text.data(), text.data() + size, number).ec !=
          std::errc())
    return std::nullopt;
  return number;
}

/// "intel-rapl:0" is a package, "intel-rapl:0:1" a part of it.
static bool isPackage(std::string_view name) {
  return name.starts_with("intel-rapl:") && std::ranges::count(name, ':') == 1;
}

EnergyMeter::EnergyMeter(std::string folder) {
  std::vector<std::string> names;
  if (os().list(folder.c_str(), names) != 0)
    return;
  std::ranges::sort(names);
  for (const std::string &name : names)
    if (isPackage(name))
      if (const auto start = readNumber(folder + "/" + name + "/energy_uj"))
        counters_.push_back({folder + "/" + name, *start});
}

void EnergyMeter::update() {
  for (auto &[folder, last] : counters_) {
    const auto now = readNumber(folder + "/energy_uj");
    const auto range = readNumber(folder + "/max_energy_range_uj");
    if (!now || (*now < last && !range)) {
      counters_.clear(); // A part of the sum would be a wrong one.
      return;
    }
    microjoules_ += *now >= last ? double(*now - last)
                                 : double(*now) + double(*range) - double(last);
    last = *now;
  }
}

std::optional<double> EnergyMeter::joules() const {
  constexpr double million = 1e6;
  if (counters_.empty())
    return std::nullopt;
  return microjoules_ / million;
}

} // namespace mlc::runtime
