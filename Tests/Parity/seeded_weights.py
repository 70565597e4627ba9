"""What comparisons with torchvision's networks share: weights drawn from a seed, and the files between the programs."""
import json
import struct
import subprocess

import numpy
import torch


def draw(network):
    """Gives a network weights with which its outputs keep their size through all layers; returns it for inference."""
    random = torch.Generator().manual_seed(7)
    for key, value in network.state_dict().items():
        if not value.is_floating_point():
            continue
        shape = value.shape
        if key.endswith("running_var") or (value.dim() == 1 and key.endswith("weight")):
            value.copy_(torch.rand(shape, generator=random) * 0.5 + 0.75)
        elif value.dim() == 1:
            value.copy_(torch.randn(shape, generator=random) * 0.1)
        else:
            fan = value[0].numel()
            value.copy_(torch.randn(shape, generator=random) * (2.0 / fan) ** 0.5)
    return network.eval()


def read_safetensors(path):
    """The tensors of a file, f32, by name."""
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        data = file.read()
    return {
        name: numpy.frombuffer(data[entry["data_offsets"][0]:entry["data_offsets"][1]], "<f4").reshape(entry["shape"])
        for name, entry in header.items() if name != "__metadata__"
    }


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
