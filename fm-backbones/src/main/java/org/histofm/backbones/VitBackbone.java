package org.histofm.backbones;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.DenseBackbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Precision;
import org.histofm.backbone.TokenTensor;
import org.histofm.backbones.engine.Engine;
import org.histofm.backbones.engine.EngineModule;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.engine.EngineTensor;
import org.histofm.backbones.program.ParameterSource;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.Variant;
import org.histofm.backbones.program.VitProgram;
import org.histofm.backbones.program.VitShape;
import org.histofm.provenance.Facts;
import org.histofm.tile.PixelBatch;

/**
 * A Vision Transformer in the engine.
 *
 * <p>A batch is cut into chunks of {@code batch} images, so that memory stays bounded whatever its
 * size; a chunk goes through a native staging tensor, of which there are as many as threads that
 * embed at a time. Callers share a lock that {@code close} takes for itself: it waits for calls
 * under way and then frees everything.
 */
final class VitBackbone implements DenseBackbone {
  private static final int DEFAULT_BATCH = 16;

  private final BackboneCard card;
  private final VitShape shape;
  private final String hash;
  private final boolean untrained;
  private final Facts facts;
  private final int batch;
  private final Engine engine;
  private final EngineModule module;

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final ConcurrentLinkedDeque<EngineTensor> idleBytes = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedDeque<EngineTensor> idleFloats = new ConcurrentLinkedDeque<>();
  private boolean open = true;

  private VitBackbone(
      BackboneCard card,
      VitShape shape,
      ParameterSource source,
      Facts facts,
      int batch,
      Engine engine,
      EngineModule module) {
    this.card = card;
    this.shape = shape;
    this.hash = source.hash();
    this.untrained = source.random();
    this.facts = facts;
    this.batch = batch;
    this.engine = engine;
    this.module = module;
  }

