package org.histofm.backbones.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.histofm.InputException;
import org.jspecify.annotations.Nullable;

/**
 * A file that {@code torch.save} wrote (PyTorch 1.6 or later), opened for reading its tensors.
 *
 * <p>The file is a zip archive: {@code data.pkl} describes the content, {@code data/KEY} holds the
 * storages. The description is read by {@code TorchPickle}, which runs nothing and refuses what it
 * does not know. A tensor is a view: size, stride and offset are honoured, never the storage's
 * length.
 *
 * <p>Nothing is inflated: torch stores its entries as they are, others are refused, so no entry can
 * be larger than the file. Tensors that together claim more bytes than the file has are refused.
 * Confined to one thread; whoever opened it closes it.
 */
public final class TorchFile implements AutoCloseable {
  /** What the file holds at its top. */
  public enum Kind {
    /** One tensor, whose name is empty. */
    TENSOR,
    /** A list or tuple; tensors are named by their place. */
    LIST,
    /** A dictionary; tensors are named by their keys. */
    DICTIONARY
  }

  private static final int PIECE = 1 << 20;
  private static final long MOST_PICKLE_BYTES = 1L << 26;
  private static final int DEEPEST = 32;

  private final Path path;
  private final ZipFile zip;
  private final String prefix;
  private final ByteOrder order;
  private final Map<String, ZipEntry> entries;
  private final Kind kind;
  private final List<TorchTensor> tensors;
  private final int items;

  private TorchFile(Path path, ZipFile zip, long size) throws IOException {
    this.path = path;
    this.zip = zip;
    entries = directory(path, zip, size);
    prefix = prefix(path, entries);
    order = byteOrder();
    byte[] pickle = bytes("data.pkl", MOST_PICKLE_BYTES);
    Object content;
    try {
      content = TorchPickle.read(pickle);
      List<TorchTensor> found = new ArrayList<>();
      collect("", content, 0, new int[] {pickle.length}, found);
      tensors = List.copyOf(found);
    } catch (TorchPickle.Refused e) {
      throw new InputException(
          path + ": its description " + e.getMessage() + ", which HistoFM does not take.",
          "Load it in Python where you trust it, and save plain tensors, or lists or"
              + " dictionaries of them, again.",
          e);
    }
    if (content instanceof TorchTensor) {
      kind = Kind.TENSOR;
      items = 1;
    } else if (content instanceof Map<?, ?> map) {
      kind = Kind.DICTIONARY;
      items = map.size();
    } else if (content instanceof List<?> list) {
      kind = Kind.LIST;
      items = list.size();
    } else {
      throw new InputException(path + " holds no tensors.", "Name a file of tensors.");
    }
    long claimed = 0;
    for (TorchTensor tensor : tensors) {
      requireStorage(tensor);
      claimed += tensor.elements() * tensor.dtype().bits() / 8;
      if (claimed > size) {
        throw new InputException(
            path + ": its tensors claim more numbers than its " + size + " bytes can hold.",
            "Save clones of the tensors, which do not share their storage.");
      }
    }
  }

