"""The validation with a bundle in which everything is a fake: python3 -m unittest, in this folder."""

import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest

import children
import logs
import nodes
import report
import steps
import validate

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.join(os.path.dirname(HERE), "gpu-validate")
GROUPS = 6

# PyTorch, as far as the steps look.
YARDSTICK = """import json, os, sys
if "pytorch-works" not in os.environ.get("FAKE", ""):
    print("skipped: no PyTorch here")
    sys.exit(77)
figure = {"id": "simultaneous/tf32/graph-fused", "unit": "us", "median": 300}
with open(sys.argv[2], "w") as file:
    json.dump({"figures": [figure], "failures": [], "agreement": [], "quick": False}, file)
print("1 ways timed, 0 failed or left out")
"""
RATIOS = """import json, sys
with open(sys.argv[1]) as ours, open(sys.argv[2]) as theirs:
    both = [len(json.load(each)["figures"]) for each in (ours, theirs)]
with open(sys.argv[3], "w") as file:
    json.dump({"ratios": both}, file)
print("compared")
"""

# Java, as far as the steps look. What goes wrong is named in the environment: FAKE.
JAVA = f"""#!{sys.executable}
import json, os, signal, sys, time
fakes = os.environ.get("FAKE", "").split()
main, arguments = sys.argv[1:][sys.argv[1:].index("-cp") + 2], sys.argv
arguments = arguments[arguments.index(main) + 1:]
print("java", *[a for a in arguments if not a.startswith("--disable")], flush=True)
if os.environ.get("CUDA_LAUNCH_BLOCKING"):
    print("launches block", flush=True)
task = arguments[0]

def write(path, value):
    with open(path + ".new", "w") as file:
        json.dump(value, file)
    os.replace(path + ".new", path)

if task + "-hangs" in fakes:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("JUnit Jupiter > Some > other() :: STARTED", flush=True)
    print("JUnit Jupiter > Some > other() :: SUCCESSFUL", flush=True)
    print("JUnit Jupiter > Some > test() :: STARTED", flush=True)
    time.sleep(1000)
if task == "exchange":
    write(arguments[1], {{"agrees": task + "-fails" not in fakes, "agreement": [
        {{"id": "mnist TF32", "agrees": True, "largest": 0.02, "in": "gradient.g0.weights"}},
        *([{{"id": "mnist BF16", "agrees": False, "largest": None, "in": "d_loss"}}]
          if "bf16-differs" in fakes else [])]}})
    os.makedirs(arguments[2], exist_ok=True)
    open(os.path.join(arguments[2], "alternating.tensors"), "w").close()
if task + "-crashes" in fakes:
    os.kill(os.getpid(), signal.SIGSEGV)
if task + "-fails" in fakes:
    print("Exception in thread main: " + task + " went wrong")
    sys.exit(1)
if task + "-is-odd" in fakes:
    write(arguments[1], {{"figures": [{{"id": "a"}}], "trainings": 3, "recipe": None}})
    time.sleep(1)
elif task == "doctor":
    print("cuda           libcudart 13.1 (/usr/some where/lib64/libcudart.so.13)")
    print("gpu            a card")
elif task.startswith("measure"):
    figures = []
    for i in range({GROUPS} if task == "measure" else 1):
        time.sleep(float(os.environ.get("FAKE_SECONDS", 0)))
        figures.append({{"id": f"iteration/{{task}}-{{i}}", "unit": "us", "median": i,
                        "least": i, "most": i}})
        write(arguments[1], {{"failures": [], "figures": figures}})
        if "FAKE_FINISHED" in os.environ and task == "measure":
            write(os.environ["FAKE_FINISHED"], i + 1)
elif task == "repeat":
    write(arguments[1], {{"digests": [1, 2]}})
elif task == "train":
    write(arguments[1], {{"recipe": "mnist", "epochs": 250, "of": 250, "training_seconds": 14.5,
                         "score": 170, "standard_error": 2}})
elif task == "seeds":
    some = [{{"mean": 118.0}}, {{"mean": 122.8}}]
    write(arguments[1], {{"recipe": "mnist", "epochs": 30, "cpu": {{"mean": 125.8, "deviation": 5.1}},
                         "trainings": [{{"math": "tf32", "training_seconds": 5, "scores": some}}]}})
elif task == "discover":
    package = "org.gan4j.device.cuda."
    for name in ("Other", "CudaMemoryTest", "CudaTrainingTest"):
        print(f"some() ([engine:junit-jupiter]/[class:{{package}}{{name}}]/[method:some()])")
    for name in ("Random", "Data"):
        print(f"X ([engine:junit-jupiter]/[class:{{package}}CudaKernelsTest]/[nested-class:{{name}}])")
elif task == "execute":
    name = next(a for a in arguments if a.startswith("--select-class=")).rpartition(".")[2]
    print("threads:", os.environ.get("OMP_NUM_THREADS"), os.environ.get("OMP_WAIT_POLICY"))
    print(f"JUnit Jupiter > {{name}} > some() :: STARTED", flush=True)
    if name + "-crashes" in fakes:
        os.kill(os.getpid(), signal.SIGABRT)
    fails = name + "-fails" in fakes
    print(f"JUnit Jupiter > {{name}} > some() :: {{'FAILED' if fails else 'SUCCESSFUL'}}")
    print("\\tAssertionError: of " + name)
    print(f"[         {{int(fails)}} tests failed          ]\\n[         {{3 - fails}} tests successful      ]")
    sys.exit(int(fails))
"""


