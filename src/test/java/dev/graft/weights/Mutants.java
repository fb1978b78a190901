package dev.graft.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Damaged files of each format: some hurt anywhere, most where a check comes late, with the earlier ones satisfied. */
interface Mutants {
    byte[] next(Random random);

    /** Damaged headers, the length in front of them right again; and damage anywhere. */
    static Mutants safetensors() throws IOException {
        List<byte[]> wholes = goldens(
                "../safetensors/kinds.safetensors",
                "../safetensors/by_hand.safetensors",
                "../safetensors/compiled.safetensors",
                "../safetensors/empty.safetensors",
                "other.safetensors");
        return random -> {
            byte[] whole = wholes.get(random.nextInt(wholes.size()));
            if (random.nextInt(4) == 0) return Damage.JSON.of(whole, random);
            int header = Math.toIntExact(little(whole).getLong(0));
            byte[] hurt = Damage.JSON.of(Arrays.copyOfRange(whole, 8, 8 + header), random);
            return little(new byte[whole.length - header + hurt.length])
                    .putLong(hurt.length)
                    .put(hurt)
                    .put(whole, 8 + header, whole.length - 8 - header)
                    .array();
        };
    }

    /** Damage anywhere: nothing guards this format. */
    static Mutants legacy() throws IOException {
        List<byte[]> wholes = goldens("few_legacy.pth", "few_legacy.pth", "legacy_wrapped.pth");
        byte[] old = LegacyBytes.python2().bytes();
        return random -> {
            int chosen = random.nextInt(wholes.size() + 1);
            return Damage.PICKLE.of(chosen == wholes.size() ? old : wholes.get(chosen), random);
        };
    }

    /** Damaged pickles in zips whose sizes and CRCs are right; and damage anywhere. */
    static Mutants stateDicts() throws IOException {
        return zips(List.of("data.pkl"), "few.pth", "few.pth", "wrapped.pth", "checkpoint.pth", "without_crc.pth");
    }

    /** The same with objects of Python beside the tensors, and with whole modules. */
    static Mutants objects() throws IOException {
        return zips(
                List.of("data.pkl"),
                "../kinds/objects.pth",
                "../kinds/objects5.pth",
                "../kinds/module.pth",
                "../kinds/graph.pth");
    }

    /** The same with TorchScript's archives, where code and constants suffer too. */
    static Mutants scripts() throws IOException {
        return zips(
                List.of("data.pkl", "data.pkl", "constants.pkl", ".py", "version", "byteorder"),
                "scripted.pt",
                "traced.pt");
    }

    private static Mutants zips(List<String> hurt, String... names) throws IOException {
        List<byte[]> wholes = goldens(names);
        List<List<Part>> parts = Arrays.stream(names).map(Mutants::parts).toList();
        return random -> {
            int chosen = random.nextInt(names.length);
            if (random.nextInt(4) == 0) return Damage.PICKLE.of(wholes.get(chosen), random);
            String ending = hurt.get(random.nextInt(hurt.size()));
            TestZip zip = new TestZip();
            for (Part part : parts.get(chosen)) {
                byte[] bytes = part.name.endsWith(ending) ? Damage.PICKLE.of(part.bytes, random) : part.bytes;
                zip.add(part.name, bytes);
            }
            return zip.bytes();
        };
    }

    /** One entry of a zip. */
    record Part(String name, byte[] bytes) {}

    private static List<Part> parts(String name) {
        try (ZipFile zip = new ZipFile(WeightsFiles.golden(name).toFile())) {
            List<Part> parts = new java.util.ArrayList<>();
            for (ZipEntry entry : Collections.list(zip.entries()))
                parts.add(new Part(entry.getName(), zip.getInputStream(entry).readAllBytes()));
            return parts;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<byte[]> goldens(String... names) throws IOException {
        List<byte[]> bytes = new java.util.ArrayList<>();
        for (String name : names) {
            Path file = WeightsFiles.golden(name);
            bytes.add(Files.readAllBytes(file));
        }
        return bytes;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
