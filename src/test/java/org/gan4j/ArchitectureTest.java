package org.gan4j;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gan4j.io.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may use which, and which of them may see whose libraries. */
class ArchitectureTest {
  private static final String ROOT = "org.gan4j.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.gan4j");

  /** A package to those that it may use, beside itself. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("io", List.of()),
          Map.entry("data", List.of("io")),
          Map.entry("device", List.of("io")),
          Map.entry("device.cpu", List.of("device", "io")),
          Map.entry("device.cuda", List.of("device", "io")),
          Map.entry("layers", List.of("device")),
          Map.entry("recipe", List.of("layers", "device", "io")),
          Map.entry("gan", List.of("recipe", "layers", "device", "data", "io")),
          Map.entry("eval", List.of("gan", "recipe", "layers", "device", "data", "io")),
          Map.entry("theory", List.of("gan", "recipe", "layers", "device")),
          Map.entry("run", List.of("eval", "gan", "recipe", "data", "io")),
          Map.entry(
              "report", List.of("run", "theory", "eval", "gan", "recipe", "device", "data", "io")),
          Map.entry(
              "experiment",
              List.of("report", "run", "eval", "gan", "recipe", "layers", "device", "data", "io")),
          Map.entry(
              "cli",
              List.of(
                  "experiment",
                  "report",
                  "run",
                  "eval",
                  "theory",
                  "gan",
                  "recipe",
                  "layers",
                  "device",
                  "data",
                  "io")));

  /** The classes of libraries to the packages that may see them. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.of(
          "org.bytedeco..", List.of("device.cpu", "device.cuda"),
          "picocli..", List.of("cli"),
          "com.fasterxml..", List.of("io"),
          "org.snakeyaml..", List.of("io"),
          "me.tongfei..", List.of("cli"),
          "org.knowm..", List.of("report"),
          "ai.onnxruntime..", List.of("eval"));

  static Stream<Arguments> arrows() {
    return MAY_USE.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  static Stream<Arguments> libraries() {
    return LIBRARIES.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0} uses only {1}")
  @MethodSource("arrows")
  void packageUsesOnlyThoseBelow(String name, List<String> allowed) {
    List<String> seen = new ArrayList<>(allowed);
    seen.add(name);
    noClasses()
        .that()
        .resideInAPackage(ROOT + name)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.gan4j.*..").and(resideOutsideOfPackages(packages(seen))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @ParameterizedTest(name = "{0} is seen only by {1}")
  @MethodSource("libraries")
  void libraryIsSeenOnlyByItsUsers(String library, List<String> users) {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(users))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  @Test
  void oneClassKnowsTheLibraryForJson() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Json.class)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml..")
        .check(CLASSES);
  }

  @Test
  void everyExceptionOfTheLibraryCanBeCaughtAsOne() {
    classes()
        .that()
        .areAssignableTo(RuntimeException.class)
        .and()
        .arePublic()
        .should()
        .beAssignableTo(Gan4jException.class)
        .check(CLASSES);
  }

  @Test
  void everyClassIsInOneOfThesePackages() {
    classes()
        .that()
        .resideOutsideOfPackage("org.gan4j")
        .should()
        .resideInAnyPackage(packages(List.copyOf(MAY_USE.keySet())))
        .check(CLASSES);
  }

  /** What ci/gpu-bundle takes along for a machine with a GPU. */
  @Test
  void testsForAGpuNeedNoOtherTests() {
    JavaClasses tests =
        new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages("org.gan4j");
    String[] taken = packages(List.of("device..", "eval..", "layers.."));
    noClasses()
        .that()
        .resideInAnyPackage(taken)
        .should()
        .dependOnClassesThat(
            resideOutsideOfPackages(taken)
                .and(describe("are tests", each -> tests.contain(each.getName())))
                .and(not(belongToAnyOf(Jvm.class, SmallDisk.class))))
        .check(tests);
  }

  private static String[] packages(List<String> names) {
    return names.stream().map(name -> ROOT + name).toArray(String[]::new);
  }
}
