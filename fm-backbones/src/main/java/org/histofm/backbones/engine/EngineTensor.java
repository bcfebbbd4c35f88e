package org.histofm.backbones.engine;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * A native tensor, row-major, in the computer's memory. Its buffers are the tensor's own memory:
 * they are valid until {@link #close}, which frees it at once, and touching them later can end the
 * process. Confined to one thread at a time.
 */
public final class EngineTensor extends EngineValue implements AutoCloseable {
  /** Number formats that cross the border to Java. */
  public enum Type {
    /** Unsigned bytes. */
    UINT8(DataType.UINT8),
    /** float32 in the machine's byte order. */
    FLOAT32(DataType.FLOAT32);

    private final DataType djl;

    Type(DataType djl) {
      this.djl = djl;
    }
  }

  private final Engine engine;
  private final PtNDArray array;
  private boolean open = true;

  private EngineTensor(Engine engine, PtNDArray array) {
    this.engine = engine;
    this.array = array;
    engine.opened();
  }

  /** Takes a native tensor over. */
  static EngineTensor owning(Engine engine, PtNDArray array) {
    return new EngineTensor(engine, array);
  }

  /** A tensor of undefined content; the caller closes it. */
  public static EngineTensor allocate(Engine engine, Type type, long... shape) {
    return new EngineTensor(
        engine, engine.run(() -> engine.manager().create(new Shape(shape), type.djl)));
  }

  /**
   * The first elements of this tensor's memory in another shape. The caller closes it before this
   * tensor.
   *
   * @throws IllegalArgumentException if the shape holds more elements than this tensor
   */
  public EngineTensor view(long... shape) {
    Shape wanted = new Shape(shape);
    if (wanted.size() > array().getShape().size()) {
      throw new IllegalArgumentException(wanted + " does not fit into " + array.getShape());
    }
    int bytes = Math.toIntExact(wanted.size() * array.getDataType().getNumOfBytes());
    ByteBuffer memory = bytes().limit(bytes).slice();
    DataType type = array.getDataType();
    return new EngineTensor(
        engine, engine.run(() -> engine.manager().create(memory, wanted, type)));
  }

  /** The tensor's memory as bytes, from the first element. */
  public ByteBuffer bytes() {
    return array().toByteBuffer(true);
  }

  /**
   * The tensor's memory as floats, from the first element.
   *
   * @throws IllegalStateException if it is not float32
   */
  public FloatBuffer floats() {
    if (array().getDataType() != DataType.FLOAT32) {
      throw new IllegalStateException("this tensor holds " + array.getDataType());
    }
    return bytes().asFloatBuffer();
  }

  /** Its sizes, outermost first. */
  public long[] shape() {
    return array().getShape().getShape();
  }

  PtNDArray array() {
    if (!open) {
      throw new IllegalStateException("this tensor is closed");
    }
    return array;
  }

  @Override
  IValue lend() {
    return IValue.from(array());
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      engine.free(array::close);
    }
  }
}
