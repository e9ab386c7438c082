"""The network: a stack of causal dilated convolutions over pairs of filter-bank frames, with residuals; and as ONNX."""

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from features import BANDS

TAPS = 3
#: Frames of 20 ms that the net hears beyond the one it tells.
AHEAD = 4
#: Log powers below this are silence; mean and deviation of what is above.
FLOOR, MEAN, DEVIATION = 0.0, 13.0, 4.0


def init(key, classes: int, width: int, dilations: list[int]) -> dict:
    def matrix(key, rows, columns, gain=1.0):
        return gain * jax.random.normal(key, (rows, columns)) * np.sqrt(2 / rows)

    keys = iter(jax.random.split(key, len(dilations) + 3))
    return {
        "in": (matrix(next(keys), 2 * BANDS, width), jnp.zeros(width)),
        "blocks": [(matrix(next(keys), TAPS * width, width, 0.5), jnp.zeros(width)) for _ in dilations],
        "out": (matrix(next(keys), width, classes, 0.5), jnp.zeros(classes)),
        "jaw": (matrix(next(keys), width, 1, 0.5), jnp.zeros(1)),
    }


def forward(params: dict, x, dilations: list[int], key=None, drop: float = 0.0):
    """x [batch, frames of 20 ms, 160] → logits [batch, frames, classes], jaw [batch, frames]."""
    x = (jnp.maximum(x, FLOOR) - MEAN) / DEVIATION
    weights, bias = params["in"]
    x = jax.nn.relu(x @ weights + bias)
    for n, ((weights, bias), d) in enumerate(zip(params["blocks"], dilations)):
        before = jnp.pad(x, ((0, 0), ((TAPS - 1) * d, 0), (0, 0)))
        taps = jnp.concatenate([before[:, t * d : t * d + x.shape[1]] for t in range(TAPS)], axis=2)
        y = jax.nn.relu(taps @ weights + bias)
        if key is not None:
            keep = jax.random.bernoulli(jax.random.fold_in(key, n), 1 - drop, (y.shape[0], 1, y.shape[2]))
            y = y * keep / (1 - drop)
        x = x + y
    (out, bias), (jaw, jaw_bias) = params["out"], params["jaw"]
    return x @ out + bias, (x @ jaw + jaw_bias)[..., 0]


def export(params: dict, dilations: list[int], classes: list[str], about: dict[str, str]) -> onnx.ModelProto:
    """
    `features` [1, 160, frames] (two filter-bank frames each), `state` [1, width, columns] → `likelihoods` [1, classes,
    frames], `next_state`. The state holds, layer by layer, what each convolution has to remember; zeros at the start.
    """
    params = jax.tree.map(lambda a: np.asarray(a, np.float32), params)
    width = params["in"][1].shape[0]
    constants, nodes = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(op, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    x = node("Max", ["features", constant("floor", np.float32(FLOOR))], "heard")
    weights, bias = params["in"]
    # The normalisation is part of the first convolution.
    first = weights.T[:, :, None] / DEVIATION
    shift = bias - weights.sum(axis=0) * MEAN / DEVIATION
    x = node("Conv", [x, constant("in.weight", first), constant("in.bias", shift)], "in.sum")
    x = node("Relu", [x], "in")
    borders = np.cumsum([0, *((TAPS - 1) * d for d in dilations)])
    states = []
    for n, ((weights, bias), d) in enumerate(zip(params["blocks"], dilations)):
        kept = int((TAPS - 1) * d)
        old = node("Slice", ["state", constant(f"{n}.from", borders[n : n + 1].astype(np.int64)),
                             constant(f"{n}.to", borders[n + 1 : n + 2].astype(np.int64)), constant(f"{n}.axis", np.array([2], np.int64))], f"{n}.old")
        whole = node("Concat", [old, x], f"{n}.whole", axis=2)
        states.append(node("Slice", [whole, constant(f"{n}.last", np.array([-kept], np.int64)),
                                     constant(f"{n}.end", np.array([2**31], np.int64)), f"{n}.axis"], f"{n}.new"))
        kernel = weights.reshape(TAPS, width, width).transpose(2, 1, 0)
        y = node("Conv", [whole, constant(f"{n}.weight", np.ascontiguousarray(kernel)), constant(f"{n}.bias", bias)], f"{n}.sum", dilations=[int(d)])
        x = node("Add", [x, node("Relu", [y], f"{n}.relu")], f"{n}.out")
    weights, bias = params["out"]
    x = node("Conv", [x, constant("out.weight", weights.T[:, :, None].copy()), constant("out.bias", bias)], "logits")
    node("Softmax", [x], "likelihoods", axis=1)
    node("Concat", states, "next_state", axis=2)
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes, "lips",
        [helper.make_tensor_value_info("features", floats, [1, 2 * BANDS, "frames"]),
         helper.make_tensor_value_info("state", floats, [1, width, int(borders[-1])])],
        [helper.make_tensor_value_info("likelihoods", floats, [1, len(classes), "frames"]),
         helper.make_tensor_value_info("next_state", floats, [1, width, int(borders[-1])])],
        constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9, producer_name="train_lips")
    helper.set_model_props(model, about)
    onnx.checker.check_model(model, full_check=True)
    return model
