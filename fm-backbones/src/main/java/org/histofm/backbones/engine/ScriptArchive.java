package org.histofm.backbones.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive that holds program text and no weights: what {@code
 * torch::jit::load} and Python's {@code torch.jit.load} read.
 *
 * <p>The archive is a zip of uncompressed entries under one folder: the text, a pickle of the
 * module object (protocol 2, no memo), and small markers. The loader wants every declared attribute
 * in the pickle, so each tensor field starts as an empty float32 tensor; all share one empty
 * storage.
 */
final class ScriptArchive {
  private static final String FOLDER = "histofm/";
  // The newest file format: for older ones the loader rewrites some operators, such as gelu.
  private static final String FORMAT = "10\n";

  private static final int PROTO = 0x80;
  private static final int FALSE = 0x89;
  private static final int NEW_OBJECT = 0x81;

  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();

  private ScriptArchive() {}

  /**
   * The archive of one module.
   *
   * @param type its class within {@code __torch__.histofm}, such as {@code Vit}
   * @param source the text that defines the class
   * @param tensorFields its attributes of type Tensor, in the order of declaration
   */
  static byte[] of(String type, String source, List<String> tensorFields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      zip.setMethod(ZipOutputStream.STORED);
      add(zip, "data.pkl", new ScriptArchive().module(type, tensorFields));
      add(zip, "version", utf8(FORMAT));
      add(zip, "byteorder", utf8("little"));
      add(zip, "code/__torch__/histofm.py", utf8(source));
      add(zip, "constants.pkl", new byte[] {(byte) PROTO, 2, ')', '.'});
      if (!tensorFields.isEmpty()) {
        add(zip, "data/0", new byte[0]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(FOLDER + name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private byte[] module(String type, List<String> tensorFields) {
    op(PROTO, 2);
    global("__torch__.histofm", type);
    op(')', NEW_OBJECT, '}', '(');
    text("training");
    op(FALSE);
    for (String field : tensorFields) {
      text(field);
      emptyTensor();
    }
    op('u', 'b', '.');
    return pickle.toByteArray();
  }

  /** {@code _rebuild_tensor_v2(storage 0, offset 0, shape (0,), stride (1,), no gradient, {})}. */
  private void emptyTensor() {
    global("torch._utils", "_rebuild_tensor_v2");
    op('(', '(');
    text("storage");
    global("torch", "FloatStorage");
    text("0");
    text("cpu");
    op('K', 0, 't', 'Q');
    op('K', 0);
    op('(', 'K', 0, 't');
    op('(', 'K', 1, 't');
    op(FALSE);
    global("collections", "OrderedDict");
    op(')', 'R', 't', 'R');
  }

  private void global(String module, String name) {
    op('c');
    pickle.writeBytes(utf8(module + "\n" + name + "\n"));
  }

  private void text(String value) {
    byte[] bytes = utf8(value);
    op('X', bytes.length, bytes.length >>> 8, bytes.length >>> 16, bytes.length >>> 24);
    pickle.writeBytes(bytes);
  }

  private void op(int... codes) {
    for (int code : codes) {
      pickle.write(code);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
