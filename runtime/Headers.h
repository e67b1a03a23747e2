//===- Headers.h - The precompiled header of the runtime --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What many sources of runtime/ and its tests include, parsed once: see
// CMakeLists.txt. Each source still includes what it uses.

#ifndef MLC_RUNTIME_HEADERS_H
#define MLC_RUNTIME_HEADERS_H

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#endif // MLC_RUNTIME_HEADERS_H
