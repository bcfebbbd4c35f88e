package org.histofm.tiling.plain;

class PlainImageContractTest extends NoiseImageContract {
  PlainImageContractTest() {
    super("tiff");
  }
}
