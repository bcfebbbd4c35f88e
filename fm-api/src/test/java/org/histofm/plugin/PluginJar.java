package org.histofm.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.histofm.evaluation.EvaluatorProvider;
import org.jspecify.annotations.NullMarked;

/** An evaluator plugin that a test writes, compiles and packs as an author elsewhere would. */
final class PluginJar {
  private static final String SERVICE = "META-INF/services/" + EvaluatorProvider.class.getName();
  private static final String TEMPLATE =
"""
      package plugins;

      import java.util.Collections;
import java.util.List;
      import org.histofm.ApiVersion;
      import org.histofm.evaluation.Evaluator;
      import org.histofm.evaluation.EvaluatorProvider;
      import org.histofm.plugin.Options;

      public class NAME implements EvaluatorProvider {
        MEMBERS
        public int apiVersion() { return ApiVersion.CURRENT; }
        public List<String> ids() { IDS }
        public String summary(String id) { return "a test plugin"; }
        public Evaluator create(String id, Options options) { throw new AssertionError(id); }
      }
      """;

  private final Path classes;
  private final List<Path> sources = new ArrayList<>();
  private final List<String> services = new ArrayList<>();

  /**
   * @param folder an empty place to work in; the jar will be {@code folder/NAME.jar}
   */
  PluginJar(Path folder) throws IOException {
    classes = Files.createDirectories(folder.resolve("classes"));
  }

  /** A jar with one provider {@code plugins.name} that offers {@code ids}. */
  static Path offering(Path folder, String name, String... ids) throws IOException {
    return with(folder, name, "", "return List.of(\"" + String.join("\", \"", ids) + "\");");
  }

  /** A jar with one provider {@code plugins.name} of these members and this body of ids(). */
  static Path with(Path folder, String name, String members, String ids) throws IOException {
    return new PluginJar(folder).provider(name, members, ids).pack(name + ".jar");
  }

  PluginJar provider(String name, String members, String ids) throws IOException {
    return source("plugins." + name, text(name, members, ids)).service("plugins." + name);
  }

  /** Source of a provider, not yet announced as one. */
  static String text(String name, String members, String ids) {
    return TEMPLATE.replace("NAME", name).replace("MEMBERS", members).replace("IDS", ids);
  }

  PluginJar source(String className, String text) throws IOException {
    Path file = classes.resolveSibling("src").resolve(className.replace('.', '/') + ".java");
    Files.createDirectories(file.getParent());
    sources.add(Files.writeString(file, text));
    return this;
  }

  /** One more line of the list that {@link java.util.ServiceLoader} reads. */
  PluginJar service(String line) {
    services.add(line);
    return this;
  }

  /** Compiles and packs all but the class files {@code without}, named with slashes. */
  Path pack(String jarName, String... without) throws IOException {
    if (!sources.isEmpty()) {
      compile();
    }
    Path jar = classes.resolveSibling(jarName);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> walk = Files.walk(classes)) {
      out.putNextEntry(new ZipEntry(SERVICE));
      out.write(String.join("\n", services).getBytes(StandardCharsets.UTF_8));
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        String name = classes.relativize(file).toString().replace('\\', '/');
        if (!List.of(without).contains(name)) {
          out.putNextEntry(new ZipEntry(name));
          out.write(Files.readAllBytes(file));
        }
      }
    }
    return jar;
  }

  private void compile() {
    StringWriter messages = new StringWriter();
    PrintWriter log = new PrintWriter(messages);
    String api = place(Provider.class) + File.pathSeparator + place(NullMarked.class);
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "-proc:none", "-encoding", "UTF-8", "-cp", api);
    Collections.addAll(arguments, "-d", classes.toString());
    sources.forEach(source -> arguments.add(source.toString()));
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int status = javac.run(log, log, arguments.toArray(String[]::new));
    assertThat(status).as("compiling a test plugin: %s", messages).isZero();
  }

  private static Path place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
