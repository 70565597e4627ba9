"""Lists what docc complains of: docc_diagnostics.py DIAGNOSTICS.json …

Whatever is wrong with an article, and in doc comments every link that leads nowhere. Exits with 1 where there is any.
"""

import json
import sys

found = []
for path in sys.argv[1:]:
    with open(path) as file:
        diagnostics = json.load(file)["diagnostics"]
    for item in diagnostics:
        source = item.get("source", "")
        # An undocumented parameter is no broken link.
        if item["severity"] in ("error", "warning") and not item["summary"].endswith("is missing documentation"):
            line = item.get("range", {}).get("start", {}).get("line", "")
            found.append(f"{source.split('/Sources/')[-1]}:{line}: {item['summary']}")
print("\n".join(found) or f"the links of {len(sys.argv) - 1} catalogues lead to symbols")
sys.exit(1 if found else 0)
