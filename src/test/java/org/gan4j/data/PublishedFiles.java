package org.gan4j.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.io.Sha256;

/**
 * A made-up data set that is published as MNIST is, but tiny.
 *
 * @param contents by name, before gzip
 */
record PublishedFiles(Map<String, byte[]> contents) {
  static PublishedFiles mnistLike(int train, int test) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put("train-images", IdxFiles.images(train));
    contents.put("train-labels", IdxFiles.labels(train));
    contents.put("test-images", IdxFiles.images(test));
    contents.put("test-labels", IdxFiles.labels(test));
    return new PublishedFiles(contents);
  }

  DataFiles.Source source(List<URI> mirrors) {
    List<DataFile> files =
        contents.keySet().stream()
            .map(
                name ->
                    new DataFile(
                        name,
                        gzip(name).length,
                        sha256(gzip(name)),
                        contents.get(name).length,
                        sha256(contents.get(name))))
            .toList();
    return new DataFiles.Source(
        "mnist", List.of("mnist", "raw"), files, Optional.empty(), mirrors, Mnist.OTHERWISE);
  }

  byte[] gzip(String name) {
    return IdxFiles.gzip(contents.get(name));
  }

  void writeTo(Path folder) throws IOException {
    for (String name : contents.keySet()) {
      Files.write(folder.resolve(name + ".gz"), gzip(name));
    }
  }

  private static String sha256(byte[] content) {
    MessageDigest digest = Sha256.digest();
    digest.update(content);
    return Sha256.hex(digest);
  }
}