  /**
   * Opens a backbone. Its settings, beside the precision, are {@code variant} ({@code packed} or
   * {@code plain}; default: packed where it works) and {@code batch} (images computed at a time, 1
   * to 1024; default 16).
   *
   * @param source is read once, tensor by tensor, and not kept
   * @throws InputException if a setting is unknown or impossible, or a parameter missing
   * @throws EnvironmentException if the engine does not start, or cannot do what is asked for
   */
  static VitBackbone open(
      BackboneCard card,
      VitShape shape,
      ParameterSource source,
      BackboneRequest request,
      EngineSettings settings) {
    if (card.embeddingDim() != shape.dim()) {
      throw new IllegalArgumentException(
          "card "
              + card.id()
              + " names "
              + card.embeddingDim()
              + " values, its network gives "
              + shape.dim());
    }
    request.options().allow("backbone " + card.id(), "batch", "variant");
    int batch = request.options().integer("batch", DEFAULT_BATCH, 1, 1024);
    Engine engine = Engine.start(settings);
    Variant variant = variant(request, engine);
    Precision precision = precision(request, engine, variant);
    VitProgram program = VitProgram.of(shape, variant, precision, card.preprocessing(), batch);
    EngineModule module =
        EngineModule.load(engine, VitProgram.TYPE, program.source(), program.fields());
    Facts facts =
        engine
            .facts()
            .with("precision", precision == Precision.BF16 ? "bfloat16" : "float32")
            .with("variant", variant.label())
            .with("batch", Integer.toString(batch))
            // act_layer, num_heads, epsilon and pooling change no parameter but every embedding
            .with("network", shape.toString());
    try {
      setUp(engine, module, program, source);
      return new VitBackbone(card, shape, source, facts, batch, engine, module);
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  private static Variant variant(BackboneRequest request, Engine engine) {
    String wanted = request.options().text("variant", "auto");
    switch (wanted.strip().toLowerCase(Locale.ROOT)) {
      case "auto":
        return engine.runsPacked() ? Variant.PACKED : Variant.PLAIN;
      case "plain":
        return Variant.PLAIN;
      case "packed":
        if (!engine.runsPacked()) {
          throw new EnvironmentException(
              "oneDNN's packed operators do not work on this machine.",
              "Leave out variant=packed.");
        }
        return Variant.PACKED;
      default:
        throw new InputException(
            "setting variant=" + wanted + " is none of auto, packed, plain.",
            "Its default is auto.");
    }
  }

  private static Precision precision(BackboneRequest request, Engine engine, Variant variant) {
    if (request.precision() != Precision.AUTO) {
      return request.precision();
    }
    boolean fast = engine.multipliesBfloat16() && variant == Variant.PACKED;
    return fast ? Precision.BF16 : Precision.FP32;
  }

  /** Reads every parameter through one staging tensor as large as the largest. */
  private static void setUp(
      Engine engine, EngineModule module, VitProgram program, ParameterSource source) {
    long largest =
        program.setup().stream()
            .flatMap(step -> step.parameters().stream())
            .mapToLong(ParameterSpec::count)
            .max()
            .orElse(1);
    try (EngineTensor staging = EngineTensor.allocate(engine, EngineTensor.Type.FLOAT32, largest)) {
      for (VitProgram.SetupStep step : program.setup()) {
        ArrayDeque<EngineTensor> arguments = new ArrayDeque<>();
        try {
          for (ParameterSpec spec : step.parameters()) {
            arguments.add(read(module, staging, source, spec));
          }
          module.run(step.method(), arguments.toArray(EngineTensor[]::new));
        } finally {
          arguments.forEach(EngineTensor::close);
        }
      }
    }
  }

  private static EngineTensor read(
      EngineModule module, EngineTensor staging, ParameterSource source, ParameterSpec spec) {
    int count = Math.toIntExact(spec.count());
    FloatBuffer target = staging.floats().limit(count);
    source.read(spec, target);
    if (target.hasRemaining()) {
      throw new IllegalStateException(
          "the source of " + spec.name() + " left " + target.remaining() + " values out");
    }
    long[] sizes = spec.shape().stream().mapToLong(Long::longValue).toArray();
    try (EngineTensor view = staging.view(sizes)) {
      return module.call("copy", view);
    }
  }

  @Override
  public BackboneCard card() {
    return card;
  }

  @Override
  public String weightsHash() {
    return hash;
  }

  @Override
  public boolean untrained() {
    return untrained;
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public EmbeddingMatrix embed(PixelBatch images) {
    return EmbeddingMatrix.wrap(images.count(), shape.dim(), compute("embed", images, shape.dim()));
  }

  @Override
  public TokenTensor tokens(PixelBatch images) {
    int tokens = shape.prefixTokens() + shape.patches();
    float[] values = compute("tokens", images, Math.multiplyExact(tokens, shape.dim()));
    return TokenTensor.wrap(images.count(), tokens, shape.prefixTokens(), shape.dim(), values);
  }

  /** Runs {@code <result>_bytes} or {@code <result>_floats} over all chunks. */
  private float[] compute(String result, PixelBatch images, int valuesPerImage) {
    if (images.height() != shape.imageHeight() || images.width() != shape.imageWidth()) {
      throw new IllegalArgumentException(
          "backbone "
              + card.id()
              + " takes images of "
              + shape.imageWidth()
              + " x "
              + shape.imageHeight()
              + " px, got "
              + images.width()
              + " x "
              + images.height());
    }
    lock.readLock().lock();
    try {
      if (!open) {
        throw new IllegalStateException("backbone " + card.id() + " is closed");
      }
      float[] values = new float[Math.multiplyExact(images.count(), valuesPerImage)];
      EngineTensor staging = borrow(images.isNormalised());
      try {
        for (int done = 0; done < images.count(); ) {
          int from = done;
          done += engine.run(() -> chunk(result, images, from, staging, values, valuesPerImage));
        }
      } finally {
        idle(images.isNormalised()).push(staging);
      }
      return values;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Computes the images from {@code from} on, as many as fit; returns how many. */
  private int chunk(
      String result,
      PixelBatch images,
      int from,
      EngineTensor staging,
      float[] values,
      int valuesPerImage) {
    int count = Math.min(batch, images.count() - from);
    try (EngineTensor pixels = stage(staging, images, from, count);
        EngineTensor computed =
            module.call(result + (images.isNormalised() ? "_floats" : "_bytes"), pixels)) {
      computed.floats().get(values, from * valuesPerImage, count * valuesPerImage);
    }
    return count;
  }

  private EngineTensor stage(EngineTensor staging, PixelBatch images, int from, int count) {
    int size = 3 * shape.imageHeight() * shape.imageWidth();
    if (images.isNormalised()) {
      staging.floats().put(images.floats(), from * size, count * size);
      return staging.view(count, 3, shape.imageHeight(), shape.imageWidth());
    }
    staging.bytes().put(images.bytes(), from * size, count * size);
    return staging.view(count, shape.imageHeight(), shape.imageWidth(), 3);
  }

  private EngineTensor borrow(boolean floats) {
    EngineTensor idle = idle(floats).poll();
    if (idle != null) {
      return idle;
    }
    EngineTensor.Type type = floats ? EngineTensor.Type.FLOAT32 : EngineTensor.Type.UINT8;
    return EngineTensor.allocate(
        engine, type, batch, 3L * shape.imageHeight() * shape.imageWidth());
  }

  private ConcurrentLinkedDeque<EngineTensor> idle(boolean floats) {
    return floats ? idleFloats : idleBytes;
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (open) {
        open = false;
        module.close();
        idleBytes.forEach(EngineTensor::close);
        idleFloats.forEach(EngineTensor::close);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
