//===- Html.cpp - A page in one file --------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/Html.h"

#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

// Colours of series: Okabe and Ito's, which colour-blind readers tell apart,
// lighter on dark.
static constexpr std::string_view style = R"(
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;
--paper:#fff;--card:#f6f8fa;--bad:#a40e26;--heat:0,114,178;
--c0:#0072b2;--c1:#d55e00;--c2:#007a5a;--c3:#b3528f;--c4:#8a6d00;--c5:#3b3b98;
--c6:#57606a;--c7:#a40e26}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;
--line:#3d444d;--paper:#0d1117;--card:#151b23;--bad:#ff8b94;--heat:86,180,233;
--c0:#56b4e9;--c1:#ff9d4d;--c2:#3ddba8;--c3:#e79bc8;--c4:#e3c84b;--c5:#a5a5ff;
--c6:#9aa4af;--c7:#ff8b94}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;color:var(--ink);
background:var(--paper);font:15px/1.45 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.2rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:1.6rem 0 .6rem}
.grid{display:grid;gap:1rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))}
figure{margin:0;padding:.6rem;background:var(--card);border:1px solid var(--line);
border-radius:6px;min-width:0}
figcaption{font-weight:600;margin-bottom:.3rem}
svg{width:100%;height:auto;display:block}
svg text{fill:var(--soft);font-size:12px}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid var(--line)}
th:first-child{text-align:left}
thead th{color:var(--soft);font-weight:600;vertical-align:bottom}
table.confusion td{text-align:center;border:1px solid var(--line)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1rem;
margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.warning{border-left:4px solid var(--bad);background:var(--card);
padding:.5rem .8rem;margin:.5rem 0;overflow-wrap:anywhere}
.warning b{color:var(--bad)}
ul.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1rem;padding:0;
margin:.3rem 0 0;font-size:13px}
ul.legend li{overflow-wrap:anywhere;min-width:0}
ul.legend svg{display:inline;width:1.6rem;height:.6rem}
@media (max-width:480px){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}
th,td{padding:.2rem .4rem}}
)";

std::string escapeHtml(std::string_view text) {
  std::string escaped;
  for (char character : text)
    switch (character) {
    case '&':
      escaped += "&amp;";
      break;
    case '<':
      escaped += "&lt;";
      break;
    case '>':
      escaped += "&gt;";
      break;
    case '"':
      escaped += "&quot;";
      break;
    default:
      escaped += character;
    }
  return escaped;
}

std::string htmlFigure(std::string_view name, double value,
                       std::string_view shown) {
  if (!std::isfinite(value))
    return fmt::format("<span data-undefined=\"{}\">undefined</span>",
                       escapeHtml(name));
  return fmt::format("<data data-figure=\"{}\" value=\"{}\">{}</data>",
                     escapeHtml(name), value, escapeHtml(shown));
}

std::string
htmlFacts(std::span<const std::pair<std::string, std::string>> facts) {
  std::string html = "<dl>";
  for (const auto &[name, text] : facts)
    html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escapeHtml(name),
                        escapeHtml(text));
  return html + "</dl>";
}

void HtmlPage::addSection(std::string_view heading, std::string_view body) {
  sections_ += fmt::format("<section>\n<h2>{}</h2>\n{}\n</section>\n",
                           escapeHtml(heading), body);
}

void HtmlPage::addWarning(std::string_view text) {
  warnings_ += fmt::format("<p class=\"warning\" role=\"alert\">"
                           "<b>Note</b> {}</p>\n",
                           escapeHtml(text));
}

std::string HtmlPage::text() const {
  const std::string title = escapeHtml(title_);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; style-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<title>{}</title>\n<style>{}</style>\n</head>\n"
      "<body>\n<h1>{}</h1>\n{}{}</body>\n</html>\n",
      title, style, title, warnings_, sections_);
}

} // namespace mlc::runtime
