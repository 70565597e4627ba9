"""Whether an output is whole: what a reader of it would notice."""
import json
import os


def problem(path):
    """Nil, or what is wrong with a file of a final name."""
    with open(path, "rb") as file:
        data = file.read()
    name = path.lower()
    if name.endswith((".json", ".geojson")):
        try:
            json.loads(data)
        except ValueError as error:
            return f"no JSON: {error}"
    elif name.endswith((".safetensors", ".model")):
        if len(data) < 8 or len(data) < 8 + int.from_bytes(data[:8], "little"):
            return "ends in its header"
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length])
        end = max([0] + [value["data_offsets"][1] for key, value in header.items() if key != "__metadata__"])
        if len(data) != 8 + length + end:
            return f"has {len(data)} bytes, not {8 + length + end}"
    elif name.endswith((".jpg", ".jpeg")):
        if not data.endswith(b"\xff\xd9"):
            return "a JPEG without an end"
    elif name.endswith(".png"):
        if b"IEND" not in data[-12:]:
            return "a PNG without an end"
    elif name.endswith(".html"):
        if not data.rstrip().endswith(b"</html>"):
            return "HTML without an end"
    elif name.endswith((".csv", ".txt", ".jsonl", ".yaml")):
        if data and not data.endswith(b"\n"):
            return "ends within a line"
    elif not data:
        return "empty"
    return None


def files(folder):
    """Relative paths of all files, links included, temporaries left out."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.endswith(".partial")]
        found += [os.path.relpath(os.path.join(place, name), folder) for name in names if not name.endswith(".partial")]
    return sorted(found)


def leftovers(folder):
    """Temporary files and folders of runs that ended."""
    return [
        os.path.join(place, name)
        for place, folders, names in os.walk(folder)
        for name in folders + names
        if name.startswith((".peregrine-", ".dat."))
    ]
