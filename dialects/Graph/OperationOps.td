//===- OperationOps.td - Layers and activations --------------*- tablegen -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_DIALECTS_GRAPH_OPERATIONOPS_TD
#define MLC_DIALECTS_GRAPH_OPERATIONOPS_TD

include "dialects/Graph/ProgramOps.td"

defvar Graph_Differentiable =
    DeclareOpInterfaceMethods<Graph_DifferentiableOpInterface>;
defvar Graph_Composite =
    DeclareOpInterfaceMethods<Graph_CompositeOpInterface>;
/// How attributions pass through an op: its gradient rule holds everywhere, or
/// it has the mean of its derivative along a path.
defvar Graph_Affine = DeclareOpInterfaceMethods<Graph_AffineOpInterface>;
defvar Graph_Curved = DeclareOpInterfaceMethods<Graph_CurvedOpInterface>;
/// Row n of the result follows from row n of each operand that holds a batch,
/// and from operands that hold none (RowWise of Graph.h).
def Graph_RowWise : NativeOpTrait<"RowWise"> {
  let cppNamespace = "::mlc::graph";
}
defvar Graph_InfersType = DeclareOpInterfaceMethods<InferTypeOpInterface>;

def Graph_OperationDocs : OpDocGroup {
  let summary = "Layers and activations";
  let description = [{What a prediction is made of.}];
}

