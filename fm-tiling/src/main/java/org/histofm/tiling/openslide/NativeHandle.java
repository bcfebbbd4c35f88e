package org.histofm.tiling.openslide;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.openslide.OpenSlideLibrary.Functions;
import org.jspecify.annotations.Nullable;

/**
 * A handle of the system's OpenSlide. Reads go through native buffers that are kept, one for every
 * thread that reads at a time.
 */
final class NativeHandle implements OpenSlideHandle {
  private static final int MAX_NAMES = 100_000;

  private final Pointer slide;
  private final String reader;
  private final List<NativeLevel> levels;
  private final Map<String, String> properties = new TreeMap<>();
  private final List<String> associated;
  private final Queue<Memory> buffers = new ConcurrentLinkedQueue<>();

  /** A handle of {@code slide}, which becomes its own if this call does not fail. */
  NativeHandle(Pointer slide, String reader) throws IOException {
    this.slide = slide;
    this.reader = reader;
    List<NativeLevel> found = new ArrayList<>();
    LongByReference width = new LongByReference();
    LongByReference height = new LongByReference();
    for (int i = 0; i < Functions.openslide_get_level_count(slide); i++) {
      Functions.openslide_get_level_dimensions(slide, i, width, height);
      found.add(
          new NativeLevel(
              width.getValue(),
              height.getValue(),
              Functions.openslide_get_level_downsample(slide, i)));
    }
    this.levels = List.copyOf(found);
    for (String name : names(Functions.openslide_get_property_names(slide))) {
      String value = Functions.openslide_get_property_value(slide, OpenSlideLibrary.text(name));
      if (value != null) {
        properties.put(name, value);
      }
    }
    this.associated =
        names(Functions.openslide_get_associated_image_names(slide)).stream().sorted().toList();
    check(slide);
  }

  private static List<String> names(@Nullable Pointer array) {
    List<String> names = new ArrayList<>();
    if (array != null) {
      for (int i = 0; i < MAX_NAMES; i++) {
        Pointer name = array.getPointer((long) i * Native.POINTER_SIZE);
        if (name == null) {
          break;
        }
        names.add(name.getString(0, "UTF-8"));
      }
    }
    return names;
  }

  /** OpenSlide's calls return nothing; what went wrong is asked for after each. */
  static void check(Pointer slide) throws IOException {
    String error = Functions.openslide_get_error(slide);
    if (error != null) {
      throw new IOException(error);
    }
  }

  @Override
  public String reader() {
    return reader;
  }

  @Override
  public List<NativeLevel> levels() {
    return levels;
  }

  @Override
  public Map<String, String> properties() {
    return properties;
  }

  @Override
  public List<String> associatedImages() {
    return associated;
  }

  @Override
  public void read(int level, long level0X, long level0Y, int width, int height, int[] argb)
      throws IOException {
    int pixels = Math.multiplyExact(width, height);
    Memory buffer = buffers.poll();
    if (buffer == null || buffer.size() < 4L * pixels) {
      buffer = new Memory(4L * pixels);
    }
    try {
      Functions.openslide_read_region(slide, buffer, level0X, level0Y, level, width, height);
      check(slide);
      buffer.read(0, argb, 0, pixels);
    } finally {
      buffers.add(buffer);
    }
  }

  @Override
  public RgbImage associatedImage(String name, long maxPx) throws IOException {
    byte[] text = OpenSlideLibrary.text(name);
    LongByReference width = new LongByReference();
    LongByReference height = new LongByReference();
    Functions.openslide_get_associated_image_dimensions(slide, text, width, height);
    check(slide);
    OverWhite.requireSize(width.getValue(), height.getValue(), maxPx);
    int[] argb = new int[(int) (width.getValue() * height.getValue())];
    try (Memory memory = new Memory(4L * argb.length)) {
      Functions.openslide_read_associated_image(slide, text, memory);
      check(slide);
      memory.read(0, argb, 0, argb.length);
    }
    return OverWhite.image((int) width.getValue(), (int) height.getValue(), argb);
  }

  @Override
  public void close() {
    Functions.openslide_close(slide);
    for (Memory buffer = buffers.poll(); buffer != null; buffer = buffers.poll()) {
      buffer.close();
    }
  }
}
