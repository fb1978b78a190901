package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTableTest {
    @TempDir
    Path root;

    private Path write(String text) throws IOException {
        return Files.writeString(root.resolve("labels.csv"), text);
    }

    /** Such as {@code a.jpg=cat b.jpg=dog+emu:val}. */
    private String read(String text) throws IOException {
        return shown(LabelTable.read(write(text)));
    }

    private static String shown(LabelTable table) {
        return table.rows().stream()
                .map(r -> r.file() + "="
                        + r.labels().stream().map(table.classes()::get).collect(Collectors.joining("+"))
                        + r.split().map(s -> ":" + s.word()).orElse(""))
                .collect(Collectors.joining(" "));
    }

    private void assertRefused(String text, String... parts) throws IOException {
        Path table = write(text);
        String message = assertThrows(DatasetException.class, () -> LabelTable.read(table))
                .getMessage();
        assertTrue(message.contains(table.toString()), message);
        for (String part : parts) assertTrue(message.contains(part), message + " lacks " + part);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file,label,split\na.jpg,cat,train\nb.jpg,dog,val\n",
                "Split,LABEL,File Name\ntrain,cat,a.jpg\nval,dog,b.jpg",
                "image_path;class;set\r\na.jpg;cat;Training\r\nb.jpg;dog;Validation\r\n",
                "filepaths\tlabels\tdata set\na.jpg\tcat\ttrain\nb.jpg\tdog\tvalid\n",
                "\"image\",\"category\",\"is_valid\"\r\"a.jpg\", \"cat\",False\r\"b.jpg\" ,\"dog\",True\r",
                "\n\n id , breed , split \n a.jpg , cat , train \n\n b.jpg , dog , dev \n\n",
                "a.jpg,cat,train\nb.jpg,dog,val\n",
                "label,width,image,split\ncat,640,a.jpg,train\ndog,320,b.jpg,val\n",
            })
    void columns_areFoundInAnyOrderAndCase(String text) throws IOException {
        assertEquals("a.jpg=cat:train b.jpg=dog:val", read(text));
    }

    @Test
    void taken_saysWhichColumnIsWhat() throws IOException {
        write("class id,Image,labels,width,data set\n1,a.jpg,cat,640,test\n");
        assertEquals(
                "labels.csv: column Image is the file, column labels the label, column data set the split;"
                        + " not used: class id, width",
                LabelTable.read(root.resolve("labels.csv")).taken());
        write("a.jpg,cat\n");
        assertEquals(
                "labels.csv: no header; column 1 is the file, column 2 the label",
                LabelTable.read(root.resolve("labels.csv")).taken());
    }

    @ParameterizedTest
    @CsvSource({"UTF-8,true", "UTF-8,false", "UTF-16LE,true", "UTF-16BE,true"})
    void marksOfEncodings_areNoPartOfTheFirstName(String charset, boolean mark) throws IOException {
        byte[] text = ((mark ? "\uFEFF" : "") + "file\tlabel\né.jpg\t猫\n").getBytes(Charset.forName(charset));
        Path table = Files.write(root.resolve("labels.tsv"), text);
        assertEquals("é.jpg=猫", shown(LabelTable.read(table)));
    }

    @Test
    void columnsOfZeroAndOne_forSeveralSplits_areTakenTogether() throws IOException {
        String rows = "a.jpg,cat,0,0\nb.jpg,dog,1,0\nc.jpg,cat,0,1\n";
        assertEquals("a.jpg=cat:train b.jpg=dog:val c.jpg=cat:test", read("file,label,is_valid,is_test\n" + rows));
        assertEquals("a.jpg=cat:train b.jpg=dog:test c.jpg=cat:val", read("file,label,is_test,is_valid\n" + rows));
        assertEquals(
                "labels.csv: column file is the file, column label the label, columns is_test and is_valid the split",
                LabelTable.read(root.resolve("labels.csv")).taken());
        assertEquals("a=cat:test b=:val", read("file,cat,dog,is_valid,is_test\na,1,0,0,1\nb,0,0,1,0\n"));
    }

    @Test
    void rowsOfTwoSplits_areRefused() throws IOException {
        assertRefused(
                "file,label,is_valid,is_test\na.jpg,cat,1,0\nb.jpg,dog,1,1\nc.jpg,dog,0,2\n",
                "wrong rows, 2 times",
                "line 3: columns is_valid and is_test say val and test (expected at most one",
                "line 4: the split is '2'");
    }

    @Test
    void quotes_areThoseOfRfc4180() throws IOException {
        assertEquals(
                "a,\n\"b\".jpg=the \"cat\", big c\"d.jpg=dog",
                read("file,label\r\n\"a,\r\n\"\"b\"\".jpg\",\"the \"\"cat\"\", big\"\r\nc\"d.jpg,dog\r\n"));
    }

    @Test
    void rows_knowTheirLine() throws IOException {
        LabelTable table = LabelTable.read(write("file,label\n\"a\nb.jpg\",cat\n\nc.jpg,dog\n"));
        assertEquals(
                List.of(2L, 5L), table.rows().stream().map(LabelTable.Row::line).toList());
    }

    @Test
    void oneHotColumns_areOneLabelEach() throws IOException {
        LabelTable table = LabelTable.read(write("image,MEL,NV,BCC\nISIC_1,0.0,1.0,0.0\nISIC_2,1.0,0.0,0.0\n"));
        assertEquals("ISIC_1=NV ISIC_2=MEL", shown(table));
        assertEquals(List.of("MEL", "NV"), table.classes());
        assertFalse(table.isMultiLabel());
    }

    @Test
    void columnsOfZeroAndOne_giveSeveralLabels() throws IOException {
        LabelTable table =
                LabelTable.read(write("file,split,cat,dog\na.jpg,train,1,1\nb.jpg,val,0,\nc.jpg,test,true,False\n"));
        assertEquals("a.jpg=cat+dog:train b.jpg=:val c.jpg=cat:test", shown(table));
        assertTrue(table.isMultiLabel());
        assertEquals(List.of(0, 1), table.rows().get(0).labels());
    }

    @Test
    void separators_giveSeveralLabels_unlessSaidOtherwise() throws IOException {
        Path table = write("file,label\na.jpg,dog|cat\nb.jpg,dog; emu ;\n");
        assertEquals("a.jpg=cat+dog b.jpg=dog+emu", shown(LabelTable.read(table)));
        assertEquals("a.jpg=dog|cat b.jpg=dog; emu ;", shown(LabelTable.read(table, LabelTable.ONE_LABEL)));
    }

    @Test
    void severalWordsInAPluralColumn_areRefusedUnlessSaid() throws IOException {
        String text = "file,tags\na.jpg,haze\nb.jpg,haze water\n";
        assertRefused(text, "line 3: 'haze water' in column tags may be one label or several", "ONE_LABEL");
        assertEquals("a.jpg=haze b.jpg=haze+water", shown(LabelTable.read(write(text), " ")));
        assertEquals("a.jpg=haze b.jpg=haze water", shown(LabelTable.read(write(text), LabelTable.ONE_LABEL)));
        assertEquals("b.jpg=golden retriever", read("file,breed\nb.jpg,golden retriever\n"));
    }

    @Test
    void wrongRows_areNamedInOneGo() throws IOException {
        assertRefused(
                "file,label,split\na.jpg,cat\n,dog,train\nb.jpg,,val\nc.jpg,emu,later\n",
                "wrong rows, 4 times",
                "line 2: 2 fields, the first line has 3",
                "line 3: no file",
                "line 4: no label",
                "line 5: the split is 'later'");
        assertRefused("file,width,height\na.jpg,640,480\n", "line 2: column width holds '640' (expected 0 or 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,b,c\\n1,2,3 | the header names no column of files (columns: a, b, c",
                "file,width\\na.jpg,3 | the header names no column of labels (columns: file, width",
                "a.jpg,b.jpg,c,d\\n | there is no header, and 4 columns",
                "file,label\\n\"a.jpg,cat\\n | line 2: a quote is opened and not closed",
                "file,label\\n\"a\"b.jpg,cat\\n | line 2: there is text behind a closing quote",
                "file,label,split,set\\na,b,train,test\\n | the header names 2 columns of splits: split, set (",
                "file,label,split,is_test\\na,b,train,1\\n | the header names 2 columns of splits: split, is_test (",
                "file,label,label\\na.jpg,cat,dog\\n | the header names 2 columns of labels: label, label (",
                "File Name,filename,label\\na,b,cat\\n | the header names 2 columns of files: File Name, filename (",
                "file,label\\n | has a header and no rows",
                "file,label\\na\\0.jpg,cat | line 2: it holds a character 0",
            })
    void whatIsNoTable_isRefused(String text, String part) throws IOException {
        assertRefused(text.replace("\\n", "\n").replace("\\0", "\0"), part);
    }

    @Test
    void emptyAndAbsentAndOtherwiseEncodedTables_areRefused() throws IOException {
        assertRefused("", "is empty");
        Path absent = root.resolve("absent.csv");
        assertTrue(assertThrows(DatasetException.class, () -> LabelTable.read(absent))
                .getMessage()
                .contains("no table " + absent));
        Path latin =
                Files.write(root.resolve("latin.csv"), "file,label\né.jpg,cat\n".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(assertThrows(DatasetException.class, () -> LabelTable.read(latin))
                .getMessage()
                .contains("not UTF-8"));
    }

    @Test
    void endlessFieldsAndRows_areRefused() throws IOException {
        assertRefused("file,label\n\"" + "x".repeat(70_000), "more than 65536 characters");
        assertRefused("file,label\n" + ",".repeat(20_000), "more than 16384 fields");
    }
}
