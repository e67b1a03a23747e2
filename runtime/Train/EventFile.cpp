//===- EventFile.cpp - Figures as TensorBoard reads them ------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Train/EventFile.h"

#include "Error.h"
#include "Train/EpochFigures.h"

#include <algorithm>
#include <bit>
#include <boost/crc.hpp>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <utility>
#include <vector>

namespace mlc::runtime {

namespace {

/// Fields of a protocol buffer, one after another.
/// Source: https://protobuf.dev/programming-guides/encoding/
class Fields {
public:
  void addWhole(int field, std::uint64_t value) {
    addVarint(std::uint64_t(field) << 3);
    addVarint(value);
  }
  void addDouble(int field, double value) {
    addVarint(std::uint64_t(field) << 3 | 1);
    addBytesOf(std::bit_cast<std::uint64_t>(value));
  }
  void addFloat(int field, float value) {
    addVarint(std::uint64_t(field) << 3 | 5);
    addBytesOf(std::bit_cast<std::uint32_t>(value));
  }
  void addText(int field, std::string_view text) {
    addVarint(std::uint64_t(field) << 3 | 2);
    addVarint(text.size());
    bytes_ += text;
  }
  const std::string &bytes() const { return bytes_; }

private:
  void addVarint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      bytes_ += char(value | 0x80);
    bytes_ += char(value);
  }
  template <typename Number>
  void addBytesOf(Number number) {
    for (std::size_t i = 0; i < sizeof(number); ++i)
      bytes_ += char(number >> (8 * i));
  }

  std::string bytes_;
};

/// The event's `wall_time` and `step`, which all have.
Fields eventAt(double wallTime, std::int64_t step) {
  Fields event;
  event.addDouble(1, wallTime);
  event.addWhole(2, std::uint64_t(step));
  return event;
}

/// CRC-32C, rotated and shifted, so that a checksum of bytes that hold one is
/// not the checksum of nothing.
std::uint32_t maskedChecksum(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return std::rotr(std::uint32_t(crc.checksum()), 15) + 0xa282ead8u;
}

template <typename Number>
void append(std::string &bytes, Number number) {
  for (std::size_t i = 0; i < sizeof(number); ++i)
    bytes += char(number >> (8 * i));
}

double secondsNow() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

[[noreturn]] void failEvents(const std::string &path, const char *what,
                             int reason) {
  throw InputError(fmt::format("{}: {}: {}; {}", path, what,
                               std::system_category().message(reason),
                               adviceOnWriting(reason)));
}

constexpr std::string_view eventsPrefix = "events.out.tfevents.";

} // namespace

std::string eventRecord(std::string_view event) {
  std::string record;
  append(record, std::uint64_t(event.size()));
  append(record, maskedChecksum(record));
  record += event;
  append(record, maskedChecksum(event));
  return record;
}

std::string scalarEvent(double wallTime, std::int64_t step,
                        std::span<const Figure> figures) {
  Fields summary;
  for (const Figure &figure : figures) {
    if (!std::isfinite(figure.value))
      continue;
    Fields value;
    value.addText(1, figure.name);
    value.addFloat(2, float(figure.value));
    summary.addText(1, value.bytes());
  }
  Fields event = eventAt(wallTime, step);
  event.addText(5, summary.bytes());
  return event.bytes();
}

EventFile::EventFile(const MlcProgram &program, const std::string &folder,
                     std::optional<std::int64_t> resumedAt)
    : program_(program) {
  if (os().makeFolder(folder.c_str()) != 0 && errno != EEXIST)
    failEvents(folder, "cannot be made as a folder", errno);
  std::vector<std::string> names;
  if (os().list(folder.c_str(), names) != 0)
    failEvents(folder, "cannot be read as a folder", errno);
  const auto isEvents = [](const std::string &name) {
    return name.starts_with(eventsPrefix);
  };
  const auto earlier = std::ranges::count_if(names, isEvents);
  if (earlier > 0 && !resumedAt)
    throw InputError(
        fmt::format("{}: has events of another run ({}), and both would be one "
                    "curve; name another folder, or go on with --resume",
                    folder, *std::ranges::find_if(names, isEvents)));
  // TensorBoard reads files in the order of their names: the time, and the
  // number where two were made within a second.
  path_ = fmt::format("{}/{}{:010}.mlc.{:04}", folder, eventsPrefix,
                      std::int64_t(secondsNow()), earlier);
  file_ = openFile(path_, O_WRONLY | O_CREAT | O_EXCL);
  if (!file_.isOpen())
    failEvents(path_, "cannot be written", errno);
  Fields version = eventAt(secondsNow(), 0);
  version.addText(3, "brain.Event:2");
  write(version.bytes());
  if (!resumedAt)
    return;
  // A session that starts at a step voids what was told from there on.
  Fields session;
  session.addWhole(1, 1); // START
  Fields start = eventAt(secondsNow(), *resumedAt + 1);
  start.addText(7, session.bytes());
  write(start.bytes());
}

void EventFile::write(std::string_view event) {
  const std::string record = eventRecord(event);
  if (const int reason =
          writeAll(file_.get(), std::as_bytes(std::span(record))))
    failEvents(path_, "cannot be written", reason);
}

void EventFile::writeEpoch(const EpochResult &epoch) {
  std::vector<Figure> figures = figuresOf(program_, epoch);
  figures.push_back({"learning_rate", epoch.learningRate});
  figures.push_back({"examples_per_second", epoch.examplesPerSecond});
  write(scalarEvent(secondsNow(), epoch.step, figures));
}

} // namespace mlc::runtime
