//===- ServedPrograms.cpp - Models to be asked, without a network
//-----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ServedPrograms.h"

#include "CapturedOutput.h"
#include "Commands/CommandLine.h"
#include "Import/DataCommand.h"
#include "Support/HandmadeProgram.h"

#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <unistd.h>

using namespace mlc::runtime;

namespace mlc::test {

void fail(const char *message, const std::string &detail) {
  std::fprintf(stderr, "a message: %s\n%s\n", message, detail.c_str());
  std::abort();
}

template <typename Main>
static void run(Main main, std::vector<std::string> words) {
  std::vector<char *> argv;
  for (std::string &word : words)
    argv.push_back(word.data());
  std::string said;
  int status;
  {
    const CapturedOutput output;
    status = main(int(argv.size()), argv.data());
    said = output.errors();
  }
  if (status != 0)
    fail("a model cannot be made", said);
}

ServedProgram::ServedProgram(const MlcProgram &program,
                             const std::string &folder,
                             const std::string &source,
                             std::vector<std::string> options)
    : program(program) {
  const std::string rows = folder + "/rows.csv", data = folder + "/data",
                    weights = folder + "/weights";
  std::ofstream(rows) << source;
  options.insert(options.begin(), {"mlc data", rows, "-o", data});
  run(dataMain, options);
  run([this](int argc,
             char **argv) { return programMain(this->program, argc, argv); },
      {"program", "train", "--data", data, "-o", weights, "--epochs", "1",
       "--threads", "1"});
  slot.emplace(this->program, weights, "m",
               [](const SafetensorsFile &) { return OutputTerms(); });
  routes.emplace(*slot, keys, Routes::Options{.maxBody = mostBody},
                 [] { return std::string(); });
}

std::deque<ServedProgram> &servedPrograms() {
  static std::deque<ServedProgram> models;
  if (!models.empty())
    return models;
  const std::string folder =
      "/dev/shm/mlc-serve-fuzzer." + std::to_string(::getpid());
  std::filesystem::create_directory(folder);
  models.emplace_back(sparseProgram(), folder,
                      "1 0:1 3:2\n0 2:1\n1 1:1\n0 19:1\n",
                      std::vector<std::string>{"--format", "libsvm"});
  std::string texts = "review,label\n", table = "n,kind,m,class\n";
  for (int i = 0; i < 60; ++i) {
    texts += "w" + std::to_string(i % 18) + (i % 2 ? " good,up" : " bad,down") +
             "\n";
    table += (i % 7 ? std::to_string(i % 5) : "") + (i % 2 ? ",a," : ",b,") +
             std::to_string(i % 11) + ",c" + std::to_string(i % 3) + "\n";
  }
  models.emplace_back(sparseProgram(), folder, texts,
                      std::vector<std::string>{"--max-features", "20"});
  models.emplace_back(classProgram(), folder, table,
                      std::vector<std::string>{"--label-column", "class"});
  std::filesystem::remove_all(folder); // The weights are mapped.
  return models;
}

void expectAnswer(const HttpResponse &response) {
  if (response.status != 200 &&
      (response.status < 400 || response.status > 599))
    fail("a status that is none", std::to_string(response.status));
  boost::json::error_code code;
  if (response.status != 200) {
    const auto body = boost::json::parse(response.body, code);
    if (code || !body.is_object() || !body.as_object().contains("error"))
      fail("an error without its JSON", response.body);
  } else if (response.type == "application/json" && !response.body.empty() &&
             response.headers.empty()) {
    boost::json::parse(response.body, code);
    if (code)
      fail("an answer that is no JSON", response.body);
  }
}

} // namespace mlc::test
