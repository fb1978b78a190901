package dev.graft.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.environment.Checkup.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks, each of a machine that is described in files. */
class DoctorTest {
    private static final ControlGroup UNLIMITED =
            new ControlGroup(OptionalDouble.empty(), OptionalLong.empty(), OptionalLong.empty());

    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static void assertVerdict(Verdict verdict, Checkup seen) {
        assertEquals(verdict, seen.verdict(), seen::toString);
    }

    @Test
    void checkup_hasARemedyIfSomethingIsToDo() {
        assertThrows(IllegalArgumentException.class, () -> new Checkup("x", Verdict.FAIL, "seen", ""));
        assertThrows(IllegalArgumentException.class, () -> new Checkup("x", Verdict.OK, "seen", "do"));
    }

    @Test
    void processor_withoutAvx2_isSlow() {
        assertVerdict(Verdict.OK, ProcessorCheck.of(Set.of("avx2"), "x", "amd64"));
        assertVerdict(Verdict.WARN, ProcessorCheck.of(Set.of("sse2"), "x", "amd64"));
        assertVerdict(Verdict.OK, ProcessorCheck.of(Set.of("asimd"), "x", "aarch64"));
        assertVerdict(Verdict.OK, ProcessorCheck.of(Set.of(), "x", "amd64")); // not reported
    }

    @Test
    void controlGroup_version2_theSmallestLimitOnTheWayHolds() throws IOException {
        Path self = file("self", "0::/pod/box\n");
        file("root/pod/box/cpu.max", "200000 100000\n");
        file("root/pod/box/memory.max", "4000000000\n");
        file("root/pod/box/memory.current", "5\n");
        file("root/pod/cpu.max", "150000 100000\n");
        file("root/pod/memory.max", "3000000000\n");
        file("root/pod/memory.current", "7\n");
        assertEquals(
                new ControlGroup(OptionalDouble.of(1.5), OptionalLong.of(3_000_000_000L), OptionalLong.of(7)),
                ControlGroup.read(folder.resolve("root"), self));
    }

    @Test
    void controlGroup_version1_andNone() throws IOException {
        file("root/cpu/cpu.cfs_quota_us", "50000\n");
        file("root/cpu/cpu.cfs_period_us", "100000\n");
        file("root/memory/memory.limit_in_bytes", "9223372036854771712\n"); // none
        ControlGroup seen = ControlGroup.read(folder.resolve("root"), folder.resolve("none"));
        assertEquals(new ControlGroup(OptionalDouble.of(0.5), OptionalLong.empty(), OptionalLong.empty()), seen);
        assertVerdict(Verdict.WARN, MemoryCheck.container(seen, 2));
        assertEquals(UNLIMITED, ControlGroup.read(folder.resolve("none"), folder.resolve("none")));
        assertVerdict(Verdict.OK, MemoryCheck.container(UNLIMITED, 2));
    }

    @Test
    void memory_isThatOfTheMachineOrOfTheContainer() throws IOException {
        Path info = file("meminfo", "MemTotal:  8388608 kB\nMemFree: 1 kB\nMemAvailable:  4194304 kB\n");
        Checkup machine = MemoryCheck.memory(info, UNLIMITED, 1 << 30);
        assertVerdict(Verdict.OK, machine);
        assertEquals("4096 MiB available of 8192 MiB, Java's heap at most 1024 MiB", machine.seen());
        ControlGroup tight =
                new ControlGroup(OptionalDouble.empty(), OptionalLong.of(2L << 30), OptionalLong.of(3L << 29));
        Checkup container = MemoryCheck.memory(info, tight, 1 << 30);
        assertVerdict(Verdict.WARN, container);
        assertTrue(container.seen().startsWith("512 MiB available of 2048 MiB"), container.seen());
        assertVerdict(Verdict.OK, MemoryCheck.memory(folder.resolve("none"), UNLIMITED, 1 << 30));
    }

