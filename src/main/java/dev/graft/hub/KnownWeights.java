package dev.graft.hub;

import static dev.graft.hub.FileSize.exactly;
import static dev.graft.hub.FileSize.roundedMebibytes;

import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * ImageNet weights that torchvision publishes, under torchvision's names: address, digest, size, preprocessing and
 * accuracy. All figures except digests and exact sizes are from torchvision 0.25.
 *
 * <p>For three files, the complete SHA-256 and the exact size are known. For the others, {@link #file()} has the first
 * eight digits, which torchvision puts into the file's name, and the size rounded to a thousandth of a mebibyte.
 */
public enum KnownWeights {
    /** ResNet18: 69.8 % top-1. */
    RESNET18_IMAGENET1K_V1(
            Architecture.RESNET18,
            Recipe.V1,
            "resnet18-f37072fd.pth",
            "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec",
            exactly(46_830_571),
            69.758,
            89.078),
    /** ResNet34: 73.3 % top-1. */
    RESNET34_IMAGENET1K_V1(
            Architecture.RESNET34,
            Recipe.V1,
            "resnet34-b627a593.pth",
            "b627a593",
            roundedMebibytes("83.275"),
            73.314,
            91.42),
    /** ResNet50: 76.1 % top-1. */
    RESNET50_IMAGENET1K_V1(
            Architecture.RESNET50,
            Recipe.V1,
            "resnet50-0676ba61.pth",
            "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a",
            exactly(102_530_333),
            76.13,
            92.862),
    /** ResNet50, torchvision's newer training recipe: 80.9 % top-1. */
    RESNET50_IMAGENET1K_V2(
            Architecture.RESNET50,
            Recipe.V2,
            "resnet50-11ad3fa6.pth",
            "11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca",
            exactly(102_540_417),
            80.858,
            95.434),
    /** ResNet101: 77.4 % top-1. */
    RESNET101_IMAGENET1K_V1(
            Architecture.RESNET101,
            Recipe.V1,
            "resnet101-63fe2227.pth",
            "63fe2227",
            roundedMebibytes("170.511"),
            77.374,
            93.546),
    /** ResNet101, torchvision's newer training recipe: 81.9 % top-1. */
    RESNET101_IMAGENET1K_V2(
            Architecture.RESNET101,
            Recipe.V2,
            "resnet101-cd907fc2.pth",
            "cd907fc2",
            roundedMebibytes("170.530"),
            81.886,
            95.78),
    /** ResNet152: 78.3 % top-1. */
    RESNET152_IMAGENET1K_V1(
            Architecture.RESNET152,
            Recipe.V1,
            "resnet152-394f9c45.pth",
            "394f9c45",
            roundedMebibytes("230.434"),
            78.312,
            94.046),
    /** ResNet152, torchvision's newer training recipe: 82.3 % top-1. */
    RESNET152_IMAGENET1K_V2(
            Architecture.RESNET152,
            Recipe.V2,
            "resnet152-f82ba261.pth",
            "f82ba261",
            roundedMebibytes("230.474"),
            82.284,
            96.002),
    /** ResNeXt50 32x4d: 77.6 % top-1. */
    RESNEXT50_32X4D_IMAGENET1K_V1(
            Architecture.RESNEXT50_32X4D,
            Recipe.V1,
            "resnext50_32x4d-7cdf4587.pth",
            "7cdf4587",
            roundedMebibytes("95.789"),
            77.618,
            93.698),
    /** ResNeXt50 32x4d, torchvision's newer training recipe: 81.2 % top-1. */
    RESNEXT50_32X4D_IMAGENET1K_V2(
            Architecture.RESNEXT50_32X4D,
            Recipe.V2,
            "resnext50_32x4d-1a0047aa.pth",
            "1a0047aa",
            roundedMebibytes("95.833"),
            81.198,
            95.34),
    /** Wide ResNet50-2: 78.5 % top-1. */
    WIDE_RESNET50_2_IMAGENET1K_V1(
            Architecture.WIDE_RESNET50_2,
            Recipe.V1,
            "wide_resnet50_2-95faca4d.pth",
            "95faca4d",
            roundedMebibytes("131.820"),
            78.468,
            94.086),
    /** Wide ResNet50-2, torchvision's newer training recipe: 81.6 % top-1. */
    WIDE_RESNET50_2_IMAGENET1K_V2(
            Architecture.WIDE_RESNET50_2,
            Recipe.V2,
            "wide_resnet50_2-9ba9bcbe.pth",
            "9ba9bcbe",
            roundedMebibytes("263.124"),
            81.602,
            95.758);

    /** torchvision's two training recipes, with the short side of the resize. */
    private enum Recipe {
        V1(256),
        V2(232);

        private final Resize resize;

        Recipe(int shortSide) {
            resize = new Resize.ShortSideCrop(shortSide, 224);
        }
    }

    /** Read on first use. */
    private static final class Imagenet {
        static final List<String> CLASSES = read("imagenet1k.txt");
    }

    private final Architecture architecture;
    private final Recipe recipe;
    private final RemoteFile file;
    private final double top1;
    private final double top5;

    KnownWeights(
            Architecture architecture,
            Recipe recipe,
            String name,
            String digest,
            FileSize size,
            double top1,
            double top5) {
        this.architecture = architecture;
        this.recipe = recipe;
        this.file = RemoteFile.of("https://download.pytorch.org/models/" + name, digest, size);
        this.top1 = top1;
        this.top5 = top5;
    }

    /**
     * The weights with this name; upper and lower case are equal.
     *
     * @throws IllegalArgumentException when there are none; the message lists similar names, or all
     */
    public static KnownWeights named(String name) {
        String wanted = name.toUpperCase(Locale.ROOT).replace('-', '_');
        for (KnownWeights w : values()) {
            if (w.name().equals(wanted)) {
                return w;
            }
        }
        throw new IllegalArgumentException("weights: unknown name '" + name + "'; " + suggestion(name));
    }

    /** Names similar to an unknown one, as the end of a sentence. */
    public static String suggestion(String name) {
        String wanted = name.toUpperCase(Locale.ROOT).replace('-', '_').replaceFirst("_WEIGHTS(\\.|$)", "_");
        List<KnownWeights> all = List.of(values());
        List<KnownWeights> alike =
                all.stream().filter(w -> w.name().equals(wanted)).toList();
        if (alike.isEmpty()) {
            String start = wanted.replaceFirst("_(IMAGENET|V[0-9]|DEFAULT|$).*", "");
            alike = all.stream()
                    .filter(w -> !start.isEmpty() && w.name().startsWith(start))
                    .toList();
        }
        return switch (alike.size()) {
            case 0 -> "there are " + all;
            case 1 -> "did you mean " + alike.get(0) + "?";
            default -> "did you mean one of " + alike + "?";
        };
    }

    /** The weights with this address, without its query. */
    public static Optional<KnownWeights> at(String address) {
        String plain = address.replaceFirst("[?#].*", "").replaceFirst("(?i)^https?:", "https:");
        return Arrays.stream(values())
                .filter(w -> w.file().address().toString().equals(plain))
                .findFirst();
    }

    /** Their address, file name, digest and size. */
    public RemoteFile file() {
        return file;
    }

    /** The network of these weights. */
    public Architecture architecture() {
        return architecture;
    }

    /**
     * The preprocessing of their evaluation: the short side resized to 256 (V1) or 232 (V2) pixels, a central crop of
     * 224 x 224, ImageNet's normalisation; equal to torchvision bit for bit.
     */
    public Preprocessing preprocessing() {
        return Preprocessing.standard().withResize(recipe.resize);
    }

    /** ImageNet's 1,000 classes in the order of the logits, with torchvision's names. */
    public List<String> classes() {
        return Imagenet.CLASSES;
    }

    /** Top-1 accuracy on ImageNet's validation set in percent, as published by torchvision. */
    public double top1Percent() {
        return top1;
    }

    /** Top-5 accuracy on ImageNet's validation set in percent, as published by torchvision. */
    public double top5Percent() {
        return top5;
    }

    /** The terms of use in one sentence. This is not legal advice. */
    public String terms() {
        return "published by the torchvision project, whose code has the BSD-3-Clause licence; torchvision says that"
                + " weights may have other terms because of their training data (here ImageNet, whose pictures are for"
                + " non-commercial research and teaching), and that the user must check this";
    }

    /** The file, downloaded into {@link CacheFolder#standard()} if it is not there yet. */
    public Path fetch() throws IOException {
        return CacheFolder.standard().fetch(file);
    }

    /**
     * The file, downloaded into {@link CacheFolder#standard()} if it is not there yet. For another folder or other
     * proxies, use {@link CacheFolder#fetch(RemoteFile, DownloadListener)} with {@link #file()}.
     *
     * @throws DownloadException when it cannot be downloaded; the message says how to do it by hand
     */
    public Path fetch(DownloadListener listener) throws IOException {
        return CacheFolder.standard().fetch(file, listener);
    }

    private static List<String> read(String resource) {
        try (InputStream in = KnownWeights.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("this jar was built without " + resource, e);
        }
    }
}
