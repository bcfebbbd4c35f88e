package org.histofm.tiling.dicom;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.tiling.bytes.ByteSource;
import org.histofm.tiling.bytes.ByteSources;
import org.histofm.tiling.dicom.DicomImage.Kind;
import org.jspecify.annotations.Nullable;

/** Finds the files that make up the slide of one of them, and opens them all. */
final class DicomSeries {
  private final FrameCache cache;
  private final List<DicomImage> images = new ArrayList<>();

  private DicomSeries(FrameCache cache) {
    this.cache = cache;
  }

  static DicomLevels open(SlideLocation slide, FrameCache cache) {
    DicomSeries series = new DicomSeries(cache);
    DicomLevels levels = null;
    try {
      levels = series.levels(slide);
      return levels;
    } finally {
      if (levels == null) {
        series.images.forEach(image -> image.close(cache));
      }
    }
  }

  private DicomLevels levels(SlideLocation slide) {
    DicomImage asked = open(slide);
    for (Path file : siblings(slide, asked)) {
      open(SlideLocation.of(file));
    }
    Optional<DicomImage> finest =
        images.stream()
            .filter(image -> image.kind() == Kind.VOLUME && isPartOf(image, asked))
            .max(Comparator.comparingInt(DicomImage::width));
    if (asked.kind() != Kind.VOLUME) {
      throw notTheSlide(
          asked,
          "shows the " + asked.kind().name().toLowerCase(Locale.ROOT) + " of a slide",
          finest.orElse(null));
    }
    if (finest.isPresent() && finest.get().width() > asked.width()) {
      throw notTheSlide(asked, "holds a coarser level of a slide", finest.get());
    }
    List<DicomImage> volumes = new ArrayList<>(List.of(asked));
    TreeMap<String, DicomImage> associated = new TreeMap<>();
    List<DicomImage> others = new ArrayList<>(images.subList(1, images.size()));
    others.sort(Comparator.comparingInt(DicomImage::width).reversed());
    for (DicomImage image : others) {
      boolean isUsed =
          image.kind() == Kind.VOLUME
              ? addLevel(volumes, image)
              : associated.putIfAbsent(name(image.kind()), image) == null;
      if (!isUsed) {
        image.close(cache);
      }
    }
    return new DicomLevels(List.copyOf(volumes), associated, cache);
  }

  /** Takes a coarser level of the same area; not another focal plane, or part of the glass. */
  private static boolean addLevel(List<DicomImage> volumes, DicomImage image) {
    DicomImage last = volumes.get(volumes.size() - 1);
    return image.isSameArea(volumes.get(0))
        && image.width() < last.width()
        && image.height() <= last.height()
        && volumes.add(image);
  }

  private static boolean isPartOf(DicomImage image, DicomImage asked) {
    return asked.kind() != Kind.VOLUME || image.isSameArea(asked);
  }

  private static SlideException notTheSlide(
      DicomImage asked, String what, @Nullable DicomImage finest) {
    return new SlideException(
        Reason.NOT_A_SLIDE,
        "slide " + asked.slide() + " " + what + ", not the slide at full resolution.",
        finest == null
            ? "Open the file of its series that holds the volume."
            : "Open " + finest.slide().fileName() + ", which brings this file along.");
  }

  private static String name(Kind kind) {
    return kind == Kind.OVERVIEW ? "macro" : kind.name().toLowerCase(Locale.ROOT);
  }

  private DicomImage open(SlideLocation slide) {
    ByteSource source = ByteSources.open(slide);
    boolean done = false;
    try {
      DicomImage image = DicomImage.open(slide, source);
      images.add(image);
      done = true;
      return image;
    } finally {
      if (!done) {
        closeQuietly(source);
      }
    }
  }

  /** The files beside {@code slide} that belong to its series, by name. */
  private static List<Path> siblings(SlideLocation slide, DicomImage asked) {
    if (slide.file().isEmpty() || asked.series().isEmpty()) {
      return List.of();
    }
    Path file = slide.file().get().toAbsolutePath().normalize();
    Path folder = file.getParent();
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> listed = Files.list(folder)) {
      return listed
          .filter(other -> !other.equals(file) && Files.isRegularFile(other))
          .sorted()
          .filter(other -> belongs(other, asked))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new SlideException(
          Reason.MISSING,
          "the folder of slide " + slide + " cannot be listed: " + e.getMessage() + ".",
          "Check that you may read it.",
          e);
    }
  }

  private static boolean belongs(Path file, DicomImage asked) {
    SlideLocation place = SlideLocation.of(file);
    try (ByteSource source = ByteSources.open(place)) {
      DicomParser start = DicomParser.start(source);
      return start.text(Tags.SOP_CLASS).equals(Uids.WHOLE_SLIDE)
          && asked.isOfSeries(start)
          && (DicomImage.kind(start) == Kind.VOLUME || isReadable(place, source));
    } catch (IOException | SlideException e) {
      return false; // no DICOM file, so none of this slide's
    }
  }

  /** Whether an image beside the slide can be read; a slide is not refused for its label. */
  private static boolean isReadable(SlideLocation place, ByteSource source) {
    try {
      DicomImage.open(place, source);
      return true;
    } catch (SlideException e) {
      return false;
    }
  }

  private static void closeQuietly(ByteSource source) {
    try {
      source.close();
    } catch (IOException e) {
      // nothing was written, so nothing is lost
    }
  }
}
