package org.histofm.backbones.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.histofm.InputException;

class SafetensorsProperties {
  @Provide
  Arbitrary<Map<String, List<Float>>> tensors() {
    Arbitrary<String> names =
        Arbitraries.strings().alpha().numeric().withChars("._-é").ofMaxLength(12);
    return Arbitraries.maps(names, Arbitraries.floats().list().ofMaxSize(20)).ofMaxSize(6);
  }

  @Property(tries = 100, seed = "9")
  void read_whatWasWritten_isIdentity(@ForAll("tensors") Map<String, List<Float>> tensors)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach((name, v) -> writer.add(name, List.of((long) v.size()), array(v)));
    Path path = writer.write(Files.createTempFile("histofm", ".safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.tensors()).hasSameSizeAs(tensors.keySet());
      tensors.forEach(
          (name, values) ->
              assertThat(file.readAll(file.find(name).orElseThrow())).isEqualTo(array(values)));
    } finally {
      Files.delete(path);
    }
  }

  private static float[] array(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  /** One byte changed, or the end cut off: it opens as something valid, or is refused in words. */
  @Property(tries = 250, seed = "9")
  void open_damagedAnywhere_neverFailsOtherwise(
      @ForAll @IntRange(min = 0, max = 170) int position, @ForAll byte value, @ForAll boolean cut)
      throws IOException {
    Path path = Files.createTempFile("histofm", ".safetensors");
    try {
      new SafetensorsWriter()
          .metadata("{\"format\":\"pt\"}")
          .add("a.weight", List.of(1L, 2L), 1, 2)
          .add("b", List.of(1L), 3)
          .write(path);
      byte[] bytes = Files.readAllBytes(path);
      if (cut) {
        Files.write(path, java.util.Arrays.copyOf(bytes, position % bytes.length));
      } else {
        bytes[position % bytes.length] = value;
        Files.write(path, bytes);
      }
      openOrRefuse(path);
    } finally {
      Files.delete(path);
    }
  }

  @Property(tries = 250, seed = "9")
  void open_anyTextAsHeader_neverFailsOtherwise(
      @ForAll("headers") String header, @ForAll @Size(max = 16) byte[] data) throws IOException {
    Path path = Files.createTempFile("histofm", ".safetensors");
    try {
      SafetensorsWriter.write(path, header.getBytes(StandardCharsets.UTF_8), data);
      openOrRefuse(path);
    } finally {
      Files.delete(path);
    }
  }

  @Provide
  Arbitrary<String> headers() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"dtype\"",
            "\"F32\"",
            "\"shape\"",
            "0",
            "8",
            "-1",
            "1e9",
            "\"data_offsets\"",
            "\"__metadata__\"",
            "null",
            "18446744073709551616")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  private static void openOrRefuse(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      long size = Files.size(path);
      for (TensorEntry tensor : file.tensors()) {
        assertThat(tensor.position() + tensor.bytes()).isLessThanOrEqualTo(size);
        if (tensor.dtype().isReadable()) {
          assertThat(file.readAll(tensor)).hasSize((int) tensor.elements());
        }
      }
    } catch (InputException e) {
      assertThat(e.remedy()).isNotBlank();
    }
  }
}
