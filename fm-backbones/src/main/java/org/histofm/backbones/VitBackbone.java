package org.histofm.backbones;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.DenseBackbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Precision;
import org.histofm.backbone.TokenTensor;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.histofm.backbones.engine.Engine;
import org.histofm.backbones.engine.EngineModule;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.engine.EngineTensor;
import org.histofm.backbones.program.ParameterSource;
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
final class VitBackbone implements DenseBackbone, TrainableBackbone {
  private static final int DEFAULT_BATCH = 16;

  private final VitModel model;
  private final String hash;
  private final boolean untrained;
  private final EngineModule module;
  private final boolean trainable;

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final ConcurrentLinkedDeque<EngineTensor> idleBytes = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedDeque<EngineTensor> idleFloats = new ConcurrentLinkedDeque<>();
  private boolean open = true;

  private VitBackbone(
      VitModel model, ParameterSource source, EngineModule module, boolean trainable) {
    this.model = model;
    this.hash = source.hash();
    this.untrained = source.random();
    this.module = module;
    this.trainable = trainable;
  }

  /**
   * Opens a backbone. Its settings, beside the precision, are {@code variant} ({@code packed} or
   * {@code plain}; default: packed where it works) and {@code batch} (images computed at a time, 1
   * to 1024; default 16).
   *
   * @param parameters opens the parameters; they are read tensor by tensor, now and whenever the
   *     backbone is trained, and not kept
   * @throws InputException if a setting is unknown or impossible, or a parameter missing
   * @throws EnvironmentException if the engine does not start, or cannot do what is asked for
   */
  static VitBackbone open(
      BackboneCard card,
      VitShape shape,
      Supplier<ParameterSource> parameters,
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
    Facts facts =
        engine
            .facts()
            .with("precision", precision == Precision.BF16 ? "bfloat16" : "float32")
            .with("variant", variant.label())
            .with("batch", Integer.toString(batch))
            // act_layer, num_heads, epsilon and pooling change no parameter but every embedding
            .with("network", shape.toString());
    VitModel model =
        new VitModel(card, shape, parameters, engine, variant, precision, batch, facts);
    try (ParameterSource source = parameters.get()) {
      return open(model, source, true);
    }
  }

  /**
   * Opens a model with the parameters of {@code source}.
   *
   * @param trainable whether {@code model} can open the same parameters again
   */
  static VitBackbone open(VitModel model, ParameterSource source, boolean trainable) {
    VitProgram program =
        VitProgram.of(
            model.shape(),
            model.variant(),
            model.precision(),
            model.card().preprocessing(),
            model.batch());
    EngineModule module =
        EngineModule.load(model.engine(), VitProgram.TYPE, program.source(), program.fields());
    try {
      model.setUp(module, program.setup(), source);
      return new VitBackbone(model, source, module, trainable);
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

  @Override
  public BackboneCard card() {
    return model.card();
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
    return model.facts();
  }

  @Override
  public EmbeddingMatrix embed(PixelBatch images) {
    return EmbeddingMatrix.wrap(
        images.count(), model.shape().dim(), compute("embed", images, model.shape().dim()));
  }

  @Override
  public TokenTensor tokens(PixelBatch images) {
    int tokens = model.shape().prefixTokens() + model.shape().patches();
    float[] values = compute("tokens", images, Math.multiplyExact(tokens, model.shape().dim()));
    return TokenTensor.wrap(
        images.count(), tokens, model.shape().prefixTokens(), model.shape().dim(), values);
  }

  /** Runs {@code <result>_bytes} or {@code <result>_floats} over all chunks. */
  private float[] compute(String result, PixelBatch images, int valuesPerImage) {
    model.requireSize(images.height(), images.width());
    lock.readLock().lock();
    try {
      requireOpen();
      float[] values = new float[Math.multiplyExact(images.count(), valuesPerImage)];
      EngineTensor staging = borrow(images.isNormalised());
      try {
        for (int done = 0; done < images.count(); ) {
          int from = done;
          done +=
              model
                  .engine()
                  .run(() -> chunk(result, images, from, staging, values, valuesPerImage));
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
    int count = Math.min(model.batch(), images.count() - from);
    try (EngineTensor pixels = stage(staging, images, from, count);
        EngineTensor computed =
            module.call(result + (images.isNormalised() ? "_floats" : "_bytes"), pixels)) {
      computed.floats().get(values, from * valuesPerImage, count * valuesPerImage);
    }
    return count;
  }

  private EngineTensor stage(EngineTensor staging, PixelBatch images, int from, int count) {
    int size = 3 * model.shape().imageHeight() * model.shape().imageWidth();
    if (images.isNormalised()) {
      staging.floats().put(images.floats(), from * size, count * size);
      return staging.view(count, 3, model.shape().imageHeight(), model.shape().imageWidth());
    }
    staging.bytes().put(images.bytes(), from * size, count * size);
    return staging.view(count, model.shape().imageHeight(), model.shape().imageWidth(), 3);
  }

  private EngineTensor borrow(boolean floats) {
    EngineTensor idle = idle(floats).poll();
    if (idle != null) {
      return idle;
    }
    EngineTensor.Type type = floats ? EngineTensor.Type.FLOAT32 : EngineTensor.Type.UINT8;
    return EngineTensor.allocate(
        model.engine(),
        type,
        model.batch(),
        3L * model.shape().imageHeight() * model.shape().imageWidth());
  }

  private ConcurrentLinkedDeque<EngineTensor> idle(boolean floats) {
    return floats ? idleFloats : idleBytes;
  }

  @Override
  public boolean supports(Tuning tuning) {
    return trainable
        && !(tuning instanceof Tuning.LastBlocks last && last.blocks() > model.shape().depth());
  }

  @Override
  public TrainingSession session(Tuning tuning, Seed seed) {
    requireSupported(tuning);
    try (ParameterSource source = model.reopen(hash)) {
      return VitSession.open(model, source, tuning, seed);
    }
  }

  @Override
  public Backbone adapted(Tuning tuning, Path parameters) {
    requireSupported(tuning);
    Supplier<ParameterSource> adapted =
        () -> AdaptedParameters.of(model.reopen(hash), model.shape(), tuning, parameters);
    try (ParameterSource source = adapted.get()) {
      return open(model.withParameters(adapted), source, true);
    }
  }

  private void requireSupported(Tuning tuning) {
    lock.readLock().lock();
    try {
      requireOpen();
    } finally {
      lock.readLock().unlock();
    }
    if (!trainable) {
      throw new InputException(
          "a snapshot of a training session cannot itself be trained.",
          "Save the session's parameters and open them with TrainableBackbone.adapted.");
    }
    if (!supports(tuning)) {
      throw new InputException(
          "backbone "
              + model.card().id()
              + " has "
              + model.shape().depth()
              + " blocks and cannot train: "
              + tuning.describe()
              + ".",
          "Train fewer blocks, or all of it.");
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("backbone " + model.card().id() + " is closed");
    }
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
