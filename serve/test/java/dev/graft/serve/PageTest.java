package dev.graft.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.predict.PredictorOptions;
import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The page in Chromium. Skipped where no {@code chromium} and {@code chromedriver} are on the path. */
@Timeout(300)
class PageTest {
    private static final byte[] RED = SmallModel.picture("png", 160, 120, Color.RED);
    private static final String HEAT = ".heat img";
    private static final String HEIGHT = "return arguments[0].height";

    @TempDir
    static Path folder;

    private static Browser browser;
    private static GraftServer server;

    @BeforeAll
    static void open() throws IOException {
        browser = Browser.open().orElse(null);
        assumeTrue(browser != null, "no chromium or no chromedriver on the path");
        server = GraftServer.start(
                SmallModel.save(folder), ServeOptions.standard().withPort(0));
    }

    @AfterAll
    static void close() {
        if (browser != null) browser.close();
        if (server != null) server.close();
    }

    @BeforeEach
    void visit() {
        browser.scheme("light");
        browser.visit(server.address());
        browser.console(); // what an earlier test left
    }

    private static void assertResult(String name) {
        browser.await(HEAT);
        assertEquals(name, browser.await(".result h2").getText());
        assertEquals(3, browser.all(".result .bar").size());
        assertTrue(SmallModel.CLASSES.contains(browser.await(".verdict strong").getText()));
        assertTrue(browser.await("#status").getText().startsWith(name + ": "));
        for (WebElement image : browser.all(".result img"))
            assertTrue(number("return arguments[0].naturalWidth", image) > 0, image::getAccessibleName);
        assertEquals("", browser.console());
    }

    private static int number(String script, Object... arguments) {
        return ((Number) browser.driver.executeScript(script, arguments)).intValue();
    }

    @Test
    void drop_showsClassesAndHeat() {
        assertTrue(browser.await("#model").getText().contains("blue, green and red"));
        browser.give("drop", RED, "red.png");
        assertResult("red.png");
        assertEquals(32, number("return arguments[0].naturalWidth", browser.await(HEAT)));
        WebElement first = browser.all(".bar").get(0);
        double share = Double.parseDouble(
                first.findElement(By.cssSelector(".share")).getText().replaceAll("[^0-9.]", ""));
        int width = number("return arguments[0].querySelector('.fill').getBoundingClientRect().width", first);
        assertEquals(share / 100 * first.getSize().width, width, 4);
    }

    /** The eye compares places of the picture and of the overlay. */
    @Test
    void overlay_hasTheShapeOfThePicture() {
        browser.give("drop", SmallModel.picture("png", 100, 300, Color.RED), "tall.png");
        browser.await(".heat.stretched img");
        assertEquals(
                1000 / 3, number("return 1000 * arguments[0].width / arguments[0].height", browser.await(HEAT)), 5);
        WebElement picture = browser.all(".result img").get(0);
        assertEquals(number(HEIGHT, picture), number(HEIGHT, browser.await(HEAT)), 1);
        browser.give("drop", RED, "red.png");
        List<WebElement> heats = browser.await(HEAT, 2);
        assertEquals(1333, number("return 1000 * arguments[0].width / arguments[0].height", heats.get(0)), 10);
    }

    @Test
    void overlayOfACrop_saysWhichPartItShows() {
        Object captions = browser.driver.executeAsyncScript(
                "const done = arguments[0];"
                        + "import('./result.js').then(({Result}) => {"
                        + "const part = (resize) => Result.prototype.part.call({model: {card: {preprocessing: {resize}}}}, 0);"
                        + "done(part({kind: 'short_side_crop', short_side: 256, crop: 224}) + '|' + part({kind: 'stretch'}))})");
        assertEquals(
                ". It sees a square in the middle of the picture only, 88% of the shorter side"
                        + "|, squeezed into the shape that it sees",
                captions);
    }

    @Test
    void pasteAndChoose_workToo() throws IOException {
        browser.give("paste", RED, "pasted.png");
        assertResult("pasted.png");
        visit();
        browser.all("#files")
                .get(0)
                .sendKeys(Files.write(folder.resolve("chosen.png"), RED).toString());
        assertResult("chosen.png");
    }

