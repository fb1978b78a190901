package dev.graft.model.graph;

import java.util.List;
import java.util.Optional;

/**
 * A residual block: the convolutions of its main path, and the one of its shortcut if the shape changes. Names are
 * torchvision's, relative to the block.
 *
 * @param path each is followed by its batch norm, and all except the last by a ReLU
 * @param shortcut empty if the input itself is added
 */
public record ResidualBlock(List<Convolution> path, Optional<Convolution> shortcut) {
    /**
     * A convolution without bias, and the batch norm after it.
     *
     * @param norm the batch norm's name
     * @param in input channels, of all groups together
     * @param out output channels
     * @param kernel height and width; the padding is half of it
     */
    public record Convolution(String name, String norm, long in, long out, int kernel, int stride, int groups) {
        public int padding() {
            return kernel / 2;
        }

        public Convolution under(String prefix) {
            return new Convolution(prefix + name, prefix + norm, in, out, kernel, stride, groups);
        }
    }

    /** The two kinds of blocks in He et al. (2015), figure 5. */
    public enum Kind {
        /** Two convolutions of 3 x 3. */
        BASIC(2, 1),
        /** Three convolutions: 1 x 1, 3 x 3, and 1 x 1 with four times the planes as output. */
        BOTTLENECK(3, 4);

        public final int convolutions;
        /** Output channels for each plane. */
        final int expansion;

        Kind(int convolutions, int expansion) {
            this.convolutions = convolutions;
            this.expansion = expansion;
        }
    }

    /**
     * Builds a block.
     *
     * @param width channels of a bottleneck's 3 x 3 convolution; a basic block uses {@code planes}
     * @param stride of a bottleneck's 3 x 3 convolution, as in torchvision; the paper puts it on the 1 x 1 before
     */
    static ResidualBlock of(Kind kind, long in, long planes, long width, int stride, int groups) {
        long out = planes * kind.expansion;
        List<Convolution> path =
                switch (kind) {
                    case BASIC ->
                        List.of(
                                new Convolution("conv1", "bn1", in, planes, 3, stride, 1),
                                new Convolution("conv2", "bn2", planes, out, 3, 1, 1));
                    case BOTTLENECK ->
                        List.of(
                                new Convolution("conv1", "bn1", in, width, 1, 1, 1),
                                new Convolution("conv2", "bn2", width, width, 3, stride, groups),
                                new Convolution("conv3", "bn3", width, out, 1, 1, 1));
                };
        return new ResidualBlock(
                path,
                in == out && stride == 1
                        ? Optional.empty()
                        : Optional.of(new Convolution("downsample.0", "downsample.1", in, out, 1, stride, 1)));
    }

    public boolean reshapes() {
        return shortcut.isPresent();
    }
}
