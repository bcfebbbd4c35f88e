package org.histofm.tiling.online;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.shape.Annotation;
import org.histofm.tiling.shape.GeoJson;
import org.histofm.tiling.tissue.TissueMask;
import org.histofm.tiling.tissue.TissueSettings;
import org.jspecify.annotations.Nullable;

/**
 * One slide that tiles are drawn from. Immutable.
 *
 * <p>Until changed by a {@code with…} copy: its id is the file name, its group the id, its pixel
 * size that which the file records; its tissue is found, and its tiles have no class.
 */
public final class OnlineSlide {
  /** Gives the tissue of a slide that comes with it. */
  private interface Tissue {
    TissueMask of(SlideReader slide);
  }

  private final SlideLocation location;
  private final String id;
  private final String group;
  private final @Nullable Mpp mpp;
  private final @Nullable Tissue tissue;
  private final @Nullable Supplier<List<Annotation>> annotations;
  private final String label;

  private OnlineSlide(
      SlideLocation location,
      String id,
      String group,
      @Nullable Mpp mpp,
      @Nullable Tissue tissue,
      @Nullable Supplier<List<Annotation>> annotations,
      String label) {
    this.location = location;
    this.id = id;
    this.group = group;
    this.mpp = mpp;
    this.tissue = tissue;
    this.annotations = annotations;
    this.label = label;
  }

  /** The slide at {@code location}, the rest as the class says. */
  public static OnlineSlide of(SlideLocation location) {
    String name = location.fileName();
    return new OnlineSlide(location, name, name, null, null, null, "");
  }

  /**
   * A copy with another id, which no other slide of the list may have. Its group, if it has none of
   * its own, follows.
   */
  public OnlineSlide withId(String other) {
    String newGroup = group.equals(id) ? other : group;
    return new OnlineSlide(
        location, Objects.requireNonNull(other), newGroup, mpp, tissue, annotations, label);
  }

  /**
   * A copy of the patient {@code patient}; samples of one group never stand on both sides of a
   * split.
   */
  public OnlineSlide withGroup(String patient) {
    return new OnlineSlide(
        location, id, Objects.requireNonNull(patient), mpp, tissue, annotations, label);
  }

  /** A copy whose level-0 pixel size is stated; it goes before the file's. */
  public OnlineSlide withMpp(Mpp stated) {
    return new OnlineSlide(
        location, id, group, Objects.requireNonNull(stated), tissue, annotations, label);
  }

  /** A copy whose tissue is known. */
  public OnlineSlide withTissue(TissueMask mask) {
    Objects.requireNonNull(mask);
    return new OnlineSlide(location, id, group, mpp, slide -> mask, annotations, label);
  }

  /** A copy whose tissue is all areas of a GeoJSON file, which is read when the slide is opened. */
  public OnlineSlide withTissue(Path geoJson) {
    Objects.requireNonNull(geoJson);
    return new OnlineSlide(
        location,
        id,
        group,
        mpp,
        slide ->
            TissueMask.of(
                slide.width(),
                slide.height(),
                GeoJson.read(geoJson).stream().flatMap(a -> a.polygons().stream()).toList()),
        annotations,
        label);
  }

  /**
   * A copy whose tiles have the class of the annotation in which their centre lies; from tissue
   * without one nothing is drawn, nor from where two classes overlap.
   */
  public OnlineSlide withAnnotations(List<Annotation> areas) {
    List<Annotation> copy = List.copyOf(areas);
    return new OnlineSlide(location, id, group, mpp, tissue, () -> copy, "");
  }

  /** A copy with the annotations of a GeoJSON file, which is read when the slide is opened. */
  public OnlineSlide withAnnotations(Path geoJson) {
    Objects.requireNonNull(geoJson);
    return new OnlineSlide(location, id, group, mpp, tissue, () -> GeoJson.read(geoJson), "");
  }

  /** A copy whose tissue all has one class. */
  public OnlineSlide withLabel(String className) {
    return new OnlineSlide(
        location, id, group, mpp, tissue, null, Objects.requireNonNull(className));
  }

  /** Where it lies. */
  public SlideLocation location() {
    return location;
  }

  /** Its id. */
  public String id() {
    return id;
  }

  /** Patient, else slide. */
  public String group() {
    return group;
  }

  /** Its level-0 pixel size, if stated. */
  public Optional<Mpp> mpp() {
    return Optional.ofNullable(mpp);
  }

  /** The class of all its tissue, or empty. */
  String label() {
    return label;
  }

  TissueMask tissue(SlideReader slide, TissueSettings settings) {
    return tissue == null ? TissueMask.find(slide, settings) : tissue.of(slide);
  }

  Optional<List<Annotation>> annotations() {
    return Optional.ofNullable(annotations).map(Supplier::get);
  }

  @Override
  public String toString() {
    return "OnlineSlide " + id + " of group " + group;
  }
}
