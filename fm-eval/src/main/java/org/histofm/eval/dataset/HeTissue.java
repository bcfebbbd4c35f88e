package org.histofm.eval.dataset;

/**
 * A square of synthetic tissue as two maps of stain concentration, about 0.5 µm a pixel.
 *
 * <p>Layers, from the glass up: eosin-coloured matrix with fibres and clefts; nuclei of the tissue
 * itself; spindle-shaped nuclei and lymphocytes, which both classes have; mitoses. How malignant
 * the tile looks is one number, about 0 for normal and 1 for tumour tissue, drawn with overlap: it
 * sets number, size, spread of size, outline, darkness and chromatin of the nuclei.
 *
 * <p>Confined to one thread.
 */
final class HeTissue {
  private static final double NUCLEI_PER_PIXEL = 26.0 / (96 * 96);

  private final int size;
  private final double[] haematoxylin;
  private final double[] eosin;
  private final HePatient patient;
  private final Draws draws;

  private HeTissue(int size, HePatient patient, Draws draws) {
    this.size = size;
    this.haematoxylin = new double[size * size];
    this.eosin = new double[size * size];
    this.patient = patient;
    this.draws = draws;
  }

  /** Paints one square of {@code size} pixels. */
  static HeTissue paint(int size, boolean tumour, HePatient patient, Draws draws) {
    HeTissue tissue = new HeTissue(size, patient, draws);
    double malignancy = draws.normal(tumour ? 1.0 : 0.0, 0.20);
    tissue.paintMatrix();
    tissue.paintNuclei(Math.min(1.5, Math.max(-0.5, malignancy)), tumour);
    return tissue;
  }

  int size() {
    return size;
  }

  /** Haematoxylin in column {@code x}, row {@code y}; 0 is clear glass. */
  double haematoxylin(int x, int y) {
    return haematoxylin[y * size + x];
  }

  /** Eosin in column {@code x}, row {@code y}. */
  double eosin(int x, int y) {
    return eosin[y * size + x];
  }

