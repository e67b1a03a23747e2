//===- Syntax.h - How model files are written -------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The `custom<...>` parts of assembly formats. A mistake is told in the user's
// words, where a generated parser would ask for a token.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_SYNTAX_H
#define MLC_DIALECTS_GRAPH_SYNTAX_H

#include "dialects/Graph/Graph.h"

namespace mlc::graph {

/// A float, or a whole number for one.
mlir::ParseResult parseNumber(mlir::OpAsmParser &parser, Number &number);

/// "layer1.weight".
mlir::ParseResult parseName(mlir::OpAsmParser &parser, mlir::StringAttr &name);
void printName(mlir::OpAsmPrinter &printer, mlir::Operation *op,
               mlir::StringAttr name);

/// `zeros`, `uniform(0.1)`, ...
mlir::ParseResult parseInitializer(mlir::OpAsmParser &parser,
                                   InitializerAttr &initializer);
void printInitializer(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                      InitializerAttr initializer);

/// How a parameter is trained, each at most once: `keep_zeros`, `frozen`,
/// `running`, `rate(0.1)`, `weight_decay(0.01)`, `l1(1.0e-4)`.
mlir::ParseResult
parseHowTrained(mlir::OpAsmParser &parser, mlir::UnitAttr &keepZeros,
                mlir::UnitAttr &frozen, mlir::UnitAttr &running,
                mlir::FloatAttr &rate, mlir::FloatAttr &weightDecay,
                mlir::FloatAttr &l1);
void printHowTrained(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                     mlir::UnitAttr keepZeros, mlir::UnitAttr frozen,
                     mlir::UnitAttr running, mlir::FloatAttr rate,
                     mlir::FloatAttr weightDecay, mlir::FloatAttr l1);

/// `adam(learning_rate = 1.0e-3, ...)`: the attribute `#graph.adam<...>`. Which
/// optimisers and settings there are is what GraphAttrs.td says.
mlir::ParseResult parseOptimizer(mlir::OpAsmParser &parser,
                                 OptimizerAttrInterface &optimizer);
void printOptimizer(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                    OptimizerAttrInterface optimizer);

/// `(cosine, warmup = 0.1, ...)`, which stands behind `schedule` at `word`.
mlir::ParseResult parseSchedule(mlir::OpAsmParser &parser, llvm::SMLoc word,
                                ScheduleAttr &schedule);

/// What follows `epochs(N)`, each at most once: `schedule(cosine, ...)`,
/// `clip_norm(1)`, `clip_value(0.5)`, `accumulate(4)`, `l1(1.0e-4)`,
/// `ema(0.999)`, `private(clip = 0.5)`.
mlir::ParseResult
parseDescent(mlir::OpAsmParser &parser, ScheduleAttr &schedule,
             mlir::FloatAttr &clipNorm, mlir::FloatAttr &clipValue,
             mlir::IntegerAttr &accumulate, mlir::FloatAttr &l1,
             mlir::FloatAttr &ema, mlir::FloatAttr &privateClip);
void printDescent(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                  ScheduleAttr schedule, mlir::FloatAttr clipNorm,
                  mlir::FloatAttr clipValue, mlir::IntegerAttr accumulate,
                  mlir::FloatAttr l1, mlir::FloatAttr ema,
                  mlir::FloatAttr privateClip);

} // namespace mlc::graph

#endif // MLC_DIALECTS_GRAPH_SYNTAX_H
