package org.histofm.backbones.engine;

import static com.google.common.util.concurrent.Uninterruptibles.tryLockUninterruptibly;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.histofm.EnvironmentException;
import org.histofm.provenance.Facts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of this process: libtorch, driven by DJL. There is one, because the native library,
 * its threads and its settings belong to the process.
 *
 * <p>Thread-safe.
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** The only libtorch version that DJL's native interface is compiled against here. */
  static final String LIBTORCH_VERSION = "2.7.1";

  static final String DJL_VERSION = "0.35.1";

  /** How long the end of the process waits for a call under way. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(60);

  /** How long a call waits for the end of the process, which it should not outlive. */
  private static final Duration PATIENCE_AT_EXIT = Duration.ofSeconds(5);

  private static @Nullable Engine running;
  private static boolean tried;

  private final EngineSettings settings;
  private final PtNDManager manager;
  private final Facts facts;
  private final Processor processor;
  private final boolean packed;
  private final AtomicInteger openHandles = new AtomicInteger();
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private final ThreadLocal<Boolean> threadReady = ThreadLocal.withInitial(this::readyThread);

  private Engine(EngineSettings settings, PtNDManager manager, Facts recorded) {
    this.settings = settings;
    this.manager = manager;
    processor = Processor.here();
    Facts described =
        Facts.none()
            .with("engine", "DJL " + DJL_VERSION + ", libtorch " + LIBTORCH_VERSION)
            .with("device", "cpu")
            .with("processor", processor.describe())
            .with("threads", Integer.toString(settings.threads()))
            .with(recorded);
    facts =
        settings.hostDjl().isEmpty()
            ? described
            : described.with("DJL shared with", settings.hostDjl().get());
    packed = PackedProbe.passes(this);
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopForExit, "histofm-engine-exit"));
  }

  /**
   * The running engine, started if it is not.
   *
   * @throws EnvironmentException if it runs with other settings already, if native libraries are
   *     missing or of another version, or if an environment variable contradicts the settings
   */
  public static synchronized Engine start(EngineSettings settings) {
    if (running == null) {
      running = startFirst(settings, EngineEnvironment.ofProcess());
    } else if (!running.settings.equals(settings)) {
      throw new EnvironmentException(
          "The engine of this process runs with "
              + running.settings
              + " and cannot change to "
              + settings
              + ".",
          "Use the same engine settings everywhere in a process.");
    }
    return running;
  }

  private static Engine startFirst(EngineSettings settings, EngineEnvironment environment) {
    environment.check(settings);
    environment.checkNativeJars(classLoader());
    if (!tried
        && settings.hostDjl().isEmpty()
        && EngineEnvironment.libtorchIsLoaded(Path.of("/proc/self/maps"))) {
      throw new EnvironmentException(
          "Something else in this process has started DJL or libtorch before HistoFM.",
          "Start HistoFM first, or name that application with EngineSettings.withHostDjl.");
    }
    environment.apply(settings);
    tried = true;
    try {
      ai.djl.engine.Engine engine = ai.djl.engine.Engine.getEngine("PyTorch");
      if (!engine.getVersion().equals(LIBTORCH_VERSION)) {
        throw environment.missingJars("The engine found libtorch " + engine.getVersion() + ".");
      }
      environment.checkThreads(settings, JniUtils.getNumThreads(), JniUtils.getNumInteropThreads());
      PtNDManager manager = (PtNDManager) engine.newBaseManager(Device.cpu());
      return new Engine(settings, manager, environment.facts());
    } catch (EngineException | LinkageError e) {
      throw environment.startFailure(e);
    }
  }

  /** The loader whose native jars DJL will use. */
  private static ClassLoader classLoader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context != null ? context : Engine.class.getClassLoader();
  }

  /**
   * Whether the packed operators of oneDNN work here: a processor with AVX2 or better, and a
   * libtorch that has them.
   */
  public boolean runsPacked() {
    return packed;
  }

  /** Whether bfloat16 is faster than float32 here: the processor multiplies it in hardware. */
  public boolean multipliesBfloat16() {
    return processor.multipliesBfloat16();
  }

  /** Versions, device, processor and thread count; whatever else changes numbers. */
  public Facts facts() {
    return facts;
  }

  /** Native modules and tensors that were made and not closed yet. */
  public int openHandles() {
    return openHandles.get();
  }

  PtNDManager manager() {
    return manager;
  }

  void opened() {
    openHandles.incrementAndGet();
  }

  /**
   * Runs native work, which may itself call this, and not while the process ends: the library's
   * global objects would vanish under it, and the process end in a crash report. Calls and tensors
   * do this by themselves; what belongs together, such as a call and reading its result, is put
   * into one.
   *
   * @throws IllegalStateException if the process has been ending for a while
   */
  public <T> T run(Supplier<T> nativeWork) {
    if (!tryLockUninterruptibly(gate.readLock(), PATIENCE_AT_EXIT)) {
      throw new IllegalStateException("the engine has stopped: the process is ending");
    }
    try {
      threadReady.get();
      return nativeWork.get();
    } finally {
      gate.readLock().unlock();
    }
  }

  /** Frees native memory, unless the process ends, which frees it anyway. */
  void free(Runnable nativeWork) {
    openHandles.decrementAndGet();
    if (gate.readLock().tryLock()) {
      try {
        nativeWork.run();
      } finally {
        gate.readLock().unlock();
      }
    }
  }

  /** Waits for native work under way and lets none begin, by keeping the lock to the end. */
  private void stopForExit() {
    if (!tryLockUninterruptibly(gate.writeLock(), LONGEST_CALL)) {
      LOG.warn("the process ends during a call of the engine, which may end in a crash report");
    }
  }

  /**
   * The graph optimiser is switched per thread: it would compile every program again for each shape
   * it meets. Asking for the thread count makes libtorch apply it to this thread, since OpenMP
   * keeps it per thread.
   */
  private boolean readyThread() {
    JniUtils.setGraphExecutorOptimize(false);
    return JniUtils.getNumThreads() == settings.threads();
  }

  /** Tries the packed operators on small numbers. */
  private static final class PackedProbe {
    private static final String SOURCE =
        """
        class Probe(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def forward(self: __torch__.histofm.Probe, x: Tensor) -> Tensor:
            s : List[Optional[number]] = []
            w = ops.mkldnn._reorder_linear_weight(x, 4)
            y = ops.mkldnn._linear_pointwise(x, w, None, "gelu", s, "none")
            return ops.mkldnn._linear_pointwise(x, y, w, None, "add")
        """;

    static boolean passes(Engine engine) {
      int n = 16;
      try (EngineModule probe = EngineModule.load(engine, "Probe", SOURCE, List.of());
          EngineTensor x = EngineTensor.allocate(engine, EngineTensor.Type.FLOAT32, n, n)) {
        FloatBuffer identity = x.floats();
        for (int i = 0; i < n * n; i++) {
          identity.put(i, i % (n + 1) == 0 ? 1 : 0);
        }
        try (EngineTensor y = probe.call("forward", x)) {
          // GELU(1) + 1 on the diagonal, GELU(0) + 0 beside it
          return Math.abs(y.floats().get(0) - 1.8413447f) < 1e-4f
              && Math.abs(y.floats().get(1)) < 1e-4f;
        }
      } catch (IllegalStateException e) {
        // the loader or the operator refused: this build of libtorch has none
        return false;
      }
    }
  }
}
