//===- HttpFuzzer.cpp - The bytes of a connection -------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/HttpError.h"
#include "Serve/HttpParser.h"
#include "ServedPrograms.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

using namespace mlc::runtime;
using namespace mlc::test;

/// What a connection answers to these bytes when they come in such pieces.
static std::string talk(std::string_view bytes, std::size_t piece) {
  ServedProgram &served = servedPrograms().front();
  HttpParser parser(mostBody);
  std::string pending, said;
  HttpResponse response;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    pending += bytes.substr(at, piece);
    for (;;) {
      try {
        pending.erase(0, parser.put(pending));
        if (parser.hasHeader())
          served.routes->checkHeader(parser.request());
      } catch (const HttpError &error) {
        return said + std::to_string(error.status());
      }
      if (parser.request().body.size() > mostBody)
        fail("a body beyond the limit");
      if (!parser.isDone())
        break;
      response.clear();
      // The file is gone: it could not be loaded again.
      if (!served.routes->isSlow(parser.request())) {
        served.routes->answer(parser.request(), served.thread, response);
        expectAnswer(response);
      }
      appendWire(said, response, parser.request().keepAlive, false);
      parser.reset();
    }
    if (pending.size() >= 2 * HttpParser::headerLimit && !parser.hasHeader())
      fail("a header that is too long is waited for");
  }
  return said;
}

/// Whether one says what the other does, but for an error at the end that it
/// has not found yet: a mistake may be seen before the line or the header that
/// has it is there as a whole.
static bool agree(std::string_view one, std::string_view other) {
  constexpr std::size_t status = 3;
  if (one.size() > other.size())
    std::swap(one, other);
  return one == other ||
         (other.starts_with(one) && other.size() == one.size() + status);
}

/// However the bytes are cut, the answers are the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data,
                                      std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char *>(data), size);
  const std::string whole = talk(bytes, std::max<std::size_t>(size, 1));
  for (const std::size_t piece : {7, 1000})
    if (const std::string cut = talk(bytes, piece); !agree(whole, cut))
      fail("pieces of a request change its answer", whole + "\n--\n" + cut);
  return 0;
}
