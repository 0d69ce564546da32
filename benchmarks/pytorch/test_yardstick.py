"""What can be tested without PyTorch: python3 -m unittest, in this folder."""

import array
import collections
import contextlib
import importlib.util
import io
import json
import math
import os
import signal
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
                self.assertGreaterEqual(yardstick.needed(variants[0]), 50)
        self.assertEqual(120, yardstick.needed("compile-max-autotune-graph-32"))
        self.assertLess(yardstick.needed("graph-fused-32"), 50)

    def test_every_pool_is_one(self):
        found = {v for _, _, variants in yardstick.plan(True) for v in variants if yardstick.pools(v)}
        self.assertEqual({"graph-fused-pool", "graph-fused-pool-32"}, found)


class GraphTest(unittest.TestCase):
    def test_holds_what_it_replays_and_has_a_stream_of_its_own(self):
        torch, iteration = mock.MagicMock(), mock.Mock()
        graph = yardstick.Graph(torch, iteration, 4)
        self.assertIs(iteration, graph.iteration)
        self.assertEqual(3 + 4 + 1, iteration.call_count)
        torch.cuda.stream.assert_called_once_with(graph.stream)
        for call in torch.cuda.graph.call_args_list:
            self.assertIs(graph.stream, call.kwargs["stream"])
        graph.run(8)
        self.assertEqual(2, graph.graph.replay.call_count)


class FailureTest(unittest.TestCase):
    def test_keeps_the_text_and_prints_where(self):
        torch = types.SimpleNamespace(__version__="2")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "out.json")
            session = yardstick.Session(torch, {}, path, 0, True, "cpu")
            with contextlib.redirect_stdout(io.StringIO()) as log:
                try:
                    raise RuntimeError("the first line\n" + "and more " * 200)
                except RuntimeError as problem:
                    session.fail("some/way", problem)
            (failure,) = yardstick.read(path)["failures"]
        self.assertTrue(failure["reason"].startswith("RuntimeError: the first line\nand more"))
        self.assertEqual(1000, len(failure["reason"]))
        self.assertIn("Traceback", log.getvalue())
        self.assertIn("test_yardstick.py", log.getvalue())


class GroupTest(unittest.TestCase):
    """A group of ways, with nothing behind the names torch and networks."""

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
        self.session = session
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

    def test_an_error_that_stays_on_the_device_is_not_held_against_the_next(self):
        with mock.patch.object(yardstick.Session, "synchronize", side_effect=RuntimeError("stays")):
            with self.assertRaisesRegex(RuntimeError, "stays"):
                self.run_group(1000, "graph", "eager")
        found = yardstick.read(os.path.join(self.folder.name, "out.json"))
        self.assertEqual(["alternating/fp32/graph"], [each["id"] for each in found["failures"]])

    def test_nothing_that_a_graph_uses_goes_before_the_process(self):
        self.run_group(1000, "eager", "compile-graph-32")
        self.assertEqual(4, len(self.session.kept))

    def test_what_takes_longer_than_is_left_is_not_begun(self):
        found = self.run_group(40, "compile-graph-32", "eager")
        self.assertEqual(["alternating/fp32/eager"], [figure["id"] for figure in found["figures"]])
        self.assertEqual(["no time was left"], [f["reason"] for f in found["failures"]])


class GroupsTest(unittest.TestCase):
    """All groups, with something else in the place of their processes."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.out = os.path.join(self.folder.name, "out.json")
        self.begun = []

    def run_groups(self, crashes, seconds=1000, status=-signal.SIGSEGV):
        """Where a group has one of `crashes`, only what comes before it has a figure."""
        arguments = types.SimpleNamespace(records="", out=self.out, quick=True, device="cuda")

        def run(command, seconds):
            order, precision, variants = command[command.index("--group") + 1].split("/")
            self.begun.append(f"{order}/{precision}/{variants}")
            found = yardstick.read(self.out)
            for name in [f"{order}/{precision}/{each}" for each in variants.split(",")]:
                yardstick.put(found, "agreement", {"id": name, "agrees": True})
                results.write(self.out, found)
                if name in crashes:
                    return status
                yardstick.put(found, "figures", {"id": name, "median": 1})
                results.write(self.out, found)
            return 0

        with mock.patch.object(yardstick, "run", run):
            with contextlib.redirect_stdout(io.StringIO()) as log:
                found = yardstick.groups(arguments, time.monotonic() + seconds)
        self.log = log.getvalue()
        return found

    def test_a_crash_costs_only_the_way_that_crashes(self):
        crash = "simultaneous/tf32/graph-fused"
        found = self.run_groups([crash])
        self.assertEqual([{"id": crash, "reason": "ended by SIGSEGV"}], found["failures"])
        text = yardstick.summary(found)
        self.assertTrue(text.endswith(f" 1 failed or left out; {crash} ended by SIGSEGV"), text)
        rest = set(yardstick.names(True)) - {crash}
        self.assertEqual(rest, {each["id"] for each in found["figures"]})
        self.assertEqual(len(yardstick.names(True)), len(found["agreement"]))
        self.assertIn("eager-fused,graph-fused,graph-fused-32: ended by SIGSEGV\n", self.log)
        # Those without a figure at once, each alone.
        self.assertEqual([crash, crash + "-32"], self.begun[1:3])

    def test_one_that_hangs_is_not_tried_again(self):
        hangs = "alternating/tf32/graph-fused"
        found = self.run_groups([hangs], status=None)
        reasons = {each["id"]: each["reason"] for each in found["failures"]}
        self.assertEqual({hangs, hangs + "-32"}, set(reasons))
        self.assertIn("was stopped", reasons[hangs])
        self.assertEqual(len(yardstick.plan(True)), len(self.begun))

    def test_without_time_nothing_is_begun(self):
        found = self.run_groups([], seconds=20)
        self.assertFalse([each for each in self.begun if "compile" in each])
        late = [each["id"] for each in found["failures"] if each["reason"] == yardstick.LATE]
        self.assertTrue(late)
        self.assertEqual([], [each for each in late if "compile" not in each])

    def test_without_a_gpu_the_first_says_so(self):
        self.assertIsNone(self.run_groups(yardstick.names(True), status=yardstick.ABSENT))
        self.assertEqual(1, len(self.begun))

    def test_how_a_process_ends(self):
        def run(code, seconds=60):
            return yardstick.ending(yardstick.run([sys.executable, "-c", code], seconds))

        self.assertEqual("ended with status 3", run("exit(3)"))
        self.assertEqual("ended by SIGSEGV", run("import os; os.kill(os.getpid(), 11)"))
        self.assertIn("was stopped", run("import time; time.sleep(60)", 0.5))


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
            *(self.figure(f"iteration/iteration:mnist:simultaneous:100x1200x1:fused:tf32:{how}", 1, 2, 3)
              for how in ("chain", "timed", "launch-programmatic", "updates-fused")),
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
