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

/// What is asked, in Chinese and in English.
struct Asked {
  const char *chinese, *english;
};

/// A value in the words of the program or of the provider, who chooses the
/// language; that nothing was said stands in both.
std::string fact(Asked asked, const std::string &value) {
  return cardFact(
      fmt::format("{} {}", asked.chinese, asked.english),
      value == notStated ? fmt::format("提供者未说明 / {}", notStated) : value);
}

std::string heading(const char *number, Asked asked) {
  return fmt::format("\n## {}、{} {}\n", number, asked.chinese, asked.english);
}

std::string subjectText(const ModelCard &card) {
  return heading("一", {"主体信息", "Subject"}) +
         fact({"服务提供者名称", "Service provider"},
              card.notes.of("provider")) +
         fact({"联系方式", "Contact"}, card.notes.of("contact")) +
         fact({"算法安全责任人", "Responsible for the algorithm's safety"},
              card.notes.of("responsible"));
}

std::string algorithmText(const ModelCard &card) {
  return heading("二", {"算法信息", "Algorithm"}) +
         fact({"算法名称", "Name"}, card.name) +
         fact({"版本", "Version"}, card.notes.of("version")) +
         fact({"算法类型", "Kind, of those that the filing knows"},
              card.notes.of("algorithm_type")) +
         fact({"应用领域", "Field of application"},
              card.notes.of("application")) +
         fact({"服务形式", "Form of the service"},
              card.notes.of("offered_as")) +
         fact({"目的意图", "Purpose"}, card.notes.of("intended_use")) +
         fact({"基本原理", "Principle"},
              fmt::format("监督学习 supervised learning, {}", card.task)) +
         fact({"运行机制", "Mechanism"},
              fmt::format("输入 input: {}; 输出 output: {}", card.input,
                          card.output)) +
         fmt::format("\n```\n{}```\n", card.architecture);
}

std::string dataText(const ModelCard &card) {
  return heading("三", {"训练数据", "Training data"}) +
         fact({"来源", "Source"}, card.notes.of("training_data")) +
         fact({"规模", "Scale, in rows"}, rowsPhrase(card)) +
         fact({"类型", "Type"}, card.input) +
         fact({"标注规则", "Rules of labelling"}, card.notes.of("labelling")) +
         fact({"文件及校验值", "File and hash"}, dataPhrase(card));
}

std::string modelText(const ModelCard &card) {
  return heading("四", {"模型", "Model"}) +
         fact({"参数数量", "Parameters"}, std::to_string(card.parameters)) +
         fact({"权重", "Weights"}, filePhrase(&card.weights)) +
         fact({"程序", "Program"}, programPhrase(card)) +
         fact({"在先模型", "Models of others or from earlier"},
              earlierPhrase(card)) +
         fact({"训练步数", "Steps of training"}, stepsPhrase(card)) +
         fact({"训练设置", "Options"}, optionsPhrase(card)) +
         fact({"训练用时（秒）", "Seconds"}, secondsPhrase(card)) +
         fact({"乘法次数", "Multiplications"}, multiplicationsPhrase(card)) +
         fact({"能耗（焦耳）", "Joules"}, joulesPhrase(card));
}

std::string assessmentText(const ModelCard &card) {
  std::string text =
      heading("五", {"算法安全自评估", "Self-assessment"}) +
      fact({"测试数据", "Test data"}, testPhrase(card)) +
      fact({"测试数据来源", "Source of the test data"},
           card.notes.of("evaluation_data")) +
      fact({"风险与措施", "Risks, and what was done"}, card.notes.of("risks")) +
      fact({"伦理影响", "Harms to people"}, card.notes.of("ethics")) +
      fact({"人工干预", "Human oversight"}, card.notes.of("oversight")) +
      fact({"安全防护", "Measures against attacks"},
           card.notes.of("security")) +
      fact({"监测与日志留存", "Monitoring, and how long logs are kept"},
           card.notes.of("monitoring")) +
      fact({"指标", "Figures"}, card.test ? "见下表 below" : notStated);
  if (card.test)
    text += "\n" + slicesText(*card.test, "样本 rows", "数量 number");
  return text;
}

std::string noticeText(const ModelCard &card) {
  return heading("六", {"拟公示内容", "What is to be made public"}) +
         fact({"算法简介", "Description"}, card.notes.of("description")) +
         fact({"适用范围", "For"}, card.notes.of("intended_use")) +
         fact({"不适用范围", "Not for"}, card.notes.of("out_of_scope")) +
         fact({"局限", "Limitations"}, card.notes.of("caveats"));
}

} // namespace

std::string ModelCard::chinaFiling() const {
  return fmt::format(
             "# {} 算法备案提纲 Outline of an algorithm filing\n"
             "按《互联网信息服务算法推荐管理规定》第二十四条及《生成式人工智能"
             "服务"
             "管理暂行办法》第十七、十九条整理；是否需要备案由提供者判断。"
             "提供者未说明的内容已注明，其余内容可由 `--check` "
             "重新生成核对。\n\n"
             "By Article 24 of the provisions on algorithmic recommendation "
             "and "
             "Articles 17 and 19 of the interim measures for generative AI; "
             "whether a filing is due, the provider decides. What the provider "
             "has not said is marked so; `--check` makes the rest anew.\n",
             name) +
         subjectText(*this) + algorithmText(*this) + dataText(*this) +
         modelText(*this) + assessmentText(*this) + noticeText(*this);
}

} // namespace mlc::runtime
