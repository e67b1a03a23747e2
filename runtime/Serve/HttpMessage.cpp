//===- HttpMessage.cpp - A request and its answer, without the network ----===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/HttpMessage.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <iterator>

namespace mlc::runtime {

/// Bytes of a string that are worth keeping for the next request.
static constexpr std::size_t keptBytes = 256 << 10;

static void empty(std::string &text) {
  text.clear();
  if (text.capacity() > keptBytes)
    text.shrink_to_fit();
}

void HttpRequest::clear() {
  method = HttpMethod::Other;
  target.clear();
  keepAlive = false;
  for (std::size_t i = 0; i < httpFieldCount; ++i)
    if (hasField[i])
      fields[i].clear();
  hasField.fill(false);
  empty(body);
}

const char *nameOf(Route route) {
  switch (route) {
  case Route::HealthLive:
    return "health_live";
  case Route::HealthReady:
    return "health_ready";
  case Route::ServerMetadata:
    return "server_metadata";
  case Route::ModelMetadata:
    return "model_metadata";
  case Route::ModelReady:
    return "model_ready";
  case Route::Infer:
    return "infer";
  case Route::Explain:
    return "explain";
  case Route::RepositoryIndex:
    return "repository_index";
  case Route::Load:
    return "load";
  case Route::Unload:
    return "unload";
  case Route::Metrics:
    return "metrics";
  case Route::OpenApi:
    return "openapi";
  case Route::Page:
    return "page";
  case Route::Other:
    return "other";
  }
  return "other";
}

void HttpResponse::clear() {
  status = 200;
  type = "application/json";
  headers.clear();
  empty(body);
  closes = false;
  route = Route::Other;
  rows = 0;
  version.clear();
}

void setError(HttpResponse &response, int status, std::string_view message) {
  response.status = status;
  response.type = "application/json";
  response.body = fmt::format(
      "{{\"error\":{}}}", boost::json::serialize(boost::json::string(message)));
}

static std::string_view reasonOf(int status) {
  switch (status) {
  case 200:
    return "OK";
  case 204:
    return "No Content";
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 408:
    return "Request Timeout";
  case 413:
    return "Content Too Large";
  case 415:
    return "Unsupported Media Type";
  case 417:
    return "Expectation Failed";
  case 431:
    return "Request Header Fields Too Large";
  case 501:
    return "Not Implemented";
  case 503:
    return "Service Unavailable";
  case 505:
    return "HTTP Version Not Supported";
  default:
    return "Internal Server Error";
  }
}

void appendWire(std::string &wire, const HttpResponse &response, bool keepAlive,
                bool isHead) {
  const auto out = std::back_inserter(wire);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nContent-Length: {}\r\n",
                 response.status, reasonOf(response.status),
                 response.body.size());
  // Without a body there is nothing to have a type.
  if (!response.body.empty())
    wire.append("Content-Type: ").append(response.type).append("\r\n");
  if (!keepAlive)
    wire.append("Connection: close\r\n");
  wire.append("X-Content-Type-Options: nosniff\r\n");
  wire.append(response.headers).append("\r\n");
  if (!isHead)
    wire.append(response.body);
}

} // namespace mlc::runtime
