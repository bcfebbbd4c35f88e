package org.histofm.adapters.probe;

import java.nio.DoubleBuffer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Pointer;
import org.histofm.EnvironmentException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A matrix of doubles outside the heap, column after column, freed by {@link #close}. All matrix
 * products of the probe are here, and ND4J is nowhere else.
 *
 * <p>ND4J starts with the first matrix of the process (one to two seconds). Its BLAS is then set to
 * one thread for each call, because we call it from several threads at once; that is also what
 * makes a product the same bits however many threads a fit uses.
 *
 * <p>The memory is our own, lent to ND4J: what ND4J allocates is not freed by its {@code close()}
 * but some time after garbage collection (200 arrays of 8 MB, each closed at once, left 1.7 GB).
 *
 * <p>Confined to one thread at a time; reading from several is safe.
 */
final class NativeMatrix implements AutoCloseable {
  private final Pointer memory;
  private final DoubleBuffer values;
  private final INDArray array;
  private boolean closed;

  /** Starts ND4J once; the class initialiser is the lock. */
  private static final class Engine {
    static {
      Nd4j.factory().blas().setMaxThreads(1);
    }

    static INDArray wrap(DoublePointer memory, int rows, int columns) {
      return Nd4j.create(
          Nd4j.createBuffer(memory, (long) rows * columns, DataType.DOUBLE),
          new long[] {rows, columns},
          new long[] {1, rows},
          0,
          'f');
    }
  }

  private NativeMatrix(Pointer memory, int rows, int columns) {
    this.memory = memory;
    DoublePointer doubles = new DoublePointer(memory).capacity((long) rows * columns);
    this.values = doubles.asBuffer();
    this.array = Engine.wrap(doubles, rows, columns);
  }

  /**
   * A matrix of zeros.
   *
   * @param rows at least 1
   * @param columns at least 1; rows · columns below 2²⁸
   * @throws EnvironmentException if ND4J has no native library for this machine on the class path,
   *     or there is no memory
   */
  static NativeMatrix zeros(int rows, int columns) {
    try {
      Pointer memory = Pointer.calloc((long) rows * columns, Double.BYTES);
      if (memory == null || memory.isNull()) {
        throw new EnvironmentException(
            "there is no memory for a matrix of " + rows + " x " + columns + " doubles.",
            "Use a machine with more memory.");
      }
      return new NativeMatrix(memory, rows, columns);
    } catch (LinkageError e) {
      throw new EnvironmentException(
          "the linear probe needs ND4J's native library, and it does not start: " + e + ".",
          "Put org.nd4j:nd4j-native and its jar for this machine (such as linux-x86_64-avx2) on the"
              + " class path.",
          e);
    }
  }

  /** Number of rows. */
  int rows() {
    return (int) array.size(0);
  }

  /** Number of columns. */
  int columns() {
    return (int) array.size(1);
  }

  /** Copies {@code count} values from {@code source} to the position {@code at}. */
  void put(int at, double[] source, int from, int count) {
    requireOpen();
    values.put(at, source, from, count);
  }

  /** Copies {@code count} values from the position {@code at} to {@code target}. */
  void get(int at, double[] target, int from, int count) {
    requireOpen();
    values.get(at, target, from, count);
  }

  /**
   * this = alpha · A · B + beta · this, where A is {@code a} or its transpose and B likewise. With
   * beta = 0 what was here before does not matter.
   */
  void product(
      double alpha,
      NativeMatrix a,
      boolean transposeA,
      NativeMatrix b,
      boolean transposeB,
      double beta) {
    requireOpen();
    a.requireOpen();
    b.requireOpen();
    Nd4j.gemm(a.array, b.array, array, transposeA, transposeB, alpha, beta);
  }

  /** Freed memory would be read in silence or crash the process. */
  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this matrix is closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Pointer.free(memory);
    }
  }
}
