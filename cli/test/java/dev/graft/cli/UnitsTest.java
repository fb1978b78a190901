package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "8.999999999999999E-5, 9e-05",
        "1.0E-4, 0.0001",
        "0.00123456, 0.00123",
        "0.1, 0.1",
        "1, 1",
        "10, 10",
        "1.5e-7, 1.5e-07",
        "0.0009999999, 0.001",
        "12345678, 1.23e+07"
    })
    void rate_hasAtMostThreeDigits(double rate, String wanted) {
        assertEquals(wanted, Units.rate(rate));
    }
}
