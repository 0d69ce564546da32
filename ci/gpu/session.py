"""What every step needs: the unpacked bundle, the environment, the log, the time that is left."""

import glob
import lzma
import os
import shutil
import sys
import tarfile
import tempfile
import time

import children

MAIN = "org.gan4j.benchmarks.subject.OnGpu"
CONSOLE = "org.junit.platform.console.ConsoleLauncher"
# By the presence of one of these a folder of CUDA's libraries is known.
LIBRARIES = ("libcuda.so.1", "libcudart.so.13", "libcublasLt.so.13", "libnvrtc.so.13",
             "libcudnn_ops.so.9")


class Skipped(Exception):
    """A step that can't be taken here."""


class Failed(Exception):
    """A step that has shown a fault; without a reason where the log has it."""

    def __init__(self, reason="", status=0):
        super().__init__(reason)
        self.status = status


def library_folders():
    """Where CUDA's libraries may lie besides the system's own folders: in those of the driver, of a
    toolkit, and of Python packages."""
    folders = []
    for entry in sys.path:
        folders += sorted(glob.glob(os.path.join(entry, "nvidia", "*", "lib")))
    folders += ["/usr/local/nvidia/lib64", "/usr/local/cuda/lib64"]
    folders += sorted(glob.glob("/usr/local/cuda-13*/lib64"))
    return [each for each in folders
            if any(os.path.exists(os.path.join(each, library)) for library in LIBRARIES)]


def tool(name):
    """A tool of the CUDA toolkit, or None."""
    return shutil.which(name) or next(iter(sorted(glob.glob(f"/usr/local/cuda*/bin/{name}"))), None)


class Session:
    def __init__(self, archive, out, quick, deadline):
        self.out, self.quick, self.deadline = out, quick, deadline
        self.work = tempfile.mkdtemp(prefix="gpu-validate-")
        self.bundle = os.path.join(self.work, "bundle")
        for name in ("home", "tmp", "kept"):
            os.mkdir(os.path.join(self.work, name))
        with lzma.open(archive) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            if hasattr(tarfile, "tar_filter"):
                tar.extractall(self.bundle, filter="tar")
            else:
                tar.extractall(self.bundle)
        self.java = os.path.join(self.bundle, "runtime", "bin", "java")
        self.figures = os.path.join(out, "figures")
        shutil.rmtree(self.figures, ignore_errors=True)
        os.mkdir(self.figures)
        self.log = open(os.path.join(out, "log.txt"), "wb", buffering=0)
        self.blocking = False
        self.limit = deadline
        self.tick = lambda: None
        self._begun = 0

    # The log.

    def begin(self, title, limit):
        """What comes now belongs to a step, which ends when the clock says `limit`."""
        self.limit = limit
        self.say(f"==== {title}")
        self._begun = self.log.tell()

    def say(self, text):
        self.log.seek(0, os.SEEK_END)
        self.log.write((text + "\n").encode())

    def text(self):
        """The step's output so far."""
        with open(self.log.name, "rb") as file:
            file.seek(self._begun)
            return file.read().decode("utf-8", "replace")

    def own_logs(self):
        """Takes over what cuBLASLt has written to its own log."""
        for name in sorted(glob.glob(os.path.join(self.work, "cublaslt.*.log"))):
            with open(name, "rb") as file:
                written = file.read()
            if written:
                self.say(f"---- {os.path.basename(name)}")
                self.log.write(written)
            os.remove(name)

    # Figures: a running step writes them to the output folder, those of finished steps are in the
    # report and kept for the steps that need them.

    def figure(self, name):
        return os.path.join(self.figures, name + ("-blocking" if self.blocking else "") + ".json")

    def kept(self, name):
        return os.path.join(self.work, "kept", name + ".json")

    def exchange(self):
        return os.path.join(self.work, "exchange")

    # Processes.

    def environment(self, **more):
        path = os.environ.get("LD_LIBRARY_PATH")
        libraries = ([path] if path else []) + library_folders()
        own = {
            "HOME": os.path.join(self.work, "home"),
            "XDG_CACHE_HOME": os.path.join(self.work, "home", ".cache"),
            "TMPDIR": os.path.join(self.work, "tmp"),
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            # What a library has to say about a failure goes to the log.
            "CUBLASLT_LOG_LEVEL": "1",
            "CUBLASLT_LOG_FILE": os.path.join(self.work, "cublaslt.%i.log"),
            "CUDNN_LOGLEVEL_DBG": "1",
            "CUDNN_LOGDEST_DBG": "stderr",
        }
        if libraries:
            own["LD_LIBRARY_PATH"] = ":".join(libraries)
        if self.blocking:
            own["CUDA_LAUNCH_BLOCKING"] = "1"
        return {**os.environ, **own, **more}

    def jvm(self, main, *arguments, tests=False):
        """A command: Java with every cache in the temporary folder."""
        path = ([os.path.join(self.bundle, "tests")] if tests else []) + [
            os.path.join(self.bundle, "lib", "*")]
        return [
            self.java, "-XX:+UseSerialGC", "-Xmx4g", "-Djava.awt.headless=true",
            # What the JVM itself has to say about a crash goes to the log too.
            "-XX:+ErrorFileToStdout", "-XX:-CreateCoredumpOnCrash",
            f"-Duser.home={self.work}/home", f"-Djava.io.tmpdir={self.work}/tmp",
            f"-Dorg.bytedeco.javacpp.cachedir={self.work}/home/javacpp",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-cp", ":".join(path), main, *arguments]

    def on_gpu(self, *arguments, prefix=()):
        """Runs a task of the benchmarks; its exit status."""
        quick = ["--quick"] if self.quick else []
        return self.run([*prefix, *self.jvm(MAIN, *arguments, *quick)])

    def junit(self, *arguments):
        # Test by test, so that a log that breaks off tells where.
        return self.jvm(CONSOLE, "execute", "--details=testfeed", "--fail-if-no-tests", *arguments,
                        "--disable-banner", "--disable-ansi-colors", tests=True)

    def run(self, argv, environment=None):
        """Runs a command whose output goes straight to the log; its exit status."""
        self.log.seek(0, os.SEEK_END)
        child = children.Child(argv, environment or self.environment(), self.log)
        return children.wait_for([child], self.limit, self.tick, self.java)[0]

    def require(self, status):
        """Fails unless a command ended well; the log has the reason."""
        if status != 0:
            raise Failed(status=status)

    def left(self):
        return self.limit - time.monotonic()

    def close(self):
        for each in list(children.Child.living):
            each.kill()
        shutil.rmtree(self.work, ignore_errors=True)
        self.log.close()