let opDocGroup = Graph_OperationDocs in {

def Graph_LinearOp : Graph_Op<"linear",
    [Pure, Graph_RowWise, Graph_Differentiable, Graph_InfersType,
     DeclareOpInterfaceMethods<Graph_AffineOpInterface, ["buildWith"]>]> {
  let summary = "a layer: y = x W + b";
  let description = [{
    y[n, o] = sum over i of input[n, i] * weight[i, o] + bias[o], with shapes
    input [n, in], weight [in, out], bias [out], y [n, out]. The bias may be
    left out. Of an input of more than two dimensions a row is along the last,
    and n stands for all before it.

    Gradient: dx = dy W^T, of a `#graph.csr` input at its entries only; dW =
    x^T dy, db = sum over n of dy.

    Constraints:
    - (C1) the input has two to four dimensions, the weight two, the bias one.
    - (C2) the weight's first dimension is the input's last.
    - (C3) the bias is as long as the weight's second dimension.
    - (C4) only the input may be `#graph.csr`.

    Example:

    ```mlir
    func.func @linear(%x: tensor<?x3xf32>, %w: tensor<3x2xf32>, %b: tensor<2xf32>) -> tensor<?x2xf32> {
      %y = graph.linear %x, %w, %b : tensor<?x3xf32>, tensor<3x2xf32>, tensor<2xf32>
      return %y : tensor<?x2xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Tensor:$input, Graph_Tensor:$weight,
                       Optional<Graph_Tensor>:$bias);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = [{
    $input `,` $weight (`,` $bias^)? attr-dict `:`
    type($input) `,` type($weight) (`,` type($bias)^)?
  }];
}

def Graph_DequantizeOp : Graph_Op<"dequantize",
    [Pure, Graph_InfersType]> {
  let summary = "a weight of whole numbers with scales";
  let description = [{
    y[i, o] = scale[i] * numbers[i, o] with a scale for each row, scales [in]; or
    y[i, o] = scale[0, o] * numbers[i, o] with a scale for each column, scales
    [1, out]. Numbers and y are [in, out]. `i4` numbers are from -7 to 7, `i8`
    ones from -127 to 127. The compiler takes it into the product that it is the
    weight of: y itself never stands in memory.

    With a scale for each row, the product multiplies each example's value by
    the row's scale and sums in f32. With a scale for each column, it sums whole
    numbers, exactly and so with the same bits on every CPU, and multiplies each
    sum by the column's scale: examples whose values are all 1 as they are, and
    others rounded to 16 bits (`csr.integer_matmul` says how). Dense rows, be
    they examples or what another layer gives, are not rounded: their products
    with the numbers are summed in f32, and each sum is multiplied by the
    column's scale.

    Gradient: none. A quantised weight is not trained, so that a program with
    one predicts, evaluates and explains, but does not train.

    Constraints:
    - (C1) numbers have two dimensions, each known, and scales one or two.
    - (C2) there is a scale for each row of numbers, or for each column: [in] or
      [1, out].
    - (C3) numbers with a scale for each column are `i8`.

    Example:

    ```mlir
    func.func @dequantize(%x: tensor<?x3xf32, #graph.csr>, %q: tensor<3x2xi8>, %s: tensor<3xf16>) -> tensor<?x2xf32> {
      %w = graph.dequantize %q, %s : tensor<3x2xi8>, tensor<3xf16>
      %y = graph.linear %x, %w : tensor<?x3xf32, #graph.csr>, tensor<3x2xf32>
      return %y : tensor<?x2xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Quantized:$numbers, Graph_Scales:$scales);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat =
      "$numbers `,` $scales attr-dict `:` type($numbers) `,` type($scales)";
}

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

/// One operand; the text gives the formula and the gradient.
class Graph_UnaryOp<string opMnemonic, list<Trait> traits = []>
    : Graph_Op<opMnemonic, !listconcat(traits,
        [Pure, Graph_RowWise, SameOperandsAndResultType])> {
  dag operands = (ins Graph_Dense:$input);
  let arguments = operands;
  let results = (outs Graph_Dense:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

/// Without a `gradient`, that of the decomposition.
class Graph_Activation<string opMnemonic, string formula, string gradient = "">
    : Graph_UnaryOp<opMnemonic, !if(!empty(gradient),
        [Graph_Composite, Graph_Curved],
        [Graph_Composite, Graph_Curved, Graph_Differentiable])> {
  let summary = "element by element: y = " # formula;
  let description = "\n    y = " # formula
    # !if(!empty(gradient), "", ". Gradient: dx = " # gradient) # [{.

    Constraints:
    - (C1) the operand is dense.

    Example:

    ```mlir
    func.func @example(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
      %y = graph.}] # opMnemonic # [{ %x : tensor<?x3xf32>
      return %y : tensor<?x3xf32>
    }
    ```
  }];
}

def Graph_ReluOp : Graph_Activation<"relu", "max(x, 0)", "y > 0 ? dy : 0">;
def Graph_SigmoidOp : Graph_Activation<"sigmoid", "1 / (1 + exp(-x))",
    "dy * y * (1 - y)">;
def Graph_TanhOp : Graph_Activation<"tanh", "tanh(x)", "dy * (1 - y * y)">;
def Graph_GeluOp : Graph_Activation<"gelu", "x * (1 + erf(x / sqrt(2))) / 2",
    "dy * ((1 + erf(x / sqrt(2))) / 2 + x * exp(-x * x / 2) / sqrt(2 pi))">;

def Graph_SiluOp : Graph_Activation<"silu", "x / (1 + exp(-x))",
    "dy * (s + y * (1 - s)) with s = 1 / (1 + exp(-x))">;

def Graph_MishOp : Graph_Activation<"mish", "x * tanh(log(1 + exp(x)))">;

def Graph_SeluOp : Graph_Activation<"selu",
    "x > 0 ? l * x : l * a * (exp(x) - 1), with l = 1.0507009873554805 and "
    # "a = 1.6732632423543772",
    "x > 0 ? l * dy : dy * (y + l * a)">;

/// One operand and one number.
class Graph_UnaryWithNumberOp<string opMnemonic, string number,
                              list<Trait> traits = []>
    : Graph_UnaryOp<opMnemonic, !listconcat(traits,
        [Graph_Composite, Graph_Differentiable])> {
  let arguments = !con(operands, !dag(ins, [Graph_FiniteAttr<"C2">], [number]));
  let assemblyFormat =
      "$input `,` $" # number # " attr-dict `:` type($input)";
}

def Graph_LeakyReluOp : Graph_UnaryWithNumberOp<"leaky_relu", "slope",
    [Graph_Curved]> {
  let summary = "element by element: y = x > 0 ? x : slope * x";
  let description = [{
    y = x > 0 ? x : slope * x.
    Gradient: dx = x > 0 ? dy : slope * dy.

    Constraints:
    - (C1) the operand is dense.
    - (C2) the slope is finite.

    Example:

    ```mlir
    func.func @leaky_relu(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
      %y = graph.leaky_relu %x, 0.01 : tensor<?x3xf32>
      return %y : tensor<?x3xf32>
    }
    ```
  }];
}

def Graph_ScaleOp : Graph_UnaryWithNumberOp<"scale", "factor",
    [Graph_Affine]> {
  let summary = "element by element: y = factor * x";
  let description = [{
    y = factor * x. Gradient: dx = factor * dy.

    Constraints:
    - (C1) the operand is dense.
    - (C2) the factor is finite.

    Example:

    ```mlir
    func.func @scale(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
      %y = graph.scale %x, 0.5 : tensor<?x3xf32>
      return %y : tensor<?x3xf32>
    }
    ```
  }];
}

/// Two operands of one shape.
class Graph_BinaryOp<string opMnemonic, string formula, string gradient,
                     Trait path>
    : Graph_Op<opMnemonic, [Pure, Graph_RowWise, SameOperandsAndResultType,
        Graph_Differentiable, Graph_Composite, path]> {
  let summary = "element by element: y = " # formula;
  let description = "\n    y = " # formula # ". Gradient: "
    # gradient # [{.

    Constraints:
    - (C1) both operands are dense and of the same shape.

    Example:

    ```mlir
    func.func @example(%a: tensor<?x3xf32>, %b: tensor<?x3xf32>) -> tensor<?x3xf32> {
      %y = graph.}] # opMnemonic # [{ %a, %b : tensor<?x3xf32>, tensor<?x3xf32>
      return %y : tensor<?x3xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Dense:$lhs, Graph_Dense:$rhs);
  let results = (outs Graph_Dense:$result);
  // Both types are written so that a mismatch is told by the verifier, in its
  // words, and not by the parser.
  let hasCustomAssemblyFormat = 1;
}

def Graph_AddOp : Graph_BinaryOp<"add", "a + b", "da = dy, db = dy",
    Graph_Affine>;
def Graph_SubOp : Graph_BinaryOp<"sub", "a - b", "da = dy, db = -dy",
    Graph_Affine>;
def Graph_MulOp : Graph_BinaryOp<"mul", "a * b", "da = dy * b, db = dy * a",
    Graph_Curved>;

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

def Graph_ReshapeOp : Graph_Op<"reshape",
    [Pure, Graph_RowWise, Graph_Differentiable, Graph_Affine]> {
  let summary = "the same elements in another shape";
  let description = [{
    The elements of x in row-major order, which is the order they have, with
    other sizes: y[j] = x[i] where j and i are the same place of that order.
    Gradient: dx is dy in the shape of x.

    It takes no time: layers, activations and parameters that are seen in
    another shape stay where they are in memory.

    Constraints:
    - (C1) operand and result are dense.
    - (C2) each has one to four dimensions.
    - (C3) both have as many elements; where they hold a batch, the first size
      of both is `?`, and their rows have as many elements.

    Example:

    ```mlir
    func.func @reshape(%x: tensor<?x128xf32>, %w: tensor<8x16x4xf32>) -> (tensor<?x8x16xf32>, tensor<128x4xf32>) {
      %y = graph.reshape %x : tensor<?x128xf32> -> tensor<?x8x16xf32>
      %v = graph.reshape %w : tensor<8x16x4xf32> -> tensor<128x4xf32>
      return %y, %v : tensor<?x8x16xf32>, tensor<128x4xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Dense:$input);
  let results = (outs Graph_Dense:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def Graph_AverageOp : Graph_Op<"average",
    [Pure, Graph_RowWise, Graph_Differentiable, Graph_Affine, Graph_InfersType]> {
  let summary = "the mean over the second dimension";
  let description = [{
    y[n, ...] = (sum over t of x[n, t, ...]) / T, where T is the second size, which
    may be known only when the program runs (`#graph.sizes`). Gradient:
    dx[n, t, ...] = dy[n, ...] / T.

    Constraints:
    - (C1) the operand is dense.
    - (C2) it has three or four dimensions.

    Example:

    ```mlir
    func.func @average(%x: tensor<?x?x8xf32, #graph.sizes<"steps" max 64>>, %z: tensor<?x9x4xf32>) -> (tensor<?x8xf32>, tensor<?x4xf32>) {
      %y = graph.average %x : tensor<?x?x8xf32, #graph.sizes<"steps" max 64>>
      %w = graph.average %z : tensor<?x9x4xf32>
      return %y, %w : tensor<?x8xf32>, tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Dense:$input);
  let results = (outs Graph_Dense:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

//===----------------------------------------------------------------------===//
// Random
//===----------------------------------------------------------------------===//

def Graph_DropoutOp : Graph_Op<"dropout",
    [Pure, Graph_Differentiable, Graph_Affine, AttrSizedOperandSegments,
     DeclareOpInterfaceMethods<Graph_RandomOpInterface>,
     AllTypesMatch<["input", "result"]>]> {
  let summary = "zeroes elements at random while training";
  let description = [{
    While training, y = keep ? x / (1 - probability) : 0, where keep is false
    with the given probability; otherwise y = x. Gradient: dx is the same
    function of dy, so no mask is stored.

    Element (i, j) of a batch keeps its value where the first word of
    Philox4x32-10, as a number in [0, 1), is at least the probability; the key
    is the run's seed, the counter (position + i, j, 16 + site), where
    `position` counts the examples trained on before and `site` the program's
    random ops. The compiler adds the key; a model file has none. Of more than
    two dimensions, j counts the elements of example i in row-major order.

    Constraints:
    - (C1) the operand is dense and has two dimensions or more.
    - (C2) the probability is in [0, 1).
    - (C3) a key has a seed, a position and a site from 0.

    Example:

    ```mlir
    func.func @dropout(%x: tensor<?x3xf32>, %seed: i64, %position: i64) -> tensor<?x3xf32> {
      %y = graph.dropout %x, 0.5 : tensor<?x3xf32>
      %z = graph.dropout %y, 0.5 key(%seed, %position) {site = 0 : i64} : tensor<?x3xf32>
      return %z : tensor<?x3xf32>
    }
    ```
  }];
  let arguments = (ins Graph_Dense:$input, F64Attr:$probability,
                       Optional<I64>:$seed, Optional<I64>:$position,
                       OptionalAttr<I64Attr>:$site);
  let results = (outs Graph_Dense:$result);
  let assemblyFormat = [{
    $input `,` $probability (`key` `(` $seed^ `,` $position `)`)? attr-dict
    `:` type($input)
  }];
  let hasVerifier = 1;
}

} // let opDocGroup

#endif // MLC_DIALECTS_GRAPH_OPERATIONOPS_TD
