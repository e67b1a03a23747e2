//===- RoutesTest.cpp - Questions and answers, without the network --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Routes.h"

#include "Data/ClassNames.h"
#include "Import/DataCommand.h"
#include "Program/StoredDecision.h"
#include "Serve/Compression.h"
#include "Signature.h"
#include "Support/CommandLineFixture.h"

#include <boost/json.hpp>
#include <cstring>

namespace mlc::test {
namespace {

using namespace mlc::runtime;

OutputTerms plainTerms(const SafetensorsFile &weights) {
  return {.scores = {},
          .names = classNamesOf(weights),
          .target = targetScaleOf(weights),
          .decision = decisionOf(weights)};
}

class RoutesTest : public CommandLineTest {
protected:
  void start(const MlcProgram &served, Routes::Options options = {}) {
    program = served;
    thread.emplace();
    slot.emplace(program, weights, "m", plainTerms);
    routes.emplace(*slot, keys, options, [] { return "metrics\n"; });
  }

  HttpResponse ask(HttpMethod method, const std::string &target,
                   const std::string &body = "",
                   std::vector<std::pair<HttpField, std::string>> fields = {}) {
    HttpRequest request;
    request.method = method;
    request.target = target;
    request.body = body;
    for (const auto &[field, value] : fields) {
      request.fields[std::size_t(field)] = value;
      request.hasField[std::size_t(field)] = true;
    }
    HttpResponse response;
    routes->answer(request, *thread, response);
    return response;
  }
  HttpResponse get(const std::string &target) {
    return ask(HttpMethod::Get, target);
  }
  HttpResponse infer(const std::string &body) {
    return ask(HttpMethod::Post, "/v2/models/m/infer", body);
  }
  void expectError(const std::string &body, const std::string &part,
                   int status = 400) {
    const HttpResponse response = infer(body);
    EXPECT_EQ(response.status, status) << body.substr(0, 200);
    const auto object = boost::json::parse(response.body).as_object();
    EXPECT_NE(std::string(object.at("error").as_string()).find(part),
              std::string::npos)
        << response.body;
  }

  /// The request that asks for all rows of a data set.
  static std::string requestOf(const TestData &data) {
    boost::json::array inputs;
    const auto add = [&](const char *name, const char *type,
                         boost::json::array shape, const auto &elements) {
      inputs.push_back(
          {{"name", name},
           {"datatype", type},
           {"shape", shape},
           {"data", boost::json::array(elements.begin(), elements.end())}});
    };
    if (data.indptr.empty()) {
      add("features", "FP32", {data.rows(), data.width}, data.features);
    } else {
      add("indptr", "INT64", {data.indptr.size()}, data.indptr);
      add("indices", "INT32", {data.indices.size()}, data.indices);
      if (!data.values.empty())
        add("values", "FP32", {data.values.size()}, data.values);
    }
    return boost::json::serialize(
        boost::json::object{{"id", "a \"name\""}, {"inputs", inputs}});
  }

  /// The elements of an output, as they are written.
  static boost::json::array dataOf(const HttpResponse &response,
                                   std::string_view name) {
    const auto object = boost::json::parse(response.body).as_object();
    for (const auto &output : object.at("outputs").as_array())
      if (output.at("name").as_string() == name)
        return output.at("data").as_array();
    ADD_FAILURE() << "no output " << name << " in " << response.body;
    return {};
  }

