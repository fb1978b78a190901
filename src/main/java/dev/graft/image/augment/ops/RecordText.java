package dev.graft.image.augment.ops;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Records as text, with exact numbers. {@code Record.toString} prints doubles differently from Java 19 on. */
final class RecordText {
    private RecordText() {}

    static String of(Object value) {
        if (value instanceof Double number) return Double.toHexString(number);
        if (value instanceof List<?> all) {
            StringJoiner text = new StringJoiner(", ", "[", "]");
            for (Object one : all) text.add(of(one));
            return text.toString();
        }
        return value instanceof Record record ? fields(record) : String.valueOf(value);
    }

    private static String fields(Record record) {
        StringJoiner text =
                new StringJoiner(", ", record.getClass().getSimpleName().toLowerCase(Locale.ROOT) + "(", ")");
        try {
            for (RecordComponent field : record.getClass().getRecordComponents())
                text.add(of(field.getAccessor().invoke(record)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("augmentation: " + record.getClass() + " could not be read", e);
        }
        return text.toString();
    }
}
