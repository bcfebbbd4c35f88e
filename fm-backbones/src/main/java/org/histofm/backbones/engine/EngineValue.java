package org.histofm.backbones.engine;

import ai.djl.pytorch.jni.IValue;

/** An argument of a program's method: a tensor, a list of them, or numbers. */
public abstract sealed class EngineValue permits EngineTensor, EngineList, EngineValue.Numbers {
  EngineValue() {}

  /** A whole number, {@code int} in the program. */
  public static EngineValue of(long number) {
    return new Numbers() {
      @Override
      IValue lend() {
        return IValue.from(number);
      }
    };
  }

  /** A number, {@code float} in the program. */
  public static EngineValue of(double number) {
    return new Numbers() {
      @Override
      IValue lend() {
        return IValue.from(number);
      }
    };
  }

  /** A copy of numbers, {@code List[float]} in the program. */
  public static EngineValue of(double[] numbers) {
    double[] copy = numbers.clone();
    return new Numbers() {
      @Override
      IValue lend() {
        return IValue.listFrom(copy);
      }
    };
  }

  /** The native handle for one call. */
  abstract IValue lend();

  /** Takes the handle of {@link #lend} back after the call. */
  void takeBack(IValue handle) {
    handle.close();
  }

  /** Numbers, which need no memory of their own. */
  abstract static non-sealed class Numbers extends EngineValue {}
}
