package dev.graft.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are something else than weights of PyTorch: each is named, with what its owner can do. */
class ForeignContentTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "934e554d50590100, NumPy array (.npy), torch.from_numpy",
        "894844460d0a1a0a, HDF5, as PyTorch has them",
        "4747554603000000, GGUF, as PyTorch has them",
        "1c00000054464c33, TensorFlow Lite, as PyTorch has them",
        "1f8b08, gzip, unpack it first",
        "425a6839, bzip2, unpack it first",
        "fd377a585a0000, xz, unpack it first",
        "28b52ffd, zstd, unpack it first",
        "377abcaf271c, 7z, unpack it first",
        "526172211a0701, RAR, unpack it first",
        "ffd8ffe0, a picture (JPEG), name the file with the weights",
        "89504e470d0a1a0a, a picture (PNG), name the file with the weights",
        "080812077079746f7263681a05322e31302e3022, ONNX, as PyTorch has them",
        "08011284050a0a2a08, SavedModel of TensorFlow, as PyTorch has them",
        "80027d2e, bare pickle, torch.save(model.state_dict()",
        "504b, begins with 50 4b, torch.save(model.state_dict()",
        "'', is empty, download it again",
    })
    void open_foreignBytes_areNamed(String hex, String seen, String remedy) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        refused(Arrays.copyOf(bytes, hex.length() > 30 ? 64 : bytes.length), seen, remedy);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void open_fileThatThisUserMayNotRead_saysSoAndWhatToDo() throws IOException {
        Path closed = Files.write(folder.resolve("closed.pth"), new byte[9]);
        Files.setPosixFilePermissions(closed, Set.of());
        Assumptions.assumeFalse(Files.isReadable(closed), "root reads every file");
        WeightsFiles.assertRefused(closed, "cannot be read (permission denied); let this user read it");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void open_pathThroughAFileOrIntoItself_saysSo() throws IOException {
        Path file = Files.write(folder.resolve("a.pth"), new byte[9]);
        WeightsFiles.assertRefused(
                file.resolve("b.pth"), "cannot be read (a part of its path is a file, not a folder)");
        Path loop = folder.resolve("loop.pth");
        Files.createSymbolicLink(loop, loop);
        WeightsFiles.assertRefused(loop, "cannot be read (too many levels of symbolic links", "see whether");
    }

    @Test
    void open_foreignText_isNamed() throws IOException {
        refused("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "Git LFS pointer", "git lfs pull");
        refused("\n<!DOCTYPE html><html>", "is a web page", "check the address");
        refused("{\"architectures\": []}", "JSON", "name the file with the weights");
        refused("(dp0\nS'a'\np1\n", "bare pickle of an old protocol");
        refused("ccollections\nOrderedDict\np0\n", "bare pickle of an old protocol");
        refused("hello there", "begins with 68 65 6c", "allowed: the zip of");
    }

    @Test
    void open_tar_mayBePyTorchsFirstFormat() throws IOException {
        byte[] tar = new byte[1024];
        System.arraycopy(ascii("ustar"), 0, tar, 257, 5);
        refused(tar, "is a tar archive: PyTorch's very first format", "torch.save(model.state_dict(), path)", "unpack");
    }

    @Test
    void open_foreignZip_isNamedByWhatIsInIt() throws IOException {
        refusedZip("word/document.xml", "0 entries NAME/data.pkl", "word/document.xml", "unpack it first");
        refusedZip("fc.weight.npy", ".npz", "torch.from_numpy");
        refusedZip("model.weights.h5", "Keras", "as PyTorch has them");
        refusedZip("archive/archive_format", "exported program", "torch.export.load");
        WeightsFiles.assertRefused(new TestZip().write(folder.resolve("x.zip")), "0 entries NAME/data.pkl");
    }

    private void refusedZip(String entry, String... words) throws IOException {
        TestZip zip = new TestZip();
        zip.add(entry, new byte[3]);
        WeightsFiles.assertRefused(zip.write(folder.resolve("other.zip")), words);
    }

    private void refused(String content, String... words) throws IOException {
        refused(ascii(content), words);
    }

    private void refused(byte[] content, String... words) throws IOException {
        WeightsFiles.assertRefused(Files.write(folder.resolve("other.pth"), content), words);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
