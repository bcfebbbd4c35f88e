package org.histofm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of the README is compiled and run as it stands there. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  void example_ofTheReadme_compilesAndRuns() throws Exception {
    Path source = folder.resolve("EmbedAndProbe.java");
    Files.writeString(source, example());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int compiled =
        compiler.run(null, null, null, "-proc:none", "-d", folder.toString(), source.toString());
    assertThat(compiled).isZero();

    List<String> command = new ArrayList<>(Mains.java("unused"));
    int classPath = command.indexOf("-cp") + 1;
    command.set(classPath, folder + java.io.File.pathSeparator + command.get(classPath));
    command.set(command.size() - 1, "com.example.lab.EmbedAndProbe");
    command.add(folder.resolve("out").toString());
    Mains.Result result = Mains.run(command);
    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output()).contains("gradient").contains("scanner-a");
  }

  @Test
  void example_ofTheReadme_isTheConsumersMain() throws IOException {
    Path main = ROOT.resolve("examples/consumer/src/main/java/com/example/lab/EmbedAndProbe.java");
    assertThat(example()).isEqualTo(Files.readString(main));
  }

  private static String example() throws IOException {
    Matcher block =
        Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve("README.md")));
    assertThat(block.find()).as("a java block in README.md").isTrue();
    return block.group(1);
  }
}
