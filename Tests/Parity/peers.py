#!/usr/bin/env python3
"""Times networks in Peregrine and in the engines that a user would pick instead, in turn, on the same weights.

usage: peers.py PROGRAM [--networks NAME…] [--model NAME=FILE…] [--threads 1 2] [--precisions f32 bf16 int8]
                [--rounds 5] [--runs 15] [--work FOLDER] [--json FILE]

PROGRAM is peregrine. It exports each network as ONNX, which OpenVINO, ONNX Runtime, ncnn (converted by pnnx) and MNN run
then, as far as they are installed for the Python that runs this script:

    python3 -m venv ~/peers && ~/peers/bin/pip install numpy onnx onnxruntime openvino ncnn pnnx MNN

Every engine runs in a process of its own, batch 1, rotating within a round, because the machine's speed drifts. Prints
for each network, precision and number of threads the median of the rounds' medians in milliseconds, and how many times
Peregrine's the fastest peer takes; beside them the processor, and the load before and after. int8 is the ONNX quantized
by onnxruntime.quantization for the peers and `peregrine quantize` for Peregrine, which needs --images FOLDER of a
labelled set; it is timed for networks given by --model alone.
Exits with 77 where no peer is installed.
"""
import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# Backbones that the program knows by name, and Darknet networks of darknet_networks.py at their published size.
BACKBONES = {
    "resnet18-320": ("resnet18", 320), "resnet18-640": ("resnet18", 640), "resnet50-320": ("resnet50", 320),
    "resnet50-640": ("resnet50", 640),
}
DARKNET = {"yolov3-tiny": 416, "yolov3": 416}
ENGINES = {
    "f32": ["ncnn", "openvino", "onnxruntime", "mnn"], "bf16": ["ncnn", "openvino"], "int8": ["openvino", "onnxruntime"],
}
WARM_UP = 3


# ---- one engine, in a process of its own ----------------------------------------------------------------------

def random_input(shape):
    import numpy as np

    return np.random.default_rng(0).random(shape, dtype=np.float32)


def input_shape(onnx_path):
    import onnx

    dimensions = onnx.load(onnx_path, load_external_data=False).graph.input[0].type.tensor_type.shape.dim
    return [dimension.dim_value or 1 for dimension in dimensions]


def onnxruntime_session(path, threads, precision):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: random_input(input_shape(path))}
    return lambda: session.run(None, feed)


def openvino_session(path, threads, precision):
    import openvino

    settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32"}
    request = openvino.Core().compile_model(path, "CPU", settings).create_infer_request()
    request.set_input_tensor(openvino.Tensor(random_input(input_shape(path))))
    return request.infer


def ncnn_session(path, threads, precision):
    import ncnn

    stem = path[:-len(".onnx")]
    network = ncnn.Net()
    network.opt.num_threads = threads
    network.opt.use_bf16_storage = precision == "bf16"
    network.load_param(stem + ".ncnn.param")
    network.load_model(stem + ".ncnn.bin")
    image = ncnn.Mat(random_input(input_shape(path)[1:])).clone()

    def run():
        extractor = network.create_extractor()
        extractor.input(network.input_names()[0], image)
        return [extractor.extract(name) for name in network.output_names()]
    return run


def mnn_session(path, threads, precision):
    import MNN

    interpreter = MNN.Interpreter(path[:-len(".onnx")] + ".mnn")
    session = interpreter.createSession({"numThread": threads, "precision": "high", "backend": "CPU"})
    entry = interpreter.getSessionInput(session)
    shape = tuple(input_shape(path))
    entry.copyFrom(MNN.Tensor(shape, MNN.Halide_Type_Float, random_input(shape), MNN.Tensor_DimensionType_Caffe))

    def run():
        interpreter.runSession(session)
        return interpreter.getSessionOutputAll(session)
    run.owners = (interpreter, session)
    return run


def time_here(options):
    import time

    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:options.threads[0]])
    run = globals()[options.engine + "_session"](options.program, options.threads[0], options.precisions[0])
    for _ in range(WARM_UP):
        run()
    times = []
    for _ in range(options.runs):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"medianMilliseconds": statistics.median(times)}))


