//===- InferFuzzer.cpp - Bodies of requests for inference -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Compression.h"
#include "ServedPrograms.h"

#include <cstdint>
#include <string>
#include <string_view>

using namespace mlc::runtime;
using namespace mlc::test;

static HttpResponse ask(ServedProgram &served, std::string body,
                        const std::string *length, const char *coding) {
  HttpRequest request;
  request.method = HttpMethod::Post;
  request.target = "/v2/models/m/infer";
  request.body = std::move(body);
  const auto set = [&](HttpField field, const std::string &value) {
    request.fields[std::size_t(field)] = value;
    request.hasField[std::size_t(field)] = true;
  };
  if (length)
    set(HttpField::InferenceHeaderLength, *length);
  if (coding)
    set(HttpField::ContentEncoding, coding);
  HttpResponse response;
  served.routes->answer(request, served.thread, response);
  expectAnswer(response);
  return response;
}

/// The first byte: which model, and how the body is read. The next two: how
/// many of its bytes are JSON, where that is said. What a model answers to a
/// body, it answers to the same compressed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  constexpr std::size_t settings = 3;
  if (size < settings)
    return 0;
  auto &models = servedPrograms();
  ServedProgram &served = models[data[0] % 4 % models.size()];
  const bool hasLength = data[0] & 4, isCompressed = data[0] & 8;
  const char *coding = data[0] & 16 ? "gzip" : "deflate";
  const std::string length = std::to_string(data[1] + 256 * data[2]);
  const std::string body(reinterpret_cast<const char *>(data) + settings,
                         size - settings);
  if (isCompressed) {
    ask(served, body, hasLength ? &length : nullptr, coding);
    return 0;
  }
  const HttpResponse plain =
      ask(served, body, hasLength ? &length : nullptr, nullptr);
  const HttpResponse unpacked = ask(served, compress(codingOf(coding), body),
                                    hasLength ? &length : nullptr, coding);
  if (plain.status != unpacked.status || plain.body != unpacked.body)
    fail("a compressed body has another answer", plain.body + unpacked.body);
  return 0;
}
