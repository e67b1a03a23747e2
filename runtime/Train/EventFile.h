//===- EventFile.h - Figures as TensorBoard reads them ----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_EVENTFILE_H
#define MLC_RUNTIME_TRAIN_EVENTFILE_H

#include "System/OperatingSystem.h"
#include "Train/Trainer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlc::runtime {

/// A folder of event files, one for each part of a run: records of TensorFlow's
/// TFRecord format, each an `Event` protocol buffer. Every figure of an epoch
/// is a scalar of its name at the epoch's last step, as f32.
///
/// Source: tensorflow/core/util/event.proto, summary.proto and
/// core/lib/io/record_writer.h.
class EventFile {
public:
  /// Creates the folder where it is missing, and a new file in it. `resumedAt`:
  /// the steps that were done when the run was resumed, beyond which earlier
  /// files' events are void; nothing for a new run, which must be the first in
  /// the folder. Throws InputError.
  EventFile(const MlcProgram &program, const std::string &folder,
            std::optional<std::int64_t> resumedAt);
  EventFile(const EventFile &) = delete;
  EventFile &operator=(const EventFile &) = delete;

  /// Figures that are not finite are left out. Throws InputError.
  void writeEpoch(const EpochResult &epoch);

private:
  void write(std::string_view event);

  const MlcProgram &program_;
  std::string path_;
  Descriptor file_;
};

/// `event` as a record: its length, the length's checksum, it, its checksum.
std::string eventRecord(std::string_view event);

/// The event of some figures, each a scalar.
std::string scalarEvent(double wallTime, std::int64_t step,
                        std::span<const Figure> figures);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_EVENTFILE_H
