package org.histofm.backbones.weights;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Reads the pickle in a torch archive without being able to run anything.
 *
 * <p>A pickle is a program for a stack machine. This machine knows only the opcodes that build
 * numbers, texts, tuples, lists and dictionaries, and a closed list of names that stand for {@link
 * Known} things: the number types of storages, the two functions that make a tensor or parameter of
 * a storage, and {@code OrderedDict}. Calling means to look at which of those it is. Everything
 * else is refused by its name. Work and memory are proportional to the pickle's length.
 *
 * <p>Values become {@code String}, {@code Long}, {@code Double}, {@code Boolean}, {@code
 * Optional.empty()} for None, {@code List} for list and tuple, {@code Map} for a dictionary, {@link
 * TorchTensor} without a name.
 *
 * @see "Python, Lib/pickletools.py: the opcodes; torch/serialization.py: persistent_load"
 */
final class TorchPickle {
  /** Something outside the list of what is understood; the message names it. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private sealed interface Known {}

  private enum Function implements Known {
    TENSOR,
    PARAMETER,
    ORDERED_DICT
  }

  private record StorageType(Dtype dtype) implements Known {}

  private record Storage(Dtype dtype, String key, long elements) {}

  private static final Map<String, Known> NAMES =
      Map.ofEntries(
          Map.entry("torch._utils._rebuild_tensor_v2", Function.TENSOR),
          Map.entry("torch._utils._rebuild_parameter", Function.PARAMETER),
          Map.entry("collections.OrderedDict", Function.ORDERED_DICT),
          Map.entry("torch.DoubleStorage", new StorageType(Dtype.F64)),
          Map.entry("torch.FloatStorage", new StorageType(Dtype.F32)),
          Map.entry("torch.HalfStorage", new StorageType(Dtype.F16)),
          Map.entry("torch.BFloat16Storage", new StorageType(Dtype.BF16)),
          Map.entry("torch.LongStorage", new StorageType(Dtype.I64)),
          Map.entry("torch.IntStorage", new StorageType(Dtype.I32)),
          Map.entry("torch.ShortStorage", new StorageType(Dtype.I16)),
          Map.entry("torch.CharStorage", new StorageType(Dtype.I8)),
          Map.entry("torch.ByteStorage", new StorageType(Dtype.U8)),
          Map.entry("torch.BoolStorage", new StorageType(Dtype.BOOL)));

  private static final int MOST_DIMENSIONS = 64;

  private final ByteBuffer in;
  private final Map<Long, Object> memo = new HashMap<>();
  private ArrayList<Object> stack = new ArrayList<>();
  private final Deque<ArrayList<Object>> below = new ArrayDeque<>();

  private TorchPickle(byte[] pickle) {
    in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The value that the pickle describes. */
  static Object read(byte[] pickle) throws Refused {
    TorchPickle machine = new TorchPickle(pickle);
    try {
      return machine.run();
    } catch (BufferUnderflowException e) {
      throw new Refused("ends in the middle of a value");
    } catch (IndexOutOfBoundsException | NoSuchElementException e) {
      throw new Refused("takes more from its stack than is there");
    } catch (ArithmeticException e) {
      throw new Refused("holds a tensor of more than 2^63 numbers");
    }
  }

