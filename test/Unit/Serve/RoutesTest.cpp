//===- RoutesTest.cpp - Questions and answers, without the network --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RoutesFixture.h"

namespace mlc::test {
namespace {

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
  EXPECT_EQ(ask(HttpMethod::Post, "/v2/models/m/explain", "{}").status, 400);
  EXPECT_EQ(get("/v2/models/m/explain").status, 405);
  const auto openapi = boost::json::parse(get("/openapi.json").body);
  EXPECT_TRUE(openapi.at("paths").as_object().contains("/v2/models/m/infer"));
}

TEST_F(RoutesTest, ExplainsItsAnswers) {
  train(sparseProgram(), sparseData(20));
  start(sparseProgram());
  const std::string body =
      R"({"id":"q","inputs":[)"
      R"({"name":"indptr","datatype":"INT64","shape":[3],"data":[0,2,2]},)"
      R"({"name":"indices","datatype":"INT32","shape":[2],"data":[3,7]},)"
      R"({"name":"values","datatype":"FP32","shape":[2],"data":[1,-2]}]})";
  const HttpResponse response =
      ask(HttpMethod::Post, "/v2/models/m/explain", body);
  ASSERT_EQ(response.status, 200) << response.body;
  const auto answer = boost::json::parse(response.body).as_object();
  EXPECT_EQ(answer.at("id").as_string(), "q");
  EXPECT_EQ(answer.at("model_version").as_string(), slot->current()->version());
  const auto &rows = answer.at("explanations").as_array();
  ASSERT_EQ(rows.size(), 2u);
  double sum = rows[0].at("baseline").to_number<double>();
  for (const auto &column : rows[0].at("columns").as_array())
    sum += column.at("part").to_number<double>();
  EXPECT_NEAR(sum, rows[0].at("score").to_number<double>(), 1e-5);
  EXPECT_EQ(rows[1].at("score"), rows[1].at("baseline"));
  std::string many = R"({"inputs":[{"name":"indptr","datatype":"INT64",)"
                     R"("shape":[18],"data":[0)";
  for (int row = 0; row < 17; ++row)
    many += ",0";
  many += R"(]},{"name":"indices","datatype":"INT32","shape":[0],"data":[]}]})";
  EXPECT_EQ(ask(HttpMethod::Post, "/v2/models/m/explain", many).status, 400);
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

/// Two threads that load at once could take each other's model away.
TEST_F(RoutesTest, LoadingIsOneThreads) {
  train(sparseProgram(), sparseData(20));
  start(sparseProgram());
  const auto isSlow = [&](HttpMethod method, const std::string &target) {
    HttpRequest request;
    request.method = method;
    request.target = target;
    return routes->isSlow(request);
  };
  EXPECT_TRUE(isSlow(HttpMethod::Post, "/v2/repository/models/m/load"));
  EXPECT_TRUE(isSlow(HttpMethod::Post, "/%762/repository/model%73/m/unload?x"));
  EXPECT_FALSE(isSlow(HttpMethod::Get, "/v2/repository/models/m/load"));
  EXPECT_FALSE(isSlow(HttpMethod::Post, "/v2/repository/index"));
  EXPECT_FALSE(isSlow(HttpMethod::Post, "/v2/models/m/infer"));
  EXPECT_FALSE(isSlow(HttpMethod::Post, "/%zz"));
}

} // namespace
} // namespace mlc::test
