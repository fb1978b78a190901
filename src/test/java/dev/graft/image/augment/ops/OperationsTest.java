package dev.graft.image.augment.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What operations say of themselves and what they refuse. */
class OperationsTest {
    /** Also where one number within one range, or one operation within another one, differs. */
    @Test
    void identity_isAnotherForEveryParameter() throws Exception {
        for (Operation o : EveryOperation.LIST) {
            Set<String> texts = new HashSet<>(Set.of(o.identity()));
            List<Object> others = changed(o);
            assertTrue(others.size() >= o.getClass().getRecordComponents().length, o.toString());
            for (Object other : others) assertTrue(texts.add(((Operation) other).identity()), other.toString());
        }
    }

    @Test
    void identity_hasExactNumbers() {
        assertEquals(
                "rotation(interval(0x1.999999999999ap-4, 0x1.0p1), resampling(BILINEAR, rgb(1, 2, 3)))",
                new Rotation(new Interval(0.1, 2), new Resampling(Interpolation.BILINEAR, new Rgb(1, 2, 3)))
                        .identity());
        assertEquals(
                "sometimes([grey(0x1.0p-1), invert(0x1.0p0)], 0x1.0p-2)",
                new Sometimes(List.of(new Grey(0.5), new Invert(1)), 0.25).identity());
    }

    /** The record with one of its values changed at a time, down to the single numbers. */
    private static List<Object> changed(Object record) throws Exception {
        RecordComponent[] fields = record.getClass().getRecordComponents();
        Constructor<?> maker = record.getClass()
                .getDeclaredConstructor(
                        Arrays.stream(fields).map(RecordComponent::getType).toArray(Class<?>[]::new));
        Object[] values = new Object[fields.length];
        for (int i = 0; i < fields.length; i++)
            values[i] = fields[i].getAccessor().invoke(record);
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < values.length; i++)
            for (Object other : others(values[i])) {
                Object[] with = values.clone();
                with[i] = other;
                all.add(maker.newInstance(with));
            }
        return all;
    }

    private static List<?> others(Object value) throws Exception {
        if (value instanceof Double d) return List.of(Math.nextUp(d) > 1 ? Math.nextDown(d) : Math.nextUp(d));
        if (value instanceof Integer i) return List.of(value.equals(7) ? i - 2 : i + (i == 3 ? 2 : 1));
        if (value instanceof Enum<?> e) {
            Object[] constants = e.getDeclaringClass().getEnumConstants();
            return List.of(constants[(e.ordinal() + 1) % constants.length]);
        }
        if (value instanceof List<?> l) return List.of(l.subList(1, l.size()), List.of(l.get(1), l.get(0)), List.of());
        return changed(value);
    }

    @Test
    void outOfRange_isNamed() {
        Interval one = Interval.of(1);
        refused("from <= to", () -> new Interval(2, 1));
        refused("from <= to", () -> new Interval(Double.NaN, 1));
        refused("both finite", () -> new Interval(0, Double.POSITIVE_INFINITY));
        refused("0 to 255, were 256", () -> new Rgb(256, 0, 0));
        refused("0 to 255, were 0, -1", () -> new Rgb(0, -1, 0));
        refused("probability must be between 0 and 1, was 1.5", () -> new Grey(1.5));
        refused("probability must be between 0 and 1, was NaN", () -> new HorizontalFlip(Double.NaN));
        refused("posterize keeps 1 to 8 bits, was 0", () -> new Posterize(0, 1));
        refused("threshold of solarize must be 0 to 256, was 300", () -> new Solarize(300, 1));
        refused("factor of sharpness must be at least 0", () -> new Sharpness(-1, 1));
        refused("fractions of 0 to 1", () -> new Affine(one, 2, 0, one, one, one, Resampling.NEAREST));
        refused(
                "scale of affine must be above 0",
                () -> new Affine(one, 0, 0, Interval.of(0), one, one, Resampling.NEAREST));
        refused("shearY must lie between", () -> new Affine(one, 0, 0, one, one, Interval.of(90), Resampling.NEAREST));
        refused("distortion of perspective", () -> new Perspective(-0.1, 1, Resampling.NEAREST));
        refused("padding must be 0 to 65,535 pixels, was -1", () -> new Crop(-1, Border.EDGE, Rgb.BLACK));
        refused("odd number from 1 to 255, was 4", () -> new Blur(4, one));
        refused("sigma of blur must be above 0", () -> new Blur(3, new Interval(0, 1)));
        refused("hue must lie between -0.5 and 0.5", () -> new ColourJitter(one, one, one, one));
        refused("amount of jitter must be at least 0", () -> ColourJitter.of(0, -1, 0, 0));
        refused("area to erase must lie between 0", () -> new Erasing(Interval.of(2), one, Rgb.BLACK, 1));
        refused("ratio of erasing must be above 0", () -> new Erasing(one, Interval.of(0), Rgb.BLACK, 1));
        refused("magnitude of 0 to 30, had 2 and 31", () -> new RandAugment(2, 31, 31, Resampling.NEAREST));
        refused("2 to 1000 bins, were 1", () -> new TrivialAugment(1, Resampling.NEAREST));
        refused("width and height must be at least 1", () -> new Canvas(0, 5));
    }

    private static void refused(String told, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(told), message);
    }
}
