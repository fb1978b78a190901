package dev.graft.weights.pickle;

import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Values that {@link PickleWriter} can write and for which Java has no type. */
public sealed interface PickleNode {
    /** A tuple of these items. */
    static PickleNode tuple(Object... items) {
        return new Tuple(Collections.unmodifiableList(new ArrayList<>(Arrays.asList(items))));
    }

    /** A {@code collections.OrderedDict}, the type of a state dict. */
    static PickleNode orderedDict(Map<?, ?> items) {
        return new OrderedDict(items);
    }

    /** A tensor; the caller writes its storage as the entry {@code data/STORAGE}. */
    static PickleNode tensor(StoredTensor tensor, boolean requiresGrad) {
        return new TensorView(tensor, requiresGrad);
    }

    /** A tensor, given by its parts. The caller writes its storage as the entry {@code data/STORAGE}. */
    static PickleNode tensor(
            String storage,
            long storageElements,
            ScalarKind kind,
            List<Long> shape,
            List<Long> strides,
            long offset,
            boolean requiresGrad) {
        return new TensorView(
                new StoredTensor("", kind, shape, strides, offset, storage, storageElements), requiresGrad);
    }

    /** A class or function by name. */
    static PickleNode global(String module, String name) {
        return new Global(module, name);
    }

    /** The result of a function that the reader calls. */
    static PickleNode call(String module, String name, Object... arguments) {
        return new Call(new Global(module, name), tuple(arguments));
    }

    /** A typed list of integers, as TorchScript archives need it. */
    static PickleNode intList(long... values) {
        return call(
                "torch.jit._pickle",
                "build_intlist",
                Arrays.stream(values).boxed().toList());
    }

    /**
     * A TorchScript object.
     *
     * @param className such as {@code __torch__.graft.ResNet}; its source is in {@code code/__torch__/graft.py}
     * @param attributes by name, in the order of the source of the class
     */
    static PickleNode object(String className, Map<String, ?> attributes) {
        return restored(className, attributes);
    }

    /**
     * A TorchScript object whose class restores its state itself ({@code __setstate__}). If the same node occurs at
     * several places of a value, the reader gets one object.
     */
    static PickleNode restored(String className, Object state) {
        int dot = className.lastIndexOf('.');
        if (dot < 1) throw new IllegalArgumentException("className must be MODULE.NAME, was '" + className + "'");
        return new ScriptObject(new Global(className.substring(0, dot), className.substring(dot + 1)), state);
    }

    /** See {@link #tuple}. */
    record Tuple(List<Object> items) implements PickleNode {}

    /** See {@link #orderedDict}. */
    record OrderedDict(Map<?, ?> items) implements PickleNode {}

    /** See {@link #tensor(StoredTensor, boolean)}. */
    record TensorView(StoredTensor tensor, boolean requiresGrad) implements PickleNode {}

    /** See {@link #global}; names are single lines. */
    record Global(String module, String name) implements PickleNode {
        /** Refuses a line feed: it would end the name, and the rest would be read as opcodes. */
        public Global {
            if ((module + name).indexOf('\n') >= 0)
                throw new IllegalArgumentException("a global's name must be one line, was " + module + "." + name);
        }
    }

    /** See {@link #call}. */
    record Call(PickleNode function, PickleNode arguments) implements PickleNode {}

    /** See {@link #object}. */
    record ScriptObject(Global type, Object state) implements PickleNode {}
}
