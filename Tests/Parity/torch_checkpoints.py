#!/usr/bin/env python3
"""Writes PyTorch checkpoints in both of torch.save's forms, and the numbers that are expected of each.

usage: torch_checkpoints.py OUTPUT_FOLDER
Every case becomes NAME.archive.pth and NAME.legacy.pth (protocol 4: NAME.archive.pth alone), and NAME.safetensors: the
tensors of the state dict as f32, in its order. The metadata of that hold "integers", the names of the tensors that are
left out, one a line; "key", where the state dict stands in the file ("" for the top level); "ask", the key that is
asked for ("" for none). refused.*.pth are files that must not be read: Swift looks for the text in refused.*.txt.
Swift reads the folder whose path is in PEREGRINE_TORCH_CHECKPOINTS. Exits with 77 where torch is absent.
"""
import argparse
import datetime
import json
import os
import pathlib
import struct
import sys
from collections import OrderedDict

try:
    import torch
    from torch import nn
except ImportError as error:
    print(f"skipped: {error}; the checkpoints need torch")
    sys.exit(77)


def write_expected(path, tensors, **metadata):
    """Eight bytes of header length, a JSON header padded to eight bytes, little-endian floats."""
    header, parts, position = OrderedDict(__metadata__=metadata), [], 0
    for name, tensor in tensors.items():
        data = tensor.detach().to(torch.float32).contiguous().numpy().astype("<f4").tobytes()
        header[name] = dict(dtype="F32", shape=list(tensor.shape), data_offsets=[position, position + len(data)])
        position += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def write(folder, name, state, file=None, key="", ask="", legacy=True, prefix="", **options):
    """`state` is what is expected, `file` what is saved (the same where it is None)."""
    saved = state if file is None else file
    torch.save(saved, os.path.join(folder, f"{name}.archive.pth"), **options)
    if legacy:
        torch.save(
            saved, os.path.join(folder, f"{name}.legacy.pth"), _use_new_zipfile_serialization=False, **options)
    names = {entry: entry[len(prefix):] for entry, value in state.items() if torch.is_tensor(value)}
    floats = {names[entry]: state[entry] for entry in names if state[entry].is_floating_point()}
    integers = [names[entry] for entry in names if not state[entry].is_floating_point()]
    write_expected(
        os.path.join(folder, f"{name}.safetensors"), floats, integers="\n".join(integers), key=key, ask=ask)
    print(f"{name}: {len(floats)} tensors, {len(integers)} of integers")


def element_types(random):
    values = torch.randn(37, generator=random) * 100
    special = torch.tensor([0.0, -0.0, float("inf"), -float("inf"), 1e-40, 65504.0, 3.0e38, 2.0 ** -24])
    state = OrderedDict()
    for type in (torch.float32, torch.float16, torch.bfloat16, torch.float64):
        state[f"{type}".replace("torch.", "") + ".values"] = values.to(type)
        if type != torch.float64:
            state[f"{type}".replace("torch.", "") + ".special"] = special.to(type)
    # Halfway between two 32-bit floats, below and above it.
    state["float64.rounding"] = torch.tensor(
        [1 + 2.0 ** -24, 1 + 3 * 2.0 ** -24, 1 + 2.0 ** -24 + 2.0 ** -50, 0.1, 1e-320, 3.4e38], dtype=torch.float64)
    for type in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool):
        state[f"counts.{type}"] = torch.ones(3, dtype=type)
    return state


def every_half():
    """All 65,536 bit patterns of both half types, without the NaNs, whose payload is not kept by everyone."""
    bits = torch.arange(-32768, 32768, dtype=torch.int32).to(torch.int16)
    state = OrderedDict()
    for type in (torch.float16, torch.bfloat16):
        numbers = bits.view(type)
        state[f"{type}"] = numbers[~torch.isnan(numbers)]
    return state


def views(random):
    base = torch.randn(6, 5, 4, generator=random)
    half = torch.randn(8, 9, generator=random).half()
    return OrderedDict([
        ("base", base), ("transposed", base.permute(2, 0, 1)), ("slice", base[1:5:2, 1:, ::3]), ("row", base[3]),
        ("element", base[2, 3, 1]), ("expanded", base[:, :1, :1].expand(6, 5, 4)), ("empty", base[:, 5:]),
        ("scalar", torch.tensor(2.5)), ("nothing", torch.zeros(0)), ("alone", base[5:6, 4:5, 3:4]),
        ("half.columns", half[:, 2:7:2]), ("half.transposed", half.t()),
        ("channels_last", torch.randn(2, 3, 4, 5, generator=random).to(memory_format=torch.channels_last)),
        ("diagonal", torch.diagonal(half)), ("tied", base),
    ])


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 4, 1))
        self.classifier = nn.Linear(4, 10)
        self.register_buffer("steps", torch.tensor(7))


