package org.histofm.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Defines every class outside the JDK anew and notes which heavy things are asked for: classes of
 * native engines, and native libraries. So a constructor is watched without timing it, and what
 * other tests have loaded before does not hide anything.
 */
final class IsolatedLoader extends ClassLoader {
  private static final List<String> ENGINES =
      List.of("ai.djl.", "org.nd4j.", "org.bytedeco.", "com.sun.jna.", "ai.onnxruntime.");

  private final ClassLoader source;
  private final List<String> heavy = Collections.synchronizedList(new ArrayList<>());

  IsolatedLoader(@Nullable ClassLoader source) {
    super(ClassLoader.getPlatformClassLoader());
    this.source = source != null ? source : ClassLoader.getSystemClassLoader();
  }

  /** Names of the engine classes and native libraries asked for so far. */
  List<String> heavy() {
    return List.copyOf(heavy);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (ENGINES.stream().anyMatch(name::startsWith)) {
      heavy.add("class " + name);
    }
    try (InputStream in = source.getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  @Override
  protected @Nullable String findLibrary(String name) {
    heavy.add("native library " + name);
    return null;
  }

  @Override
  protected @Nullable URL findResource(String name) {
    return source.getResource(name);
  }

  @Override
  protected Enumeration<URL> findResources(String name) throws IOException {
    return source.getResources(name);
  }
}
