package org.histofm.backbones.engine;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A native list of tensors. A method that it is passed to may take tensors off it, which then live
 * no longer than the program needs them; {@link #close} frees those that are left. Confined to one
 * thread at a time.
 */
public final class EngineList extends EngineValue implements AutoCloseable {
  private final Engine engine;
  private final IValue list;
  private boolean open = true;

  /** Takes a native list over. */
  EngineList(Engine engine, IValue list) {
    this.engine = engine;
    this.list = list;
    engine.opened();
  }

  /** A list of tensors, which stay the caller's; the caller closes it. */
  public static EngineList of(Engine engine, List<EngineTensor> tensors) {
    PtNDArray[] arrays = tensors.stream().map(EngineTensor::array).toArray(PtNDArray[]::new);
    return new EngineList(engine, engine.run(() -> IValue.listFrom(arrays)));
  }

  /** The tensors on it now; the caller closes each. */
  public List<EngineTensor> tensors() {
    PtNDArray[] arrays = engine.run(() -> handle().toTensorArray(engine.manager()));
    List<EngineTensor> tensors = new ArrayList<>();
    Arrays.stream(arrays).forEach(array -> tensors.add(EngineTensor.owning(engine, array)));
    return tensors;
  }

  private IValue handle() {
    if (!open) {
      throw new IllegalStateException("this list is closed");
    }
    return list;
  }

  @Override
  IValue lend() {
    return handle();
  }

  @Override
  void takeBack(IValue handle) {
    // It was only lent.
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      engine.free(list::close);
    }
  }
}