  /**
   * Opens a file and reads its description.
   *
   * @throws InputException if there is no such file, it is of another kind or damaged, or it holds
   *     something else than tensors, numbers and texts in lists and dictionaries; the sentence says
   *     which
   */
  public static TorchFile open(Path path) {
    long size;
    byte[] start;
    try {
      if (!Files.isRegularFile(path)) {
        throw new InputException(
            path + (Files.exists(path) ? " is not a file." : " does not exist."),
            "Check the path.");
      }
      size = Files.size(path);
      try (InputStream in = Files.newInputStream(path)) {
        start = in.readNBytes(4);
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    requireZip(path, start);
    ZipFile zip = null;
    try {
      zip = new ZipFile(path.toFile());
      TorchFile file = new TorchFile(path, zip, size);
      zip = null;
      return file;
    } catch (ZipException e) {
      throw new InputException(
          path + " is a truncated or damaged torch file: " + e.getMessage() + ".",
          "Copy it again from where it was written.",
          e);
    } catch (IOException e) {
      throw unreadable(path, e);
    } finally {
      closeQuietly(zip);
    }
  }

  private static void requireZip(Path path, byte[] start) {
    if (start.length == 0) {
      throw new InputException(
          path + " is empty (0 bytes).", "Copy it again from where it was written.");
    }
    if (start.length == 4 && start[0] == 'P' && start[1] == 'K') {
      return;
    }
    if ((start[0] & 0xff) == 0x80) {
      throw new InputException(
          path + " is a pickle or a torch file of the legacy format, before PyTorch 1.6.",
          "In Python, torch.save(torch.load(path, map_location='cpu'), path) writes it anew; do"
              + " that only where you trust the file.");
    }
    throw new InputException(
        path + " is not a torch file: it does not begin as a zip archive.",
        "Name a file that torch.save wrote.");
  }

  private static Map<String, ZipEntry> directory(Path path, ZipFile zip, long size) {
    Map<String, ZipEntry> entries = new LinkedHashMap<>();
    if (zip.stream().anyMatch(entry -> entry.getName().matches("([^/]*/)?constants.pkl"))) {
      throw new InputException(
          path + " is a TorchScript program, not a file of tensors.",
          "Save its state_dict() with torch.save.");
    }
    Enumeration<? extends ZipEntry> all = zip.entries();
    while (all.hasMoreElements()) {
      ZipEntry entry = all.nextElement();
      if (entry.getMethod() != ZipEntry.STORED
          || entry.getSize() != entry.getCompressedSize()
          || entry.getSize() > size) {
        throw new InputException(
            path + ": its entry '" + entry.getName() + "' is compressed, torch's are not.",
            "Save it again with torch.save.");
      }
      if (entries.put(entry.getName(), entry) != null) {
        throw new InputException(
            path + " has two entries named '" + entry.getName() + "'.",
            "Save it again with torch.save.");
      }
    }
    return entries;
  }

  /** What stands before {@code data.pkl}: the folder that all entries lie in, with its slash. */
  private static String prefix(Path path, Map<String, ZipEntry> entries) {
    for (String name : entries.keySet()) {
      if (name.equals("data.pkl")
          || name.endsWith("/data.pkl") && name.indexOf('/') == name.lastIndexOf('/')) {
        return name.substring(0, name.length() - "data.pkl".length());
      }
    }
    throw new InputException(
        path + " is a zip archive, but not a torch file: it has no data.pkl.",
        "Name a file that torch.save wrote.");
  }

  private ByteOrder byteOrder() throws IOException {
    if (!entries.containsKey(prefix + "byteorder")) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String text = new String(bytes("byteorder", 64), StandardCharsets.US_ASCII);
    return switch (text) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new InputException(
              path + " has the byte order '" + text + "', expected little or big.",
              "Save it again with torch.save.");
    };
  }

  private byte[] bytes(String name, long most) throws IOException {
    ZipEntry entry = entries.get(prefix + name);
    if (entry == null || entry.getSize() > most) {
      throw new InputException(
          path
              + (entry == null
                  ? " lacks its entry '" + name + "'."
                  : ": its entry '"
                      + name
                      + "' has "
                      + entry.getSize()
                      + " bytes of at most "
                      + most
                      + "."),
          "Save it again with torch.save.");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes((int) entry.getSize());
      if (bytes.length < entry.getSize()) {
        throw truncated();
      }
      return bytes;
    }
  }

  /** {@code left}: how many values may still be met; a value met twice takes bytes twice. */
  private static void collect(
      String name, Object value, int depth, int[] left, List<TorchTensor> found)
      throws TorchPickle.Refused {
    if (depth > DEEPEST || left[0]-- == 0) {
      throw new TorchPickle.Refused("repeats values within each other, or nests them deeply");
    }
    if (value instanceof TorchTensor tensor) {
      found.add(tensor.named(name));
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        collect(below(name, Integer.toString(i)), list.get(i), depth + 1, left, found);
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        collect(below(name, entry.getKey().toString()), entry.getValue(), depth + 1, left, found);
      }
    }
  }

  private static String below(String name, String part) {
    return name.isEmpty() ? part : name + "." + part;
  }

  private void requireStorage(TorchTensor tensor) {
    ZipEntry entry = entries.get(prefix + "data/" + tensor.storage());
    int width = tensor.dtype().bits() / 8;
    if (entry == null
        || entry.getSize() % width != 0
        || entry.getSize() / width != tensor.storageElements()) {
      throw new InputException(
          path
              + ": storage '"
              + tensor.storage()
              + "' has "
              + (entry == null ? "no data" : entry.getSize() + " bytes")
              + ", expected "
              + tensor.storageElements()
              + " numbers of type "
              + tensor.dtype()
              + ".",
          "Copy the file again from where it was written.");
    }
  }

