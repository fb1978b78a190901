package dev.graft.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be asked for at all, and the values that describe it. */
class RemoteFileTest {
    private static final String WHOLE = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "file:///etc/passwd,scheme 'file'",
        "ftp://host/w.pth,scheme 'ftp'",
        "jar:http://host/a.jar,scheme 'jar'",
        "w.pth,has neither",
        "https:///w.pth,has no host after https:",
        "https://ann:secret@host/w.pth,user name or password"
    })
    void address_thatIsNotTaken_isNamed(String address, String told) {
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> new RemoteFile(URI.create(address), new Sha256(WHOLE), RemoteFile.UNKNOWN_SIZE, "w.pth"));
        assertTrue(e.getMessage().startsWith("address: "), e.getMessage());
        assertTrue(e.getMessage().contains(told), e.getMessage());
        assertFalse(e.getMessage().contains("secret"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "host/w.pth,'must begin with https:// or http://, has neither;'",
        "https://ann:secret@ho st/w.pth,'is not valid (illegal character in authority at character 9); give https://'",
        "https://host/a b?secret,'is not valid (illegal character in path at character 15); give https://HOST/PATH'",
        "'',has neither"
    })
    void of_addressThatIsNone_isNamedLikeTheOthers(String address, String told) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> RemoteFile.of(address, WHOLE));
        assertTrue(e.getMessage().startsWith("address: "), e.getMessage());
        assertTrue(e.getMessage().contains(told), e.getMessage());
        assertFalse(e.getMessage().contains("secret"), e.getMessage());
    }

    @Test
    void address_plainHttpWithPartOfTheDigest_isRefused() {
        Exception e =
                assertThrows(IllegalArgumentException.class, () -> RemoteFile.of("http://host/w.pth", "01234567"));
        assertTrue(e.getMessage().contains("give all 64 digits of its SHA-256, not 8"), e.getMessage());
        assertEquals("w.pth", RemoteFile.of("http://host/a/w.pth?x=y", WHOLE).name());
        assertEquals("w.pth", RemoteFile.of("https://host/w.pth", "01234567").name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a/b",
                "a\\b",
                "../w",
                ".w",
                "-w",
                "w.",
                "a b",
                "a:b",
                "nul",
                "CON.pth",
                "com1.pth",
                "a\u0000",
                "\u00e4"
            })
    void name_thatLeavesTheFolderOrIsOdd_isRefused(String name) {
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> new RemoteFile(URI.create("https://host/w"), new Sha256(WHOLE), RemoteFile.UNKNOWN_SIZE, name));
        assertTrue(e.getMessage().endsWith("was '" + name + "'"), e.getMessage());
    }

    @Test
    void name_tooLong_isRefused() {
        String name = "w".repeat(201);
        assertThrows(IllegalArgumentException.class, () -> RemoteFile.of("https://host/" + name, WHOLE));
    }

    @Test
    void sha256_prefix_agreesWithWhatBeginsSo() {
        assertTrue(new Sha256("01234567").agreesWith(new Sha256(WHOLE)));
        assertTrue(new Sha256(WHOLE.toUpperCase(Locale.ROOT)).agreesWith(new Sha256(WHOLE)));
        assertFalse(new Sha256("01234568").agreesWith(new Sha256(WHOLE)));
        for (String wrong : new String[] {"", "0123456", WHOLE + "0", "0123456g"}) {
            assertThrows(IllegalArgumentException.class, () -> new Sha256(wrong), wrong);
        }
    }

    @Test
    void size_roundedMebibytes_allowsWhatRoundsToIt() {
        FileSize size = FileSize.roundedMebibytes("44.661");
        assertTrue(size.allows(46_830_571), size.toString());
        assertEquals(1048, size.most() - size.least());
        for (long bytes : new long[] {size.least(), size.most(), size.least() - 1, size.most() + 1}) {
            double rounded = Math.rint(bytes / 1048576.0 * 1000) / 1000;
            assertEquals(rounded == 44.661, size.allows(bytes), "for " + bytes);
        }
        assertThrows(IllegalArgumentException.class, () -> new FileSize(2, 1));
        assertThrows(IllegalArgumentException.class, () -> FileSize.exactly(-1));
    }

    @Test
    void patience_outOfRange_isRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThrows(IllegalArgumentException.class, () -> new Patience(Duration.ZERO, second, 1, second));
        assertThrows(IllegalArgumentException.class, () -> new Patience(second, Duration.ZERO, 1, second));
        assertThrows(IllegalArgumentException.class, () -> new Patience(second, second, 21, second));
        assertThrows(IllegalArgumentException.class, () -> new Patience(second, second, 1, second.negated()));
        assertEquals(Duration.ofSeconds(4), Patience.STANDARD.before(3));
    }
}
