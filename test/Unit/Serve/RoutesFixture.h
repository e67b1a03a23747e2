//===- RoutesFixture.h - A served model without the network -----*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TEST_UNIT_SERVE_ROUTESFIXTURE_H
#define MLC_TEST_UNIT_SERVE_ROUTESFIXTURE_H

#include "Serve/Routes.h"

#include "Data/ClassNames.h"
#include "Program/StoredDecision.h"
#include "Signature.h"
#include "Support/CommandLineFixture.h"

#include <boost/json.hpp>

namespace mlc::test {

using namespace mlc::runtime;

/// Asks a model that was just trained, as a connection would.
class RoutesTest : public CommandLineTest {
protected:
  void start(const MlcProgram &served, Routes::Options options = {}) {
    program = served;
    thread.emplace();
    slot.emplace(program, weights, "m",
                 [outputs = columnsOf(served)](const SafetensorsFile &file) {
                   return OutputTerms{.scores = {},
                                      .names = classNamesOf(file),
                                      .target = targetScaleOf(file),
                                      .decision = decisionOf(file, outputs)};
                 });
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

} // namespace mlc::test

#endif // MLC_TEST_UNIT_SERVE_ROUTESFIXTURE_H
