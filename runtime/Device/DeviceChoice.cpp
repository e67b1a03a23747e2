//===- DeviceChoice.cpp - What runs a program -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device/DeviceChoice.h"

#include "Signature.h"
#include "System/Console.h"

#include <charconv>
#include <fmt/format.h>

namespace mlc::runtime {

DeviceRequest parseDevice(const std::string &text) {
  if (text == "auto")
    return {DeviceRequest::Auto, 0};
  if (text == "cpu")
    return {DeviceRequest::Cpu, 0};
  if (text == "cuda")
    return {DeviceRequest::Cuda, 0};
  constexpr std::string_view prefix = "cuda:";
  if (text.starts_with(prefix)) {
    int number = 0;
    const char *end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + prefix.size(), end, number);
    if (read.ec == std::errc() && read.ptr == end && number >= 0)
      return {DeviceRequest::Cuda, number};
  }
  throw UsageError(fmt::format(
      "--device: expected auto, cpu, cuda or cuda:N, but got {}", text));
}

std::unique_ptr<LoadedDevice> chooseDevice(const MlcProgram &program,
                                           const DeviceRequest &request) {
  const bool hasCpu = hasCpuCode(program);
  if (request.kind == DeviceRequest::Cpu && !hasCpu)
    throw InputError(fmt::format("program '{}' was compiled for {} alone; "
                                 "recompile it with --target cpu,cuda",
                                 program.name, program.device->target));
  if (request.kind == DeviceRequest::Cuda && !program.device)
    throw InputError(fmt::format("program '{}' was compiled for CPUs alone; "
                                 "recompile it with --target cpu,cuda",
                                 program.name));
  if (request.kind == DeviceRequest::Cpu || !program.device)
    return nullptr;
  try {
    return std::make_unique<LoadedDevice>(program, request.number);
  } catch (const NoDevice &reason) {
    if (request.kind == DeviceRequest::Cuda || !hasCpu)
      throw;
    printNote(fmt::format("{}; running on the CPU", reason.what()));
    return nullptr;
  }
}

} // namespace mlc::runtime