  MlcProgram program;
  ApiKeys keys;
  std::optional<ModelSlot> slot;
  std::optional<Routes> routes;
  std::optional<ThreadModel> thread;
};

/// Digit by digit what `predict --json` prints: the same bits.
TEST_F(RoutesTest, AnswersAreThoseOfPredict) {
  const std::pair<MlcProgram, TestData> cases[] = {
      {sparseProgram(), sparseData(100)},
      {realProgram(), realData(100)},
      {classProgram(), classData(100)},
  };
  for (const auto &[served, examples] : cases) {
    train(served, examples);
    start(served);
    const HttpResponse response = infer(requestOf(examples));
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.rows, 100);
    const auto object = boost::json::parse(response.body).as_object();
    EXPECT_EQ(object.at("id").as_string(), "a \"name\"");
    EXPECT_EQ(object.at("model_version").as_string(),
              slot->current()->version());
    const bool isReal = labelKindOf(served) == MLC_LABEL_REAL;
    const auto logits = dataOf(response, isReal ? "values" : "logits");
    boost::json::array probabilities, labels;
    if (!isReal) {
      probabilities = dataOf(response, "probabilities");
      labels = dataOf(response, "labels");
    }
    const std::size_t columns = std::size_t(columnsOf(served));
    const auto lines = linesOf(use(served, "predict", {"--json"}).out);
    ASSERT_EQ(lines.size(), 100u);
    for (std::size_t row = 0; row < lines.size(); ++row) {
      const auto line = boost::json::parse(lines[row]).as_object();
      for (std::size_t i = 0; i < columns; ++i) {
        EXPECT_EQ(logits[row * columns + i], line.at("outputs").at(i));
        if (!isReal) {
          EXPECT_EQ(probabilities[row * columns + i],
                    line.at("probabilities").at(i));
        }
      }
      if (labelKindOf(served) == MLC_LABEL_BINARY) {
        EXPECT_EQ(labels[row], line.at("labels").at(0));
      }
      if (labelKindOf(served) == MLC_LABEL_CLASS) {
        EXPECT_EQ(labels[row], line.at("class"));
      }
    }
  }
}

template <typename Number>
void appendBytes(std::string &bytes, const std::vector<Number> &numbers) {
  bytes.append(reinterpret_cast<const char *>(numbers.data()),
               numbers.size() * sizeof(Number));
}

/// Tensors as bytes, in and out, have the bits of those in JSON.
TEST_F(RoutesTest, BinaryTensors) {
  const TestData examples = sparseData(30);
  train(sparseProgram(), examples);
  start(sparseProgram());
  const auto sizeOf = [](std::size_t bytes) {
    return boost::json::object{{"binary_data_size", bytes}};
  };
  std::string binary;
  appendBytes(binary, examples.indptr);
  appendBytes(binary, examples.indices);
  appendBytes(binary, examples.values);
  const std::string header = boost::json::serialize(boost::json::object{
      {"inputs",
       {{{"name", "indptr"},
         {"datatype", "INT64"},
         {"shape", {examples.indptr.size()}},
         {"parameters", sizeOf(examples.indptr.size() * 8)}},
        {{"name", "indices"},
         {"datatype", "INT32"},
         {"shape", {examples.indices.size()}},
         {"parameters", sizeOf(examples.indices.size() * 4)}},
        {{"name", "values"},
         {"datatype", "FP32"},
         {"shape", {examples.values.size()}},
         {"parameters", sizeOf(examples.values.size() * 4)}}}},
      {"outputs",
       {{{"name", "labels"}},
        {{"name", "logits"}, {"parameters", {{"binary_data", true}}}}}}});
  const HttpResponse response =
      ask(HttpMethod::Post, "/v2/models/m/infer", header + binary,
          {{HttpField::InferenceHeaderLength, std::to_string(header.size())}});
  ASSERT_EQ(response.status, 200) << response.body;
  const std::string lengthField = "Inference-Header-Content-Length: ";
  const std::size_t at = response.headers.find(lengthField);
  ASSERT_NE(at, std::string::npos);
  const std::size_t length =
      std::stoul(response.headers.substr(at + lengthField.size()));
  const auto object =
      boost::json::parse(response.body.substr(0, length)).as_object();
  EXPECT_EQ(object.at("outputs").at(0).at("name").as_string(), "labels");
  EXPECT_EQ(object.at("outputs").at(0).at("data").as_array().size(), 30u);
  ASSERT_EQ(response.body.size() - length, 30 * sizeof(float));
  std::vector<float> logits(30);
  std::memcpy(logits.data(), response.body.data() + length, 120);
  const auto expected = dataOf(infer(requestOf(examples)), "logits");
  for (std::size_t row = 0; row < 30; ++row)
    EXPECT_EQ(logits[row], float(expected[row].to_number<double>()));

  // A length that is none, or beyond the body, or that leaves bytes over.
  for (const std::string &bad :
       {std::string("12abc"), std::string("-1"), std::string("+2"),
        std::string("18446744073709551618"),
        std::to_string(header.size() + binary.size() + 1),
        std::to_string(header.size() - 1)})
    EXPECT_EQ(ask(HttpMethod::Post, "/v2/models/m/infer", header + binary,
                  {{HttpField::InferenceHeaderLength, bad}})
                  .status,
              400)
        << bad;
  EXPECT_EQ(
      ask(HttpMethod::Post, "/v2/models/m/infer", header + binary + "x",
          {{HttpField::InferenceHeaderLength, std::to_string(header.size())}})
          .status,
      400);
}

TEST_F(RoutesTest, ABodyThatIsOneTensor) {
  const TestData examples = realData(3);
  train(realProgram(), examples);
  start(realProgram());
  std::string bytes;
  appendBytes(bytes, examples.features);
  const auto raw = [&](const std::string &body) {
    return ask(HttpMethod::Post, "/v2/models/m/infer", body,
               {{HttpField::InferenceHeaderLength, "0"}});
  };
  const HttpResponse response = raw(bytes);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.rows, 3);
  EXPECT_EQ(raw(bytes + "x").status, 400);
  EXPECT_EQ(raw("").status, 200); // No rows.
}

