package org.histofm.backbones.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.histofm.InputException;
import org.histofm.provenance.Sha256;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsFileTest {
  private final Path folder;

  SafetensorsFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static byte[] zeros(int count) {
    return new byte[count];
  }

  private InputException refused(Path file) {
    InputException e =
        catchThrowableOfType(
            InputException.class,
            () -> {
              try (SafetensorsFile opened = SafetensorsFile.open(file)) {
                opened.tensors();
              }
            });
    assertThat(e).as("refusal of %s", file).isNotNull();
    // one sentence with the place, one with what to do
    assertThat(e.problem()).startsWith(file.toString()).endsWith(".").doesNotContain("\n");
    assertThat(e.remedy()).endsWith(".");
    return e;
  }

  private InputException refused(String header, int dataBytes) {
    return refused(
        SafetensorsWriter.write(folder.resolve("x.safetensors"), header, zeros(dataBytes)));
  }

  @Test
  void read_eachFloatingType_givesExactFloats() {
    ByteBuffer wide = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    wide.putDouble(0.1).putDouble(-3);
    Path path =
        new SafetensorsWriter()
            .metadata("{\"format\":\"pt\"}")
            .add("b", Dtype.BF16, List.of(2L), new byte[] {(byte) 0x80, 0x3f, 0x49, 0x40})
            .add("h", Dtype.F16, List.of(1L, 2L), new byte[] {0, 0x3c, 1, 0})
            .add("d", Dtype.F64, List.of(2L), wide.array())
            .add("f", List.of(2L, 2L), 1.5f, -0f, Float.MIN_VALUE, Float.MAX_VALUE)
            .add("scalar", List.of(), 7)
            .add("none", Dtype.F32, List.of(0L, 5L), zeros(0))
            .write(folder.resolve("x.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(all(file, "b")).containsExactly(1f, 3.140625f);
      assertThat(all(file, "h")).containsExactly(1f, 0x1p-24f);
      assertThat(all(file, "d")).containsExactly(0.1f, -3f);
      assertThat(all(file, "f")).containsExactly(1.5f, -0f, Float.MIN_VALUE, Float.MAX_VALUE);
      assertThat(all(file, "scalar")).containsExactly(7f);
      assertThat(all(file, "none")).isEmpty();
      assertThat(file.find("absent")).isEmpty();
      assertThat(file.tensors()).extracting(TensorEntry::name).contains("f", "none").hasSize(6);
      assertThatThrownBy(() -> file.read(file.find("f").orElseThrow(), 3, FloatBuffer.allocate(2)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private static float[] all(SafetensorsFile file, String name) {
    return file.readAll(file.find(name).orElseThrow());
  }

  @Test
  void halfToFloat_everyValue_equalsItsDefinition() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 0x1f;
      double fraction = bits & 0x3ff;
      double value =
          exponent == 0
              ? fraction * 0x1p-24
              : exponent == 31
                  ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                  : (1 + fraction / 1024) * Math.pow(2, exponent - 15);
      float expected = (float) ((bits & 0x8000) == 0 ? value : -value);
      assertThat(Float.compare(SafetensorsFile.halfToFloat((short) bits), expected)).isZero();
    }
  }

  @Test
  void read_tensorLargerThanTheBuffer_isReadInPieces() {
    int count = 3 * (1 << 18) + 5;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    Path path =
        new SafetensorsWriter()
            .add("first", List.of(1L), 9)
            .add("x", List.of((long) count), values)
            .write(folder.resolve("x.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(all(file, "x")).isEqualTo(values);
      FloatBuffer part = FloatBuffer.allocate(4);
      part.position(1);
      file.read(file.find("x").orElseThrow(), count - 3, part);
      assertThat(part.array()).containsExactly(0, count - 3, count - 2, count - 1);
    }
  }

  @Test
  void read_behindTwoGibibytes_findsTheValues() throws IOException {
    long big = (1L << 31) / 4 + 10;
    String header =
        """
        {"big":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]},
        "last":{"dtype":"F32","shape":[2],"data_offsets":[%d,%d]}}"""
            .formatted(big, 4 * big, 4 * big, 4 * big + 8);
    Path path = SafetensorsWriter.write(folder.resolve("big.safetensors"), header, zeros(0));
    long start = Files.size(path);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      // sparse: occupies a few blocks only
      file.setLength(start + 4 * big + 8);
      file.seek(start + 4 * big);
      ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      file.write(bytes.putFloat(1.25f).putFloat(-8).array());
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(all(file, "last")).containsExactly(1.25f, -8f);
      FloatBuffer end = FloatBuffer.allocate(3);
      file.read(file.find("big").orElseThrow(), big - 3, end);
      assertThat(end.array()).containsOnly(0f);
    }
  }

  @Test
  void hash_isThatOfTheBytes() throws IOException {
    Path path =
        new SafetensorsWriter()
            .fill("x", List.of(600_000L), 0.5f)
            .write(folder.resolve("x.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.hash()).isEqualTo(Sha256.of(path)).isEqualTo(file.hash());
    }
  }

  @Test
  void read_afterClose_throws() {
    Path path =
        new SafetensorsWriter().fill("x", List.of(3L), 1).write(folder.resolve("x.safetensors"));
    SafetensorsFile file = SafetensorsFile.open(path);
    file.close();
    file.close();
    assertThatThrownBy(() -> all(file, "x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("x.safetensors is closed");
  }

  @Test
  void read_integerTensor_isRefused() {
    Path path =
        new SafetensorsWriter()
            .add("steps", Dtype.I64, List.of(1L), zeros(8))
            .write(folder.resolve("x.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThatThrownBy(() -> all(file, "steps"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("'steps'")
          .hasMessageContaining("of type I64");
    }
  }

  @Test
  void open_whatTheReferenceReaderAccepts_isAccepted() {
    List<String> headers =
        List.of(
            "{}",
            " \n{\"__metadata__\":null}  \n",
            "{\"\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,0],\"more\":{\"x\":[1]}}}"
                .replace("[0,0]", "[0,1]"));
    for (String header : headers) {
      int data = header.contains("U8") ? 1 : 0;
      Path path = SafetensorsWriter.write(folder.resolve("x.safetensors"), header, zeros(data));
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        assertThat(file.tensors()).hasSize(data);
      }
    }
  }

  @Test
  void open_noFile_saysWhatIsThere() throws IOException {
    assertThat(refused(folder.resolve("absent.safetensors"))).hasMessageContaining("not exist");
    assertThat(refused(folder)).hasMessageContaining("is a folder");
    Path empty = Files.createFile(folder.resolve("empty.safetensors"));
    assertThat(refused(empty)).hasMessageContaining("is empty");
    assertThat(refused(SafetensorsWriter.writeRaw(folder.resolve("abc.pt"), bytes("abc"))))
        .hasMessageContaining("3 bytes, too few");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource({
    "'  <!DOCTYPE html><html><body>401 Unauthorized', an HTML page",
    "'<html><head><title>404</title></head></html>', an HTML page",
    "'version https://git-lfs.github.com/spec/v1', a git-lfs pointer",
    "'PK\u0003\u0004\u0000\u0000\u0008\u0008archive/data.pkl', a zip file",
    "'\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.', a Python pickle",
    "'\u0080\u0002}q\u0000(X\u0008\u0000\u0000\u0000', a Python pickle",
    "'\u0089HDF\r\n\u001a\n', an HDF5 file",
    "'{\"error\": \"Access to model is restricted\"}', a JSON text",
    "'plain words that are no model', 'possible are 2 to 100000000'",
  })
  void open_otherKindOfFile_isNamed(String content, String expected) {
    Path file = SafetensorsWriter.writeRaw(folder.resolve("x.safetensors"), bytes(content));
    assertThat(refused(file)).hasMessageContaining(expected);
  }

  static Stream<String[]> damagedHeaders() {
    String one = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    Map<String, String> cases = new LinkedHashMap<>();
    cases.put("{" + one + ",}", "no valid JSON");
    cases.put("{" + one, "no valid JSON");
    cases.put("{" + one + "}\0", "no valid JSON");
    cases.put("{" + one + "}{}", "more than one JSON value");
    cases.put("{" + one + "," + one + "}", "Duplicate field 'a'");
    cases.put("{" + one.replace("\"shape\"", "\"dtype\":\"F32\",\"shape\"") + "}", "Duplicate");
    cases.put("[" + one.replace("\"a\":", "") + "]", "no JSON object");
    cases.put("\ufeff{" + one + "}", "no JSON object");
    cases.put("{\"a\":1}", "entry 'a' that is no object");
    cases.put("{\"__metadata__\":[]," + one + "}", "__metadata__ that is no object");
    cases.put("{\"__metadata__\":{\"n\":1}," + one + "}", "__metadata__ 'n' that is no text");
    cases.put("{" + one.replace("F32", "f32") + "}", "unknown number type 'f32'");
    cases.put("{" + one.replace("\"F32\"", "4") + "}", "unknown number type ''");
    cases.put("{" + one.replace("\"dtype\":\"F32\",", "") + "}", "'a' without dtype");
    cases.put("{" + one.replace("[2]", "[-2]") + "}", "shape is no list of whole numbers");
    cases.put("{" + one.replace("[2]", "[2.0]") + "}", "shape is no list of whole numbers");
    cases.put("{" + one.replace("[2]", "2") + "}", "shape is no list of whole numbers");
    cases.put(
        "{" + one.replace("[2]", "[99999999999999999999]") + "}", "is no list of whole numbers");
    cases.put("{" + one.replace("[2]", "[4294967296,4294967296]") + "}", "impossible shape");
    cases.put(
        "{" + one.replace("[2]", "[0,4294967296,4294967296,4294967296]") + "}", "impossible shape");
    cases.put("{" + one.replace("[0,8]", "[0,8,8]") + "}", "impossible data_offsets");
    cases.put("{" + one.replace("[0,8]", "[8,0]") + "}", "impossible data_offsets");
    cases.put(
        "{" + one.replace("[0,8]", "[9223372036854775799,9223372036854775807]") + "}",
        "impossible data_offsets");
    cases.put("{" + one.replace("[2]", "[3]") + "}", "shape [3] of F32 takes 12 bytes");
    cases.put("{" + one.replace("[0,8]", "[0,80]") + "}", "past the end of the data at byte 8");
    cases.put("{" + one.replace("F32", "F4").replace("[2]", "[3]") + "}", "of F4 takes 2 bytes");
    cases.put("{" + one.replace("[2]", "[1]").replace("[0,8]", "[0,4]") + "}", "4 bytes after");
    cases.put("{" + one.replace("[2]", "[1]").replace("[0,8]", "[4,8]") + "}", "4 bytes that");
    cases.put("{" + one.replace("[2]", "[4]").replace("[0,8]", "[0,16]") + "}", "is truncated");
    cases.put("{" + one + "," + one.replace("\"a\"", "\"b\"") + "}", "'a' and 'b' that share");
    return cases.entrySet().stream().map(e -> new String[] {e.getKey(), e.getValue()});
  }

  @ParameterizedTest
  @MethodSource("damagedHeaders")
  void open_damagedHeader_isRefused(String header, String expected) {
    assertThat(refused(header, 8)).hasMessageContaining(expected);
  }

  @Test
  void open_headerOutOfBounds_isRefused() {
    Path file = folder.resolve("x.safetensors");
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(refused(SafetensorsWriter.writeRaw(file, bytes.array())))
        .hasMessageContaining("header has 0 bytes");
    assertThat(refused(SafetensorsWriter.writeRaw(file, bytes.putLong(0, -1).array())))
        .hasMessageContaining("header has 18446744073709551615 bytes");
    assertThat(refused(SafetensorsWriter.writeRaw(file, bytes.putLong(0, 57).array())))
        .hasMessageContaining("header has 57 bytes, the whole file has 64");
    assertThat(refused(SafetensorsWriter.writeRaw(file, bytes.putLong(0, 1L << 40).array())))
        .hasMessageContaining("possible are 2 to 100000000");
  }

  @Test
  void open_malformedUtf8_isRefused() {
    byte[] header = bytes("{\"__metadata__\":{\"a\":\"\u00e4\"}}");
    assertThat(refused(SafetensorsWriter.write(folder.resolve("x"), header, zeros(0))))
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void open_sharedDamagedFiles_eachSaysWhatItIs() {
    Optional<Path> damaged = Shared.folder("data/weights/damaged");
    Assumptions.assumeTrue(
        damaged.isPresent(), "no damaged weights: set HISTOFM_SHARED to the folder that has them");
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("truncated.safetensors", "is truncated: it has 100000 bytes");
    expected.put("header-length-too-large.safetensors", "possible are 2 to 100000000");
    expected.put("header-not-json.safetensors", "no valid JSON");
    expected.put("offsets-past-end.safetensors", "past the end of the data");
    expected.put("overlapping-tensors.safetensors", "that share bytes");
    expected.put("html-error-page.safetensors", "an HTML page: a failed download");
    expected.put("git-lfs-pointer.pt", "a git-lfs pointer");
    expected.put("truncated-zip.pth", "a zip file");
    expected.put("truncated-legacy.th", "a Python pickle");
    expected.put("zero-length.pth", "is empty");
    expected.put("burn-broken.pt", "too few");
    expected.forEach(
        (name, words) ->
            assertThat(refused(damaged.get().resolve(name))).hasMessageContaining(words));
  }
}
