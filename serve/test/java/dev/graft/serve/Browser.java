package dev.graft.serve;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium with a drawn camera, and what a person does in it. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String HAND_OVER = "const bytes = Uint8Array.from(atob(arguments[1]), c => c.charCodeAt(0));"
            + "const data = new DataTransfer(); data.items.add(new File([bytes], arguments[2]));"
            + "const event = arguments[0] === 'paste' ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true})"
            + " : new DragEvent(arguments[0], {dataTransfer: data, bubbles: true, cancelable: true});"
            + "document.getElementById('pick').dispatchEvent(event);";

    final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Empty where no {@code chromium} and {@code chromedriver} are on the path. */
    static Optional<Browser> open() {
        Optional<File> service = program("chromedriver");
        Optional<File> chromium = program("chromium").or(() -> program("google-chrome"));
        if (service.isEmpty() || chromium.isEmpty()) return Optional.empty();
        ChromeDriver driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(service.get()) // so that Selenium looks nothing up in the network
                        .withTimeout(PATIENCE)
                        .build(),
                options(chromium.get()));
        driver.manage().window().setSize(new Dimension(1100, 900));
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        return Optional.of(new Browser(driver));
    }

    private static ChromeOptions options(File chromium) {
        LoggingPreferences all = new LoggingPreferences();
        all.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium);
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        options.addArguments("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");
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

    void visit(URI address) {
        driver.get(address.toString());
        await("#limits:not(:empty)");
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    WebElement await(String selector) {
        return await(selector, 1).get(0);
    }

    /** Waits until there are so many that can be seen. */
    List<WebElement> await(String selector, int count) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            List<WebElement> seen =
                    all(selector).stream().filter(WebElement::isDisplayed).toList();
            if (seen.size() == count) return seen;
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("no " + count + " of " + selector + " in: " + driver.getPageSource());
    }

    /** @param how drop or paste */
    void give(String how, byte[] file, String name) {
        driver.executeScript(HAND_OVER, how, Base64.getEncoder().encodeToString(file), name);
    }

    void scheme(String name) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", name))));
    }

    String console() {
        StringBuilder lines = new StringBuilder();
        driver.manage().logs().get(LogType.BROWSER).getAll().forEach(line -> lines.append(line)
                .append('\n'));
        return lines.toString();
    }

    byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
