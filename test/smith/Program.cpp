//===- Program.cpp - A model that can be changed --------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlc::smith;

/// tensor<?x3xf32>; `encoding` as in ", #graph.csr".
static std::string typeOf(const std::vector<int64_t> &shape,
                          const char *encoding = "") {
  std::string sizes;
  for (int64_t size : shape)
    sizes += size < 0 ? "?x" : fmt::format("{}x", size);
  std::string steps;
  if (shape.size() > 1 && shape[1] == kSteps)
    steps = fmt::format(", #graph.sizes<\"steps\" max {}>", kMostSteps);
  return fmt::format("tensor<{}f32{}{}>", sizes, encoding, steps);
}

/// With a point or an exponent, as the parser wants it.
static std::string realText(double number) {
  return fmt::format("{:e}", number);
}

namespace {
class Printer {
public:
  explicit Printer(const Program &program) : program(program) {}

  std::string print() {
    const auto &nodes = program.nodes;
    std::string text = "graph.program @smith {\n";
    for (size_t i = 0; i < nodes.size(); ++i)
      if (nodes[i].op == "parameter")
        text += fmt::format("  %{0} = graph.parameter \"p{0}\" {1} : {2}\n", i,
                            nodes[i].initializer, typeOf(nodes[i].shape));
    text += fmt::format("  graph.predict(%0: {}) {{\n", type(0));
    for (size_t i = 1; i < nodes.size(); ++i)
      if (nodes[i].op != "parameter")
        text += op(i);
    const std::string answer = typeOf(nodes.back().shape);
    text += fmt::format("    graph.yield %{} : {}\n  }}\n", nodes.size() - 1,
                        answer);
    text += loss(answer, program.loss.ofClasses ? classesOf(answer) : answer);
    text += fmt::format("  graph.train {} batch({}) epochs({}){}\n}}\n",
                        program.optimizer, program.batch, program.epochs,
                        program.descent);
    return text;
  }

private:
  std::string type(int node) const {
    return typeOf(program.nodes[node].shape,
                  node == 0 && program.isSparse ? ", #graph.csr" : "");
  }

  /// The labels of logits: "tensor<?x3xi32>" of "tensor<?x3x5xf32>".
  static std::string classesOf(const std::string &logits) {
    const size_t element = logits.rfind('x');
    return logits.substr(0, logits.rfind('x', element - 1)) + "xi32>";
  }

  std::string op(int index) const {
    const Node &node = program.nodes[index];
    std::vector<std::string> operands, types;
    for (int operand : node.operands) {
      operands.push_back(fmt::format("%{}", operand));
      types.push_back(type(operand));
    }
    if (node.op == "leaky_relu" || node.op == "scale" || node.op == "dropout")
      operands.push_back(realText(node.number));
    return fmt::format("    %{} = graph.{} {} : {}{}\n", index, node.op,
                       fmt::join(operands, ", "), fmt::join(types, ", "),
                       node.op == "reshape" ? " -> " + type(index) : "");
  }

  std::string loss(const std::string &answer, const std::string &label) const {
    std::string text =
        fmt::format("  graph.loss(%y: {}, %t: {}{}{}) {{\n", answer, label,
                    program.isWeighted ? ", %weights: tensor<?xf32>" : "",
                    program.loss.hasTeacher ? ", %teacher: " + answer : "");
    std::string y = "%y", l = "%l";
    if (!program.activation.empty()) {
      text += fmt::format("    %a = graph.{} %y : {}\n", program.activation,
                          answer);
      y = "%a";
    }
    text += fmt::format(
        "    %l = graph.{} {}, %t{}{}{} : {}, {}{}\n", program.loss.op, y,
        program.loss.hasTeacher ? ", %teacher" : "", program.loss.settings,
        program.isWeighted ? " weight(%weights)" : "", answer, label,
        program.loss.hasTeacher ? ", " + answer : "");
    const std::string both = "tensor<f32>, tensor<f32>";
    if (program.lossFactor != 1) {
      text += fmt::format("    %s = graph.scale %l, {} : tensor<f32>\n"
                          "    %r = graph.add %s, %l : {}\n",
                          realText(program.lossFactor), both);
      l = "%r";
    }
    if (program.hasSecondTerm) {
      text += fmt::format("    %u = graph.tanh {0} : {1}\n"
                          "    %m = graph.mse {0}, %u : {1}, {1}\n"
                          "    %w = graph.add {2}, %m : {3}\n",
                          y, answer, l, both);
      l = "%w";
    }
    return text + fmt::format("    graph.yield {} : tensor<f32>\n  }}\n", l);
  }

  const Program &program;
};
} // namespace

std::string Program::text() const { return Printer(*this).print(); }

void Program::removeUnused() {
  std::vector<bool> isUsed(nodes.size());
  isUsed.front() = isUsed.back() = true;
  for (size_t i = nodes.size(); i-- > 0;)
    if (isUsed[i])
      for (int operand : nodes[i].operands)
        isUsed[operand] = true;
  std::vector<int> newNumber(nodes.size());
  std::vector<Node> kept;
  for (size_t i = 0; i < nodes.size(); ++i) {
    newNumber[i] = static_cast<int>(kept.size());
    if (!isUsed[i])
      continue;
    for (int &operand : nodes[i].operands)
      operand = newNumber[operand];
    kept.push_back(std::move(nodes[i]));
  }
  nodes = std::move(kept);
}

std::string mlc::smith::optionsOf(const RunSettings &settings) {
  return fmt::format(
      "--rows {} --density {} --data-seed {} --seed {}{} --cpu "
      "{} --gemm {}{}{}{} "
      "--threads {}{}{}{}",
      settings.rows, settings.density, settings.dataSeed, settings.runSeed,
      settings.shuffle ? "" : " --no-shuffle", settings.cpu, settings.gemm,
      settings.costs.empty() ? "" : " --cost ", fmt::join(settings.costs, ","),
      settings.optimize ? "" : " --no-optimize",
      fmt::join(settings.threads, ","),
      settings.turns.empty() ? "" : " --turns ", fmt::join(settings.turns, ","),
      settings.onGpu ? fmt::format(" --gpu --order {}", settings.order) : "");
}
