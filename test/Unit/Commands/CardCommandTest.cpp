//===- CardCommandTest.cpp - PROGRAM card ---------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/Digest.h"
#include "Audit/ModelCard.h"
#include "Support/CommandLineFixture.h"
#include "Support/TextProgramFixture.h"

#include <boost/json.hpp>

namespace mlc::test {
namespace {

using namespace runtime;

class CardTest : public CommandLineTest {
protected:
  void SetUp() override {
    train(program, sparseData(200));
    sparseData(120, 3).write(test);
    writeFile(notes, R"({"license": "mit", "intended_use": "a \"test\"",)"
                     R"( "language": "en", "training_data": "made up"})");
  }

  Result card(Arguments more) {
    Arguments arguments = {"card", weights};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runInside(program, arguments);
  }
  Arguments all(Arguments more = {}) {
    Arguments arguments = {"--test", test, "--notes", notes};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  static bool has(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
  }

  MlcProgram program = sparseProgram();
  std::string test = folder / "test.st", notes = folder / "notes";
};

TEST_F(CardTest, SaysWhatIsKnownAndNothingElse) {
  const Result result = card(all());
  ASSERT_EQ(result.status, 0) << result.error;
  const std::string &text = result.out;
  EXPECT_TRUE(text.starts_with("---\nlibrary_name: mlc\npipeline_tag: "));
  EXPECT_TRUE(has(text, "\nlicense: \"mit\"\nlanguage: \"en\"\n"));
  EXPECT_TRUE(has(text, "**For**: a \"test\"\n"));
  EXPECT_TRUE(has(text, "**Not for**: not stated by the provider\n"));
  EXPECT_TRUE(has(text, "**Source**: made up\n"));
  EXPECT_TRUE(has(text, sha256OfFile(weights)));
  EXPECT_TRUE(has(text, sha256OfFile(test)));
  EXPECT_TRUE(has(text, sha256OfFile(data)));
  for (const char *section :
       {"Model details", "Intended use", "Factors", "Metrics",
        "Evaluation data", "Training data", "Quantitative analyses",
        "Ethical considerations", "Caveats and recommendations"})
    EXPECT_TRUE(has(text, "\n## " + std::string(section) + "\n")) << section;
  // As eval has it.
  const auto figures =
      boost::json::parse(runInside(program, {"eval", "--data", test,
                                             "--weights", weights, "--json"})
                             .out)
          .as_object();
  for (const char *name : {"accuracy", "ece", "brier"})
    if (const auto *figure = figures.if_contains(name))
      EXPECT_TRUE(has(text, std::string("- type: ") + name + "\n      value: " +
                                cardNumber(figure->to_number<double>()) + "\n"))
          << name << text;
}

/// Slices have each row once, and their accuracies add up to that of all.
TEST_F(CardTest, SlicesAreOfAllRows) {
  const Result result = card(all({"--format", "cyclonedx"}));
  ASSERT_EQ(result.status, 0) << result.error;
  const std::string text = card(all()).out;
  std::int64_t classes = 0, lengths = 0;
  for (const std::string &line : linesOf(text)) {
    const std::size_t bar = line.find(" | ");
    if (line.starts_with("| class "))
      classes += std::stoll(line.substr(bar + 3));
    if (line.starts_with("| ") && has(line.substr(0, bar), " entries"))
      lengths += std::stoll(line.substr(bar + 3));
  }
  EXPECT_EQ(classes, 120) << text;
  EXPECT_EQ(lengths, 120) << text;
}

TEST_F(CardTest, EachLineCanBeMadeAnew) {
  const std::string path = folder / "README.md";
  for (const char *format : {"md", "cyclonedx", "annex-iv", "filing-cn"}) {
    std::filesystem::remove(path);
    ASSERT_EQ(card(all({"--format", format, "-o", path})).status, 0);
    const Arguments check = all({"--format", format, "--check", path});
    EXPECT_EQ(card(check).status, 0);
    const std::string text = readFile(path);
    // Any figure, and any other letter.
    for (const char *part : {"0.", "made up", "SHA-256"}) {
      std::string changed = text;
      const std::size_t at = changed.find(part);
      ASSERT_NE(at, std::string::npos) << part;
      ++changed[at + 2];
      writeFile(path, changed);
      const Result result = card(check);
      EXPECT_EQ(result.status, 1) << part;
      EXPECT_TRUE(has(result.error, path + ":")) << result.error;
      EXPECT_TRUE(has(result.error, "but made anew it is")) << result.error;
    }
    writeFile(path, text.substr(0, text.size() - 1));
    EXPECT_EQ(card(check).status, 1);
    writeFile(path, text + "more\n");
    EXPECT_EQ(card(check).status, 1);
  }
}

/// Each point of the outline is there, once, with what is known or the mark.
TEST_F(CardTest, HasTheOutlineOfAnnexIv) {
  writeFile(notes,
            R"({"risks": "none known", "monitoring": "drift, monthly"})");
  const std::string text = card(all({"--format", "annex-iv"})).out;
  for (const char *section :
       {"1. General description", "2. Elements, and how they were developed",
        "3. Monitoring, functioning and control",
        "4. Why these metrics are appropriate",
        "5. Risk management system (Article 9)\nnone known",
        "6. Changes through the lifecycle\nnot stated by the provider",
        "7. Harmonised standards", "8. EU declaration of conformity",
        "9. Post-market monitoring (Article 72)\ndrift, monthly"})
    EXPECT_TRUE(has(text, "\n## " + std::string(section))) << section;
  for (const std::string &known :
       {sha256OfFile(weights), sha256OfFile(test), sha256OfFile(data),
        std::string("| all | 120 |"), std::string("learned**: 200\n")})
    EXPECT_TRUE(has(text, known)) << known << "\n" << text;
}

TEST_F(CardTest, HasTheOutlineOfChinasFiling) {
  writeFile(notes, R"({"provider": "某公司", "application": "影评"})");
  const std::string text = card(all({"--format", "filing-cn"})).out;
  for (const char *part :
       {"## 一、主体信息 Subject", "## 二、算法信息 Algorithm",
        "## 三、训练数据 Training data", "## 四、模型 Model",
        "## 五、算法安全自评估 Self-assessment", "## 六、拟公示内容",
        "服务提供者名称 Service provider**: 某公司\n",
        "应用领域 Field of application**: 影评\n",
        "规模 Scale, in rows**: 200\n",
        "联系方式 Contact**: 提供者未说明 / not stated by the provider\n",
        "| 样本 rows | 数量 number |"})
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  EXPECT_TRUE(has(text, sha256OfFile(data)));
}

TEST_F(CardTest, WhatWasNotMeasuredIsNotStated) {
  std::filesystem::remove(weights + ".run.json");
  const std::string text = card({}).out;
  EXPECT_FALSE(has(text, "model-index"));
  for (const char *name : {"Provider", "Contact", "License", "Program", "Steps",
                           "Options", "Finished", "Seconds", "Multiplications",
                           "Energy in joules, of the machine's processors"})
    EXPECT_TRUE(has(text, std::string("**") + name +
                              "**: not stated by the provider\n"))
        << name << "\n"
        << text;
  for (const char *section :
       {"Factors", "Metrics", "Quantitative analyses", "Ethical considerations",
        "Caveats and recommendations"})
    EXPECT_TRUE(has(text, std::string("## ") + section +
                              "\nnot stated by the provider\n"))
        << section;
}

TEST_F(CardTest, IsABillOfMaterials) {
  const Result result = card(all({"--format", "cyclonedx", "--name", "m"}));
  ASSERT_EQ(result.status, 0) << result.error;
  const auto bill = boost::json::parse(result.out);
  EXPECT_EQ(bill.at("bomFormat").as_string(), "CycloneDX");
  EXPECT_EQ(bill.at("specVersion").as_string(), "1.6");
  const auto &components = bill.at("components").as_array();
  ASSERT_EQ(components.size(), 3u);
  EXPECT_EQ(components[0].at("name").as_string(), "m");
  EXPECT_EQ(components[0].at_pointer("/hashes/0/content").as_string(),
            sha256OfFile(weights));
  for (const auto &set : components[0]
                             .at_pointer("/modelCard/modelParameters/datasets")
                             .as_array())
    EXPECT_TRUE(std::any_of(components.begin(), components.end(),
                            [&](const auto &component) {
                              return component.at("bom-ref") == set.at("ref");
                            }));
  EXPECT_FALSE(
      components[0]
          .at_pointer("/modelCard/quantitativeAnalysis/performanceMetrics")
          .as_array()
          .empty());
}

TEST_F(CardTest, WrongInputsAreNamed) {
  writeFile(notes, R"({"licence": "mit"})");
  Result result = card(all());
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(has(result.error, "\"licence\" is not known")) << result.error;
  writeFile(notes, R"({"license": 1})");
  EXPECT_EQ(card(all()).status, 1);
  writeFile(notes, "[");
  EXPECT_EQ(card(all()).status, 1);
  // Another training's record.
  const std::string other = folder / "other";
  ASSERT_EQ(runInside(program,
                      {"train", "--data", data, "-o", other, "--epochs", "1"})
                .status,
            0);
  result = card({"--record", other + ".run.json"});
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(has(result.error, "is no record of the weights"));
  EXPECT_EQ(card({"--format", "pdf"}).status, 2);
  EXPECT_EQ(card({"-o", weights}).status, 2);
}

class CardOfTextsTest : public TextProgramTest {};

/// Of texts, slices are by words and by the share of those that are unknown.
TEST_F(CardOfTextsTest, SlicesAreByWordsAndUnknownWords) {
  trainOnTexts();
  std::string csv = "review,label\n";
  // Of four kinds: no unknown word, one of three, two of four, two of five.
  for (int row = 0; row < 80; ++row)
    csv += textOf(row) +
           (row % 4 == 0   ? ""
            : row % 4 == 1 ? " zzz"
            : row % 4 == 2 ? " zzz yyy"
                           : " w3 zzz yyy") +
           "," + std::to_string(row % 2) + "\n";
  const Result result = runInside(
      sparseProgram(), {"card", weights, "--test", write("test.csv", csv)});
  ASSERT_EQ(result.status, 0) << result.error;
  for (const char *slice : {"| 0 to 2 words | 20 |", "| 3 to 3 words | 20 |",
                            "| 4 to 4 words | 20 |", "| 5 to 5 words | 20 |",
                            "| 0.0 to 0.0 % unknown words | 20 |",
                            "| 0.1 to 33.4 % unknown words | 20 |",
                            "| 33.5 to 40.0 % unknown words | 20 |",
                            "| 40.1 to 50.0 % unknown words | 20 |"})
    EXPECT_NE(result.out.find(slice), std::string::npos) << slice << "\n"
                                                         << result.out;
}

} // namespace
} // namespace mlc::test
