package org.histofm.backbones;

import java.util.function.Consumer;
import org.histofm.backbones.program.VitShape;
import org.histofm.backbones.program.VitShape.Activation;
import org.histofm.backbones.program.VitShape.Pool;

/** Small shapes: a plain one, and copies in which a test changes what it is about. */
public final class VitShapes {
  public int imageHeight = 32;
  public int imageWidth = 32;
  public int patchSize = 8;
  public int dim = 32;
  public int depth = 2;
  public int heads = 4;
  public int mlpHidden = 64;
  public boolean swiglu = false;
  public Activation activation = Activation.GELU;
  public boolean qkvBias = true;
  public boolean projBias = true;
  public boolean qkNorm = false;
  public boolean layerScale = false;
  public boolean classToken = true;
  public int registers = 0;
  public boolean positionTable = true;
  public boolean noEmbedClass = false;
  public boolean preNorm = false;
  public boolean finalNorm = true;
  public boolean fcNorm = false;
  public Pool pool = Pool.TOKEN;
  public boolean poolIncludesPrefix = false;

  private VitShapes() {}

  public static VitShape plain() {
    return with(shape -> {});
  }

  public static VitShape with(Consumer<VitShapes> change) {
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
