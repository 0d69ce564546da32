import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Copies the classes of packages without code and without what nobody outside can name. */
final class Stubs {
  private Stubs() {}

  /** Arguments: the folder of classes, that of the stubs, and the packages. */
  public static void main(String[] args) throws IOException {
    Path from = Path.of(args[0]);
    Path to = Path.of(args[1]);
    for (String name : List.of(args).subList(2, args.length)) {
      Path folder = Path.of(name.replace('.', '/'));
      Files.createDirectories(to.resolve(folder));
      try (Stream<Path> files = Files.list(from.resolve(folder))) {
        files
            .filter(file -> file.toString().endsWith(".class"))
            .filter(file -> !file.toString().matches(".*(\\$\\d.*|-info)\\.class"))
            .forEach(file -> write(file, to.resolve(from.relativize(file))));
      }
    }
  }

  private static void write(Path from, Path to) {
    try {
      ClassWriter out = new ClassWriter(0);
      new ClassReader(Files.readAllBytes(from)).accept(new Signatures(out), ClassReader.SKIP_CODE);
      Files.write(to, out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Signatures extends ClassVisitor {
    private static final int SEEN = Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED;

    Signatures(ClassVisitor out) {
      super(Opcodes.ASM9, out);
    }

    @Override
    public void visitSource(String source, String debug) {}

    @Override
    public FieldVisitor visitField(
        int access, String name, String type, String generic, Object value) {
      return (access & SEEN) == 0 && !name.equals("serialVersionUID")
          ? null
          : super.visitField(access, name, type, generic, value);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String type, String generic, String[] exceptions) {
      return (access & SEEN) == 0
          ? null
          : super.visitMethod(access, name, type, generic, exceptions);
    }
  }
}
