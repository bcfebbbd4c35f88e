package org.histofm.backbones.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.histofm.InputException;
import org.jspecify.annotations.Nullable;

/**
 * The validated header of a safetensors file: an unsigned 64-bit length, then that many bytes of
 * JSON, which name a number type, sizes and a byte range for each tensor.
 *
 * @param tensors in the order of their data
 * @param byName the same by name
 * @param metadata texts under {@code __metadata__}
 */
record SafetensorsHeader(
    List<TensorEntry> tensors,
    TreeMap<String, TensorEntry> byName,
    TreeMap<String, String> metadata) {

  /** The reference reader's limit. */
  private static final long LENGTH_MAX = 100_000_000;

  private static final String FETCH_AGAIN = "Fetch it again.";
  private static final String NOT_SAFETENSORS =
      "Fetch it again, or name another file: a safetensors file begins with the length of its"
          + " header.";
  private static final String WRITE_AGAIN =
      "Fetch it again, or have its author write it with the safetensors library.";

  static SafetensorsHeader read(Path path, FileChannel channel, long size) throws IOException {
    if (size == 0) {
      throw new InputException(path + " is empty: a failed download or copy.", FETCH_AGAIN);
    }
    ByteBuffer start = read(channel, 0, (int) Math.min(size, 512));
    if (size < 8) {
      throw new InputException(
          path + " has " + size + " bytes, too few for a safetensors file.", FETCH_AGAIN);
    }
    long length = start.getLong(0);
    if (length < 2 || length > LENGTH_MAX || length > size - 8) {
      throw notSafetensors(path, start, length, size);
    }
    byte[] json = read(channel, 8, (int) length).array();
    try {
      return new Parse(path, size - 8 - length, 8 + length).header(json);
    } catch (JsonProcessingException e) {
      throw new InputException(
          path + " has a header that is no valid JSON: " + brief(e.getOriginalMessage()) + ".",
          WRITE_AGAIN,
          e);
    } catch (CharacterCodingException e) {
      throw new InputException(path + " has a header that is not UTF-8.", WRITE_AGAIN, e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new EOFException("it became shorter while it was read");
      }
    }
    return bytes.flip();
  }

  /** A header length out of bounds: most such files are of another, recognisable kind. */
  private static InputException notSafetensors(
      Path path, ByteBuffer start, long length, long size) {
    byte[] bytes = new byte[start.limit()];
    start.get(0, bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String begin =
        (text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text)
            .stripLeading()
            .toLowerCase(Locale.ROOT);
    if (begin.startsWith("<!doctype") || begin.startsWith("<html") || begin.startsWith("<?xml")) {
      return new InputException(
          path + " is an HTML page: a failed download.",
          "Fetch the file again; for a restricted model, log in and accept its terms first.");
    }
    if (text.startsWith("version https://git-lfs")) {
      return new InputException(
          path + " is a git-lfs pointer, not the file it stands for.",
          "Run 'git lfs pull' where it was cloned, or download the file itself.");
    }
    if (text.startsWith("PK")) {
      return new InputException(
          path + " is a zip file, as PyTorch writes .pth, .pt and .bin files.",
          "Convert it to safetensors: this version reads that format only.");
    }
    if (bytes[0] == (byte) 0x80 && bytes[1] > 0 && bytes[1] <= 5) {
      return new InputException(
          path + " is a Python pickle, as older PyTorch versions write .pth and .bin files.",
          "Convert it to safetensors: this version reads that format only.");
    }
    if (text.startsWith("\u0089HDF")) {
      return new InputException(
          path + " is an HDF5 file.", "Convert it to safetensors, which is read here.");
    }
    if (begin.startsWith("{")) {
      return new InputException(
          path + " is a JSON text, not a safetensors file.",
          "Name the weights file; configurations and indexes stand beside it.");
    }
    if (Long.compareUnsigned(length, LENGTH_MAX) <= 0 && length > size - 8) {
      return new InputException(
          path
              + " says its header has "
              + length
              + " bytes, the whole file has "
              + size
              + ": it is truncated or no safetensors file.",
          NOT_SAFETENSORS);
    }
    return new InputException(
        path
            + " says its header has "
            + Long.toUnsignedString(length)
            + " bytes, possible are 2 to "
            + LENGTH_MAX
            + ": it is damaged or no safetensors file.",
        NOT_SAFETENSORS);
  }

  /** A parser's message, which may quote the text at length, as part of a sentence. */
  private static String brief(String message) {
    String line = message.lines().findFirst().orElse("");
    return line.length() <= 120 ? line : line.substring(0, 117) + "...";
  }

  /** One pass over the JSON, then the layout of the data. */
  private static final class Parse {
    private final Path path;
    private final long dataBytes;
    private final long dataStart;
    private final TreeMap<String, TensorEntry> byName = new TreeMap<>();
    private final TreeMap<String, String> metadata = new TreeMap<>();

    Parse(Path path, long dataBytes, long dataStart) {
      this.path = path;
      this.dataBytes = dataBytes;
      this.dataStart = dataStart;
    }

    SafetensorsHeader header(byte[] json) throws IOException {
      // Jackson would accept UTF-16, a byte order mark and some malformed UTF-8 by itself.
      Reader text =
          new InputStreamReader(
              new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
      JsonFactory factory =
          JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
      try (JsonParser parser = factory.createParser(text)) {
        if (json[0] == (byte) 0xef || parser.nextToken() != JsonToken.START_OBJECT) {
          throw damaged("has a header that is no JSON object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          if (name.equals("__metadata__")) {
            metadata(parser);
          } else {
            byName.put(name, tensor(parser, name));
          }
        }
        if (parser.nextToken() != null) {
          throw damaged("has more than one JSON value in its header");
        }
      }
      List<TensorEntry> tensors = new ArrayList<>(byName.values());
      tensors.sort(
          Comparator.comparingLong(TensorEntry::position).thenComparingLong(TensorEntry::bytes));
      checkLayout(tensors);
      return new SafetensorsHeader(List.copyOf(tensors), byName, metadata);
    }

    private void metadata(JsonParser parser) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return;
      }
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw damaged("has __metadata__ that is no object of texts");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
          throw damaged("has __metadata__ '" + name + "' that is no text");
        }
        metadata.put(name, parser.getText());
      }
    }

    private TensorEntry tensor(JsonParser parser, String name) throws IOException {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw damaged("has an entry '" + name + "' that is no object");
      }
      @Nullable Dtype dtype = null;
      @Nullable List<Long> shape = null;
      @Nullable List<Long> offsets = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "dtype" -> dtype = dtype(parser, name);
          case "shape" -> shape = numbers(parser, name, field);
          case "data_offsets" -> offsets = numbers(parser, name, field);
          default -> parser.skipChildren();
        }
      }
      if (dtype == null || shape == null || offsets == null) {
        throw damaged("has a tensor '" + name + "' without dtype, shape or data_offsets");
      }
      if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
        throw damaged("has a tensor '" + name + "' with impossible data_offsets " + offsets);
      }
      long begin = offsets.get(0);
      long end = offsets.get(1);
      if (end > Long.MAX_VALUE - dataStart) {
        throw damaged("has a tensor '" + name + "' with impossible data_offsets " + offsets);
      }
      long elements = 1;
      long bits;
      try {
        // A zero anywhere makes the product zero, but the others must still be possible sizes.
        boolean empty = shape.contains(0L);
        for (long size : shape) {
          elements = Math.multiplyExact(elements, Math.max(size, 1));
        }
        bits = Math.multiplyExact(elements, (long) dtype.bits());
        if (empty) {
          elements = 0;
          bits = 0;
        }
      } catch (ArithmeticException e) {
        throw damaged("has a tensor '" + name + "' of impossible shape " + shape);
      }
      if (bits % 8 != 0 || bits / 8 != end - begin) {
        String past =
            end > dataBytes ? ", past the end of the data at byte " + dataBytes + "," : "";
        throw damaged(
            "has a tensor '"
                + name
                + "' at bytes "
                + begin
                + " to "
                + end
                + past
                + " while shape "
                + shape
                + " of "
                + dtype
                + " takes "
                + (bits + 7) / 8
                + " bytes");
      }
      return new TensorEntry(name, dtype, shape, elements, dataStart + begin, end - begin);
    }

    private Dtype dtype(JsonParser parser, String name) throws IOException {
      String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
      for (Dtype dtype : Dtype.values()) {
        if (dtype.name().equals(text)) {
          return dtype;
        }
      }
      throw damaged("has a tensor '" + name + "' of unknown number type '" + text + "'");
    }

    private List<Long> numbers(JsonParser parser, String name, String field) throws IOException {
      List<Long> numbers = new ArrayList<>();
      boolean fine = parser.currentToken() == JsonToken.START_ARRAY;
      while (fine && parser.nextToken() != JsonToken.END_ARRAY) {
        fine =
            parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && parser.getLongValue() >= 0;
        if (fine) {
          numbers.add(parser.getLongValue());
        }
      }
      if (!fine) {
        throw damaged(
            "has a tensor '"
                + name
                + "' whose "
                + field
                + " is no list of whole numbers from 0 on");
      }
      return numbers;
    }

    private void checkLayout(List<TensorEntry> tensors) {
      long at = dataStart;
      String before = "the header";
      for (TensorEntry tensor : tensors) {
        if (tensor.position() < at) {
          throw damaged(
              "has tensors '" + before + "' and '" + tensor.name() + "' that share bytes");
        }
        if (tensor.position() > at) {
          throw damaged(
              "has "
                  + (tensor.position() - at)
                  + " bytes that belong to no tensor before '"
                  + tensor.name()
                  + "'");
        }
        at += tensor.bytes();
        before = tensor.name();
      }
      long end = dataStart + dataBytes;
      if (at > end) {
        throw new InputException(
            path + " is truncated: it has " + end + " bytes, its header describes " + at + ".",
            FETCH_AGAIN);
      }
      if (at < end) {
        throw damaged("has " + (end - at) + " bytes after its last tensor");
      }
    }

    private InputException damaged(String what) {
      return new InputException(path + " " + what + ".", WRITE_AGAIN);
    }
  }
}
