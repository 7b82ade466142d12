"""ONNX models read and run with NumPy alone: an own reader of Protocol Buffers, and the operators that
augtrain writes, each from the words of the ONNX specification. For tests; slow and plain."""
import itertools
import math
import struct

import numpy

TYPES = {1: numpy.float32, 2: numpy.uint8, 6: numpy.int32, 7: numpy.int64, 9: numpy.bool_}


def varint(data, at):
    """A number of seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """Every field of a message as (number, value), in order; texts and messages are bytes."""
    at, found = 0, []
    while at < len(data):
        key, at = varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = varint(data, at)
            value -= (value >> 63) << 64
        elif wire == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        elif wire == 5:
            value, at = struct.unpack_from("<f", data, at)[0], at + 4
        elif wire == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
            assert len(value) == size, "a field is cut short"
        else:
            raise AssertionError(f"wire type {wire}")
        found.append((number, value))
    return found


def every(message, number):
    """All values of a field."""
    return [value for n, value in message if n == number]


def one(message, number, default=None):
    """The only value of a field."""
    values = every(message, number)
    assert len(values) <= 1, f"field {number} stands {len(values)} times"
    return values[0] if values else default


def tensor(data):
    """Name and array of a TensorProto."""
    message = fields(data)
    shape = every(message, 1)
    kind = TYPES[one(message, 2)]
    raw = one(message, 9)
    values = numpy.frombuffer(raw, dtype=kind) if raw is not None else numpy.array(every(message, 7), dtype=kind)
    return one(message, 8).decode(), values.reshape(shape)


def attribute(data):
    """Name and value of an AttributeProto."""
    message = fields(data)
    kind = one(message, 20)
    value = {1: lambda: one(message, 2), 2: lambda: one(message, 3), 7: lambda: every(message, 8)}[kind]()
    return one(message, 1).decode(), value


def value_info(data):
    """Name, type and shape of an input or output; an extent by name is a text."""
    message = fields(data)
    kind = fields(one(fields(one(message, 2)), 1))
    shape = []
    for extent in every(fields(one(kind, 2)), 1):
        inner = fields(extent)
        shape.append(one(inner, 1) if one(inner, 2) is None else one(inner, 2).decode())
    return one(message, 1).decode(), TYPES[one(kind, 1)], shape


class Model:
    """A model that was read: operators in order, constants, input and output."""

    def __init__(self, data):
        model = fields(data)
        self.ir_version = one(model, 1)
        self.opset = one(fields(one(model, 8)), 2)
        self.notes = {}
        for note in every(model, 14):
            pair = fields(note)
            self.notes[one(pair, 1).decode()] = one(pair, 2).decode()
        graph = fields(one(model, 7))
        self.constants = dict(tensor(data) for data in every(graph, 5))
        self.input = value_info(one(graph, 11))
        self.output = value_info(one(graph, 12))
        self.nodes = []
        for data in every(graph, 1):
            node = fields(data)
            self.nodes.append((one(node, 4).decode(), [name.decode() for name in every(node, 1)],
                               [name.decode() for name in every(node, 2)],
                               dict(attribute(data) for data in every(node, 5))))
        assert len(self.constants) == len(every(graph, 5)), "two constants have one name"

    def run(self, x):
        """The output for an input, computed with doubles. Every value has one name, and is made before
        it is used."""
        known = {name: array.astype(numpy.float64) if array.dtype == numpy.float32 else array
                 for name, array in self.constants.items()}
        assert self.input[0] not in known
        known[self.input[0]] = x.astype(numpy.float64) if x.dtype == numpy.float32 else x
        for kind, inputs, outputs, attributes in self.nodes:
            assert len(outputs) == 1 and outputs[0] not in known, f"{outputs} stands twice"
            known[outputs[0]] = OPERATORS[kind](*[known[name] for name in inputs], **attributes)
        result = known[self.output[0]]
        assert list(result.shape[1:]) == self.output[2][1:], f"{result.shape}, said {self.output[2]}"
        return result


def windows(x, kernel_shape, strides, pads, dilations=(1, 1), fill=0.0):
    """[N, C, rows, columns, kernel rows, kernel columns] of all windows."""
    (kh, kw), (sh, sw), (dh, dw) = kernel_shape, strides, dilations
    x = numpy.pad(x, ((0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])), constant_values=fill)
    rows = (x.shape[2] - (kh - 1) * dh - 1) // sh + 1
    cols = (x.shape[3] - (kw - 1) * dw - 1) // sw + 1
    row = (numpy.arange(rows) * sh)[:, None] + numpy.arange(kh) * dh
    col = (numpy.arange(cols) * sw)[:, None] + numpy.arange(kw) * dw
    return x[:, :, row[:, None, :, None], col[None, :, None, :]]


def conv(x, w, b=None, **a):
    """Conv."""
    group = a["group"]
    parts = windows(x, a["kernel_shape"], a["strides"], a["pads"], a["dilations"])
    out, per, inner = [], w.shape[0] // group, w.shape[1]
    for g in range(group):
        out.append(numpy.einsum("nchwkl,fckl->nfhw", parts[:, g * inner:(g + 1) * inner], w[g * per:(g + 1) * per]))
    y = numpy.concatenate(out, axis=1)
    return y if b is None else y + b[:, None, None]


def conv_transpose(x, w, b=None, **a):
    """ConvTranspose: every pixel adds its kernel."""
    (kh, kw), (sh, sw), (dh, dw), extra = a["kernel_shape"], a["strides"], a["dilations"], a["output_padding"]
    group, pads, (n, c, h, wide) = a["group"], a["pads"], x.shape
    per, inner = w.shape[1], c // group
    y = numpy.zeros((n, per * group, (h - 1) * sh + (kh - 1) * dh + 1 + extra[0],
                     (wide - 1) * sw + (kw - 1) * dw + 1 + extra[1]))
    for g, i, j, k, m in itertools.product(range(group), range(h), range(wide), range(kh), range(kw)):
        part = slice(g * inner, (g + 1) * inner)
        y[:, g * per:(g + 1) * per, i * sh + k * dh, j * sw + m * dw] += x[:, part, i, j] @ w[part, :, k, m]
    y = y[:, :, pads[0]:y.shape[2] - pads[2], pads[1]:y.shape[3] - pads[3]]
    return y if b is None else y + b[:, None, None]


def average_pool(x, *, kernel_shape, strides, pads, count_include_pad=0):
    """AveragePool."""
    total = windows(x, kernel_shape, strides, pads).sum((4, 5))
    count = windows(numpy.ones_like(x), kernel_shape, strides, pads, fill=float(count_include_pad)).sum((4, 5))
    return total / count


def batch_normalization(x, scale, b, mean, variance, *, epsilon):
    """BatchNormalization of inference."""
    shape = (-1,) + (1,) * (x.ndim - 2)
    return ((x - mean.reshape(shape)) / numpy.sqrt(variance + epsilon).reshape(shape) * scale.reshape(shape)
            + b.reshape(shape))


def gemm(a, b, c=None, *, transB=0):
    """Gemm."""
    y = a @ (b.T if transB else b)
    return y if c is None else y + c


def reshape(x, shape):
    """Reshape; 0 keeps an extent."""
    return x.reshape([x.shape[i] if extent == 0 else extent for i, extent in enumerate(shape)])


def log_softmax(x, *, axis):
    """LogSoftmax."""
    x = x - x.max(axis=axis, keepdims=True)
    return x - numpy.log(numpy.exp(x).sum(axis=axis, keepdims=True))


def reduced(function):
    """A reduction with its axes as an attribute."""
    return lambda x, *, axes, keepdims=1: function(x, axis=tuple(axes), keepdims=bool(keepdims))


def sum_of(*values):
    """Sum of any number of tensors."""
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def sigmoid(x):
    """Sigmoid without overflow."""
    return 0.5 * (1 + numpy.tanh(0.5 * x))


OPERATORS = {
    "Add": numpy.add, "Sub": numpy.subtract, "Mul": numpy.multiply, "Div": numpy.divide, "Max": numpy.maximum,
    "Sum": sum_of, "MatMul": numpy.matmul, "Sqrt": numpy.sqrt, "Tanh": numpy.tanh, "Sigmoid": sigmoid,
    "Erf": numpy.vectorize(math.erf, otypes=[float]), "Softplus": lambda x: numpy.logaddexp(0, x),
    "Relu": lambda x: numpy.maximum(x, 0), "LeakyRelu": lambda x, *, alpha: numpy.where(x < 0, alpha * x, x),
    "Elu": lambda x, *, alpha: numpy.where(x < 0, alpha * numpy.expm1(numpy.minimum(x, 0)), x),
    "HardSigmoid": lambda x, *, alpha, beta: numpy.clip(alpha * x + beta, 0, 1),
    "Greater": numpy.greater, "Equal": numpy.equal, "Not": numpy.logical_not, "Where": numpy.where,
    "Identity": lambda x: x, "Cast": lambda x, *, to: x.astype(numpy.float64 if to == 1 else TYPES[to]),
    "Conv": conv, "ConvTranspose": conv_transpose, "Gemm": gemm, "AveragePool": average_pool,
    "MaxPool": lambda x, *, kernel_shape, strides, pads:
        windows(x, kernel_shape, strides, pads, fill=-numpy.inf).max((4, 5)),
    "GlobalAveragePool": lambda x: x.mean((2, 3), keepdims=True),
    "GlobalMaxPool": lambda x: x.max((2, 3), keepdims=True),
    "BatchNormalization": batch_normalization, "Reshape": reshape,
    "Flatten": lambda x: x.reshape(x.shape[0], -1), "Concat": lambda *x, axis: numpy.concatenate(x, axis=axis),
    "Gather": lambda x, at, *, axis=0: numpy.take(x, at, axis=axis),
    "Transpose": lambda x, *, perm: x.transpose(perm),
    "Unsqueeze": lambda x, axes: numpy.expand_dims(x, tuple(axes)),
    "LogSoftmax": log_softmax, "Softmax": lambda x, *, axis: numpy.exp(log_softmax(x, axis=axis)),
    "ReduceMean": reduced(numpy.mean), "ReduceMax": reduced(numpy.max),
    "ReduceL2": reduced(lambda x, axis, keepdims: numpy.sqrt((x * x).sum(axis=axis, keepdims=keepdims))),
    "ReduceSum": lambda x, axes: x.sum(axis=tuple(axes), keepdims=True),
}
