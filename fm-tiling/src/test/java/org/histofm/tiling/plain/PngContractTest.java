package org.histofm.tiling.plain;

class PngContractTest extends NoiseImageContract {
  PngContractTest() {
    super("png");
  }
}