  private Object run() throws Refused {
    while (true) {
      int opcode = in.get() & 0xff;
      switch (opcode) {
        case 0x80 -> in.get(); // PROTO
        case 0x95 -> in.getLong(); // FRAME
        case '(' -> {
          below.push(stack);
          stack = new ArrayList<>();
        }
        case ')' -> push(List.of());
        case ']' -> push(new ArrayList<>());
        case '}' -> push(new LinkedHashMap<>());
        case 'N' -> push(Optional.empty());
        case 0x88 -> push(true);
        case 0x89 -> push(false);
        case 'K' -> push((long) (in.get() & 0xff));
        case 'M' -> push((long) (in.getShort() & 0xffff));
        case 'J' -> push((long) in.getInt());
        case 0x8a -> push(longNumber(in.get() & 0xff));
        case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
        case 0x8c -> push(text(in.get() & 0xff));
        case 'X' -> push(text(in.getInt() & 0xffffffffL));
        case 0x8d -> push(text(in.getLong()));
        case 't' -> push(tuple(toMark()));
        case 0x85 -> push(tuple(last(1)));
        case 0x86 -> push(tuple(last(2)));
        case 0x87 -> push(tuple(last(3)));
        case 'a' -> {
          Object value = pop();
          list().add(value);
        }
        case 'e' -> {
          List<Object> values = toMark();
          list().addAll(values);
        }
        case 's' -> setItems(last(2));
        case 'u' -> setItems(toMark());
        case 'q' -> memo.put((long) (in.get() & 0xff), top());
        case 'r' -> memo.put(in.getInt() & 0xffffffffL, top());
        case 0x94 -> memo.put((long) memo.size(), top());
        case 'h' -> push(remembered(in.get() & 0xff));
        case 'j' -> push(remembered(in.getInt() & 0xffffffffL));
        case 'c' -> push(known(line(), line()));
        case 0x93 -> {
          List<Object> names = last(2);
          push(known(string(names.get(0)), string(names.get(1))));
        }
        case 'Q' -> push(storage(pop()));
        case 'R' -> {
          Object arguments = pop();
          push(call(pop(), arguments));
        }
        case 'b' -> {
          // what torch hangs on an OrderedDict: versions of modules, which nothing here needs
          if (!(pop() instanceof Map) || !(top() instanceof Map)) {
            throw new Refused("sets the state of an object");
          }
        }
        case '.' -> {
          return pop();
        }
        default ->
            throw new Refused(
                String.format(
                    Locale.ROOT,
                    "uses the pickle opcode 0x%02x at byte %d",
                    opcode,
                    in.position() - 1));
      }
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  private Object top() {
    return stack.get(stack.size() - 1);
  }

  private List<Object> last(int count) {
    List<Object> end = stack.subList(stack.size() - count, stack.size());
    List<Object> values = new ArrayList<>(end);
    end.clear();
    return values;
  }

  private List<Object> toMark() {
    List<Object> values = stack;
    stack = below.pop();
    return values;
  }

  private static List<Object> tuple(List<Object> values) {
    return Collections.unmodifiableList(values);
  }

  @SuppressWarnings("unchecked") // every list on the stack was made here
  private List<Object> list() throws Refused {
    if (top() instanceof ArrayList<?> list) {
      return (List<Object>) list;
    }
    throw new Refused("appends to something that is no list");
  }

  @SuppressWarnings("unchecked") // every map on the stack was made here
  private void setItems(List<Object> items) throws Refused {
    if (!(top() instanceof LinkedHashMap<?, ?> map) || items.size() % 2 != 0) {
      throw new Refused("sets items of something that is no dictionary");
    }
    for (int i = 0; i < items.size(); i += 2) {
      // other keys would have to be hashed, which may cost what a hostile file likes
      if (!(items.get(i) instanceof String) && !(items.get(i) instanceof Long)) {
        throw new Refused("has a key that is neither text nor number");
      }
      ((Map<Object, Object>) map).put(items.get(i), items.get(i + 1));
    }
  }

  private Object remembered(long index) throws Refused {
    Object value = memo.get(index);
    if (value == null) {
      throw new Refused("recalls a value that it has not stored");
    }
    return value;
  }

  private Object longNumber(int length) throws Refused {
    byte[] bytes = new byte[length];
    in.get(bytes);
    for (int i = 0; i < length / 2; i++) {
      byte other = bytes[length - 1 - i];
      bytes[length - 1 - i] = bytes[i];
      bytes[i] = other;
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    if (value.bitLength() > 63) {
      throw new Refused("holds a whole number of more than 64 bits");
    }
    return value.longValue();
  }

  private String text(long length) throws Refused {
    if (length < 0 || length > in.remaining()) {
      throw new Refused("ends in the middle of a value");
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (byte b = in.get(); b != '\n'; b = in.get()) {
      line.append((char) (b & 0xff));
    }
    return line.toString();
  }

  private static Known known(String module, String name) throws Refused {
    Known known = NAMES.get(module + "." + name);
    if (known == null) {
      throw new Refused("asks for '" + module + "." + name + "'");
    }
    return known;
  }

  /** A storage by its persistent id: ('storage', type, key, device, number of elements). */
  private static Storage storage(Object id) throws Refused {
    if (id instanceof List<?> parts
        && parts.size() == 5
        && parts.get(0).equals("storage")
        && parts.get(1) instanceof StorageType type
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements
        && elements >= 0) {
      return new Storage(type.dtype(), key, elements);
    }
    throw new Refused("refers to something that is no storage");
  }

  private static Object call(Object function, Object arguments) throws Refused {
    if (function instanceof Function known && arguments instanceof List<?> list) {
      switch (known) {
        case ORDERED_DICT -> {
          if (list.isEmpty()) {
            return new LinkedHashMap<>();
          }
        }
        case PARAMETER -> {
          if (!list.isEmpty() && list.get(0) instanceof TorchTensor tensor) {
            return tensor;
          }
        }
        case TENSOR -> {
          if (list.size() >= 4
              && list.get(0) instanceof Storage storage
              && list.get(1) instanceof Long offset) {
            return tensor(storage, offset, numbers(list.get(2)), numbers(list.get(3)));
          }
        }
      }
      throw new Refused("calls " + known + " with unknown arguments");
    }
    throw new Refused("calls something that is no function");
  }

  private static TorchTensor tensor(
      Storage storage, long offset, List<Long> shape, List<Long> strides) throws Refused {
    if (shape.size() != strides.size() || shape.size() > MOST_DIMENSIONS || offset < 0) {
      throw new Refused("holds a tensor of sizes " + shape + " and strides " + strides);
    }
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    long last = offset;
    for (int i = 0; i < shape.size(); i++) {
      if (elements > 0) {
        last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
      }
    }
    if (elements > 0 && last >= storage.elements()) {
      throw new Refused(
          "holds a tensor that reaches to number "
              + last
              + " of a storage of "
              + storage.elements());
    }
    if (elements > storage.elements()) {
      throw new Refused(
          "holds a tensor of " + elements + " numbers on a storage of " + storage.elements());
    }
    return new TorchTensor(
        "", storage.dtype(), shape, strides, offset, elements, storage.key(), storage.elements());
  }

  private static List<Long> numbers(Object value) throws Refused {
    List<Long> numbers = new ArrayList<>();
    if (value instanceof List<?> list && list.size() <= MOST_DIMENSIONS) {
      for (Object item : list) {
        if (item instanceof Long number && number >= 0) {
          numbers.add(number);
        }
      }
      if (numbers.size() == list.size()) {
        return numbers;
      }
    }
    throw new Refused("holds a tensor whose sizes or strides are no whole numbers");
  }

  private static String string(Object value) throws Refused {
    if (value instanceof String text) {
      return text;
    }
    throw new Refused("names a function by something that is no text");
  }
}