# ---- networks -------------------------------------------------------------------------------------------------

def call(command, **settings):
    done = subprocess.run(command, capture_output=True, text=True, **settings)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:4])} … ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


class Network:
    """What the program times (`argument`, `size`), and the files that the peers read."""

    def __init__(self, name, argument, size, folder):
        self.name, self.argument, self.size = name, argument, size
        self.onnx = os.path.join(folder, name + ".onnx")
        self.integers, self.quantized = None, None

    def command(self, program, threads, runs, precision):
        model = self.quantized if precision == "int8" else self.argument
        arguments = [program, "benchmark", "network", model, "--threads", str(threads), "--runs", str(runs), "--json", "-"]
        if self.size:
            arguments += ["--size", str(self.size)]
        return arguments + (["--precision", "bf16"] if precision == "bf16" else [])


def darknet_model(program, name, size, folder):
    import darknet_networks

    model = os.path.join(folder, name + ".safetensors")
    if not os.path.exists(model):
        network = darknet_networks.NETWORKS[name]
        network.width = network.height = size
        darknet_networks.write(network, folder)
        stem = os.path.join(folder, name)
        call([program, "import", "darknet", "--cfg", stem + ".cfg", "--weights", stem + ".weights", "--output", model])
    return model


def networks(options, folder):
    known = list(BACKBONES) + list(DARKNET)
    names = options.networks if options.networks is not None else ([] if options.model else known)
    for name in names:
        if name in BACKBONES:
            yield Network(name, *BACKBONES[name], folder)
        elif name in DARKNET:
            yield Network(name, darknet_model(options.program, name, DARKNET[name], folder), None, folder)
        else:
            raise SystemExit(f"unknown network {name}; known: {' '.join(known)}")
    for entry in options.model:
        name, separator, path = entry.partition("=")
        if not separator:
            raise SystemExit(f"--model takes NAME=FILE, not {entry}")
        yield Network(name, path, None, folder)


def prepare(options, network, engines):
    """Exports the network and converts it for the peers that read a form of their own; returns the engines that can."""
    if not os.path.exists(network.onnx):
        call(network.command(options.program, 1, 1, "f32") + ["--export-onnx", network.onnx])
    able = []
    for engine in engines:
        try:
            convert(engine, network.onnx)
            able.append(engine)
        except (RuntimeError, OSError) as error:
            print(f"{network.name}: not converted for {engine}: {error}", file=sys.stderr)
    if "int8" in options.precisions and network.name in {entry.partition("=")[0] for entry in options.model}:
        quantize(options, network)
    return able


def convert(engine, path):
    stem, folder = path[:-len(".onnx")], os.path.dirname(path)
    shape = "[" + ",".join(map(str, input_shape(path))) + "]"
    binaries = os.path.dirname(sys.executable)
    if engine == "ncnn" and not os.path.exists(stem + ".ncnn.param"):
        call([os.path.join(binaries, "pnnx"), path, "inputshape=" + shape], cwd=folder)
        # pnnx puts another character for those that a C name may not have.
        written = os.path.join(folder, os.path.basename(stem).replace("-", "_") + ".ncnn")
        for end in (".param", ".bin"):
            if written != stem + ".ncnn":
                os.replace(written + end, stem + ".ncnn" + end)
    if engine == "mnn" and not os.path.exists(stem + ".mnn"):
        call([os.path.join(binaries, "mnnconvert"), "-f", "ONNX", "--modelFile", path, "--MNNModel", stem + ".mnn",
              "--bizCode", "peers"])


