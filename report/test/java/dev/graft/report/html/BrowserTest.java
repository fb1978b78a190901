package dev.graft.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Opens a report from disk in Chromium, offline. Skipped where no {@code chromium} and {@code chromedriver} are on the path. */
class BrowserTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path place;

    private static ChromeDriver browser;

    @BeforeAll
    static void open() throws IOException {
        Optional<File> driver = program("chromedriver");
        Optional<File> chromium = program("chromium").or(() -> program("google-chrome"));
        assumeTrue(driver.isPresent() && chromium.isPresent(), "no chromium or no chromedriver on the path");
        RunFolder.whole(place).report((picture, name) -> Optional.of(RunFolder.drawn("png", 224, 224, Color.RED)));
        // the path is given, so that Selenium looks nothing up in the network
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.get())
                        .withTimeout(PATIENCE)
                        .build(),
                options(chromium.get()));
        browser.manage().window().setSize(new Dimension(1200, 900));
        browser.get(place.resolve("report.html").toUri().toString());
    }

    private static ChromeOptions options(File chromium) {
        LoggingPreferences all = new LoggingPreferences();
        all.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium);
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        options.setCapability("goog:loggingPrefs", all);
        return options;
    }

    private static Optional<File> program(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toFile)
                .findFirst();
    }

    @AfterAll
    static void close() {
        if (browser != null) browser.quit();
    }

    private static List<WebElement> all(String selector) {
        return browser.findElements(By.cssSelector(selector));
    }

    @Test
    void curves_areDrawnAndNamed() {
        List<WebElement> charts = all("#curves svg");
        assertEquals(2, charts.size());
        for (WebElement chart : charts) {
            assertTrue(chart.getSize().height > 150, () -> "height: " + chart.getSize());
            assertEquals("image", chart.getAriaRole());
        }
        assertEquals("Loss", charts.get(0).getAccessibleName());
        assertTrue(all("#curves svg path.strong").get(0).getSize().width > 100);
    }

    @Test
    void matrix_showsCounts() {
        assertEquals(
                List.of("1", "2", "1", "2"),
                all(".matrix tbody td").stream().map(WebElement::getText).toList());
        String hit = all(".matrix .hit").get(0).getCssValue("background-color");
        String miss = all(".matrix .miss").get(0).getCssValue("background-color");
        assertTrue(!hit.equals(miss) && hit.startsWith("rgba"), () -> hit + " " + miss);
    }

    @Test
    void pictures_areDecoded() {
        assertEquals(3, all(".overlay").size());
        List<WebElement> pictures = all("img");
        assertEquals(13, pictures.size()); // 3 mistakes with overlays, 1 suspect, 6 examples
        for (WebElement picture : pictures)
            assertTrue(((Number) browser.executeScript("return arguments[0].naturalWidth", picture)).intValue() > 0);
    }

    @Test
    void contents_leadToParts() {
        List<WebElement> links = all("nav a");
        assertTrue(links.size() > 6, () -> "links: " + links.size());
        for (WebElement link : links)
            assertEquals(1, all(link.getDomAttribute("href")).size(), () -> link.getDomAttribute("href"));
    }

    @Test
    void phone_needsNoScrollingSideways() {
        browser.manage().window().setSize(new Dimension(500, 900));
        browser.executeScript("document.body.style.width = '390px'");
        Object wide = browser.executeScript("return document.body.scrollWidth");
        browser.manage().window().setSize(new Dimension(1200, 900));
        browser.executeScript("document.body.style.width = ''");
        assertTrue(((Number) wide).intValue() <= 390, () -> "width: " + wide);
    }

    @Test
    void console_hasNoError() {
        assertEquals(
                List.of(),
                browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                        .map(Object::toString)
                        .toList());
    }

    @Test
    void page_asksForNothing() {
        Object loaded = browser.executeScript("return performance.getEntriesByType('resource')"
                + ".map(r => r.name).filter(n => !n.startsWith('data:'))");
        assertEquals(List.of(), loaded);
    }
}
