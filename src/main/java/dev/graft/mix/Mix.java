package dev.graft.mix;

import org.bytedeco.pytorch.Tensor;

/** How one batch is mixed. */
interface Mix {
    /**
     * Mixes pictures.
     *
     * @param images float32 [n, channels, height, width]; they are not changed
     * @param before each picture's predecessor, of the same shape; may be changed
     * @return the mixed pictures, owned by the open scope
     */
    Tensor images(Tensor images, Tensor before);

    /** The share of each picture in its mixture, 0 to 1; the predecessor has the rest. */
    double share();
}
