package org.histofm.backbones.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a method of a program outside of inference mode, so that libtorch's own differentiation
 * works in it: the oracle of gradients written by hand.
 */
public final class Autograd implements AutoCloseable {
  private final PtNDManager manager;
  private final PtSymbolBlock block;

  public Autograd(Engine engine, String type, String source, List<String> fields) {
    manager = (PtNDManager) engine.manager().newSubManager();
    byte[] archive = ScriptArchive.of(type, source, fields);
    try {
      // only from a file does DJL load a program so that it can be differentiated
      Path file = Files.createTempFile("oracle", ".pt");
      try {
        Files.write(file, archive);
        block = JniUtils.loadModule(manager, file, true, new String[0], new String[0], true);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A tensor as Java sees it. */
  public record Value(long[] shape, float[] values) {}

  /** Calls a method that takes tensors and returns a list of them. */
  public List<float[]> call(String method, List<Value> arguments) {
    try (PtNDManager call = (PtNDManager) manager.newSubManager()) {
      NDList list = new NDList();
      for (Value argument : arguments) {
        list.add(call.create(argument.values(), new Shape(argument.shape())));
      }
      NDArray choice = call.create(0f);
      choice.setName("module_method:" + method);
      list.add(choice);
      NDList result = IValueUtils.forward(block, list, true);
      result.attach(call);
      List<float[]> values = new ArrayList<>();
      for (NDArray array : result) {
        values.add(((PtNDArray) array).toFloatArray());
      }
      return values;
    }
  }

  @Override
  public void close() {
    block.close();
    manager.close();
  }
}
