package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;

import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.serve.GraftServer;
import dev.graft.serve.ServeOptions;
import dev.graft.torch.ExitGuard;
import dev.graft.torch.OutOfMemoryException;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.commons.cli.Option;

/** {@code graft serve MODEL}: a page and an API that classify pictures, until it is stopped. */
final class ServeVerb implements Verb {
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** What the libraries tell at their start; a reference keeps the level. */
    private static final List<Logger> CHATTY =
            List.of(Logger.getLogger("org.eclipse.jetty"), Logger.getLogger("io.javalin"));

    @Override
    public String name() {
        return "serve";
    }

    @Override
    public String summary() {
        return "serves a model: a page where people try it, an API for programs, metrics";
    }

    @Override
    public String usage() {
        return "MODEL [options]";
    }

    @Override
    public Map<String, List<Option>> options() {
        Map<String, List<Option>> table = new LinkedHashMap<>(ServeArguments.table());
        List<Option> model = new ArrayList<>(ModelOptions.table());
        model.add(flag(
                "reload",
                "look at the file of MODEL every second, and put a new one in the place of the old without losing a request; its classes"
                        + " must be the same"));
        table.put("Model and machine", model);
        return table;
    }

    @Override
    public int run(Arguments args, Console console) throws IOException {
        ModelOptions.requireOwnWords(args);
        if (args.words().size() != 1)
            throw new UsageException(
                    "MODEL: give one model, got " + args.words().size() + " words");
        CHATTY.forEach(logger -> logger.setLevel(Level.OFF)); // a start that fails is told in one line, by us
        ModelOptions model = model(args);
        ServeOptions options = ServeArguments.of(args, model.options(), System.getenv(ServeArguments.TOKEN));
        requireGuarded(options);
        ModelFile file = new ModelFile(model.file());
        try (AccessLogFile log = AccessLogFile.of(args, console);
                NativesAhead ahead = new NativesAhead();
                StopRequest stop = new StopRequest();
                Predictor predictor = open(model, GraftServer.predictorOptions(options));
                GraftServer server = log == null
                        ? GraftServer.start(predictor, options)
                        : GraftServer.start(predictor, options, log)) {
            CHATTY.forEach(logger -> logger.setLevel(Level.WARNING));
            tell(console, model, predictor, server.address());
            if (!args.has("reload")) stop.await();
            while (!stop.await(LOOK)) reload(file, model, predictor, console);
            console.say("stopping: no new connections, the open requests get their answers");
        }
        return TrainCommand.STOPPED;
    }

    /** What is not there is a wrong word. */
    private static ModelOptions model(Arguments args) {
        try {
            return ModelOptions.of(args, args.words().get(0));
        } catch (IOException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private static Predictor open(ModelOptions model, PredictorOptions options) throws IOException {
        try {
            return model.open(options);
        } catch (IllegalArgumentException e) { // only the model tells whether it may have unknown pictures
            if (!e.getMessage().startsWith("predictor: unknownBelow")) throw e;
            throw new UsageException(
                    e.getMessage().replaceFirst("^predictor: unknownBelow was", "--unknown-below: was"), e);
        }
    }

    /** Before the model is loaded. */
    private static void requireGuarded(ServeOptions options) {
        try {
            options.requireGuarded();
        } catch (IllegalArgumentException e) {
            throw e.getCause() instanceof UnknownHostException
                    ? new UsageException(e.getMessage().replaceFirst("^serve", "--host"), e)
                    : new UsageException(e.getMessage() + ": --token-file FILE or --no-token", e);
        }
    }

    /** A model that cannot take the place leaves the old one there. */
    private static void reload(ModelFile file, ModelOptions model, Predictor predictor, Console console) {
        try {
            boolean changed = file.hasChanged();
            if (file.hasGone())
                console.warn("--reload: " + model.file() + " is gone; the model before is still served");
            if (!changed) return;
            model.reopen(predictor);
            file.loaded();
            console.say("now serving the new " + model.file());
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // both models are in memory for a while
            file.refused(e instanceof OutOfMemoryError || e instanceof OutOfMemoryException);
            if (!ExitGuard.exiting())
                console.warn("--reload: " + e.getMessage() + "; the model before is still served");
        }
    }

    private static void tell(Console console, ModelOptions model, Predictor predictor, URI address) {
        predictor.notes().forEach(console::warn);
        console.result(
                "serving " + model.file() + " (" + predictor.card().network().title() + ", "
                        + Units.count(predictor.classes().size()) + " classes) at " + address);
        Map<String, Object> ready = new LinkedHashMap<>();
        ready.put("address", address.toString());
        ready.put("model", model.file().toString());
        ready.put("classes", predictor.classes());
        console.result(ready);
        console.out().flush();
    }
}
