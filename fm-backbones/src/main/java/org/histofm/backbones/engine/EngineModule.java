package org.histofm.backbones.engine;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.histofm.EnvironmentException;

/**
 * A program in the engine: its text, compiled, and the tensors it keeps between calls. Calls may
 * run on several threads at a time as long as the methods they call assign no field; {@link #close}
 * frees the native memory at once and must not overlap a call.
 */
public final class EngineModule implements AutoCloseable {
  private final Engine engine;
  private final PtSymbolBlock block;
  private boolean open = true;

  private EngineModule(Engine engine, PtSymbolBlock block) {
    this.engine = engine;
    this.block = block;
    engine.opened();
  }

  /**
   * Compiles a program; the caller closes it.
   *
   * @param type name of its class, which the text defines as {@code __torch__.histofm.<type>}
   * @param source TorchScript text in its serialised form
   * @param tensorFields fields of the class, all of type Tensor, in the order of declaration
   * @throws IllegalStateException if the engine does not take the text
   */
  public static EngineModule load(
      Engine engine, String type, String source, List<String> tensorFields) {
    byte[] archive = ScriptArchive.of(type, source, tensorFields);
    return new EngineModule(engine, engine.run(() -> compile(engine, archive)));
  }

  private static PtSymbolBlock compile(Engine engine, byte[] archive) {
    try {
      return JniUtils.loadModule(engine.manager(), new ByteArrayInputStream(archive), true, false);
    } catch (EngineException e) {
      throw new IllegalStateException("the engine refused a program: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /**
   * Calls a method that returns a tensor.
   *
   * @return the result, contiguous; the caller closes it
   * @throws EnvironmentException if memory ran out
   */
  public EngineTensor call(String method, EngineValue... arguments) {
    try (IValue result = invoke(method, arguments)) {
      return EngineTensor.owning(engine, result.toTensor(engine.manager()));
    }
  }

  /**
   * Calls a method that returns a list of tensors.
   *
   * @return the list; the caller closes it
   * @throws EnvironmentException if memory ran out
   */
  public EngineList callForList(String method, EngineValue... arguments) {
    return new EngineList(engine, invoke(method, arguments));
  }

  /**
   * What a method returns that hands out a tensor and keeps a list of tensors for later.
   *
   * @param tensor the result, contiguous; the caller closes it
   * @param kept the list; the caller closes it
   */
  public record Kept(EngineTensor tensor, EngineList kept) {}

  /**
   * Calls a method that returns a tensor and a list of tensors.
   *
   * @throws EnvironmentException if memory ran out
   */
  public Kept callKeeping(String method, EngineValue... arguments) {
    try (IValue result = invoke(method, arguments)) {
      IValue[] parts = result.toIValueTuple();
      EngineList kept = new EngineList(engine, parts[1]);
      try (IValue tensor = parts[0]) {
        return new Kept(EngineTensor.owning(engine, tensor.toTensor(engine.manager())), kept);
      } catch (RuntimeException | Error e) {
        kept.close();
        throw e;
      }
    }
  }

  /**
   * Calls a method that returns nothing.
   *
   * @throws EnvironmentException if memory ran out
   */
  public void run(String method, EngineValue... arguments) {
    invoke(method, arguments).close();
  }

  private IValue invoke(String method, EngineValue... arguments) {
    if (!open) {
      throw new IllegalStateException("this module is closed");
    }
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = arguments[i].lend();
      }
      return engine.run(() -> IValueUtils.runMethod(block, method, values));
    } catch (EngineException e) {
      if (String.valueOf(e.getMessage()).contains("allocate memory")) {
        throw new EnvironmentException(
            "The engine ran out of memory in " + method + ".",
            "Use a smaller batch, or a machine with more memory.",
            e);
      }
      throw new IllegalStateException("the program failed in " + method + ": " + e.getMessage(), e);
    } finally {
      for (int i = 0; i < values.length; i++) {
        if (values[i] != null) {
          arguments[i].takeBack(values[i]);
        }
      }
    }
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      engine.free(block::close);
    }
  }
}
