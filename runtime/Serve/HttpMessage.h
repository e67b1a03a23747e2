//===- HttpMessage.h - A request and its answer, without the network *- C++
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_HTTPMESSAGE_H
#define MLC_RUNTIME_SERVE_HTTPMESSAGE_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mlc::runtime {

enum class HttpMethod { Get, Head, Post, Other };

/// The fields of a request's header that the server looks at. A request has
/// each of them at most once.
enum class HttpField {
  AcceptEncoding,
  Authorization,
  ContentEncoding,
  Expect,
  Host,
  InferenceHeaderLength, ///< Inference-Header-Content-Length
  Origin,
  TransferEncoding,
};
constexpr std::size_t httpFieldCount = 8;

struct HttpRequest {
  HttpMethod method = HttpMethod::Other;
  std::string target; ///< As it was sent: percent-encoded path, and query.
  bool keepAlive = false;
  std::array<std::string, httpFieldCount> fields;
  std::array<bool, httpFieldCount> hasField = {};
  std::string body;

  const std::string &field(HttpField name) const {
    return fields[std::size_t(name)];
  }
  bool has(HttpField name) const { return hasField[std::size_t(name)]; }

  /// Makes it empty. What a large request needed is given back; what usual
  /// ones need is kept for the next one.
  void clear();
};

/// What was asked for, as metrics and logs call it.
enum class Route {
  HealthLive,
  HealthReady,
  ServerMetadata,
  ModelMetadata,
  ModelReady,
  Infer,
  Explain,
  RepositoryIndex,
  Load,
  Unload,
  Metrics,
  OpenApi,
  Page,
  Other,
};
constexpr std::size_t routeCount = 14;
const char *nameOf(Route route);

struct HttpResponse {
  int status = 200;
  std::string_view type = "application/json";
  std::string headers; ///< More lines of the header, each with CRLF.
  std::string body;
  bool closes = false; ///< Ends the connection, whatever the client wishes.

  // For metrics and the log.
  Route route = Route::Other;
  std::int64_t rows = 0; ///< That were predicted.
  std::string version;   ///< Of the model that answered.

  /// Empties it for the next answer.
  void clear();
};

/// Makes `response` say `{"error": MESSAGE}`.
void setError(HttpResponse &response, int status, std::string_view message);

/// Appends the whole answer as it goes over the wire. `isHead`: without the
/// body, as HEAD wants it.
void appendWire(std::string &wire, const HttpResponse &response, bool keepAlive,
                bool isHead);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_HTTPMESSAGE_H
