package org.histofm.backbones.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.histofm.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fixtures are those of scripts/fixtures/bags.py; hostile files are made here byte by byte. */
class TorchFileTest {
  @TempDir private Path folder;

  private static Path fixture(String name) {
    try {
      return Path.of(TorchFileTest.class.getResource("/org/histofm/backbones/bag/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void open_dictionary_namesTensorsByPath() {
    try (TorchFile file = TorchFile.open(fixture("dictionary.pt"))) {
      assertThat(file.kind()).isEqualTo(TorchFile.Kind.DICTIONARY);
      assertThat(file.items()).isEqualTo(7);
      assertThat(file.tensors())
          .extracting(TorchTensor::name)
          .containsExactly("weight", "nested.bias");
      assertThat(file.find("nested.bias").orElseThrow().shape()).isEqualTo(List.of(3L));
      assertThat(file.find("other")).isEmpty();
      float[] values = new float[3];
      file.read(file.find("weight").orElseThrow(), 12, FloatBuffer.wrap(values));
      assertThat(values).containsExactly(2, 2.25f, 2.5f);
    }
  }

  @Test
  void open_stateDict_isADictionary() {
    try (TorchFile file = TorchFile.open(fixture("state.pt"))) {
      assertThat(file.tensors()).extracting(TorchTensor::name).containsExactly("weight", "bias");
    }
  }

  @Test
  void read_view_honoursStrideAndOffset() {
    try (TorchFile file = TorchFile.open(fixture("view.pt"))) {
      TorchTensor tensor = file.tensors().get(0);
      assertThat(tensor.shape()).isEqualTo(List.of(5L, 3L));
      assertThat(tensor.strides()).isEqualTo(List.of(7L, 1L));
      assertThat(tensor.offset()).isEqualTo(15);
      assertThat(tensor.storageElements()).isEqualTo(63);
      float[] values = new float[2];
      file.read(tensor, 5, FloatBuffer.wrap(values));
      assertThat(values).containsExactly(0.25f, 0.5f);
      assertThatThrownBy(() -> file.read(tensor, 14, FloatBuffer.allocate(2)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  /** Pickles in a readable form: \xNN is a byte. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\x80\\x02cos\\nsystem\\nX\\x01\\x00\\x00\\x00a\\x85R. | asks for 'os.system'",
        "\\x80\\x02(cos\\nsystem\\no. | asks for 'os.system'",
        "\\x80\\x02(i__main__\\nA\\n. | opcode 0x69",
        "\\x80\\x02\\x82\\x01. | opcode 0x82",
        "\\x80\\x02ccollections\\nOrderedDict\\n)\\x81. | opcode 0x81",
        "\\x80\\x02h\\x07. | recalls a value",
        "\\x80\\x02]}b. | sets the state",
        "\\x80\\x02R. | takes more from its stack",
        "\\x80\\x02t. | takes more from its stack",
        "\\x80\\x02X\\xff\\xff\\xff\\x7fa. | ends in the middle",
        "\\x80\\x02\\x8d\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xffa. | ends in the middle",
        "\\x80\\x02] | ends in the middle",
        "\\x80\\x02}(]Nu. | neither text nor number",
        "\\x80\\x02]q\\x00h\\x00a. | repeats values within each other",
        "\\x80\\x02\\x8a\\x09\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x7f. | more than 64 bits",
        "\\x80\\x02K\\x01. | holds no tensors",
      })
  void open_hostilePickle_isRefusedByName(String pickle, String words) throws IOException {
    Path file = archive(bytes(pickle), new byte[0]);

    assertThatThrownBy(() -> TorchFile.open(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(words);
  }

  /** Eight bytes of storage, two numbers. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | 0 | 3 | 1 | reaches to number 2 of a storage of 2",
        "2 | 1 | 2 | 1 | reaches to number 2 of a storage of 2",
        "2 | 0 | 2 | 1073741824 | reaches to number 1073741824",
        "2 | 0 | 2147483647 | 0 | 2147483647 numbers on a storage of 2",
        "3 | 0 | 3 | 1 | has 8 bytes, expected 3 numbers of type F32",
        "1 | 0 | 1 | 1 | has 8 bytes, expected 1 numbers of type F32",
      })
  void open_tensorBeyondItsStorage_isRefused(
      int elements, int offset, int size, int stride, String words) throws IOException {
    Path file = archive(tensor(elements, offset, size, stride), new byte[8]);

    assertThatThrownBy(() -> TorchFile.open(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(words);
  }

  @Test
  void open_storageTwoToThe61_isRefused() throws IOException {
    // 2^61 numbers of 8 bytes wrap to 8 bytes
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        bytes(
            "\\x80\\x02ctorch._utils\\n_rebuild_tensor_v2\\n((X\\x07\\x00\\x00\\x00storagectorch\\n"
                + "DoubleStorage\\nX\\x01\\x00\\x00\\x000X\\x03\\x00\\x00\\x00cpu"
                + "\\x8a\\x08\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x20tQ"
                + "K\\x00K\\x01\\x85K\\x01\\x85\\x89NtR."));
    Path file = archive(out.toByteArray(), new byte[8]);

    assertThatThrownBy(() -> TorchFile.open(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected 2305843009213693953 numbers");
  }

  @Test
  void open_tensorWithinItsStorage_isRead() throws IOException {
    try (TorchFile file = TorchFile.open(archive(tensor(2, 1, 1, 1), new byte[8]))) {
      assertThat(file.tensors().get(0).elements()).isEqualTo(1);
    }
  }

  private static byte[] tensor(int elements, int offset, int size, int stride) {
    return bytes(
        "\\x80\\x02ctorch._utils\\n_rebuild_tensor_v2\\n((X\\x07\\x00\\x00\\x00storagectorch\\n"
            + "FloatStorage\\nX\\x01\\x00\\x00\\x000X\\x03\\x00\\x00\\x00cpu"
            + number(elements)
            + "tQ"
            + number(offset)
            + number(size)
            + "\\x85"
            + number(stride)
            + "\\x85\\x89ccollections\\nOrderedDict\\n)RtR.");
  }

  private static String number(int value) {
    StringBuilder text = new StringBuilder("J");
    for (int i = 0; i < 4; i++) {
      text.append(String.format(Locale.ROOT, "\\x%02x", value >>> 8 * i & 0xff));
    }
    return text.toString();
  }

  private static byte[] bytes(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\x", i)) {
        out.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 3;
      } else if (text.startsWith("\\n", i)) {
        out.write('\n');
        i++;
      } else {
        out.write(text.charAt(i));
      }
    }
    return out.toByteArray();
  }

  private Path archive(byte[] pickle, byte[] storage) throws IOException {
    Path file = folder.resolve("made.pt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      store(zip, "made/data.pkl", pickle);
      store(zip, "made/data/0", storage);
      store(zip, "made/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
    return file;
  }

  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
  }
}
