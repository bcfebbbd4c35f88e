package org.histofm.backbones;

import java.util.function.Consumer;
import org.histofm.backbones.program.VitShape;
import org.histofm.backbones.program.VitShape.Activation;
import org.histofm.backbones.program.VitShape.Pool;

/** Small shapes: a plain one, and copies in which a test changes what it is about. */
final class VitShapes {
  int imageHeight = 32;
  int imageWidth = 32;
  int patchSize = 8;
  int dim = 32;
  int depth = 2;
  int heads = 4;
  int mlpHidden = 64;
  boolean swiglu = false;
  Activation activation = Activation.GELU;
  boolean qkvBias = true;
  boolean projBias = true;
  boolean qkNorm = false;
  boolean layerScale = false;
  boolean classToken = true;
  int registers = 0;
  boolean positionTable = true;
  boolean noEmbedClass = false;
  boolean preNorm = false;
  boolean finalNorm = true;
  boolean fcNorm = false;
  Pool pool = Pool.TOKEN;
  boolean poolIncludesPrefix = false;

  private VitShapes() {}

  static VitShape plain() {
    return with(shape -> {});
  }

  static VitShape with(Consumer<VitShapes> change) {
    VitShapes s = new VitShapes();
    change.accept(s);
    return new VitShape(
        s.imageHeight,
        s.imageWidth,
        s.patchSize,
        s.dim,
        s.depth,
        s.heads,
        s.mlpHidden,
        s.swiglu,
        s.activation,
        s.qkvBias,
        s.projBias,
        s.qkNorm,
        s.layerScale,
        s.classToken,
        s.registers,
        s.positionTable,
        s.noEmbedClass,
        s.preNorm,
        s.finalNorm,
        s.fcNorm,
        s.pool,
        s.poolIncludesPrefix,
        1e-6);
  }
}