TEST_F(RoutesTest, TellsWhatItTakes) {
  train(classProgram(), classData(20));
  start(classProgram());
  const auto metadata =
      boost::json::parse(get("/v2/models/m").body).as_object();
  EXPECT_EQ(boost::json::serialize(metadata.at("inputs")),
            R"([{"name":"features","datatype":"FP32","shape":[-1,4]}])");
  EXPECT_EQ(metadata.at("outputs").as_array().size(), 3u);
  EXPECT_EQ(get("/v2/models/%6d").status, 200);
  EXPECT_EQ(get("/v2/models/m/versions/" + slot->current()->version()).status,
            200);
  EXPECT_EQ(get("/v2/models/m/versions/1").status, 404);
  for (const char *path :
       {"/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/m/ready",
        "/metrics", "/openapi.json", "/", "/page.js", "/page.css", "/v2?x=y"})
    EXPECT_EQ(get(path).status, 200) << path;
  for (const char *path :
       {"/v2/models/other", "/v1", "/v2/", "/v2/models", "/v2/models/m/config",
        "/../etc/passwd", "//", "/v2/models/m/versions", "/v2/health/ready/x"})
    EXPECT_EQ(get(path).status, 404) << path;
  EXPECT_EQ(get("/v2/models/%zz").status, 400);
  EXPECT_EQ(get("/v2/models/m/infer").status, 405);
  EXPECT_EQ(ask(HttpMethod::Post, "/v2").status, 405);
  EXPECT_EQ(ask(HttpMethod::Post, "/v2/models/m/explain", "{}").status, 501);
  const auto openapi = boost::json::parse(get("/openapi.json").body);
  EXPECT_TRUE(openapi.at("paths").as_object().contains("/v2/models/m/infer"));
}

