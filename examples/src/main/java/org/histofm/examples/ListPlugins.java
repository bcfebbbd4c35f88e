package org.histofm.examples;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.histofm.adapter.AdapterProvider;
import org.histofm.backbone.BackboneProvider;
import org.histofm.dataset.DatasetProvider;
import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.plugin.Provider;
import org.histofm.plugin.Providers;
import org.histofm.slide.SlideReaderProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what can be named on a command line: every plugin on the class path, by id. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the backbones, adapters, data sets, evaluators and slide readers found.")
public final class ListPlugins implements Callable<Integer> {
  @Option(
      names = "--all",
      description = "Also list every architecture of a large family, not only how many there are.")
  private boolean all;

  /** The command line. */
  public static void main(String... args) {
    Cli.main(new ListPlugins(), args);
  }

  @Override
  public Integer call() {
    print("Backbones", BackboneProvider.class);
    print("Adapters", AdapterProvider.class);
    print("Data sets", DatasetProvider.class);
    print("Evaluators", EvaluatorProvider.class);
    print("Slide readers", SlideReaderProvider.class);
    return Cli.GOOD;
  }

  private <P extends Provider> void print(String heading, Class<P> point) {
    Providers<P> providers = Providers.of(point);
    List<String> ids = providers.ids();
    System.out.println(heading + " (" + ids.size() + ")");
    int shown = all || ids.size() <= 20 ? ids.size() : 12;
    for (String id : ids.subList(0, shown)) {
      System.out.printf(Locale.ROOT, "  %-32s %s%n", id, providers.get(id).summary(id));
    }
    if (shown < ids.size()) {
      System.out.println("  ... and " + (ids.size() - shown) + " more: ./fm list --all");
    }
    System.out.println();
  }
}