def quantize(options, network):
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Reader(CalibrationDataReader):
        def __init__(self):
            import onnx

            name = onnx.load(network.onnx).graph.input[0].name
            self.feeds = iter([{name: random_input(input_shape(network.onnx))}])

        def get_next(self):
            return next(self.feeds, None)

    stem = network.onnx[:-len(".onnx")]
    network.integers, network.quantized = stem + ".int8.onnx", stem + ".int8.safetensors"
    if not os.path.exists(network.integers):
        quantize_static(network.onnx, network.integers, Reader(), quant_format=QuantFormat.QDQ, per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    if not os.path.exists(network.quantized):
        call([options.program, "quantize", network.argument, "--data", options.images, "--output", network.quantized])


# ---- turns ----------------------------------------------------------------------------------------------------

def measure(options, network, engines, threads, precision):
    """Median of the rounds' medians in milliseconds, by engine."""
    path = network.integers if precision == "int8" else network.onnx
    jobs = {"peregrine": network.command(options.program, threads, options.runs, precision)}
    for engine in engines:
        if engine in ENGINES[precision]:
            jobs[engine] = [sys.executable, __file__, path, "--engine", engine, "--threads", str(threads), "--precisions",
                            precision, "--runs", str(options.runs)]
    medians = {name: [] for name in jobs}
    for turn in range(options.rounds):
        names = list(jobs)
        for name in names[turn % len(names):] + names[:turn % len(names)]:
            try:
                text = call(jobs[name])
                # The engines may print lines of their own before.
                medians[name].append(json.loads(text[text.index("{"):])["medianMilliseconds"])
            except (RuntimeError, ValueError, KeyError) as error:
                print(f"{network.name}, {name}: {error}", file=sys.stderr)
    return {name: statistics.median(values) for name, values in medians.items() if values}


def processor():
    names, flags = "unknown", []
    with open("/proc/cpuinfo") as file:
        for line in file:
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                names = value.strip()
            if key.strip() == "flags":
                flags = [flag for flag in value.split()
                         if flag in ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_bf16", "amx_int8")]
    return names, flags


def installed():
    modules = {"ncnn": "ncnn", "openvino": "openvino", "onnxruntime": "onnxruntime", "mnn": "MNN"}
    return [engine for engine, module in modules.items() if importlib.util.find_spec(module)]


def report(row):
    times, ours = dict(row["milliseconds"]), row["milliseconds"].get("peregrine")
    peers = {name: time for name, time in times.items() if name != "peregrine"}
    line = f"{row['network']:16} {row['precision']:5} {row['threads']}"
    for name, time in times.items():
        line += f"  {name} {time:.1f}"
    if ours and peers:
        fastest = min(peers, key=peers.get)
        row["fastestPeer"], row["ratio"] = fastest, peers[fastest] / ours
        line += f"   {row['ratio']:.2f}× ({fastest})"
    print(line, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--networks", nargs="*")
    parser.add_argument("--model", action="append", default=[])
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--precisions", nargs="+", choices=list(ENGINES), default=["f32"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--images")
    parser.add_argument("--work")
    parser.add_argument("--json")
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = arguments()
    if options.engine:
        return time_here(options)
    engines = installed()
    if not engines:
        print("skipped: none of ncnn, openvino, onnxruntime, MNN is installed for this Python")
        raise SystemExit(77)
    if "int8" in options.precisions and not options.images:
        raise SystemExit("--precisions int8 needs --images, a labelled set from which `quantize` takes its ranges")
    options.program = os.path.abspath(options.program)
    name, flags = processor()
    print(f"{name}, {' '.join(flags)}, {os.cpu_count()} processors; load {os.getloadavg()[0]:.2f}", flush=True)
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = os.path.abspath(options.work or temporary)
        os.makedirs(folder, exist_ok=True)
        for network in networks(options, folder):
            able = prepare(options, network, engines)
            for precision in options.precisions:
                if precision == "int8" and not network.quantized:
                    continue
                for threads in options.threads:
                    row = {"network": network.name, "precision": precision, "threads": threads,
                           "milliseconds": measure(options, network, able, threads, precision)}
                    report(row)
                    rows.append(row)
    print(f"load {os.getloadavg()[0]:.2f}")
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"processor": name, "instructions": flags, "rows": rows}, file, indent=2)


if __name__ == "__main__":
    main()