TEST_F(RoutesTest, RefusesRequestsThatSayNothingOrTwoThings) {
  train(sparseProgram(), sparseData(20));
  start(sparseProgram());
  const std::string indptr =
      R"({"name":"indptr","datatype":"INT64","shape":[2],"data":[0,1]})";
  const std::string indices =
      R"({"name":"indices","datatype":"INT32","shape":[1],"data":[3]})";
  const auto with = [](const std::string &inputs) {
    return R"({"inputs":[)" + inputs + "]}";
  };
  ASSERT_EQ(infer(with(indptr + "," + indices)).status, 200);
  const std::pair<std::string, const char *> cases[] = {
      {"", "expected JSON"},
      {"[]", "to be an object"},
      {"{}", "an array \"inputs\""},
      {R"({"inputs":{}})", "to be an array"},
      {R"({"inputs":[1]})", "to be an object"},
      {R"({"id":1,"inputs":[]})", "\"id\" to be a string"},
      {R"({"inputs":[],"inputs":[]})", "once, but got one twice"},
      {R"({"inputs":[{"name":"a","name":"b"}]})", "once, but got one twice"},
      {with(indptr + "," + indptr), "but got \"indptr\" twice"},
      {with(indptr), "expected the inputs"},
      {with(indptr + "," + indices) + "x", "expected JSON"},
      {with(indptr +
            R"(,{"name":"x","datatype":"FP32","shape":[1],"data":[1]})"),
       "unexpected input \"x\""},
      {with(R"({"name":"indptr","datatype":"INT64","shape":[2]})"),
       "either \"data\" or"},
      {with(R"({"name":"indptr","datatype":"FP16","shape":[2],"data":[0,1]})"),
       "a datatype among"},
      {with(R"({"name":"indptr","datatype":"INT64","shape":[-2],"data":[]})"),
       "whole numbers of at least 0"},
      {with(R"({"name":"indptr","datatype":"INT64","shape":[4294967296,)"
            R"(4294967296],"data":[]})"),
       "a number of 63 bits"},
      {with(
           R"({"name":"indptr","datatype":"INT64","shape":[3],"data":[0,1]},)" +
           indices),
       "expected 3 elements"},
      {with(
           R"({"name":"indptr","datatype":"INT64","shape":[2],"data":[0,1.5]},)" +
           indices),
       "expected whole numbers"},
      {with(
           R"({"name":"indptr","datatype":"INT64","shape":[2],"data":[0,-1]},)" +
           indices),
       "expected the starts of 1 rows"},
      {with(indptr + R"(,{"name":"indices","datatype":"INT32","shape":[1],)"
                     R"("data":[20]})"),
       "columns from 0 to 19"},
      {with(indptr + R"(,{"name":"indices","datatype":"INT32","shape":[1],)"
                     R"("data":[4294967299]})"),
       "columns from 0 to 19"},
      {with(
           indptr + "," + indices +
           R"(,{"name":"values","datatype":"FP32","shape":[1],"data":[1e300]})"),
       "a finite number"},
      {with(R"({"name":"text","datatype":"BYTES","shape":[1],"data":["a"]})"),
       "not trained on texts"},
      {R"({"inputs":[)" + indptr + "," + indices +
           R"(],"outputs":[{"name":"x"}]})",
       "unexpected output \"x\""},
      {R"({"inputs":[)" + indptr + "," + indices +
           R"(],"outputs":[{"name":"labels"},{"name":"labels"}]})",
       "but got \"labels\" twice"},
      {R"({"inputs":[)" + indptr + "," + indices +
           R"(],"parameters":{"binary_data_output":1}})",
       "to be true or false"},
      {std::string(17, '[') + std::string(17, ']'), "expected JSON"},
      {"{\"inputs\":[\"\xff\"]}", "expected JSON"},
  };
  for (const auto &[body, part] : cases)
    expectError(body, part);
  // A row more than the body's few bytes could need.
  std::string many =
      R"({"inputs":[{"name":"indptr","datatype":"INT64","shape":)"
      R"([65538],"data":[0)";
  for (int row = 0; row < 65537; ++row)
    many += ",0";
  many += R"(]},{"name":"indices","datatype":"INT32","shape":[0],"data":[]}]})";
  expectError(many, "at most 65536 rows");
}

TEST_F(RoutesTest, AKeyOpensAllButHealthAndThePage) {
  train(sparseProgram(), sparseData(20));
  keys.add("secret", "here");
  start(sparseProgram());
  for (const char *path : {"/v2/health/live", "/v2/health/ready", "/"})
    EXPECT_EQ(get(path).status, 200) << path;
  for (const char *path :
       {"/v2", "/metrics", "/openapi.json", "/v2/models/m"}) {
    const HttpResponse response = get(path);
    EXPECT_EQ(response.status, 401) << path;
    EXPECT_NE(response.headers.find("WWW-Authenticate"), std::string::npos);
    EXPECT_EQ(ask(HttpMethod::Get, path, "",
                  {{HttpField::Authorization, "Bearer secret"}})
                  .status,
              200)
        << path;
  }
  EXPECT_EQ(infer("{}").status, 401);
  EXPECT_EQ(infer("{}").body.find("secret"), std::string::npos);
}

/// What a page of another site makes a browser send is not answered.
TEST_F(RoutesTest, OtherSitesCannotAsk) {
  train(sparseProgram(), sparseData(20));
  start(sparseProgram());
  const auto unload = [&](const std::string &origin) {
    return ask(HttpMethod::Post, "/v2/repository/models/m/unload", "",
               {{HttpField::Origin, origin}, {HttpField::Host, "me:8000"}})
        .status;
  };
  EXPECT_EQ(unload("https://evil.example"), 403);
  EXPECT_EQ(unload("null"), 403);
  EXPECT_EQ(get("/v2/health/ready").status, 200);
  EXPECT_EQ(unload("http://me:8000"), 200);
  EXPECT_EQ(get("/v2/health/ready").status, 503);
}

