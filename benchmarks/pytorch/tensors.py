"""The arrays that gan4j's benchmarks write: names and 32-bit floats, all big-endian."""

import array
import struct
import sys


def read(path):
    """The file's arrays by name, as array('f'). Raises ValueError if the file is not whole."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0

    def take(count):
        nonlocal at
        if count < 0 or at + count > len(data):
            raise ValueError(f"{path} ends too early, after {len(data)} bytes")
        at += count
        return data[at - count : at]

    (count,) = struct.unpack(">i", take(4))
    if count < 0:
        raise ValueError(f"{path} claims {count} arrays")
    found = {}
    for _ in range(count):
        (length,) = struct.unpack(">H", take(2))
        name = take(length).decode("ascii")
        (size,) = struct.unpack(">i", take(4))
        values = array.array("f", take(4 * size))
        if sys.byteorder == "little":
            values.byteswap()
        found[name] = values
    if at != len(data):
        raise ValueError(f"{path} goes on after its last array")
    return found
