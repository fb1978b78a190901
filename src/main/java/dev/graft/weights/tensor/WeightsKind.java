package dev.graft.weights.tensor;

/** What kind of file of weights it is. */
public enum WeightsKind {
    /** A scripted or traced module: {@code torch.jit.save}. */
    TORCHSCRIPT,
    /** A dict of tensors, or one that holds such a dict: {@code torch.save} since PyTorch 1.6, a zip. */
    STATE_DICT,
    /** The same from before PyTorch 1.6: pickles and storages in a row. */
    LEGACY_STATE_DICT,
    /** Tensors by name and nothing else: {@code safetensors}. */
    SAFETENSORS,
    /** The tensors of an exported program: {@code torch.export.save} of PyTorch 2.10 and later, a zip. */
    EXPORTED_PROGRAM,
    /** Several files of weights, and an {@code index.json} that says which tensor is in which. */
    SHARDS
}