class Bundle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        shutil.copy(SCRIPT, cls.folder)
        shutil.copytree(HERE, os.path.join(cls.folder, "gpu"),
                        ignore=shutil.ignore_patterns("test_*", "__pycache__"))
        with tarfile.open(os.path.join(cls.folder, "bundle.tar.xz"), "w:xz") as tar:
            for name, text in (("VERSION", "1.2.3"), ("runtime/bin/java", JAVA), ("data/x", ""),
                               ("pytorch/yardstick.py", YARDSTICK), ("pytorch/ratios.py", RATIOS)):
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(text.encode()), 0o755
                tar.addfile(entry, io.BytesIO(text.encode()))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.temporary = tempfile.mkdtemp()
        self.out = os.path.join(self.temporary, "out")

    def tearDown(self):
        shutil.rmtree(self.temporary)

    def begin(self, *arguments, fake="", **environment):
        home = os.path.join(self.temporary, "tmp")
        os.makedirs(home, exist_ok=True)
        path = os.path.join(self.temporary, "path")
        os.makedirs(path, exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(self.folder, "gpu-validate"), "--out", self.out, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            # No tool of CUDA's is found, whatever this machine has.
            env={"PATH": path, "TMPDIR": home, "FAKE": fake, **environment})
        return self.process

    def run_whole(self, *arguments, **more):
        output = self.begin(*arguments, **more).communicate(timeout=100)[0]
        return self.process.returncode, output

    def read(self):
        with open(os.path.join(self.out, "report.json"), encoding="utf-8") as file:
            return json.load(file)

    def markdown(self):
        with open(os.path.join(self.out, "report.md"), encoding="utf-8") as file:
            return file.read()

    def log(self):
        with open(os.path.join(self.out, "log.txt"), encoding="utf-8") as file:
            return file.read()

    def outcomes(self):
        return {each["step"]: each["outcome"] for each in self.read()["steps"]}


