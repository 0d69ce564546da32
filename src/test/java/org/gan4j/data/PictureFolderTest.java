package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gan4j.Jvm;
import org.gan4j.io.Png;
import org.gan4j.report.AnimatedGif;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFolderTest {
  @TempDir Path folder;

  private void file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "content of " + name);
  }

  private List<String> names(PictureFolder found) {
    return found.pictures().stream().map(each -> folder.relativize(each).toString()).toList();
  }

  private PictureFolder search() {
    return PictureFolder.search(folder, Progress.NONE);
  }

  @Test
  void takesEveryKindThatCanBeReadAndNamesTheOthers() throws IOException {
    for (String name :
        List.of("a.PNG", "b.jpeg", "c/d.jfif", "c/e.gif", "f.bmp", "g.tif", "h.webp", "i.jpe")) {
      file(name);
    }
    for (String other : List.of("x.heic", "y.HEIC", "z.txt", "README", "c/x.avif")) {
      file(other);
    }
    PictureFolder found = search();
    assertEquals(
        List.of("a.PNG", "b.jpeg", "c/d.jfif", "c/e.gif", "f.bmp", "g.tif", "h.webp", "i.jpe"),
        names(found));
    assertEquals("2 .heic, 1 .avif, 1 .txt, 1 without a suffix", found.leftOut());
  }

  @Test
  void namesNotMoreKindsThanALineTakes() throws IOException {
    for (int kind = 0; kind < 9; kind++) {
      file("file.k" + kind);
    }
    assertEquals("1 .k0, 1 .k1, 1 .k2, 1 .k3, 1 .k4, 1 .k5, 3 of other kinds", search().leftOut());
  }

  @Test
  void leavesOutWhatIsHiddenAndWhatProgramsMake() throws IOException {
    for (String name :
        List.of(
            "a.png",
            "._a.png",
            ".thumbnails/a.png",
            ".ipynb_checkpoints/a-checkpoint.png",
            ".Trash-1000/files/b.png",
            "c/@eaDir/a.png/SYNOPHOTO_THUMB_M.jpg",
            "__MACOSX/a.png",
            "$RECYCLE.BIN/a.png")) {
      file(name);
    }
    PictureFolder found = search();
    assertEquals(List.of("a.png"), names(found));
    assertEquals("4 hidden, 3 folders of programs", found.leftOut());
  }

  @Test
  void followsLinksAndTakesEachRealFolderAndFileOnce() throws IOException {
    file("real/a.png");
    file("real/deep/b.png");
    Path outside = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-outside"));
    try {
      Files.writeString(outside.resolve("c.png"), "c");
      Files.createSymbolicLink(folder.resolve("real/deep/up"), folder);
      Files.createSymbolicLink(folder.resolve("again"), folder.resolve("real/deep"));
      Files.createSymbolicLink(folder.resolve("outside"), outside);
      Files.createSymbolicLink(folder.resolve("real/link.png"), folder.resolve("real/a.png"));
      Files.createSymbolicLink(folder.resolve("self"), folder.resolve("self"));
      assertEquals(List.of("outside/c.png", "real/a.png", "real/deep/b.png"), names(search()));
      Path link = Files.createSymbolicLink(outside.resolve("link"), folder.resolve("real"));
      assertEquals(3, PictureFolder.search(link, Progress.NONE).pictures().size());
    } finally {
      for (String name : List.of("link", "c.png", "")) {
        Files.delete(outside.resolve(name));
      }
    }
  }

  @Test
  void leavesOutWhatGan4jWrote() throws IOException {
    file("a.png");
    file("runs/00001-images/config.yaml");
    file("runs/00001-images/metrics.jsonl");
    file("runs/00001-images/samples-1.png");
    file("old/checkpoint-latest.safetensors");
    file("old/figure2.png");
    BufferedImage grid = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    Png.write(folder.resolve("samples.png"), grid);
    AnimatedGif.write(folder.resolve("figure1.gif"), List.of(grid, grid), 5);
    PictureFolder found = search();
    assertEquals(List.of("a.png"), names(found));
    assertEquals("4 of gan4j's own", found.leftOut());
  }

  @Test
  void anythingElseUnderAPicturesNameIsNone() throws Exception {
    Process made = new ProcessBuilder("mkfifo", folder.resolve("pipe.png").toString()).start();
    assertEquals(0, made.waitFor());
    assertEquals(List.of(), search().pictures());
    assertEquals("1 .png", search().leftOut());
  }

  @Test
  void missingFoldersAreNamed() {
    Path none = folder.resolve("none");
    DataException e =
        assertThrows(DataException.class, () -> PictureFolder.search(none, Progress.NONE));
    assertTrue(e.getMessage().startsWith(none + " can't be searched (no such file"), e.toString());
  }

  /** The names' bytes are what counts, whatever the locale makes of them. */
  @Test
  void namesThatTheLocaleCantSpell() throws Exception {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    for (int i = 0; i < 3; i++) {
      Files.createDirectories(pictures.resolve("gr\u00fcn"));
      BufferedImage image = PictureFiles.blocks(40, 40, 8);
      Files.write(
          pictures.resolve("gr\u00fcn/k\u00fche" + i + ".png"), PictureFiles.encoded(image, "png"));
    }
    for (String locale : List.of("C", "C.UTF-8")) {
      try (Jvm jvm = new Jvm(folder, name -> true)) {
        Process process = jvm.in("LC_ALL", locale).start(Open.class, "images", "pictures");
        assertEquals(0, jvm.await(), process + jvm.err());
        assertEquals("1 1 1", jvm.out().strip(), jvm.err());
      }
    }
  }

  /** What fits no heap is left out, and the rest is taken. */
  @Test
  void largePicturesInASmallHeap() throws Exception {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    BufferedImage large = new BufferedImage(8000, 6000, BufferedImage.TYPE_BYTE_GRAY);
    byte[] jpeg = PictureFiles.jpeg(large, 0.5f);
    for (int i = 0; i < 3; i++) {
      Files.write(pictures.resolve(i + ".jpg"), jpeg);
    }
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.with("-Xmx256m").start(Open.class, "images", "pictures");
      assertEquals(0, jvm.await(), jvm.err());
      assertEquals("1 1 1", jvm.out().strip(), jvm.err());
    }
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.with("-Xmx8m").start(Open.class, "images", "pictures");
      assertEquals(1, jvm.await(), jvm.err());
      assertTrue(jvm.err().contains("0.jpg: it needs more memory than Java's heap"), jvm.err());
    }
  }
}
