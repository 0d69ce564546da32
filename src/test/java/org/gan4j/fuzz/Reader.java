package org.gan4j.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.gan4j.data.DataException;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataReaders;
import org.gan4j.data.DataSets;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Progress;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Encoder;
import org.gan4j.gan.ImageClassifier;
import org.gan4j.io.Safetensors;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.run.ClassificationSheet;
import org.gan4j.run.MeasureSheet;
import org.gan4j.run.MetricsFile;
import org.gan4j.run.RunFolder;
import org.gan4j.run.ScoreFile;

/** What reads a file that somebody else may have written. The order is part of the seeds. */
enum Reader {
  SAFETENSORS("file.safetensors") {
    @Override
    void read(Path file) {
      try (Safetensors in = Safetensors.open(file)) {
        for (String name : in.names()) {
          in.read(name, 0, ByteBuffer.allocate((int) Math.min(in.info(name).bytes(), 1 << 16)));
        }
        if (!in.names().isEmpty()) {
          in.checksumBefore(in.names().get(in.names().size() - 1));
        }
      }
    }
  },
  CHECKPOINT("checkpoint-latest.safetensors") {
    @Override
    void read(Path file) {
      Checkpoint.recipe(file);
      Checkpoint.remark(file);
    }
  },
  RECIPE("recipe.yaml") {
    @Override
    void read(Path file) throws IOException {
      RecipeYaml.load(file);
    }
  },
  METRICS("metrics.jsonl") {
    @Override
    void read(Path file) throws IOException {
      MetricsFile.read(file);
    }
  },
  SCORE("score.json") {
    @Override
    void read(Path file) throws IOException {
      ScoreFile.read(file);
    }
  },
  MEASURES("measures.json") {
    @Override
    void read(Path file) {
      MeasureSheet.read(file);
    }
  },
  /** A run's folder in which one file is a stranger's. */
  ALARMS("alarms.jsonl") {
    @Override
    void read(Path file) throws IOException {
      seed("metrics.jsonl", METRICS, file);
      seed("config.yaml", RECIPE, file);
      RunFolder.at(file.getParent()).read();
    }
  },
  ROLLBACKS("rollbacks.jsonl") {
    @Override
    void read(Path file) {
      RunFolder.at(file.getParent()).rollbacks();
    }
  },
  IDX("images-idx3-ubyte") {
    @Override
    void read(Path file) {
      DataReaders.idx(file);
    }
  },
  CIFAR("data_batch_1.bin") {
    @Override
    void read(Path file) {
      DataReaders.cifar(file);
    }
  },
  ARCHIVE("cifar-10-binary.tar") {
    @Override
    void read(Path file) {
      DataReaders.archive(file);
    }
  },
  MAT("faces.mat") {
    @Override
    void read(Path file) {
      DataReaders.mat(file);
    }
  },
  PICTURE("picture.png") {
    @Override
    void read(Path file) {
      try {
        Images.ofPicture(new ImageShape(1, 4, 4), file);
      } catch (DataException e) {
        // As documented; a folder's pictures are read in another way.
      }
      DataSets.open("images", only(file.getParent()), Progress.NONE);
    }
  },
  ENCODER("encoder.safetensors") {
    @Override
    void read(Path file) {
      Encoder.open(file).close();
    }
  },
  CLASSIFIER("classifier.safetensors") {
    @Override
    void read(Path file) {
      ImageClassifier.open(file).close();
    }
  },
  CLASSIFICATION("classify.json") {
    @Override
    void read(Path file) throws IOException {
      ClassificationSheet.read(file);
    }
  };

  /** Small files that every run begins with, a folder for each reader. */
  static final Path SEEDS = Path.of("src/test/fuzz");

  private final String fileName;

  Reader(String fileName) {
    this.fileName = fileName;
  }

  /** Reads a file, or says in one of the documented exceptions why not. */
  abstract void read(Path file) throws IOException;

  /** What such a file is called. */
  String fileName() {
    return fileName;
  }

  /** The folder of its seeds. */
  Path seeds() {
    return SEEDS.resolve(name().toLowerCase(Locale.ROOT));
  }

  /** Its seeds, by name. */
  List<Path> files() {
    try (Stream<Path> files = Files.list(seeds())) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void seed(String name, Reader reader, Path beside) throws IOException {
    Path copy = beside.resolveSibling(name);
    if (Files.notExists(copy)) {
      Files.copy(reader.files().get(0), copy);
    }
  }

  private static DataLocation only(Path folder) {
    return DataLocation.of(Optional.of(folder), Map.of(), folder);
  }
}
