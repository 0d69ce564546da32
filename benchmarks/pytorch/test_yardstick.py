"""What can be tested without PyTorch: python3 -m unittest, in this folder."""

import array
import collections
import contextlib
import importlib.util
import io
import json
import math
import os
import struct
import sys
import tempfile
import time
import types
import unittest
from unittest import mock

import ratios
import results
import tensors
import yardstick


def encoded(arrays):
    data = struct.pack(">i", len(arrays))
    for name, values in arrays.items():
        data += struct.pack(">H", len(name)) + name.encode() + struct.pack(">i", len(values))
        data += struct.pack(f">{len(values)}f", *values)
    return data


class TensorsTest(unittest.TestCase):
    def read(self, data):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "some.tensors")
            with open(path, "wb") as file:
                file.write(data)
            return tensors.read(path)

    def test_reads_what_java_writes(self):
        found = self.read(encoded({"z0": [1.5, -2.0], "d_loss": [0.25], "none": []}))
        self.assertEqual(array.array("f", [1.5, -2.0]), found["z0"])
        self.assertEqual(array.array("f", [0.25]), found["d_loss"])
        self.assertEqual(0, len(found["none"]))

    def test_refuses_damaged_files(self):
        whole = encoded({"z0": [1.5, -2.0]})
        for wrong in (b"", whole[:-1], whole[:7], whole + b"\0", struct.pack(">i", -1)):
            with self.assertRaises(ValueError):
                self.read(wrong)


class DifferenceTest(unittest.TestCase):
    @unittest.skipUnless(importlib.util.find_spec("torch"), "there is no PyTorch")
    def test_is_relative_to_the_norm(self):
        import torch

        def difference(expected, found):
            return yardstick.difference(torch.tensor(expected), torch.tensor(found))

        self.assertAlmostEqual(0.2, difference([3.0, 4.0], [3.0, 5.0]))
        self.assertEqual(0, difference([0.0], [0.0]))
        self.assertEqual(math.inf, difference([0.0], [1.0]))
        self.assertEqual(math.inf, difference([1.0], [1.0, 2.0]))
        self.assertTrue(math.isnan(difference([1.0], [math.nan])))


class PlanTest(unittest.TestCase):
    def test_every_way_is_timed_once(self):
        for quick in (False, True):
            ids = [(o, p, v) for o, p, variants in yardstick.plan(quick) for v in variants]
            self.assertEqual(len(ids), len(set(ids)))
            for order, precision, _ in ids:
                self.assertIn(order, ("simultaneous", "alternating"))
                self.assertIn(precision, yardstick.BOUND)

    def test_what_is_compiled_is_timed_alone(self):
        for _, _, variants in yardstick.plan(False):
            if any(v.startswith("compile") for v in variants):
                self.assertEqual(1, len(variants))
                self.assertGreaterEqual(yardstick.needed(variants[0]), 60)
        self.assertEqual(120, yardstick.needed("compile-max-autotune-graph-32"))
        self.assertLess(yardstick.needed("graph-fused-32"), 60)

    def test_every_pool_is_one(self):
        found = {v for _, _, variants in yardstick.plan(True) for v in variants if yardstick.pools(v)}
        self.assertEqual({"graph-fused-pool", "graph-fused-pool-32"}, found)


class FailureTest(unittest.TestCase):
    def test_keeps_the_text_and_prints_where(self):
        session = yardstick.Session(None, {}, "", 0, True)
        with contextlib.redirect_stdout(io.StringIO()) as log:
            try:
                raise RuntimeError("the first line\n" + "and more " * 200)
            except RuntimeError as problem:
                session.fail("some/way", problem)
        (failure,) = session.failures
        self.assertTrue(failure["reason"].startswith("RuntimeError: the first line\nand more"))
        self.assertEqual(1000, len(failure["reason"]))
        self.assertIn("Traceback", log.getvalue())
        self.assertIn("test_yardstick.py", log.getvalue())


