package io.mtproxy.proxy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the table of packages in CONTRIBUTING.md against the code. Change both together. */
class ArchitectureTest {
    private static final String WIRE = "io.mtproxy.wire";
    private static final String PROXY = "io.mtproxy.proxy.";

    /** Package of ours -> the packages of ours that it may use. {@code wire} stands for all of it. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("wire.crypto", List.of("wire")),
            Map.entry("wire.obfuscated", List.of("wire", "wire.crypto")),
            Map.entry("wire.rpc", List.of("wire", "wire.crypto")),
            Map.entry("wire.faketls", List.of("wire", "wire.crypto")),
            Map.entry("wire.tunnel", List.of("wire")),
            Map.entry("wire.proxyprotocol", List.of("wire")),
            Map.entry("cli", List.of("config", "wire", "wire.tunnel")),
            Map.entry("config", List.of("wire", "wire.tunnel")),
            Map.entry("os", List.of()),
            Map.entry("log", List.of()),
            Map.entry("net", List.of("os")),
            Map.entry("events", List.of()),
            Map.entry("access", List.of("wire..", "os")),
            Map.entry("telegram", List.of("wire..", "net", "events")),
            Map.entry("client", List.of("wire..", "net", "access", "telegram", "front", "events")),
            Map.entry("front", List.of("wire..", "net", "events")),
            Map.entry("refresh", List.of()),
            Map.entry("stats", List.of("net", "events")),
            Map.entry("handover",
                    List.of("wire..", "client", "telegram", "front", "access", "net", "events", "os")),
            Map.entry("supervisor", List.of("os", "config", "log", "stats", "net", "access", "events")));

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.mtproxy");

    @TestFactory
    Stream<DynamicTest> packagesUseOnlyWhatTheTableAllows() {
        return MAY_USE.keySet().stream().sorted()
                .map(name -> DynamicTest.dynamicTest(name, () -> rule(name).check(CODE)));
    }

    private static ArchRule rule(String name) {
        List<String> allowed = new ArrayList<>(List.of(name));
        allowed.addAll(MAY_USE.get(name));
        String[] packages = allowed.stream().map(ArchitectureTest::full).toArray(String[]::new);
        return classes().that().resideInAPackage(full(name)).should().onlyDependOnClassesThat(
                resideInAnyPackage(packages)
                        .or(not(resideInAPackage("io.mtproxy.."))));
    }

    private static String full(String name) {
        return name.startsWith("wire") ? WIRE + name.substring("wire".length()) : PROXY + name;
    }

    @Test
    void everyPackageStandsInTheTable() {
        Set<String> found = CODE.stream().map(c -> c.getPackageName())
                .filter(p -> !p.equals(WIRE) && !p.equals(PROXY + "app"))
                .map(p -> p.startsWith(PROXY) ? p.substring(PROXY.length()) : p.substring("io.mtproxy.".length()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found).isEqualTo(new TreeSet<>(MAY_USE.keySet()));
    }

    @Test
    void noCycles() {
        slices().matching("io.mtproxy.(proxy|wire).(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void nobodyDependsOnApp() {
        noClasses().that().resideOutsideOfPackage(PROXY + "app").should().dependOnClassesThat()
                .resideInAPackage(PROXY + "app").check(CODE);
    }

    @Test
    void wireHasNoInputOutputThreadsOrClock() {
        noClasses().that().resideInAPackage(WIRE + "..").should().dependOnClassesThat()
                .resideInAnyPackage("java.io", "java.nio.channels..", "java.nio.file..", "java.net..",
                        "java.util.concurrent..", "java.time..")
                .check(
                        new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                                .importPackages(WIRE).that(
                                        com.tngtech.archunit.base.DescribedPredicate.alwaysTrue()));
    }

    @Test
    void onlyOsTouchesNativeThings() {
        noClasses().that().resideOutsideOfPackage(PROXY + "os").should().dependOnClassesThat()
                .resideInAnyPackage("java.lang.foreign..", "sun.misc..").check(CODE);
    }

    @Test
    void onlyAppEndsTheProcess() {
        noClasses().that().resideOutsideOfPackage(PROXY + "app").should().callMethod(System.class, "exit", int.class)
                .orShould().callMethod(Runtime.class, "halt", int.class).check(CODE);
    }
}
