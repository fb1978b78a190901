package dev.graft.weights.tensor;

/** The kind of a file of weights. */
public enum WeightsKind {
    /** A scripted or traced module, from {@code torch.jit.save}. */
    TORCHSCRIPT,
    /** A dict of tensors, or a dict that contains one, from {@code torch.save} since PyTorch 1.6: a zip. */
    STATE_DICT,
    /** The same in the format before PyTorch 1.6: pickles, then storages. */
    LEGACY_STATE_DICT,
    /** Only tensors by name: {@code safetensors}. */
    SAFETENSORS,
    /** The tensors of an exported program: {@code torch.export.save} of PyTorch 2.10 and later, a zip. */
    EXPORTED_PROGRAM,
    /** Several files of weights, and an {@code index.json} with the file of each tensor. */
    SHARDS
}