class GroupTest(unittest.TestCase):
    """Groups of ways, with nothing behind the names torch and networks."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        networks = types.SimpleNamespace(NOISE=100, EXAMPLES=50, Given=mock.Mock())
        networks.Drawn = lambda *_: types.SimpleNamespace(per_epoch=64, shuffle=lambda: None)
        self.counters = {"inductor": collections.Counter()}
        utils = types.SimpleNamespace(counters=self.counters)
        modules = {"networks": networks, "torch._dynamo.utils": utils}
        for patch in (
            mock.patch.dict(sys.modules, modules),
            mock.patch.object(yardstick, "build", self.build),
            mock.patch.object(yardstick, "disagreement", self.disagreement),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def build(self, torch, variant, *_):
        if variant == "graph":
            raise RuntimeError("no graph")
        self.counters["inductor"]["cudagraph_skips"] += 1
        return variant, mock.Mock()

    @staticmethod
    def disagreement(variant, *_):
        return (math.inf if variant == "eager-fused" else 0.0), "d_loss"

    def run_group(self, left, *variants):
        torch = mock.Mock(__version__="2")
        torch.cuda.get_device_name.return_value = "a card"
        records = {"alternating": {"z0": [0] * 200, "x0": [0] * 8}}
        path = os.path.join(self.folder.name, "out.json")
        session = yardstick.Session(torch, records, path, time.monotonic() + left, True)
        with contextlib.redirect_stdout(io.StringIO()):
            session.group("alternating", "fp32", variants)
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def test_one_that_fails_stops_no_other(self):
        found = self.run_group(1000, "graph", "eager-fused", "eager", "compile-graph-32")
        ids = ["alternating/fp32/eager", "alternating/fp32/compile-graph-32"]
        self.assertEqual(ids, [figure["id"] for figure in found["figures"]])
        self.assertNotIn("cudagraph_skips", found["figures"][0])
        self.assertEqual(1, found["figures"][1]["cudagraph_skips"])
        self.assertEqual(["RuntimeError: no graph"], [f["reason"] for f in found["failures"]])
        agreement = {row["id"].split("/")[2]: row for row in found["agreement"]}
        self.assertEqual([False, True], [agreement[v]["agrees"] for v in ("eager-fused", "eager")])
        self.assertIsNone(agreement["eager-fused"]["largest"])

    def test_what_takes_longer_than_is_left_is_not_begun(self):
        found = self.run_group(50, "compile-graph-32", "eager")
        self.assertEqual(["alternating/fp32/eager"], [figure["id"] for figure in found["figures"]])
        self.assertEqual(["no time was left"], [f["reason"] for f in found["failures"]])


class ResultsTest(unittest.TestCase):
    def test_is_json_whatever_was_found(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "some.json")
            results.write(path, {"a": [math.inf, 1.5, (math.nan, -math.inf)], "b": {"c": 2}})
            with open(path, encoding="utf-8") as file:
                found = json.load(file, parse_constant=self.fail)
            self.assertEqual(["some.json"], os.listdir(folder))
        self.assertEqual({"a": [None, 1.5, [None, None]], "b": {"c": 2}}, found)


class RatiosTest(unittest.TestCase):
    @staticmethod
    def figure(name, *samples):
        return {"id": name, "median": samples[1], "least": samples[0], "most": samples[2]}

    def test_each_way_against_the_fused_iteration(self):
        ours = [
            self.figure("iteration/iteration:mnist:simultaneous:100x1200x1:fused:tf32", 90, 100, 110),
            self.figure("iteration/iteration:mnist:simultaneous:100x1200x1:library:tf32", 1, 2, 3),
            self.figure("batch/iteration:mnist:simultaneous:512x1200x1:fused:tf32", 1, 2, 3),
            self.figure("iteration/products:mnist:simultaneous:100x1200x1:fused:tf32", 1, 2, 3),
        ]
        theirs = [
            self.figure("simultaneous/tf32/eager", 900, 1000, 1100),
            self.figure("simultaneous/tf32/graph", 180, 200, 220),
            self.figure("alternating/tf32/graph", 1, 2, 3),
        ]
        rows = ratios.ratios(ours, theirs)
        self.assertEqual(["eager", "graph"], [row["variant"] for row in rows])
        self.assertEqual([False, True], [row["best"] for row in rows])
        self.assertAlmostEqual(2, rows[1]["median"])
        self.assertAlmostEqual(180 / 110, rows[1]["least"])
        self.assertAlmostEqual(220 / 90, rows[1]["most"])
        text = ratios.table(rows, ["one/way: failed"])
        self.assertIn("| graph, its best | 200.0 | 100.0 | 2.00× (1.64 – 2.44) |", text)
        self.assertIn("\n- one/way: failed\n", text)
        self.assertNotIn("Missing", ratios.table(rows, []))

    def test_what_is_missing_is_said(self):
        ids = yardstick.names(True)
        pytorch = {
            "quick": True,
            "failures": [{"id": ids[0], "reason": "RuntimeError: one\n  line"}],
            "agreement": [
                {"id": ids[1], "agrees": False, "largest": None, "in": "d_loss"},
                {"id": ids[2], "agrees": True, "largest": 0.0, "in": "d_loss"},
            ],
            "figures": [dict(self.figure(name, 1, 2, 3), cudagraph_skips=0) for name in ids[2:-1]],
        }
        pytorch["figures"][1]["cudagraph_skips"] = 4
        self.assertEqual(
            [
                f"{ids[0]}: RuntimeError: one line",
                f"{ids[1]}: differs infinitely, in d_loss; not timed",
                f"{ids[3]}: gave up CUDA graphs 4 times",
                f"{ids[-1]}: not reached",
            ],
            ratios.gaps(pytorch),
        )


if __name__ == "__main__":
    unittest.main()
