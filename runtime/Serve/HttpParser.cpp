//===- HttpParser.cpp - Bytes of a connection become requests -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/HttpParser.h"

#include "Serve/HttpError.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>
#include <new>
#include <optional>

namespace http = boost::beast::http;

namespace mlc::runtime {

namespace {

using Text = boost::beast::string_view;
using Code = boost::beast::error_code;

std::optional<HttpField> fieldOf(http::field field, Text name) {
  switch (field) {
  case http::field::accept_encoding:
    return HttpField::AcceptEncoding;
  case http::field::authorization:
    return HttpField::Authorization;
  case http::field::content_encoding:
    return HttpField::ContentEncoding;
  case http::field::expect:
    return HttpField::Expect;
  case http::field::host:
    return HttpField::Host;
  case http::field::origin:
    return HttpField::Origin;
  case http::field::transfer_encoding:
    return HttpField::TransferEncoding;
  case http::field::unknown:
    if (boost::beast::iequals(name, "Inference-Header-Content-Length"))
      return HttpField::InferenceHeaderLength;
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

} // namespace

/// Beast calls these; they throw HttpError where the request ends there.
class HttpParser::Parser : public http::basic_parser<true> {
public:
  Parser(HttpRequest &request, std::uint64_t bodyLimit) : request_(request) {
    eager(true);
    header_limit(headerLimit);
    body_limit(bodyLimit);
  }

  int version() const { return version_; }

private:
  void on_request_impl(http::verb method, Text, Text target, int version,
                       Code &) override {
    request_.method = method == http::verb::get    ? HttpMethod::Get
                      : method == http::verb::head ? HttpMethod::Head
                      : method == http::verb::post ? HttpMethod::Post
                                                   : HttpMethod::Other;
    request_.target.assign(target.data(), target.size());
    version_ = version;
  }
  void on_response_impl(int, Text, int, Code &) override {}
  void on_field_impl(http::field field, Text name, Text value,
                     Code &) override {
    const auto known = fieldOf(field, name);
    if (!known)
      return;
    const std::size_t at = std::size_t(*known);
    if (request_.hasField[at]) {
      // A list may go on in a second field.
      if (*known != HttpField::AcceptEncoding)
        throw HttpError(400, fmt::format("expected one field {}, but got two",
                                         std::string_view(name)));
      request_.fields[at].append(", ").append(value.data(), value.size());
      return;
    }
    request_.hasField[at] = true;
    request_.fields[at].assign(value.data(), value.size());
  }
  void on_header_impl(Code &) override {
    // HTTP/1.0 needs words of its own to stay, and few speak it.
    request_.keepAlive = keep_alive() && version_ == 11;
    if (request_.has(HttpField::TransferEncoding) &&
        !boost::beast::iequals(request_.field(HttpField::TransferEncoding),
                               "chunked"))
      throw HttpError(501, "expected no Transfer-Encoding but chunked");
    if (request_.has(HttpField::TransferEncoding) && version_ < 11)
      throw HttpError(400, "HTTP/1.0 has no Transfer-Encoding");
    if (version_ == 11 && !request_.has(HttpField::Host))
      throw HttpError(400, "expected a field Host");
    if (request_.has(HttpField::Expect) &&
        !boost::beast::iequals(request_.field(HttpField::Expect),
                               "100-continue"))
      throw HttpError(417, "expected no Expect but 100-continue");
  }
  void on_body_init_impl(const boost::optional<std::uint64_t> &,
                         Code &) override {}
  std::size_t on_body_impl(Text body, Code &) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, Text, Code &) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, Code &) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(Code &) override {}

  HttpRequest &request_;
  int version_ = 11;
};

HttpParser::HttpParser(std::uint64_t bodyLimit) : bodyLimit_(bodyLimit) {
  reset();
}
HttpParser::~HttpParser() = default;

void HttpParser::reset() {
  request_.clear();
  awaitsContinue_ = false;
  if (!parser_) {
    parser_ = std::make_unique<Parser>(request_, bodyLimit_);
    return;
  }
  // In the same memory: it is made for each request.
  Parser *place = parser_.get();
  std::destroy_at(place);
  std::construct_at(place, request_, bodyLimit_);
}

static HttpError errorOf(const Code &code, std::uint64_t bodyLimit) {
  if (code == http::error::header_limit || code == http::error::buffer_overflow)
    return HttpError(431, fmt::format("expected a header of at most {} bytes",
                                      HttpParser::headerLimit));
  if (code == http::error::body_limit)
    return HttpError(
        413, fmt::format("expected a body of at most {} bytes", bodyLimit));
  if (code == http::error::bad_version)
    return HttpError(505, "expected HTTP/1.0 or HTTP/1.1");
  return HttpError(400,
                   fmt::format("expected an HTTP request: {}", code.message()));
}

std::size_t HttpParser::put(std::string_view bytes) {
  const bool hadHeader = hasHeader();
  std::size_t done = 0;
  while (done < bytes.size() && !isDone()) {
    Code code;
    const std::size_t count = parser_->put(
        boost::asio::const_buffer(bytes.data() + done, bytes.size() - done),
        code);
    done += count;
    if (code == http::error::need_more)
      break;
    if (code)
      throw errorOf(code, bodyLimit_);
    if (count == 0)
      break;
  }
  if (!hadHeader && hasHeader())
    awaitsContinue_ = request_.has(HttpField::Expect) &&
                      parser_->version() == 11 && !isDone() &&
                      request_.body.empty();
  return done;
}

bool HttpParser::isDone() const { return parser_->is_done(); }
bool HttpParser::hasHeader() const { return parser_->is_header_done(); }

bool HttpParser::takeContinue() {
  return std::exchange(awaitsContinue_, false);
}

std::uint64_t HttpParser::announcedBytes() const {
  return hasHeader() ? parser_->content_length().value_or(0) : 0;
}

} // namespace mlc::runtime
