package dev.graft.spark;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Checks and extends schemas. */
final class Columns {
    /** The column of paths that Spark's source of binary files has: messages name pictures by it. */
    static final String NAMES = "path";

    private Columns() {}

    /**
     * The index of the column of pictures.
     *
     * @throws IllegalArgumentException when there is none of this name, or it is neither of bytes nor of paths
     */
    static int pictures(StructType schema, String column) {
        int index = index(schema, "inputCol", column);
        DataType type = schema.fields()[index].dataType();
        if (!type.equals(DataTypes.BinaryType) && !type.equals(DataTypes.StringType))
            throw new IllegalArgumentException("spark: inputCol '" + column + "' is of type " + type.simpleString()
                    + "; it must be binary (bytes of picture files) or string (their paths)");
        return index;
    }

    /** The index of a column, which must be there. */
    static int index(StructType schema, String param, String column) {
        int index = Arrays.asList(schema.fieldNames()).indexOf(column);
        if (index < 0)
            throw new IllegalArgumentException("spark: there is no column '" + column + "' (" + param + "); there are "
                    + Arrays.toString(schema.fieldNames()));
        return index;
    }

    static boolean isOfPaths(StructType schema, int index) {
        return schema.fields()[index].dataType().equals(DataTypes.StringType);
    }

    /**
     * The schema with more columns, which may be null.
     *
     * @throws IllegalArgumentException when there is a column of such a name already
     */
    static StructType with(StructType schema, StructField... more) {
        StructType all = schema;
        for (StructField field : more) {
            if (Arrays.asList(all.fieldNames()).contains(field.name()))
                throw new IllegalArgumentException("spark: there is a column '" + field.name()
                        + "' already; rename it, or give this stage's column another name");
            all = all.add(field);
        }
        return all;
    }

    /** The column of exactly this name, also with dots. */
    static Column named(String name) {
        return functions.col("`" + name.replace("`", "``") + "`");
    }

    static StructField column(String name, DataType type) {
        return DataTypes.createStructField(name, type, true);
    }
}
