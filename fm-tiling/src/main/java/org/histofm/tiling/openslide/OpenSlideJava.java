package org.histofm.tiling.openslide;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.histofm.EnvironmentException;
import org.histofm.tile.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * OpenSlide Java by its public methods, which HistoFM does not compile against: those that 0.12 and
 * 0.13 have in common. Safe for concurrent use.
 */
final class OpenSlideJava {
  private static final String CLASS = "org.openslide.OpenSlide";

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle levelCount;
  private final MethodHandle levelWidth;
  private final MethodHandle levelHeight;
  private final MethodHandle levelDownsample;
  private final MethodHandle properties;
  private final MethodHandle associatedImages;
  private final MethodHandle toBufferedImage;
  private final MethodHandle paintRegion;
  private final String version;

  private OpenSlideJava(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> type = Class.forName(CLASS, true, loader);
    Class<?> image = Class.forName("org.openslide.AssociatedImage", true, loader);
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    open = generic(lookup.findConstructor(type, MethodType.methodType(void.class, File.class)));
    close = generic(closing(lookup, type));
    levelCount =
        generic(lookup.findVirtual(type, "getLevelCount", MethodType.methodType(int.class)));
    MethodType ofLevel = MethodType.methodType(long.class, int.class);
    levelWidth = generic(lookup.findVirtual(type, "getLevelWidth", ofLevel));
    levelHeight = generic(lookup.findVirtual(type, "getLevelHeight", ofLevel));
    levelDownsample =
        generic(
            lookup.findVirtual(
                type, "getLevelDownsample", MethodType.methodType(double.class, int.class)));
    properties =
        generic(lookup.findVirtual(type, "getProperties", MethodType.methodType(Map.class)));
    associatedImages =
        generic(lookup.findVirtual(type, "getAssociatedImages", MethodType.methodType(Map.class)));
    toBufferedImage =
        generic(
            lookup.findVirtual(
                image, "toBufferedImage", MethodType.methodType(BufferedImage.class)));
    paintRegion =
        generic(
            lookup.findVirtual(
                type,
                "paintRegionARGB",
                MethodType.methodType(
                    void.class,
                    int[].class,
                    long.class,
                    long.class,
                    int.class,
                    int.class,
                    int.class)));
    version = String.valueOf(type.getMethod("getLibraryVersion").invoke(null));
  }

  /** A method that takes all arguments, the object first, in one array. */
  private static MethodHandle generic(MethodHandle method) {
    return method
        .asSpreader(Object[].class, method.type().parameterCount())
        .asType(MethodType.methodType(Object.class, Object[].class));
  }

  /** It was called dispose before 0.13. */
  private static MethodHandle closing(MethodHandles.Lookup lookup, Class<?> type)
      throws ReflectiveOperationException {
    MethodType nothing = MethodType.methodType(void.class);
    try {
      return lookup.findVirtual(type, "close", nothing);
    } catch (NoSuchMethodException e) {
      return lookup.findVirtual(type, "dispose", nothing);
    }
  }

  /** Whether {@code loader} has OpenSlide Java; loads nothing of it. */
  static boolean isIn(ClassLoader loader) {
    return loader.getResource(CLASS.replace('.', '/') + ".class") != null;
  }

  /**
   * OpenSlide Java of {@code loader}, with its native library.
   *
   * @throws EnvironmentException if it is not there or does not load
   */
  static OpenSlideJava in(ClassLoader loader) {
    if (!isIn(loader)) {
      throw new EnvironmentException(
          "OpenSlide Java is not on the class path.",
          "Put its jar into HISTOFM_PLUGINS, or use another slide reader.");
    }
    try {
      return new OpenSlideJava(loader);
    } catch (ReflectiveOperationException | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new EnvironmentException(
          "OpenSlide Java cannot be used: " + cause + ".",
          "OpenSlide Java 0.13 needs Java 22 and OpenSlide 4, 0.12 its own native library"
              + " (-Djava.library.path); without the jar, HistoFM calls OpenSlide itself.",
          e);
    }
  }

  String version() {
    return version;
  }

  OpenSlideHandle open(Path file) throws IOException {
    return new Handle(file);
  }

  private static Object call(MethodHandle method, @Nullable Object... arguments)
      throws IOException {
    try {
      return (Object) method.invokeExact(arguments);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e.toString(), e);
    }
  }

  private final class Handle implements OpenSlideHandle {
    private final Object slide;
    private final List<NativeLevel> levels;
    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, Object> images = new TreeMap<>();

    Handle(Path file) throws IOException {
      slide = opened(file);
      boolean done = false;
      try {
        int count = (int) call(levelCount, slide);
        List<NativeLevel> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          found.add(
              new NativeLevel(
                  (long) call(levelWidth, slide, i),
                  (long) call(levelHeight, slide, i),
                  (double) call(levelDownsample, slide, i)));
        }
        levels = Collections.unmodifiableList(found);
        ((Map<?, ?>) call(properties, slide))
            .forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
        ((Map<?, ?>) call(associatedImages, slide))
            .forEach((name, image) -> images.put(String.valueOf(name), image));
        done = true;
      } finally {
        if (!done) {
          close();
        }
      }
    }

    /** OpenSlide Java tells what it does not know from what is damaged by the message only. */
    private Object opened(Path file) throws IOException {
      try {
        return call(open, file.toFile());
      } catch (IOException e) {
        if (String.valueOf(e.getMessage()).contains("can recognize")) {
          throw new NotRecognized();
        }
        throw e;
      }
    }

    @Override
    public String reader() {
      return "openslide-java " + version;
    }

    @Override
    public List<NativeLevel> levels() {
      return levels;
    }

    @Override
    public Map<String, String> properties() {
      return texts;
    }

    @Override
    public List<String> associatedImages() {
      return List.copyOf(images.keySet());
    }

    @Override
    public void read(int level, long level0X, long level0Y, int width, int height, int[] argb)
        throws IOException {
      call(paintRegion, slide, argb, level0X, level0Y, level, width, height);
    }

    @Override
    public RgbImage associatedImage(String name, long maxPx) throws IOException {
      BufferedImage image = (BufferedImage) call(toBufferedImage, images.get(name));
      OverWhite.requireSize(image.getWidth(), image.getHeight(), maxPx);
      int[] argb = new int[image.getWidth() * image.getHeight()];
      // Its raster holds premultiplied pixels in the profile of the slide, which stay as they are.
      image.getRaster().getDataElements(0, 0, image.getWidth(), image.getHeight(), argb);
      return OverWhite.image(image.getWidth(), image.getHeight(), argb);
    }

    @Override
    public void close() {
      try {
        call(close, slide);
      } catch (IOException e) {
        throw new AssertionError("closing throws nothing that is checked", e);
      }
    }
  }
}
