//===- MalformedTest.cpp - Requests that no client should send ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ServerFixture.h"

#include "Serve/Compression.h"

#include <boost/json.hpp>

namespace mlc::test {

using namespace mlc::runtime;

namespace {

/// What is sent, and what is answered: a status and a part of the message.
struct Malformed {
  std::string bytes;
  int status;
  std::string message;
};
using Cases = std::vector<Malformed>;

const std::string inferLine = "POST /v2/models/handmade/infer HTTP/1.1\r\n";
const std::string host = "Host: h\r\n";

std::string get(const std::string &rest) {
  return "GET / HTTP/1.1\r\n" + host + rest + "\r\n";
}
/// A POST whose header says what it says of its length.
std::string framed(const std::string &fields, const std::string &body = "") {
  return inferLine + host + fields + "\r\n" + body;
}
std::string chunked(const std::string &body) {
  return framed("Transfer-Encoding: chunked\r\n", body);
}

/// What two readers may understand as two things, and what is no HTTP.
Cases framing() {
  const auto length = [](const std::string &value) {
    return framed("Content-Length: " + value + "\r\n", "{}");
  };
  Cases cases = {
      {"nonsense\r\n\r\n", 400, "expected an HTTP request"},
      {"GET / HTTP/2.0\r\n\r\n", 505, "HTTP/1.0 or HTTP/1.1"},
      {"GET / HTTP/0.9\r\n\r\n", 505, "HTTP/1.0 or HTTP/1.1"},
      {"GET /\r\n\r\n", 400, "expected an HTTP request"},
      {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "expected an HTTP request"},
      {" GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad method"},
      {"G@T / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad method"},
      {"GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad target"},
      {"GET / http/1.1\r\nHost: h\r\n\r\n", 505, "HTTP/1.0 or HTTP/1.1"},
      {"GET / HTTP/1.1\nHost: h\n\n", 505, "HTTP/1.0 or HTTP/1.1"},
      {get("X: a\rb\r\n"), 400, "expected an HTTP request"},
      {get("X : a\r\n"), 400, "bad field"},
      {get("X\r\n"), 400, "bad field"},
      {get(": a\r\n"), 400, "bad field"},
      {get(std::string("X: a\0b\r\n", 8)), 400, "bad value"},
      {"GET / HTTP/1.1\r\n\r\n", 400, "expected a field Host"},
      {get(host), 400, "expected one field Host"},
      {get("Authorization: a\r\nAuthorization: b\r\n"), 400, "one field"},
      {framed("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"), 400,
       "Content-Length"},
      {framed("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"), 400,
       "Content-Length"},
      {framed("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "{}"), 400,
       ""},
      {framed("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "{}"), 400,
       ""},
      {framed("Transfer-Encoding: gzip, chunked\r\n"), 501, "but chunked"},
      {framed("Transfer-Encoding: identity\r\n"), 501, "but chunked"},
      {framed("Transfer-Encoding: xchunked\r\n"), 501, "but chunked"},
      {framed("Transfer-Encoding: chunked, chunked\r\n"), 501, "but chunked"},
      {framed("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
       400, "bad Transfer-Encoding"},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
       "HTTP/1.0 has no"},
      {framed("Expect: a miracle\r\nContent-Length: 2\r\n"), 417,
       "100-continue"},
      {get("X: " + std::string(9000, 'a') + "\r\n"), 431, "header of at most"},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n", 431,
       "header of at most"},
      {chunked("g\r\n"), 400, "bad chunk"},
      {chunked("-1\r\n"), 400, "bad chunk"},
      {chunked("0x2\r\n{}\r\n0\r\n\r\n"), 400, "bad chunk"},
      {chunked("ffffffffffffffffff\r\n"), 400, "bad chunk"},
      {chunked("2\r\n{}X\r\n0\r\n\r\n"), 400, "bad chunk"},
      {chunked("2\n{}\n0\r\n\r\n"), 400, "bad chunk"},
      {chunked("10001\r\n"), 413, "body of at most"},
      {length("65537"), 413, "body of at most"},
  };
  for (const char *value : {"+2", "-1", "0x2", "2a", "1e3", "", "2, 2", "2 2",
                            "18446744073709551618", "\xd9\xa2"})
    cases.push_back({length(value), 400, "Content-Length"});
  return cases;
}

/// Paths, methods and fields of whole requests.
Cases routing() {
  const auto ask = [](const std::string &line, const std::string &fields = "") {
    return line + " HTTP/1.1\r\n" + host + fields +
           "Content-Length: 2\r\n\r\n{}";
  };
  const std::string infer = "POST /v2/models/handmade/infer";
  const std::string packed = compress(ContentCoding::Gzip, oneRow);
  const auto coded = [&](const std::string &coding, const std::string &body) {
    return postInfer(body, "Content-Encoding: " + coding + "\r\n");
  };
  return {
      {ask("GET /nothing"), 404, "nothing at this path"},
      {ask("GET /v2/models"), 404, "nothing at this path"},
      {ask("GET /v2/models/other"), 404, "there is no model"},
      {ask("GET /v2/models/handmade/versions/1"), 404, "has the version"},
      {ask("GET /v2/models/handmade/config"), 404, "nothing like"},
      {ask("GET /v2/models/handmade/infer/x"), 404, "nothing at this path"},
      {ask("GET /%zz"), 400, "two hexadecimal digits"},
      {ask("GET /%2"), 400, "two hexadecimal digits"},
      {ask("GET nothing"), 400, "starts with /"},
      {ask("OPTIONS *"), 400, "starts with /"},
      {ask("POST /v2"), 405, "method GET"},
      {ask("GET /v2/models/handmade/infer"), 405, "method POST"},
      {ask("PUT /v2/models/handmade/infer"), 405, "method POST"},
      {ask("DELETE /v2/models/handmade"), 405, "method GET"},
      {ask("GET /v2/models/handmade/explain"), 405, "method POST"},
      {ask("POST /v2/models/handmade/explain"), 400, "inputs"},
      {ask("GET /v2/repository/index"), 405, "method POST"},
      {ask("POST /v2/repository/models/other/load"), 404, "there is no model"},
      {"POST /v2/repository/models/handmade/load HTTP/1.1\r\nHost: h\r\n"
       "Content-Length: 32\r\n\r\n{\"parameters\":{\"file\":\"/etc/x\"}}",
       400, "expected no parameters"},
      {ask(infer, "Origin: http://elsewhere\r\n"), 403, "no other site's"},
      {ask(infer, "Content-Encoding: br\r\n"), 415, "gzip or deflate"},
      {coded("gzip", "{}"), 400, "damaged or cut off"},
      {coded("deflate", packed), 400, "damaged or cut off"},
      {coded("gzip", packed.substr(0, packed.size() - 1)), 400, "cut off"},
      {coded("gzip", packed + "x"), 400, "behind its end"},
      {coded("gzip", compress(ContentCoding::Gzip, std::string(8 << 20, ' '))),
       413, "once it is decompressed"},
  };
}

/// Bodies that are no JSON, or say two things.
Cases json() {
  Cases cases;
  for (const std::string &body :
       {std::string(""), std::string("["), std::string("nul"),
        std::string("{\"id\":\"a\",}"), std::string("{/**/}"),
        std::string("{} {}"), std::string(17, '[') + std::string(17, ']'),
        std::string("{\"id\":\"\xff\"}"), std::string("{\"id\":\"\\ud800\"}"),
        std::string("{\"id\":\"a\nb\"}"), std::string("{'id':1}"),
        std::string("\xef\xbb\xbf{}"), std::string("{\"id\":01}"),
        std::string("{\"id\":NaN}"), std::string("{\"id\":1e999999999999}"),
        std::string("{\"id\":\"a\0b\"}", 12)})
    cases.push_back({postInfer(body), 400, "expected JSON, but at byte"});
  for (const char *body :
       {R"({"id":"a","id":"b"})", R"({"inputs":[{"name":"a","name":"b"}]})"})
    cases.push_back({postInfer(body), 400, "once, but got one twice"});
  const std::pair<const char *, const char *> requests[] = {
      {"[]", "expected the body to be an object"},
      {"{}", "an array \\\"inputs\\\""},
      {R"({"inputs":{}})", "\\\"inputs\\\" to be an array"},
      {R"({"inputs":[1]})", "to be an object"},
      {R"({"inputs":[{}]})", "a string \\\"name\\\""},
      {R"({"inputs":[],"id":7})", "\\\"id\\\" to be a string"},
      {R"({"inputs":[],"outputs":7})", "\\\"outputs\\\" to be an array"},
      {R"({"inputs":[],"parameters":7})", "to be an object"},
      {R"({"inputs":[],"parameters":{"binary_data_output":1}})",
       "true or false"},
      {R"({"inputs":[]})", "\\\"indptr\\\" and \\\"indices\\\""},
  };
  for (const auto &[body, message] : requests)
    cases.push_back({postInfer(body), 400, message});
  return cases;
}

/// Tensors that do not fit their shape, their model or each other.
Cases tensors() {
  Cases cases;
  const auto add = [&](const std::string &inputs, const char *message,
                       const std::string &rest = "") {
    cases.push_back(
        {postInfer("{\"inputs\":[" + inputs + "]" + rest + "}"), 400, message});
  };
  const auto tensor = [](const char *name, const char *type, const char *shape,
                         const char *data) {
    return std::string("{\"name\":\"") + name + "\",\"datatype\":\"" + type +
           "\",\"shape\":" + shape + "," + data + "}";
  };
  const std::string starts = tensor("indptr", "INT64", "[2]", "\"data\":[0,1]"),
                    columns = tensor("indices", "INT32", "[1]", "\"data\":[3]"),
                    both = starts + "," + columns;
  for (const char *shape : {"[]", "7", "[1,1,1,1,1,1,1,1,1]"})
    add(tensor("indptr", "INT64", shape, "\"data\":[]"), "\\\"shape\\\"");
  for (const char *shape :
       {"[-1]", "[1.5]", "[\"1\"]", "[18446744073709551615]",
        "[4294967296,4294967296]"})
    add(tensor("indptr", "INT64", shape, "\"data\":[]"),
        "product is a number of 63 bits");
  for (const char *type : {"INT8", "int64", ""})
    add(tensor("indptr", type, "[1]", "\"data\":[0]"), "expected a datatype");
  add(tensor("indptr", "INT64", "[1]", "\"data\":7"), "to be an array");
  add(tensor("indptr", "INT64", "[1]", "\"x\":7"), "either \\\"data\\\" or");
  add(tensor("indptr", "INT64", "[1]",
             "\"data\":[0],\"parameters\":{\"binary_data_size\":8}"),
      "either \\\"data\\\" or");
  for (const char *size : {"-1", "8", "\"8\"", "18446744073709551615"})
    add(tensor(
            "indptr", "INT64", "[1]",
            ("\"parameters\":{\"binary_data_size\":" + std::string(size) + "}")
                .c_str()),
        "left behind the JSON");
  add(tensor("indptr", "INT64", "[1]",
             "\"parameters\":{\"shared_memory_region\":\"a\"}"),
      "shares no memory");
  add(both + "," + columns, "\\\"indices\\\" twice");
  add(both + "," + tensor("other", "FP32", "[0]", "\"data\":[]"),
      "unexpected input");
  add(starts, "\\\"indptr\\\" and \\\"indices\\\"");
  add(tensor("text", "BYTES", "[1,1]", "\"data\":[\"a\"]"), "trained on texts");
  const auto rows = [&](const char *shape, const char *data) {
    add(tensor("indptr", "INT64", shape, data) + "," + columns, "");
  };
  rows("[2]", "\"data\":[1,1]");
  rows("[3]", "\"data\":[0,1,0]");
  rows("[2]", "\"data\":[0,2]");
  rows("[2]", "\"data\":[0,9223372036854775807]");
  rows("[0]", "\"data\":[]");
  rows("[2]", "\"data\":[0]");
  rows("[2]", "\"data\":[0,1,1]");
  rows("[2]", "\"data\":[0,\"1\"]");
  rows("[2]", "\"data\":[0,1.0]");
  rows("[1,2]", "\"data\":[[0,1]]");
  for (const char *column : {"-1", "20", "2147483648", "null"})
    add(starts + "," +
            tensor("indices", "INT32", "[1]",
                   ("\"data\":[" + std::string(column) + "]").c_str()),
        "indices");
  add(both + "," + tensor("values", "FP32", "[2]", "\"data\":[1,2]"),
      "as many \\\"values\\\"");
  add(both + "," + tensor("values", "INT32", "[1]", "\"data\":[1]"),
      "datatype FP32");
  for (const char *output :
       {R"([{"name":"other"}])", R"([{"name":"labels"},{"name":"labels"}])",
        "[7]", R"([{"name":7}])",
        R"([{"name":"labels","parameters":{"classification":2}}])",
        R"([{"name":"labels","parameters":{"binary_data":1}}])"})
    add(both, "", std::string(",\"outputs\":") + output);
  for (const char *length :
       {"12abc", "-1", "+2", "18446744073709551618", "99999", "", "1.0"})
    cases.push_back({postInfer(oneRow, "Inference-Header-Content-Length: " +
                                           std::string(length) + "\r\n"),
                     400, "Inference-Header-Content-Length"});
  cases.push_back(
      {postInfer(oneRow + "xyz", "Inference-Header-Content-Length: " +
                                     std::to_string(oneRow.size()) + "\r\n"),
       400, "3 more"});
  return cases;
}

/// Each has an answer, in JSON, and then the server answers as before.
TEST_F(ServerTest, MalformedRequestsAreRefused) {
  Cases cases = framing();
  for (const Cases &more : {routing(), json(), tensors()})
    cases.insert(cases.end(), more.begin(), more.end());
  EXPECT_GE(cases.size(), 100u);
  const Result result = serve({"--max-body", "64KiB"}, [&](int port, pid_t) {
    const std::string good = Client(port).ask(postInfer(oneRow));
    for (const Malformed &request : cases) {
      SCOPED_TRACE(request.bytes.substr(0, 400));
      Client client(port);
      const std::string answer = client.ask(request.bytes);
      EXPECT_TRUE(
          answer.starts_with("HTTP/1.1 " + std::to_string(request.status)))
          << answer;
      EXPECT_NE(answer.find(request.message), std::string::npos) << answer;
      boost::json::error_code code;
      const auto body = boost::json::parse(
          answer.substr(std::min(answer.find("\r\n\r\n") + 4, answer.size())),
          code);
      EXPECT_TRUE(!code && body.is_object() &&
                  body.as_object().contains("error"))
          << answer;
      // On the same connection where it is clear where the next request starts.
      if (answer.find("Connection: close") == std::string::npos) {
        EXPECT_EQ(client.ask(postInfer(oneRow)), good);
      } else {
        EXPECT_TRUE(client.isClosed());
      }
      EXPECT_EQ(Client(port).ask(postInfer(oneRow)), good);
    }
  });
  EXPECT_EQ(result.status, 0) << result.error;
}

} // namespace
} // namespace mlc::test