  private void paintMatrix() {
    Noise coarse = new Noise(draws.nextLong());
    Noise fibres = new Noise(draws.nextLong());
    Noise grain = new Noise(draws.nextLong());
    Noise clefts = new Noise(draws.nextLong());
    double angle = draws.uniform(0, Math.PI);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double cleftLevel = draws.uniform(0.78, 1.0);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double along = (x * cos + y * sin) / 40;
        double bend = 1.5 * coarse.at(x / 30.0, y / 30.0);
        double across = (y * cos - x * sin) / 5 + bend;
        double e =
            0.30
                + 0.22 * (coarse.at(x / 22.0, y / 22.0) - 0.5)
                + 0.26 * (fibres.at(along, across) - 0.5)
                + 0.12 * (grain.at(x / 1.7, y / 1.7) - 0.5);
        double h = 0.05 + 0.05 * grain.at(x / 3.0 + 500, y / 3.0);
        double cleft =
            smoothStep(cleftLevel, cleftLevel + 0.08, clefts.at(x / 18.0 + bend, y / 18.0 - bend));
        int i = y * size + x;
        eosin[i] = patient.eosin() * Math.max(0.02, e) * (1 - 0.95 * cleft);
        haematoxylin[i] = patient.haematoxylin() * h * (1 - cleft);
      }
    }
  }

  private void paintNuclei(double malignancy, boolean tumour) {
    double area = (double) size * size;
    double wanted = area * NUCLEI_PER_PIXEL * patient.cellularity() * lerp(1.0, 1.25, malignancy);
    int count = (int) Math.max(1, draws.normal(wanted, 0.12 * wanted));
    double[] xs = new double[count];
    double[] ys = new double[count];
    double[] radii = new double[count];
    for (int n = 0; n < count; n++) {
      double kind = draws.uniform();
      Nucleus nucleus;
      if (kind < 0.12) {
        nucleus = spindle();
      } else if (kind < 0.20) {
        nucleus = lymphocyte();
      } else if (tumour && kind < 0.23) {
        nucleus = mitosis();
      } else {
        nucleus = epithelial(malignancy);
      }
      // Dart throwing: a place too near to another nucleus is drawn again, up to a limit, so
      // crowded tiles overlap a little, as thick sections do.
      double crowding = lerp(0.95, 0.8, malignancy);
      for (int attempt = 0; attempt < 12; attempt++) {
        xs[n] = draws.uniform(-4, size + 4);
        ys[n] = draws.uniform(-4, size + 4);
        radii[n] = nucleus.radius();
        boolean free = true;
        for (int o = 0; o < n && free; o++) {
          double dx = xs[n] - xs[o];
          double dy = ys[n] - ys[o];
          double reach = crowding * (radii[n] + radii[o]);
          free = dx * dx + dy * dy > reach * reach;
        }
        if (free) {
          break;
        }
      }
      paint(nucleus, xs[n], ys[n]);
    }
  }

  /**
   * How one nucleus looks.
   *
   * @param radius mean radius in pixels
   * @param stretch long over short axis, as a factor on each
   * @param ragged how far the outline leaves the ellipse, relative
   * @param density haematoxylin inside
   * @param chromatin relative spread of the texture inside
   * @param rim extra haematoxylin at the membrane
   * @param nucleolus radius of a dark spot in pixels, 0 for none
   * @param halo width of the cleared ring of cytoplasm in pixels, 0 for none
   */
  private record Nucleus(
      double radius,
      double stretch,
      double ragged,
      double density,
      double chromatin,
      double rim,
      double nucleolus,
      double halo) {}

  private Nucleus epithelial(double malignancy) {
    double spread = lerp(0.10, 0.24, malignancy);
    double radius =
        patient.nuclearSize() * lerp(5.4, 6.9, malignancy) * draws.factor(Math.max(0.05, spread));
    return new Nucleus(
        Math.min(15, radius),
        1 + Math.abs(draws.normal(0, lerp(0.12, 0.22, malignancy))),
        Math.max(0.05, lerp(0.12, 0.38, malignancy)),
        lerp(0.95, 1.12, malignancy) * draws.factor(Math.max(0.05, lerp(0.08, 0.20, malignancy))),
        lerp(0.35, 0.75, malignancy),
        lerp(0.15, 0.30, malignancy),
        draws.uniform() < lerp(0.15, 0.55, malignancy) ? draws.uniform(1.0, 2.0) : 0,
        0);
  }

  private Nucleus spindle() {
    return new Nucleus(4.2 * draws.factor(0.12), 1.9, 0.15, 1.15, 0.25, 0.05, 0, 0);
  }

  private Nucleus lymphocyte() {
    return new Nucleus(3.9 * draws.factor(0.08), 1.03, 0.08, 1.55, 0.25, 0.05, 0, 0);
  }

  private Nucleus mitosis() {
    return new Nucleus(4.6 * draws.factor(0.15), 1.55, 0.7, 2.0, 0.2, 0, 0, 4);
  }

  private void paint(Nucleus nucleus, double cx, double cy) {
    Noise outline = new Noise(draws.nextLong());
    Noise chromatin = new Noise(draws.nextLong());
    double angle = draws.uniform(0, Math.PI);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double spotX = cx + draws.uniform(-0.4, 0.4) * nucleus.radius();
    double spotY = cy + draws.uniform(-0.4, 0.4) * nucleus.radius();
    double strength = patient.haematoxylin();
    double r = nucleus.radius();
    double far = r * (1 + nucleus.ragged()) + nucleus.halo() + 1;
    double reach = far * nucleus.stretch();
    int fromY = (int) Math.max(0, Math.floor(cy - reach));
    int toY = (int) Math.min(size - 1, Math.ceil(cy + reach));
    int fromX = (int) Math.max(0, Math.floor(cx - reach));
    int toX = (int) Math.min(size - 1, Math.ceil(cx + reach));
    for (int y = fromY; y <= toY; y++) {
      for (int x = fromX; x <= toX; x++) {
        double u = ((x - cx) * cos + (y - cy) * sin) / nucleus.stretch();
        double v = ((y - cy) * cos - (x - cx) * sin) * nucleus.stretch();
        double square = u * u + v * v;
        if (square > far * far) {
          continue;
        }
        double wobble = 2 * outline.at(x / (0.8 * r), y / (0.8 * r)) - 1;
        // Pixels outside the outline; negative inside.
        double outside = Math.sqrt(square) - r * (1 + nucleus.ragged() * wobble);
        int i = y * size + x;
        double cover = 1 - smoothStep(-0.9, 0.9, outside);
        if (cover > 0) {
          double texture = chromatin.at(x / 2.2, y / 2.2) + chromatin.at(x / 1.2 + 99, y / 1.2) - 1;
          double membrane = 1 - smoothStep(0.4, 1.6, Math.abs(outside + 1.2));
          double dx = x - spotX;
          double dy = y - spotY;
          double spot =
              nucleus.nucleolus() > 0
                  ? 1
                      - smoothStep(
                          nucleus.nucleolus() - 0.7,
                          nucleus.nucleolus() + 0.7,
                          Math.sqrt(dx * dx + dy * dy))
                  : 0;
          double h =
              nucleus.density() * (1 + nucleus.chromatin() * texture)
                  + nucleus.rim() * membrane
                  + 0.6 * spot;
          haematoxylin[i] = Math.max(haematoxylin[i], cover * strength * Math.max(0.2, h));
          eosin[i] *= 1 - 0.45 * cover;
        } else if (nucleus.halo() > 0) {
          double clear = 1 - smoothStep(nucleus.halo() - 2, nucleus.halo(), outside);
          eosin[i] *= 1 - 0.45 * clear;
        }
      }
    }
  }

  private static double lerp(double normal, double tumour, double malignancy) {
    return normal + (tumour - normal) * malignancy;
  }

  /** 0 below {@code from}, 1 above {@code to}, cubic between. */
  private static double smoothStep(double from, double to, double x) {
    double t = Math.min(1, Math.max(0, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
  }
}