    @Test
    void several_haveTheirOrder_becomeCsv_andAreCleared() throws IOException {
        StringBuilder files = new StringBuilder();
        for (String name : List.of("a.png", "b,c.png", "d.png"))
            files.append(files.isEmpty() ? "" : "\n")
                    .append(Files.write(folder.resolve(name), name.equals("d.png") ? new byte[9] : RED));
        browser.all("#files").get(0).sendKeys(files);
        browser.await(".result [role=alert]");
        List<String> names =
                browser.await(".result h2", 3).stream().map(WebElement::getText).toList();
        assertEquals(List.of("a.png", "b,c.png", "d.png"), names);
        browser.give("drop", RED, "newest.png");
        browser.await(".verdict", 3);
        browser.await(HEAT, 3);
        assertEquals("newest.png", browser.all(".result h2").get(0).getText());
        assertEquals(1, browser.driver.getPageSource().split("Choose a class to see", -1).length - 1);
        browser.driver.executeScript("URL.createObjectURL = (blob) => { window.made = blob.text(); return '#'; };"
                + "HTMLAnchorElement.prototype.click = () => {};");
        browser.await("#download").click();
        Object csv = browser.driver.executeAsyncScript("window.made.then(arguments[0])");
        List<String> lines = String.valueOf(csv).lines().toList();
        assertEquals(5, lines.size(), lines::toString);
        assertEquals("\"file\",\"label\",\"probability\",\"unreadable\"", lines.get(0));
        assertTrue(lines.get(2).matches("\"b,c\\.png\",\"(blue|green|red)\",\"0\\.[0-9]+\",\"\""), lines.get(2));
        assertTrue(lines.get(3).startsWith("\"d.png\",\"\",\"\",\"d.png: "), lines.get(3));
        browser.await("#clear").click();
        assertEquals(List.of(), browser.all(".result"));
        assertEquals("files", focused());
        browser.await("#tools", 0);
        browser.console(); // Chromium names the refused request there
    }

    @Test
    void brokenFile_saysWhyAndWhatToDo() {
        browser.give("drop", "no picture".getBytes(StandardCharsets.UTF_8), "<b>odd</b>.png");
        WebElement problem = browser.await(".result [role=alert]");
        assertTrue(problem.getText().contains("What to do"), problem::getText);
        assertEquals("<b>odd</b>.png", browser.await(".result h2").getText());
        browser.give("drop", RED, "good.png"); // and the page goes on
        browser.await(HEAT);
        assertEquals("good.png", browser.all(".result h2").get(0).getText());
    }

    @Test
    void problems_areToldInTheWordsOfThePage() throws IOException {
        ServeOptions options = ServeOptions.standard()
                .withPort(0)
                .withoutOverlays()
                .withLimits(ServeLimits.STANDARD.withBodyBytes(100_000).withPixels(1_000_000));
        try (GraftServer small = GraftServer.start(folder.resolve("model.pt"), options)) {
            browser.visit(small.address());
            browser.give("drop", new byte[0], "nothing.png");
            assertEquals(
                    "nothing.png is empty. What to do: choose another file, or get it again from where it came.",
                    told());
            browser.visit(small.address());
            browser.give("drop", new byte[200_000], "large.png");
            assertEquals(
                    "large.png has 0.2 MiB, and this server takes 0.1 MiB at most. What to do: make it smaller.",
                    told());
            browser.visit(small.address());
            browser.give("drop", SmallModel.picture("png", 2000, 600, Color.RED), "wide.png");
            assertEquals(
                    "wide.png has 1.2 megapixels, and this server takes 1 megapixels at most. What to do: make it smaller.",
                    told());
            browser.console(); // Chromium names the refused requests there
        }
    }

    private static String told() {
        return browser.await(".result [role=alert]").getText();
    }

    /** From the top of the page to a heat map of another class, without a mouse. */
    @Test
    void keyboard_isEnough() {
        tabTo("files");
        tabTo("camera-open");
        press(Keys.ENTER);
        browser.await("#video");
        awaitVideo();
        assertEquals("shoot", focused());
        press(Keys.SPACE);
        assertResult("photograph.jpg");
        for (int i = 0; i < 9 && !focusedClass().contains("bar"); i++) press(Keys.TAB);
        press(Keys.TAB);
        assertTrue(focusedClass().contains("bar"), PageTest::focusedClass);
        String other = browser.driver.switchTo().activeElement().getDomAttribute("data-name");
        String before = browser.await(HEAT).getDomAttribute("src");
        press(Keys.ENTER);
        browser.await(".heat img[alt*='" + other + "']");
        assertNotEquals(before, browser.await(HEAT).getDomAttribute("src"));
        assertEquals(other, browser.await(".bar[aria-pressed=true]").getDomAttribute("data-name"));
        String outline = browser.driver.switchTo().activeElement().getCssValue("outline-style");
        assertEquals("solid", outline);
    }