  /** Where the file is. */
  public Path path() {
    return path;
  }

  /** What it holds at its top. */
  public Kind kind() {
    return kind;
  }

  /** Number of items at its top, tensors or not; 1 for a single tensor. */
  public int items() {
    return items;
  }

  /** All tensors, in the order of the description. */
  public List<TorchTensor> tensors() {
    return tensors;
  }

  /** The tensor of that name; the first, if names repeat. */
  public Optional<TorchTensor> find(String name) {
    return tensors.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
  }

  /**
   * Reads consecutive values of a tensor as float32: exactly from F32, F16 and BF16, rounded to
   * nearest from F64. Fills {@code target} from its position to its limit and leaves it there.
   * Memory is bounded for a tensor whose numbers lie in order; otherwise all that its storage holds
   * between the first and last value asked for is held at once.
   *
   * @param tensor one of {@link #tensors()}
   * @param first index of the first value in row-major order
   * @param target takes {@code target.remaining()} values
   * @throws InputException if the number type is no floating point type, or the file cannot be read
   * @throws IndexOutOfBoundsException if the tensor has no such values
   */
  public void read(TorchTensor tensor, long first, FloatBuffer target) {
    if (!tensor.dtype().isReadable()) {
      throw new InputException(
          "tensor '" + tensor.name() + "' in " + path + " is of type " + tensor.dtype() + ".",
          "Convert it to float32, float16, bfloat16 or float64.");
    }
    if (first < 0 || first > tensor.elements() - target.remaining()) {
      throw new IndexOutOfBoundsException(
          "values " + first + " to " + (first + target.remaining()) + " of " + tensor);
    }
    if (!target.hasRemaining()) {
      return;
    }
    int width = tensor.dtype().bits() / 8;
    ZipEntry entry = entries.get(prefix + "data/" + tensor.storage());
    try (InputStream in = zip.getInputStream(entry)) {
      if (tensor.isContiguous()) {
        in.skipNBytes((tensor.offset() + first) * width);
        while (target.hasRemaining()) {
          int count = Math.min(target.remaining(), PIECE / width);
          ByteBuffer bytes = piece(in, count * width);
          for (int i = 0; i < count; i++) {
            target.put(value(tensor.dtype(), bytes, i));
          }
        }
      } else {
        scattered(tensor, first, target, in, width);
      }
    } catch (EOFException e) {
      throw truncated();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private void scattered(
      TorchTensor tensor, long first, FloatBuffer target, InputStream in, int width)
      throws IOException {
    long lowest = Long.MAX_VALUE;
    long highest = 0;
    for (int i = 0; i < target.remaining(); i++) {
      lowest = Math.min(lowest, tensor.at(first + i));
      highest = Math.max(highest, tensor.at(first + i));
    }
    long span = (highest - lowest + 1) * width;
    if (span > Integer.MAX_VALUE - 8) {
      throw new InputException(
          "tensor '" + tensor.name() + "' in " + path + " is scattered over " + span + " bytes.",
          "Save tensor.contiguous() instead.");
    }
    in.skipNBytes(lowest * width);
    ByteBuffer bytes = piece(in, (int) span);
    for (long index = first; target.hasRemaining(); index++) {
      target.put(value(tensor.dtype(), bytes, (int) (tensor.at(index) - lowest)));
    }
  }

  private ByteBuffer piece(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw truncated();
    }
    return ByteBuffer.wrap(bytes).order(order);
  }

  private static float value(Dtype dtype, ByteBuffer bytes, int index) {
    return switch (dtype) {
      case F32 -> bytes.getFloat(4 * index);
      case F64 -> (float) bytes.getDouble(8 * index);
      case F16 -> SafetensorsFile.halfToFloat(bytes.getShort(2 * index));
      case BF16 -> Float.intBitsToFloat(bytes.getShort(2 * index) << 16);
      default -> throw new AssertionError(dtype);
    };
  }

  private InputException truncated() {
    return new InputException(
        path + " is truncated: an entry ends before its length.",
        "Copy it again from where it was written.");
  }

  private static InputException unreadable(Path path, IOException e) {
    return new InputException(
        path + " cannot be read: " + e + ".", "Check the disk, or copy the file again.", e);
  }

  private static void closeQuietly(@Nullable ZipFile zip) {
    if (zip != null) {
      try {
        zip.close();
      } catch (IOException e) {
        // it was only read
      }
    }
  }

  @Override
  public void close() {
    closeQuietly(zip);
  }
}