TEST_F(RoutesTest, NewWeightsWithoutARestart) {
  const TestData examples = sparseData(30);
  train(sparseProgram(), examples, "1");
  start(sparseProgram());
  const std::string first = infer(requestOf(examples)).body;
  const std::string oldVersion = slot->current()->version();
  const auto post = [&](const std::string &action,
                        const std::string &body = "") {
    return ask(HttpMethod::Post, "/v2/repository/models/m/" + action, body);
  };
  train(sparseProgram(), examples, "9");
  EXPECT_EQ(infer(requestOf(examples)).body, first); // Not asked for yet.
  EXPECT_EQ(post("load", R"({"parameters":{"config":"{}"}})").status, 400);
  EXPECT_EQ(post("load", "{}").status, 200);
  EXPECT_NE(infer(requestOf(examples)).body, first);
  EXPECT_NE(slot->current()->version(), oldVersion);
  const std::string second = infer(requestOf(examples)).body;

  // A damaged file changes nothing.
  const std::string good = readFile(weights);
  std::string bad = good;
  bad[bad.size() - 5] ^= 1;
  writeFile(weights + ".new", bad);
  std::filesystem::rename(weights + ".new", weights);
  EXPECT_EQ(post("load").status, 400);
  EXPECT_EQ(infer(requestOf(examples)).body, second);
  EXPECT_EQ(routes->loads(), 1);
  EXPECT_EQ(routes->failedLoads(), 1);

  EXPECT_EQ(
      post("unload", R"({"parameters":{"unload_dependents":false}})").status,
      200);
  EXPECT_EQ(infer(requestOf(examples)).status, 503);
  EXPECT_EQ(get("/v2/models/m/ready").status, 503);
  EXPECT_EQ(ask(HttpMethod::Post, "/v2/repository/index").body,
            R"([{"name":"m","state":"UNAVAILABLE","reason":"unloaded"}])");
  writeFile(weights + ".new", good);
  std::filesystem::rename(weights + ".new", weights);
  EXPECT_EQ(post("load").status, 200);
  EXPECT_EQ(infer(requestOf(examples)).body, second);
  EXPECT_EQ(post("load2").status, 404);
  EXPECT_EQ(ask(HttpMethod::Post, "/v2/repository/models/other/load").status,
            404);
}

TEST_F(RoutesTest, CompressedBodies) {
  const TestData examples = sparseData(200);
  train(sparseProgram(), examples);
  start(sparseProgram());
  const std::string body = requestOf(examples);
  const std::string plain = infer(body).body;
  for (const char *name : {"gzip", "deflate"}) {
    const ContentCoding coding = codingOf(name);
    const HttpResponse response =
        ask(HttpMethod::Post, "/v2/models/m/infer", compress(coding, body),
            {{HttpField::ContentEncoding, name},
             {HttpField::AcceptEncoding, name}});
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_NE(response.headers.find("Content-Encoding: " + std::string(name)),
              std::string::npos);
    EXPECT_EQ(decompress(coding, response.body, 1 << 20), plain);
  }
  EXPECT_EQ(ask(HttpMethod::Post, "/v2/models/m/infer", body,
                {{HttpField::ContentEncoding, "br"}})
                .status,
            415);
  // 64 MiB of blanks in 64 kB.
  EXPECT_EQ(ask(HttpMethod::Post, "/v2/models/m/infer",
                compress(ContentCoding::Gzip, std::string(64 << 20, ' ')),
                {{HttpField::ContentEncoding, "gzip"}})
                .status,
            413);
}

