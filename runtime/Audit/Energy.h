//===- Energy.h - The energy that a machine's processors use ----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_ENERGY_H
#define MLC_RUNTIME_AUDIT_ENERGY_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Reads RAPL's counters of all packages, where the system shows them: Linux
/// lets only the superuser read them, unless told otherwise.
/// Source: https://docs.kernel.org/power/powercap/powercap.html
class EnergyMeter {
public:
  /// Begins to count. `folder` has a folder for each counter.
  explicit EnergyMeter(std::string folder = "/sys/class/powercap");

  /// Adds what was used since the last update. A counter begins anew after
  /// some twenty minutes at 200 W, so it is to be called more often than that.
  void update();

  /// Joules up to the last update; nothing where there is no counter that can
  /// be read.
  std::optional<double> joules() const;

private:
  struct Counter {
    std::string folder;
    std::uint64_t last;
  };
  std::vector<Counter> counters_;
  double microjoules_ = 0;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_ENERGY_H