class WholeTest(Bundle):
    def test_takes_the_steps_in_order_and_leaves_three_files(self):
        status, output = self.run_whole("--part", "measure")
        self.assertEqual(0, status, output + self.log())
        found = self.read()
        self.assertEqual(list(validate.MEASURE), [each["step"] for each in found["steps"]])
        skipped = [name for name, outcome in self.outcomes().items() if outcome == "skipped"]
        self.assertEqual(["profile", "pytorch", "ratios"], skipped)
        self.assertEqual(["libcudart 13.1 (libcudart.so.13)"], found["libraries"])
        self.assertEqual("mnist TF32: at most 2.0e-02, in gradient.g0.weights",
                         found["steps"][1]["reason"])
        self.assertEqual(GROUPS, len(found["times"]["figures"]))
        self.assertEqual(1, len(found["library"]["figures"]))
        self.assertEqual(["log.txt", "report.json", "report.md"], sorted(os.listdir(self.out)))
        self.assertEqual([], os.listdir(os.path.join(self.temporary, "tmp")))
        with open(os.path.join(self.out, "report.md"), encoding="utf-8") as file:
            text = file.read()
        self.assertIn("| tf32 | 118.0, 122.8 | 120.4 ± 3.4 | 5.00 |\n| CPU | | 125.8 ± 5.1 | |", text)
        self.assertIn("nats after 30 epochs: tf32 120.4 ± 3.4, CPU 125.8 ± 5.1", text)
        self.assertIn("| 250 epochs of mnist, s | 15 – 21 | 13.5 – 19.5 | 14.5 |", text)

    def test_takes_chosen_steps_of_one_call_together(self):
        chosen = ["doctor", "agreement", "times", "pytorch", "ratios"]
        status, output = self.run_whole(*[a for name in chosen for a in ("--only", name)],
                                        fake="pytorch-works")
        self.assertEqual(0, status, output + self.log())
        self.assertEqual(dict.fromkeys(chosen, "passed"), self.outcomes())
        found = self.read()
        self.assertEqual([GROUPS, 1], found["ratios"]["ratios"])
        self.assertEqual(300, next(each["measured"] for each in found["predictions"]
                                   if each["id"] == "simultaneous/tf32/graph-fused"))

    def test_pytorch_alone_has_the_records_made_first(self):
        status, output = self.run_whole("--only", "pytorch", "--only", "ratios", fake="pytorch-works")
        self.assertEqual(0, status, output + self.log())
        self.assertEqual({"pytorch": "passed", "ratios": "skipped"}, self.outcomes())
        self.assertIn("java exchange", self.log())

    def test_runs_the_most_telling_classes_first_and_memory_alone_at_the_end(self):
        status, output = self.run_whole("--part", "check")
        self.assertEqual(0, status, output + self.log())
        order = [line for line in self.log().splitlines() if "] java execute" in line]
        names = [line[1:].partition("]")[0] for line in order]
        self.assertEqual({"CudaKernelsTest$Random", "CudaKernelsTest$Data", "CudaTrainingTest",
                          "Other", "CudaMemoryTest"}, set(names))
        self.assertEqual("CudaMemoryTest", names[-1])
        cores = os.cpu_count() or 1
        width = max(1, min(steps.SIDE_BY_SIDE, cores // 2))
        self.assertIn(f"[Other] threads: {max(1, cores // width)} passive", self.log())
        self.assertIn(f"[CudaMemoryTest] threads: {cores} passive", self.log())
        self.assertEqual("passed", self.outcomes()["tests"])

    def test_tells_which_test_failed_and_goes_on(self):
        status, _ = self.run_whole("--part", "check", fake="CudaTrainingTest-fails")
        self.assertEqual(1, status)
        step = self.read()["steps"][1]
        self.assertEqual("failed", step["outcome"])
        self.assertEqual("1 failed, 14 successful: CudaTrainingTest > some(): AssertionError: of "
                         "CudaTrainingTest", step["reason"])
        self.assertEqual("skipped", self.outcomes()["memcheck"])

    def test_a_step_that_a_signal_ends_says_so(self):
        self.run_whole("--only", "doctor", "--only", "repeat", fake="repeat-crashes")
        step = self.read()["steps"][1]
        self.assertEqual("failed", step["outcome"])
        self.assertRegex(step["reason"], "^ended by SIGSEGV: java repeat ")

    def test_so_does_a_class_of_tests(self):
        self.run_whole("--part", "check", fake="CudaTrainingTest-crashes")
        self.assertRegex(self.read()["steps"][1]["reason"],
                         "^12 successful: ended by SIGABRT in CudaTrainingTest > some\\(\\): ")

    def test_refuses_wrong_arguments(self):
        for wrong in (["--only", "nonsense"], ["--part", "some"], ["--part", "check", "--only", "times"],
                      ["--some"]):
            self.assertEqual(2, self.run_whole(*wrong)[0])
            self.assertFalse(os.path.exists(self.out))


class GateTest(Bundle):
    def test_nothing_follows_a_failed_agreement_but_itself_with_blocking_launches(self):
        status, _ = self.run_whole("--part", "measure", fake="exchange-fails")
        self.assertEqual(1, status)
        steps = self.read()["steps"]
        self.assertEqual(["doctor", "agreement", "agreement, launches blocking", "times"],
                         [each["step"] for each in steps[:4]])
        self.assertEqual(["passed", "failed", "failed", "skipped"],
                         [each["outcome"] for each in steps[:4]])
        self.assertIn("exchange went wrong", steps[1]["reason"])
        self.assertEqual({"agreement failed"}, {each["reason"] for each in steps[3:]})
        self.assertEqual(len(validate.MEASURE) + 1, len(steps))
        self.assertEqual(1, self.log().count("\nlaunches block\n"))
        self.assertNotIn("java measure", self.log())
        self.assertFalse(self.read()["agreement"]["agrees"])
        self.assertIn("agreement-blocking", self.read())

    def test_nor_a_failed_doctor(self):
        self.run_whole("--part", "check", fake="doctor-fails")
        self.assertEqual({"doctor": "failed", "doctor, launches blocking": "failed",
                          "tests": "skipped", "memcheck": "skipped", "racecheck": "skipped",
                          "nvcc": "skipped"}, self.outcomes())


    def test_bf16_stands_apart(self):
        self.run_whole("--only", "doctor", "--only", "agreement", fake="bf16-differs")
        found = self.read()["steps"][1]
        self.assertEqual("passed", found["outcome"])
        self.assertTrue(found["reason"].startswith("mnist BF16: no number, in d_loss, too far; "), found)


class OddTest(Bundle):
    """A value that nobody reckons with ends no more than the step that has it."""

    def test_figures_of_another_kind(self):
        for task, step in (("seeds", "seeds"), ("train", "mnist"), ("measure", "times")):
            status, output = self.run_whole("--only", "doctor", "--only", step, "--only", "repeat",
                                            fake=task + "-is-odd")
            self.assertEqual(0 if task == "measure" else 1, status, output)
            self.assertEqual({"doctor": "passed", "repeat": "passed",
                              step: "passed" if task == "measure" else "failed"}, self.outcomes())
            self.assertEqual(1, self.log().count("in measured" if task == "measure" else f"in {step}\n"))
            self.assertIn("| repeat | passed |", self.markdown())


class LimitTest(Bundle):
    def test_a_step_that_hangs_is_ended_in_time(self):
        begin = time.monotonic()
        seconds = validate.RESERVED + 8
        self.run_whole("--only", "doctor", "--only", "repeat", "--only", "ratios", "--seconds",
                       str(seconds), fake="repeat-hangs")
        self.assertLess(time.monotonic() - begin, seconds + 5)
        steps = {each["step"]: each for each in self.read()["steps"]}
        self.assertEqual("failed", steps["repeat"]["outcome"])
        self.assertRegex(steps["repeat"]["reason"], r"stopped after \d+ s, in Some > test\(\)")
        self.assertEqual("no time was left", steps["ratios"]["reason"])
        self.assertEqual([], os.listdir(os.path.join(self.temporary, "tmp")))

    def test_what_has_no_time_left_is_said_to_be_skipped(self):
        self.run_whole("--only", "doctor", "--only", "repeat", "--seconds", "12")
        self.assertEqual("no time was left", self.read()["steps"][1]["reason"])


class KillTest(Bundle):
    """SIGKILL at any moment leaves everything that was finished."""

    def finished(self):
        try:
            with open(os.path.join(self.temporary, "finished"), encoding="utf-8") as file:
                return json.load(file)
        except OSError:
            return 0

    def test_leaves_all_finished_figures_at_any_moment(self):
        moments = random.Random(1)
        several = 0
        for _ in range(8):
            shutil.rmtree(self.out, ignore_errors=True)
            self.begin("--only", "doctor", "--only", "agreement", "--only", "times", "--only",
                       "repeat", FAKE_SECONDS="0.15",
                       FAKE_FINISHED=os.path.join(self.temporary, "finished"))
            while self.process.poll() is None and self.finished() == 0:
                time.sleep(0.02)
            time.sleep(moments.random() * 1.6)
            self.process.kill()
            self.process.communicate()
            before = self.finished()
            time.sleep(0.5)
            self.assertEqual(before, self.finished(), "its processes outlived it")
            found = self.read()
            left = os.path.join(self.out, "figures", "times.json")
            if os.path.exists(left):
                with open(left, encoding="utf-8") as file:
                    found["times"] = json.load(file)
            self.assertGreaterEqual(len(found["times"]["figures"]), before)
            self.assertEqual(["passed", "passed"], [e["outcome"] for e in found["steps"][:2]])
            self.assertIn("agreement", found)
            self.assertIn("java measure", self.log())
            several += 1 < before < GROUPS
            os.remove(os.path.join(self.temporary, "finished"))
        self.assertGreater(several, 0, "no kill came while figures were being written")

    def test_a_running_step_stands_in_the_report_with_what_it_has(self):
        self.begin("--only", "doctor", "--only", "times", FAKE_SECONDS="0.5",
                   FAKE_FINISHED=os.path.join(self.temporary, "finished"))
        while self.finished() < 2:
            time.sleep(0.05)
        time.sleep(0.45)
        found = self.read()
        self.process.terminate()
        self.process.communicate()
        self.assertEqual("running", found["steps"][1]["outcome"])
        self.assertGreaterEqual(len(found["times"]["figures"]), 2)
        # Ended in peace it leaves nothing in the temporary folder.
        self.assertEqual([], os.listdir(os.path.join(self.temporary, "tmp")))


class LogsTest(unittest.TestCase):
    def test_a_signal_has_its_name(self):
        names = [children.signal_of(status) for status in (-11, 139, 134, 0, 1, 99, 127, 128, 255)]
        self.assertEqual(["SIGSEGV", "SIGSEGV", "SIGABRT"] + 6 * [""], names)

    def test_the_first_failed_test_is_the_reason(self):
        self.assertEqual(
            "Some > second(): Error: two",
            logs.reason("Error: one\nJUnit Jupiter > Some > second() :: FAILED\n\tError: two\n"))

    def test_else_the_first_error_that_no_library_logs(self):
        self.assertEqual("Error: ours", logs.reason("E! Error: theirs\nfine\nError: ours\nlast\n"))
        self.assertEqual("last words", logs.reason("fine\nlast  words\n\n"))
        self.assertEqual("", logs.reason("\n"))

    def test_adds_all_summaries(self):
        text = "[  3 tests successful ]\n[ 1 tests failed ]\n[  4 tests successful ]\n[ 0 tests aborted ]\n"
        self.assertEqual("1 failed, 7 successful", logs.counts(text))


    def test_a_score_that_is_none(self):
        training = {"math": "tf32", "training_seconds": 5,
                    "scores": [{"mean": 100.5}, {"mean": None}]}
        found = {"recipe": "mnist", "epochs": 30, "trainings": [training]}
        self.assertIn("| tf32 | 100.5, None | no number | 5.00 |", report.scores(found))

    def test_where_it_breaks_off(self):
        begun = [f"JUnit Jupiter > {name}() :: STARTED\n" for name in "abc"]
        ended = [f"JUnit Jupiter > {name}() :: SUCCESSFUL\n" for name in "abc"]
        self.assertEqual("b()", logs.unfinished("".join(begun) + ended[2]))
        self.assertEqual("a()", logs.unfinished("".join(begun + ended[1:])))
        self.assertEqual("", logs.unfinished("".join(begun + ended)))


class NodesTest(unittest.TestCase):
    HEAD = '"ID","Process ID","Kernel Name","Metric Name","Metric Unit","Metric Value"\n'

    def listing(self, names):
        lines = ["==PROF== Connected to process 1\n", self.HEAD]
        for i, (name, ns) in enumerate(names):
            lines.append(f'"{i}","1","{name}","{nodes.DURATION}","ns","{ns:,}"\n')
            lines.append(f'"{i}","1","{name}","{nodes.GRID}","","{len(name)}"\n')
        return "".join(lines)

    def test_finds_the_iteration_that_repeats_with_its_shortest_times(self):
        once = [("gather", 1500), ("product", 4000), ("product", 4500), ("update", 2000)]
        text = self.listing([("fill", 9), ("product", 9), ("product", 9)] + once +
                            [(name, ns + 1000) for name, ns in once] * 3)
        found = nodes.iteration(nodes.launches(text), 4)
        self.assertEqual(["gather", "product", "product", "update"], [n["kernel"] for n in found])
        self.assertEqual([1.5, 4, 4.5, 2], [n["us"] for n in found])
        self.assertEqual(6, found[0]["grid"])
        self.assertIn("simultaneous: 4 nodes, 12.0 µs", nodes.table({"simultaneous": found}))

    def test_names_what_it_finds(self):
        for whole, name in (
                ("gan4j_update", "gan4j_update"),
                ("void cutlass::Kernel2<cutlass_80_simt_sgemm_128x32_8x5_tn_align1>(T1::Params)",
                 "cutlass_80_simt_sgemm_128x32_8x5_tn_align1"),
                ("void cublasLt::splitKreduce_kernel<32, 16, int, some<float>>(a<b>, int)",
                 "cublasLt::splitKreduce_kernel"),
                ("std::enable_if<!T7, void>::type internal::kernel<int, cublasGemvParamsEx<int>>(T1)",
                 "cublasGemv"),
                ("sm90_xmma_gemm_f32f32_tn_n_tilesize64x64x32_warpgroupsize1x1x1_execute_k__5x",
                 "sm90_xmma_gemm_f32f32_tn_n_tilesize64x64x32"),
                ("std::enable_if<!T7, void>::type some::kernel<int, float>(T1)", "some::kernel"),
                ("(anonymous namespace)::f(int)", "f"), ("void (anonymous namespace)::g<3>(int)", "g"),
                ("(", "(")):
            self.assertEqual(name, nodes.short(whole))
        cut = [{"kernel": "gan4j_update", "us": 1}, {"kernel": "void cublasLt::splitKreduce_k<1>", "us": 2}]
        self.assertIn("2 nodes, 3.0 µs one after the other; 1 add", nodes.table({"some": cut}))

    def test_leaves_out_where_the_listing_broke_off(self):
        text = self.listing([("one", 10)]) + '"1","1","two"\n'
        self.assertEqual(["one"], [each["kernel"] for each in nodes.launches(text)])

    def test_finds_nothing_where_nothing_repeats(self):
        text = self.listing([(f"kernel{i}", 10) for i in range(9)])
        self.assertEqual([], nodes.iteration(nodes.launches(text), 4))
        self.assertEqual([], nodes.iteration(nodes.launches("==ERROR== no permission\n"), 4))


class PredictionsTest(unittest.TestCase):
    def test_are_ranges_with_a_reason_for_both_cards(self):
        with open(os.path.join(HERE, "predictions.json"), encoding="utf-8") as file:
            rows = json.load(file)["predictions"]
        self.assertEqual(len(rows), len({each["id"] for each in rows}))
        for each in rows:
            self.assertTrue(each["because"] and each["what"])
            for name in report.CARDS:
                least, most = each[name]
                self.assertTrue(0 < least <= most, each)

    def test_stand_beside_what_was_measured(self):
        about = report.Report.__new__(report.Report)
        about.card = "NVIDIA H100 80GB HBM3, 580, 81559 MiB"
        about.predictions = [
            {"id": "a", "H100": [1, 2], "H200": [5, 6]},
            {"id": "b", "times": "a", "H100": [1, 2], "H200": [5, 6]},
            {"id": "c", "times": "missing", "H100": [1, 2], "H200": [5, 6]}]
        about.figures = {"times": {"figures": [{"id": "a", "median": 3}, {"id": "b", "median": 4.5},
                                               {"id": "c", "median": 1}]}}
        self.assertEqual([("a", 3, "above"), ("b", 1.5, "as predicted")],
                         [(e["id"], e["measured"], e["verdict"]) for e in about.compared()])


if __name__ == "__main__":
    unittest.main()
