package org.histofm.backbones.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.histofm.InputException;
import org.histofm.provenance.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file of any size, opened for reading.
 *
 * <p>Opening validates the whole header before anything else is believed: its length against the
 * file, strict UTF-8 JSON without repeated names, known number types, sizes whose product does not
 * overflow, and tensors that cover the data exactly once, without hole, overlap or remainder. What
 * the reference reader refuses is refused here too, and repeated names besides.
 *
 * <p>Values are read on demand through one direct buffer of 1 MiB, so memory does not grow with the
 * file. Confined to one thread; whoever opened it closes it, after which reading throws {@link
 * IllegalStateException}.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">The safetensors format</a>
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final SafetensorsHeader header;
  private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE).order(ByteOrder.LITTLE_ENDIAN);
  private @Nullable String hash;

  private SafetensorsFile(Path path, FileChannel channel, long size, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.size = size;
    this.header = header;
  }

  /**
   * Opens and validates a file.
   *
   * @throws InputException if there is no such file, it is of another kind, or it is damaged; the
   *     sentence says which
   */
  public static SafetensorsFile open(Path path) {
    if (Files.isDirectory(path)) {
      throw new InputException(
          path + " is a folder, not a safetensors file.",
          "Name the file in it, such as " + path.resolve("model.safetensors") + ".");
    }
    if (!Files.exists(path)) {
      throw new InputException(
          path + " does not exist.", "Check the path, or fetch the file first.");
    }
    if (!Files.isRegularFile(path)) {
      throw new InputException(
          path + " is a device or pipe, not a file.", "Copy its content into a file first.");
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (AccessDeniedException e) {
      throw new InputException(
          path + " may not be read by this user.", "Grant read permission on it.", e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    try {
      long size = channel.size();
      SafetensorsFile file =
          new SafetensorsFile(path, channel, size, SafetensorsHeader.read(path, channel, size));
      channel = null;
      return file;
    } catch (IOException e) {
      throw unreadable(path, e);
    } finally {
      if (channel != null) {
        closeQuietly(channel);
      }
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // the failure that led here says more
    }
  }

  /** Where the file is. */
  public Path path() {
    return path;
  }

  /** All tensors, in the order of their data. */
  public List<TensorEntry> tensors() {
    return header.tensors();
  }

  /** The tensor of that name. */
  public Optional<TensorEntry> find(String name) {
    return Optional.ofNullable(header.byName().get(name));
  }

  /** The texts under {@code __metadata__}, sorted by name; unmodifiable. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /**
   * SHA-256 of the file's bytes, in hexadecimal. Reads the whole file on the first call.
   *
   * @throws InputException if the file cannot be read to its end
   */
  public String hash() {
    if (hash == null) {
      Sha256 sha = new Sha256();
      for (long at = 0; at < size; at += PIECE) {
        sha.add(fetch(at, (int) Math.min(PIECE, size - at)));
      }
      hash = sha.hex();
    }
    return hash;
  }

  /**
   * Reads consecutive values of a tensor as float32: exactly from F32, F16 and BF16, rounded to
   * nearest from F64. Fills {@code target} from its position to its limit and leaves it there.
   *
   * @param tensor one of {@link #tensors()}
   * @param first index of the first value in row-major order
   * @param target takes {@code target.remaining()} values
   * @throws InputException if the number type is no floating point type read here, or the file
   *     cannot be read
   * @throws IndexOutOfBoundsException if the tensor has no such values
   */
  public void read(TensorEntry tensor, long first, FloatBuffer target) {
    if (!tensor.dtype().isReadable()) {
      throw new InputException(
          "tensor '" + tensor.name() + "' in " + path + " is of type " + tensor.dtype() + ".",
          "Convert it to F32, F16, BF16 or F64.");
    }
    if (first < 0 || first > tensor.elements() - target.remaining()) {
      throw new IndexOutOfBoundsException(
          "values " + first + " to " + (first + target.remaining()) + " of " + tensor);
    }
    int width = tensor.dtype().bits() / 8;
    long at = tensor.position() + first * width;
    while (target.hasRemaining()) {
      int count = Math.min(target.remaining(), PIECE / width);
      ByteBuffer bytes = fetch(at, count * width);
      switch (tensor.dtype()) {
        case F32 -> target.put(bytes.asFloatBuffer());
        case F64 -> {
          for (int i = 0; i < count; i++) {
            target.put((float) bytes.getDouble(8 * i));
          }
        }
        case BF16 -> {
          for (int i = 0; i < count; i++) {
            target.put(Float.intBitsToFloat(bytes.getShort(2 * i) << 16));
          }
        }
        case F16 -> {
          for (int i = 0; i < count; i++) {
            target.put(halfToFloat(bytes.getShort(2 * i)));
          }
        }
        default -> throw new AssertionError(tensor.dtype());
      }
      at += (long) count * width;
    }
  }

  /** All values of a tensor that fits into an array; see {@link #read}. */
  public float[] readAll(TensorEntry tensor) {
    if (tensor.elements() > Integer.MAX_VALUE - 8) {
      throw new InputException(
          "tensor '" + tensor.name() + "' in " + path + " has " + tensor.elements() + " values.",
          "At most " + (Integer.MAX_VALUE - 8) + " can be held at once.");
    }
    float[] values = new float[(int) tensor.elements()];
    read(tensor, 0, FloatBuffer.wrap(values));
    return values;
  }

  /** IEEE 754 binary16 to binary32, exactly; Java has this from version 20 on. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }

  /** The bytes from {@code at}, in the shared buffer: valid until the next call. */
  private ByteBuffer fetch(long at, int count) {
    if (!channel.isOpen()) {
      throw new IllegalStateException(path + " is closed");
    }
    piece.clear().limit(count);
    try {
      while (piece.hasRemaining()) {
        if (channel.read(piece, at + piece.position()) < 0) {
          throw new InputException(
              path + " became shorter while it was read.",
              "Wait until it is written completely, then run again.");
        }
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    return piece.flip();
  }

  private static InputException unreadable(Path path, IOException e) {
    return new InputException(
        path + " cannot be read: " + e + ".", "Check the disk, or copy the file again.", e);
  }

  /** Sizes as PyTorch writes them: {@code [3, 4]}. */
  static String describe(List<Long> shape) {
    List<String> sizes = new ArrayList<>();
    for (long size : shape) {
      sizes.add(Long.toString(size));
    }
    return "[" + String.join(", ", sizes) + "]";
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }
}