    private static void awaitVideo() {
        while (number("return document.getElementById('video').videoWidth") == 0) Thread.onSpinWait();
    }

    private static void tabTo(String id) {
        for (int i = 0; i < 9 && !focused().equals(id); i++) press(Keys.TAB);
        assertEquals(id, focused());
    }

    private static void press(Keys key) {
        new Actions(browser.driver).sendKeys(key).perform();
    }

    private static String focused() {
        return String.valueOf(browser.driver.switchTo().activeElement().getDomAttribute("id"));
    }

    private static String focusedClass() {
        return String.valueOf(browser.driver.switchTo().activeElement().getDomAttribute("class"));
    }

    @Test
    void lightAndDark_areAccessible() throws IOException {
        browser.give("drop", "no picture".getBytes(StandardCharsets.UTF_8), "bad.png");
        browser.await(".result [role=alert]");
        browser.give("drop", RED, "red.png");
        browser.await(HEAT);
        String light = ground();
        assertNoFault("light");
        browser.scheme("dark");
        assertNotEquals(light, ground());
        assertNoFault("dark");
    }

    private static String ground() {
        return browser.await("body").getCssValue("background-color");
    }

    private static void assertNoFault(String scheme) throws IOException {
        try (InputStream axe = PageTest.class.getResourceAsStream("/axe.min.js")) {
            browser.driver.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }
        Object faults = browser.driver.executeAsyncScript("const done = arguments[0];"
                + "axe.run().then(r => done(r.violations.filter(v => v.impact !== 'minor')"
                + ".map(v => ({[v.id]: v.nodes.map(n => n.html).join(' ')}))), e => done([{failed: String(e)}]))");
        assertEquals(List.<Map<String, String>>of(), faults, scheme);
    }

    @Test
    void narrowPage_needsNoScrollingSideways() {
        browser.give("drop", RED, "a-long-name-".repeat(12) + ".png");
        browser.await(HEAT);
        browser.driver.executeScript("document.body.style.width = '360px'");
        int wide = number("return document.body.scrollWidth");
        assertTrue(wide <= 360, () -> "width: " + wide);
    }

    @Test
    void page_asksThisServerOnly() {
        browser.give("drop", RED, "red.png");
        browser.await(HEAT);
        Object foreign = browser.driver.executeScript("return performance.getEntriesByType('resource').map(r => r.name)"
                + ".filter(n => !n.startsWith(location.origin) && !n.startsWith('blob:' + location.origin))");
        assertEquals(List.of(), foreign);
    }

    @Test
    void improbablePicture_isUnknown() throws IOException {
        ServeOptions options = ServeOptions.standard()
                .withPort(0)
                .withoutOverlays()
                .withPredictor(PredictorOptions.fast().withUnknownBelow(1));
        try (GraftServer strict = GraftServer.start(folder.resolve("model.pt"), options)) {
            browser.visit(strict.address());
            browser.give("drop", RED, "red.png");
            assertEquals(
                    "Unknown no class is probable enough",
                    browser.await(".verdict").getText());
            assertEquals(0, browser.all(".chosen").size());
        }
    }

    @Test
    void token_isAskedForOnThePage() throws IOException {
        ServeOptions options = ServeOptions.standard()
                .withPort(0)
                .withoutOverlays()
                .withToken(AccessToken.of("0123456789abcdef-right"));
        try (GraftServer guarded = GraftServer.start(folder.resolve("model.pt"), options)) {
            browser.driver.get(guarded.address().toString());
            browser.await("#access");
            browser.give("drop", RED, "red.png");
            browser.await("#token").sendKeys("0123456789abcdef-wrong", Keys.ENTER);
            browser.await("#problem");
            browser.await("#token").sendKeys(Keys.chord(Keys.CONTROL, "a"), "0123456789abcdef-right", Keys.ENTER);
            browser.await(".verdict");
            assertTrue(browser.all("#access").stream().noneMatch(WebElement::isDisplayed));
            browser.console(); // Chromium names the refused requests there
        }
    }
}
