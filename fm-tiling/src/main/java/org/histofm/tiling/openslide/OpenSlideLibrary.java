package org.histofm.tiling.openslide;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.histofm.EnvironmentException;
import org.jspecify.annotations.Nullable;

/**
 * The system's OpenSlide. A process loads it once, when the first slide is opened by it.
 *
 * <p>Safe for concurrent use.
 */
final class OpenSlideLibrary {
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");
  private static final int OLDEST = version(3, 4, 1);
  private static final int WITH_DICOM = version(4, 0, 0);

  /** Decoded tiles of all slides of the process together, where OpenSlide can share them. */
  private static final long CACHE_BYTES = 64L << 20;

  private static final String REMEDY =
      "Install OpenSlide 3.4.1 or newer (Debian and Ubuntu: libopenslide0 or libopenslide1; macOS:"
          + " brew install openslide), or name its folder with -Djna.library.path.";

  private static @Nullable OpenSlideLibrary loaded; // guarded by the class

  /** The functions of every version. */
  static final class Functions {
    private Functions() {}

    static native @Nullable String openslide_get_version();

    static native @Nullable Pointer openslide_open(byte[] file);

    static native void openslide_close(Pointer slide);

    static native @Nullable String openslide_get_error(Pointer slide);

    static native int openslide_get_level_count(Pointer slide);

    static native void openslide_get_level_dimensions(
        Pointer slide, int level, LongByReference width, LongByReference height);

    static native double openslide_get_level_downsample(Pointer slide, int level);

    static native @Nullable Pointer openslide_get_property_names(Pointer slide);

    static native @Nullable String openslide_get_property_value(Pointer slide, byte[] name);

    static native @Nullable Pointer openslide_get_associated_image_names(Pointer slide);

    static native void openslide_get_associated_image_dimensions(
        Pointer slide, byte[] name, LongByReference width, LongByReference height);

    static native void openslide_read_associated_image(Pointer slide, byte[] name, Pointer argb);

    static native void openslide_read_region(
        Pointer slide, Pointer argb, long x, long y, int level, long width, long height);
  }

  /** The functions of OpenSlide 4 for one cache of many slides. */
  static final class CacheFunctions {
    private CacheFunctions() {}

    /** size_t is 64 bits wide: 32-bit machines have no OpenSlide 4 packages. */
    static native @Nullable Pointer openslide_cache_create(long bytes);

    static native void openslide_set_cache(Pointer slide, Pointer cache);
  }

  private final String version;
  private final @Nullable Pointer cache;

  private OpenSlideLibrary(String version, @Nullable Pointer cache) {
    this.version = version;
    this.cache = cache;
  }

  /**
   * The library, loaded if it is not yet.
   *
   * @throws EnvironmentException if there is none, or an older one
   */
  static synchronized OpenSlideLibrary load() {
    OpenSlideLibrary library = loaded;
    if (library == null) {
      library = bind(find(names()));
      loaded = library;
    }
    return library;
  }

  /** The plain name comes last: on Linux it needs the development package. */
  private static List<String> names() {
    if (Platform.isWindows()) {
      return List.of("libopenslide-1", "libopenslide-0", "openslide");
    }
    return Platform.isMac()
        ? List.of("libopenslide.1.dylib", "libopenslide.0.dylib", "openslide")
        : List.of("libopenslide.so.1", "libopenslide.so.0", "openslide");
  }

  /** The first library of these names. */
  static NativeLibrary find(List<String> names) {
    LinkageError last = new UnsatisfiedLinkError("no name to look for");
    for (String name : names) {
      try {
        return NativeLibrary.getInstance(name, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));
      } catch (LinkageError e) { // also where JNA itself cannot be unpacked
        last = e;
      }
    }
    throw new EnvironmentException(
        "the library OpenSlide is not there (looked for " + String.join(", ", names) + ").",
        REMEDY,
        last);
  }

  private static OpenSlideLibrary bind(NativeLibrary library) {
    try {
      Native.register(Functions.class, library);
    } catch (UnsatisfiedLinkError e) {
      throw new EnvironmentException(
          "the library " + library.getFile() + " lacks functions of OpenSlide.", REMEDY, e);
    }
    String version = String.valueOf(Functions.openslide_get_version());
    if (number(version) < OLDEST) {
      throw new EnvironmentException("OpenSlide here is " + version + ", too old.", REMEDY);
    }
    return new OpenSlideLibrary(version, sharedCache(library));
  }

  private static @Nullable Pointer sharedCache(NativeLibrary library) {
    try {
      Native.register(CacheFunctions.class, library);
    } catch (UnsatisfiedLinkError e) {
      return null; // OpenSlide 3: a cache of 32 MiB for each handle
    }
    return CacheFunctions.openslide_cache_create(CACHE_BYTES);
  }

  private static int version(int major, int minor, int patch) {
    return major * 1_000_000 + minor * 1_000 + patch;
  }

  /** A version's text as a number that orders; 0 if it is none. */
  static int number(String version) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      return 0;
    }
    String patch = parts.group(3);
    return version(
        Integer.parseInt(parts.group(1)),
        Integer.parseInt(parts.group(2)),
        patch == null ? 0 : Integer.parseInt(patch));
  }

  /** Whether a version of OpenSlide reads DICOM. */
  static boolean readsDicom(String version) {
    return number(version) >= WITH_DICOM;
  }

  String version() {
    return version;
  }

  /**
   * Opens a slide.
   *
   * @throws OpenSlideHandle.NotRecognized if OpenSlide does not take the file for a slide
   * @throws IOException if it cannot open it
   */
  OpenSlideHandle open(Path file) throws IOException {
    Pointer slide = Functions.openslide_open(text(file.toString()));
    if (slide == null) {
      throw new OpenSlideHandle.NotRecognized();
    }
    boolean done = false;
    try {
      NativeHandle.check(slide);
      if (cache != null) {
        CacheFunctions.openslide_set_cache(slide, cache);
      }
      NativeHandle handle = new NativeHandle(slide, "openslide " + version);
      done = true;
      return handle;
    } finally {
      if (!done) {
        Functions.openslide_close(slide);
      }
    }
  }

  /** Text as C takes it; OpenSlide reads names as UTF-8. */
  static byte[] text(String text) {
    return (text + '\0').getBytes(StandardCharsets.UTF_8);
  }
}
