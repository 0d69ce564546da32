"""How results are written."""

import json
import math
import os


def finite(value):
    """The same with None in place of infinities and NaN, which JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    return value


def write(path, result):
    """Replaces the file as a whole."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(finite(result), file, indent=1, allow_nan=False)
    os.replace(path + ".new", path)
