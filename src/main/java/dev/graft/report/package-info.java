/**
 * The events of a run, and listeners that print them or write them to files. Does not know how training works.
 *
 * <pre>{@code
 * TrainingListener console = new ConsoleReport(System.out::println);
 * TrainingListener own = TrainingListener.on(
 *         Event.EpochEnded.class, ended -> System.out.println(ended.epoch() + " of " + ended.epochs()));
 * Map<String, Number> metrics =
 *         Map.of("mean_loss", 0.5, "val_correct", 3, "val_pictures", 4, "val_accuracy", 0.75);
 * Event event = new Event.EpochEnded(1, 10, "head", metrics, 2, 1, 0);
 * console.on(event); // a Trainer or a Job does this
 * own.on(event);
 * }</pre>
 */
package dev.graft.report;