    @Test
    void folder_isWritable_orSaysWhyNot() throws IOException {
        Path later = folder.resolve("a/b");
        Checkup seen = new FolderCheck("cache", later, 1, "name another").run();
        assertVerdict(Verdict.OK, seen);
        assertFalse(Files.exists(folder.resolve("a")), "a check makes nothing");
        assertVerdict(Verdict.WARN, new FolderCheck("cache", later, Long.MAX_VALUE, "name another").run());
        Path inAFile = file("file", "").resolve("cache");
        Checkup refused = new FolderCheck("cache", inAFile, 1, "name another").run();
        assertVerdict(Verdict.FAIL, refused);
        assertTrue(refused.remedy().contains("name another"), refused.remedy());
        Path readOnly = Path.of("/proc/self");
        if (Files.isDirectory(readOnly))
            assertVerdict(Verdict.FAIL, new FolderCheck("cache", readOnly, 1, "name another").run());
    }

    @Test
    void folder_mountedNoexec_holdsNoLibraries() throws IOException {
        Path mounts = file("mounts", "d / ext4 rw 0 0\nt /tmp tmpfs rw,noexec 0 0\nt /tmp/my\\040run tmpfs rw 0 0\n");
        Checkup writable = Checkup.ok("natives' cache", "writable");
        assertEquals(writable, FolderCheck.executable(writable, Path.of("/home/x"), mounts, "other"));
        assertEquals(writable, FolderCheck.executable(writable, Path.of("/tmp/my run/x"), mounts, "other"));
        assertVerdict(Verdict.FAIL, FolderCheck.executable(writable, Path.of("/tmp/x"), mounts, "other"));
    }

    @Test
    void locale_mustHoldAllLetters() {
        assertVerdict(Verdict.OK, LocaleCheck.of("UTF-8"));
        assertVerdict(Verdict.WARN, LocaleCheck.of("ANSI_X3.4-1968"));
        assertVerdict(Verdict.WARN, LocaleCheck.of("ISO-8859-1"));
        assertVerdict(Verdict.WARN, LocaleCheck.of(null));
    }

    @Test
    void gpu_saysWhatIsMissing() throws IOException {
        Optional<String> driver = Doctor.driver(
                file(
                        "version",
                        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul 27 07:18:10 UTC 2025\nGCC version:\n"));
        assertEquals(Optional.of("580.65.06"), driver);
        Optional<String> none = Doctor.driver(folder.resolve("none"));
        assertVerdict(Verdict.OK, new GpuCheck(none, false, l -> false, () -> 0).run());
        assertVerdict(Verdict.WARN, new GpuCheck(driver, false, l -> true, () -> 1).run());
        assertVerdict(Verdict.WARN, new GpuCheck(none, true, l -> true, () -> 0).run());
        assertVerdict(Verdict.WARN, new GpuCheck(driver, true, l -> true, () -> 0).run());
        assertVerdict(Verdict.OK, new GpuCheck(driver, true, l -> true, () -> 2).run());
        Checkup lacking = new GpuCheck(driver, true, l -> !l.startsWith("libcudnn"), () -> 1).run();
        assertVerdict(Verdict.FAIL, lacking);
        assertTrue(lacking.seen().endsWith("does not find libcudnn.so.9"), lacking.seen());
    }

    @Test
    void libraries_areLookedForAsTheLoaderDoes() throws IOException {
        file("libs/libcudnn.so.9", "");
        Path cache = file("ld.so.cache", "glibc-ld.so.cache1.1\0libnccl.so.2\0/opt/nccl/libnccl.so.2\0");
        LibraryPath path = LibraryPath.read(":" + folder.resolve("libs"), cache);
        assertEquals(
                List.of(true, true, false, false),
                List.of(
                        path.has("libcudnn.so.9"),
                        path.has("libnccl.so.2"),
                        path.has("libnccl.so"),
                        path.has("libcudart.so.13")));
        assertFalse(LibraryPath.read(null, folder.resolve("none")).has("libcudnn.so.9"));
    }

    @Test
    void selfTest_trainsSavesAndPredicts() {
        Checkup seen = SelfTest.run();
        assertVerdict(Verdict.OK, seen);
        assertTrue(seen.seen().contains("4 of 4 others right"), seen.seen());
    }
}
