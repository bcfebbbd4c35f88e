package org.histofm.tiling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.histofm.EnvironmentException;
import org.histofm.plugin.Providers;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;

/**
 * Opens slides by whichever reader can: those that support a slide are tried by their preference,
 * and where one refuses it as unsupported, or lacks a library, the next is asked.
 *
 * <p>Immutable; safe for concurrent use. Readers opened by one instance share its providers, and so
 * the decoded tiles that a provider keeps.
 */
public final class Slides {
  private final List<SlideReaderProvider> providers;
  private final Optional<Mpp> stated;

  private Slides(List<SlideReaderProvider> providers, Optional<Mpp> stated) {
    this.providers = providers;
    this.stated = stated;
  }

  /** All readers on the class path. */
  public static Slides withDefaults() {
    Providers<SlideReaderProvider> found = Providers.of(SlideReaderProvider.class);
    return of(found.ids().stream().map(found::get).distinct().toList());
  }

  /** These readers. */
  public static Slides of(List<SlideReaderProvider> providers) {
    return new Slides(
        providers.stream()
            .sorted(Comparator.comparingInt(SlideReaderProvider::preference).reversed())
            .toList(),
        Optional.empty());
  }

  /**
   * A copy that uses the reader {@code id} only.
   *
   * @throws org.histofm.plugin.ProviderException if there is none of that id
   */
  public Slides withReader(String id) {
    SlideReaderProvider only = Providers.of(SlideReaderProvider.class).get(id);
    return new Slides(providers.stream().filter(p -> p.ids().equals(only.ids())).toList(), stated);
  }

  /** A copy that opens every slide with this level-0 pixel size, whatever the file says. */
  public Slides withMpp(Mpp mpp) {
    return new Slides(providers, Optional.of(mpp));
  }

  /** The readers, in the order in which they are asked; unmodifiable. */
  public List<SlideReaderProvider> providers() {
    return providers;
  }

  /**
   * Opens a slide; the caller closes it.
   *
   * @throws SlideException if no reader can; with the reason of the first that tried, and what the
   *     others said
   */
  public SlideReader open(SlideLocation slide) {
    return open(slide, stated);
  }

  /**
   * Opens a slide with a level-0 pixel size of its own; the caller closes it.
   *
   * @param mpp goes before the file's, or empty
   * @throws SlideException as {@link #open(SlideLocation)}
   */
  public SlideReader open(SlideLocation slide, Optional<Mpp> mpp) {
    List<SlideReaderProvider> able = providers.stream().filter(p -> p.supports(slide)).toList();
    List<String> refusals = new ArrayList<>();
    SlideException first = null;
    for (SlideReaderProvider provider : able) {
      try {
        return provider.open(slide, mpp);
      } catch (SlideException e) {
        if (e.reason() != SlideException.Reason.UNSUPPORTED) {
          throw e;
        }
        first = first == null ? e : first;
        refusals.add(provider.ids().get(0) + ": " + e.problem());
      } catch (EnvironmentException e) {
        refusals.add(provider.ids().get(0) + ": " + e.getMessage());
      }
    }
    if (first != null && refusals.size() == 1) {
      throw first;
    }
    throw refusals.isEmpty() ? notASlide(slide) : unsupported(slide, refusals, first);
  }

  private SlideException notASlide(SlideLocation slide) {
    return NotASlide.explain(
        slide, providers.stream().flatMap(p -> p.ids().stream()).collect(Collectors.joining(", ")));
  }

  private static SlideException unsupported(
      SlideLocation slide,
      List<String> refusals,
      @org.jspecify.annotations.Nullable SlideException first) {
    return new SlideException(
        SlideException.Reason.UNSUPPORTED,
        "no reader can open slide " + slide + " (" + String.join(" ", refusals) + ").",
        first == null ? "Install the library that is named." : first.remedy(),
        first);
  }
}
