package dev.graft.predict;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** Numbers that never change, without an object for each. */
final class FloatList extends AbstractList<Float> implements RandomAccess {
    private final float[] values;

    private FloatList(float[] values) {
        this.values = values;
    }

    /** A list of a copy of the numbers. */
    static List<Float> of(float[] values) {
        return new FloatList(values.clone());
    }

    @Override
    public Float get(int index) {
        return values[index];
    }

    @Override
    public int size() {
        return values.length;
    }
}
