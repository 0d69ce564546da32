package org.gan4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileErrorsTest {
  @Test
  void namesTheReasonInsteadOfThePath() {
    assertEquals("no such file or folder", FileErrors.reason(new NoSuchFileException("a/b")));
    assertEquals("permission denied", FileErrors.reason(new AccessDeniedException("a/b")));
    assertEquals("Is full", FileErrors.reason(new FileSystemException("a", null, "Is full")));
    assertEquals(
        "Permission denied",
        FileErrors.reason(new FileNotFoundException("/a (b)/c (Permission denied)")));
    assertEquals("the thread was interrupted", FileErrors.reason(new ClosedByInterruptException()));
    assertEquals("it is closed", FileErrors.reason(new ClosedChannelException()));
  }

  @Test
  void looksUnderWrappersAndKeepsToOneLine() {
    IOException root = new IOException("No space\n left on device");
    assertEquals("No space left on device", FileErrors.reason(new IOException("wrapper", root)));
    assertEquals("IOException", FileErrors.reason(new IOException()));
  }
}
