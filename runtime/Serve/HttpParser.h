//===- HttpParser.h - Bytes of a connection become requests -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_HTTPPARSER_H
#define MLC_RUNTIME_SERVE_HTTPPARSER_H

#include "Serve/HttpMessage.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace mlc::runtime {

/// Takes HTTP/1.0 and 1.1 requests out of the bytes of a connection, in
/// whatever pieces they come. Boost.Beast parses. It is strict where two
/// readers of one request could differ, which is what request smuggling lives
/// on: one length, no other transfer encoding than `chunked`, no field twice
/// that decides anything.
class HttpParser {
public:
  /// Bytes of a request's line and header. The caller's buffer must hold as
  /// many: a header is read when it is there as a whole.
  static constexpr std::uint32_t headerLimit = 8192;

  /// `bodyLimit`: bytes that a body may have, without its chunks' framing.
  explicit HttpParser(std::uint64_t bodyLimit);
  ~HttpParser();
  HttpParser(const HttpParser &) = delete;

  /// Reads what it can of the next request and returns how many bytes that
  /// were; the caller brings the others again, with more behind them. Throws
  /// HttpError for what is no request or exceeds a limit; then nothing can be
  /// read of this connection any more.
  std::size_t put(std::string_view bytes);

  /// Whether the request is there as a whole.
  bool isDone() const;
  /// Whether the header is there.
  bool hasHeader() const;
  /// Whether the client waits for `100 Continue` before it sends the body.
  /// True once a request.
  bool takeContinue();
  /// Bytes of the body that the header announces; 0 where it does not.
  std::uint64_t announcedBytes() const;

  HttpRequest &request() { return request_; }
  /// Makes ready for the next request of the connection.
  void reset();

private:
  class Parser;
  std::uint64_t bodyLimit_;
  HttpRequest request_;
  std::unique_ptr<Parser> parser_;
  bool awaitsContinue_ = false;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_HTTPPARSER_H
