package org.histofm.tiling.tiff;

import java.io.StringReader;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.jspecify.annotations.Nullable;

/** The pixel size in an OME-XML description. */
final class OmeXml {
  private OmeXml() {}

  /** What the first image says; empty if it says nothing, or nothing that can be read. */
  static Optional<PixelSize> pixelSize(String xml) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamConstants.START_ELEMENT
            && reader.getLocalName().equals("Pixels")) {
          return size(reader);
        }
      }
      return Optional.empty();
    } catch (XMLStreamException | RuntimeException e) {
      return Optional.empty(); // the next place is asked
    }
  }

  private static Optional<PixelSize> size(XMLStreamReader pixels) {
    double x = length(pixels, "PhysicalSizeX");
    double y = length(pixels, "PhysicalSizeY");
    return x > 0 && y > 0 && Double.isFinite(x + y)
        ? Optional.of(new PixelSize(new Mpp(x, y), "ome.PhysicalSizeX"))
        : Optional.empty();
  }

  /** In µm; NaN if it is not there, or in a unit that is no length. */
  private static double length(XMLStreamReader pixels, String name) {
    String value = pixels.getAttributeValue(null, name);
    return value == null
        ? Double.NaN
        : Double.parseDouble(value) * micrometres(pixels.getAttributeValue(null, name + "Unit"));
  }

  private static double micrometres(@Nullable String unit) {
    return unit == null
        ? 1
        : switch (unit) {
          case "µm", "μm", "um" -> 1; // micro sign, Greek mu
          case "pm" -> 1e-6;
          case "Å" -> 1e-4;
          case "nm" -> 1e-3;
          case "mm" -> 1e3;
          case "cm" -> 1e4;
          case "m" -> 1e6;
          case "in" -> 25_400;
          default -> Double.NaN;
        };
  }
}
