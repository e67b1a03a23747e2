//===- InferTest.cpp - Rows in, predictions out ---------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RoutesFixture.h"

#include "Import/DataCommand.h"
#include "Serve/Compression.h"

#include <cstring>

namespace mlc::test {
namespace {

using InferTest = RoutesTest;

/// Digit by digit what `predict --json` prints: the same bits.
TEST_F(InferTest, AnswersAreThoseOfPredict) {
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
TEST_F(InferTest, BinaryTensors) {
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

TEST_F(InferTest, ABodyThatIsOneTensor) {
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

TEST_F(InferTest, CompressedBodies) {
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
TEST_F(InferTest, Texts) {
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