/// Weights that know words.
TEST_F(RoutesTest, Texts) {
  std::string csv = "review,label\n";
  for (int row = 0; row < 72; ++row)
    csv += "w" + std::to_string(row % 18) +
           (row % 2 ? " good,up" : " bad,down") + "\n";
  writeFile(folder / "train.csv", csv);
  std::vector<std::string> words = {"mlc data", folder / "train.csv", "-o",
                                    data,       "--max-features",     "20"};
  std::vector<char *> argv;
  for (std::string &word : words)
    argv.push_back(word.data());
  testing::internal::CaptureStderr();
  ASSERT_EQ(dataMain(int(argv.size()), argv.data()), 0)
      << testing::internal::GetCapturedStderr();
  testing::internal::GetCapturedStderr();
  ASSERT_EQ(runInside(sparseProgram(), {"train", "--data", data, "-o", weights,
                                        "--epochs", "20"})
                .status,
            0);
  start(sparseProgram());
  EXPECT_NE(
      get("/v2/models/m")
          .body.find(R"([{"name":"text","datatype":"BYTES","shape":[-1,1]}])"),
      std::string::npos);
  const std::vector<std::string> texts = {"w3 good", "w4 bad", "",
                                          "w1 w1 GOOD!", "caf\xc3\xa9 good"};
  std::string lines;
  std::string binary;
  for (const std::string &text : texts) {
    lines += text + "\n";
    const auto length = std::uint32_t(text.size());
    binary.append(reinterpret_cast<const char *>(&length), sizeof(length));
    binary += text;
  }
  writeFile(folder / "lines", lines);
  const Result told =
      runInside(sparseProgram(),
                {"predict", "--weights", weights, "--text", folder / "lines"});
  ASSERT_EQ(told.status, 0) << told.error;
  const auto request = [](const std::string &rest, std::size_t rows) {
    return R"({"inputs":[{"name":"text","datatype":"BYTES","shape":[)" +
           std::to_string(rows) + ",1]," + rest + "}]}";
  };
  const HttpResponse json =
      infer(request("\"data\":" + boost::json::serialize(boost::json::array(
                                      texts.begin(), texts.end())),
                    texts.size()));
  const std::string header = request(R"("parameters":{"binary_data_size":)" +
                                         std::to_string(binary.size()) + "}",
                                     texts.size());
  const HttpResponse bytes =
      ask(HttpMethod::Post, "/v2/models/m/infer", header + binary,
          {{HttpField::InferenceHeaderLength, std::to_string(header.size())}});
  ASSERT_EQ(json.status, 200) << json.body;
  EXPECT_EQ(bytes.body, json.body);
  const auto logits = dataOf(json, "logits");
  const auto toldLines = linesOf(told.out);
  ASSERT_EQ(toldLines.size(), texts.size());
  for (std::size_t row = 0; row < texts.size(); ++row) {
    EXPECT_EQ(logits[row],
              boost::json::parse(toldLines[row]).at("outputs").at(0));
    EXPECT_EQ(dataOf(json, "names")[row],
              boost::json::parse(toldLines[row]).at("label"));
    const HttpResponse raw =
        ask(HttpMethod::Post, "/v2/models/m/infer", texts[row],
            {{HttpField::InferenceHeaderLength, "0"}});
    EXPECT_EQ(raw.status, 200) << raw.body;
  }
  EXPECT_EQ(infer(request(R"("data":[])", 0)).status, 200);
  // Again and again: what one request needs is given back before the next.
  const std::string large =
      request("\"data\":[\"" + std::string(20'000, 'x') + "\"]", 1);
  for (int i = 0; i < 60; ++i)
    ASSERT_EQ(infer(large).status, 200) << i;
  expectError(request(R"("data":["a"])", 2), "expected 2 elements");
  expectError(request(R"("data":["a","b"])", 1), "expected 1 elements");
  expectError(request(R"("data":[1])", 1), "expected strings");
  expectError(request("\"data\":[\"a\\u0000\"]", 1), "UTF-8 without NUL");
  // A length beyond the tensor, and one that no number of 32 bits should be.
  for (const std::string &cut :
       {binary.substr(0, binary.size() - 1), std::string("\xff\xff\xff\xff", 4),
        std::string("\x01", 1)}) {
    const std::string short_ = request(R"("parameters":{"binary_data_size":)" +
                                           std::to_string(cut.size()) + "}",
                                       texts.size());
    const HttpResponse response = ask(
        HttpMethod::Post, "/v2/models/m/infer", short_ + cut,
        {{HttpField::InferenceHeaderLength, std::to_string(short_.size())}});
    EXPECT_EQ(response.status, 400);
  }
}

} // namespace
} // namespace mlc::test
