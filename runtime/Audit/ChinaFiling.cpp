//===- ChinaFiling.cpp - A model by the outline of China's filing ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/CardText.h"

#include <fmt/format.h>

namespace mlc::runtime {

namespace {

using Card = const ModelCard &;

/// Values are in the words of the program or of the provider, who chooses the
/// language; that nothing was said stands in both.
constexpr std::string_view absent = "提供者未说明 / not stated by the provider";

constexpr CardPoint subject[] = {
    {"服务提供者名称 Service provider", "provider", nullptr},
    {"联系方式 Contact", "contact", nullptr},
    {"算法安全责任人 Responsible for the algorithm's safety", "responsible",
     nullptr},
};

constexpr CardPoint algorithm[] = {
    {"算法名称 Name", nullptr, [](Card card) { return card.name; }},
    {"版本 Version", "version", nullptr},
    {"算法类型 Kind, of those that the filing knows", "algorithm_type",
     nullptr},
    {"应用领域 Field of application", "application", nullptr},
    {"服务形式 Form of the service", "offered_as", nullptr},
    {"目的意图 Purpose", "intended_use", nullptr},
    {"基本原理 Principle", nullptr,
     [](Card card) { return "监督学习 supervised learning, " + card.task; }},
    {"运行机制 Mechanism", nullptr,
     [](Card card) {
       return fmt::format("输入 input: {}; 输出 output: {}", card.input,
                          card.output);
     }},
};

constexpr CardPoint data[] = {
    {"来源 Source", "training_data", nullptr},
    {"规模 Scale, in rows", nullptr, rowsPhrase},
    {"类型 Type", nullptr, [](Card card) { return card.input; }},
    {"标注规则 Rules of labelling", "labelling", nullptr},
    {"文件及校验值 File and hash", nullptr, dataPhrase},
};

constexpr CardPoint model[] = {
    {"参数数量 Parameters", nullptr,
     [](Card card) { return std::to_string(card.parameters); }},
    {"权重 Weights", nullptr,
     [](Card card) { return filePhrase(&card.weights); }},
    {"程序 Program", nullptr, programPhrase},
    {"在先模型 Models of others or from earlier", nullptr, earlierPhrase},
    {"训练步数 Steps of training", nullptr, stepsPhrase},
    {"训练设置 Options", nullptr, optionsPhrase},
    {"训练用时（秒） Seconds", nullptr, secondsPhrase},
    {"乘法次数 Multiplications", nullptr, multiplicationsPhrase},
    {"能耗（焦耳） Joules", nullptr, joulesPhrase},
};

constexpr CardPoint assessment[] = {
    {"测试数据 Test data", nullptr, testPhrase},
    {"测试数据来源 Source of the test data", "evaluation_data", nullptr},
    {"风险与措施 Risks, and what was done", "risks", nullptr},
    {"伦理影响 Harms to people", "ethics", nullptr},
    {"人工干预 Human oversight", "oversight", nullptr},
    {"安全防护 Measures against attacks", "security", nullptr},
    {"监测与日志留存 Monitoring, and how long logs are kept", "monitoring",
     nullptr},
    {"指标 Figures", nullptr,
     [](Card card) {
       return std::string(card.test ? "见下表 below" : notStated);
     }},
};

constexpr CardPoint notice[] = {
    {"算法简介 Description", "description", nullptr},
    {"适用范围 For", "intended_use", nullptr},
    {"不适用范围 Not for", "out_of_scope", nullptr},
    {"局限 Limitations", "caveats", nullptr},
};

} // namespace

std::string ModelCard::chinaFiling() const {
  std::string text = fmt::format(
      "# {} 算法备案提纲 Outline of an algorithm filing\n"
      "按《互联网信息服务算法推荐管理规定》第二十四条及《生成式人工智能服务管理"
      "暂行办法》第十七、十九条整理；是否需要备案由提供者判断。提供者未说明的"
      "内容已注明，其余内容可由 `--check` 重新生成核对。\n\n"
      "By Article 24 of the provisions on algorithmic recommendation and "
      "Articles 17 and 19 of the interim measures for generative AI; whether a "
      "filing is due, the provider decides. What the provider has not said is "
      "marked so; `--check` makes the rest anew.\n",
      name);
  const auto add = [&](const char *heading, std::span<const CardPoint> points) {
    text += outlineText(*this, heading, points, absent);
  };
  add("一、主体信息 Subject", subject);
  add("二、算法信息 Algorithm", algorithm);
  text += fmt::format("\n```\n{}```\n", architecture);
  add("三、训练数据 Training data", data);
  add("四、模型 Model", model);
  add("五、算法安全自评估 Self-assessment", assessment);
  if (test)
    text += "\n" + slicesText(*test, "样本 rows", "数量 number");
  add("六、拟公示内容 What is to be made public", notice);
  return text;
}

} // namespace mlc::runtime