def training(network, random):
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    for parameter in network.parameters():
        parameter.grad = torch.randn(parameter.shape, generator=random)
    optimizer.step()
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10)
    return dict(
        epoch=3, model=network.state_dict(), optimizer=optimizer.state_dict(), lr_scheduler=scheduler.state_dict(),
        args=argparse.Namespace(
            lr=0.001, output=pathlib.Path("runs"), classes={"a", "b"}, size=(3, 4), device=torch.device("cpu")),
        when=datetime.datetime(2026, 11, 21, 12, 30), best=torch.tensor(0.5), raw=b"\0\1", big=1 << 80, ratio=0.25,
        size=network.classifier.weight.shape,
        model_ema=OrderedDict((name, value * 0.5) for name, value in network.state_dict().items()))


class Command:
    def __reduce__(self):
        return os.system, ("touch must-not-exist",)


def refused(folder, name, expectation, value, **options):
    torch.save(value, os.path.join(folder, f"refused.{name}.pth"), **options)
    with open(os.path.join(folder, f"refused.{name}.txt"), "w") as file:
        file.write(expectation)
    print(f"refused.{name}: {expectation}")


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    random = torch.Generator().manual_seed(6)
    torch.manual_seed(6)
    write(folder, "types", element_types(random))
    write(folder, "halves", every_half())
    write(folder, "views", views(random))
    network = Network()
    write(folder, "network", network.state_dict())
    write(folder, "parameters", OrderedDict(network.named_parameters()))
    whole = training(network, random)
    write(folder, "training", whole["model"], whole, key="model")
    write(folder, "average", whole["model_ema"], whole, key="model_ema", ask="model_ema")
    parallel = nn.DataParallel(network).state_dict()
    write(folder, "parallel", parallel, dict(epoch=1, state_dict=parallel), key="state_dict", prefix="module.")
    # Compiled, in parallel, and within the class of a training program; the average keeps a count of its own.
    wrapped = OrderedDict(("module._orig_mod.model." + name, value) for name, value in network.state_dict().items())
    write(folder, "compiled", wrapped, dict(epoch=1, model_state_dict=wrapped), key="model_state_dict",
          prefix="module._orig_mod.model.")
    average = torch.optim.swa_utils.AveragedModel(network).state_dict()
    kept = OrderedDict((name, value) for name, value in average.items() if name != "n_averaged")
    write(folder, "averaged", kept, dict(ema=average), key="ema", prefix="module.")
    write(folder, "nested", network.state_dict(), dict(checkpoint=dict(model=network.state_dict()), epoch=2),
          key="checkpoint.model")
    lightning = OrderedDict([("model." + name, value) for name, value in network.state_dict().items()]
                            + [("ema." + name, value * 0.5) for name, value in network.state_dict().items()])
    ours = OrderedDict((name, value) for name, value in lightning.items() if name.startswith("model."))
    write(folder, "beside", ours, dict(state_dict=lightning), key="state_dict.model", prefix="model.")
    theirs = OrderedDict((name, value) for name, value in lightning.items() if name.startswith("ema."))
    write(folder, "besideaverage", theirs, dict(state_dict=lightning), key="state_dict.ema", ask="state_dict.ema",
          prefix="ema.")
    write(folder, "protocol4", views(random), legacy=False, pickle_protocol=4)
    write(folder, "protocol5", whole["model"], whole, key="model", legacy=False, pickle_protocol=5)
    # More than 256 remembered values, more than one batch of items.
    write(
        folder, "many",
        OrderedDict((f"layer{index}.weight", torch.full((2,), float(index))) for index in range(2500)))

    refused(folder, "system.archive", "posix.system is refused", dict(model=network.state_dict(), extra=Command()))
    refused(
        folder, "system.legacy", "posix.system is refused", dict(model=network.state_dict(), extra=Command()),
        _use_new_zipfile_serialization=False)
    refused(folder, "module.archive", "__main__.Network is refused", network)
    refused(
        folder, "numpy.archive", "numpy.core.multiarray._reconstruct is refused",
        dict(model=network.state_dict(), extra=torch.zeros(2).numpy()))
    refused(
        folder, "overflow.archive", "tensor \"w\": holds 1e+300, which no 32-bit float can",
        dict(w=torch.tensor([1e300], dtype=torch.float64)))
    torch.jit.script(nn.Sequential(nn.Linear(2, 2))).save(os.path.join(folder, "refused.script.pth"))
    with open(os.path.join(folder, "refused.script.txt"), "w") as file:
        file.write("TorchScript archive")
    print("torch", torch.__version__)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
