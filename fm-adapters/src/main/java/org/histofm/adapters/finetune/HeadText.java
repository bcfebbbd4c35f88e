package org.histofm.adapters.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Arrays of a head as text in JSON: float32, little-endian, base64; the same bits come back. */
final class HeadText {
  private HeadText() {}

  static void write(ObjectNode json, LinearHead head) {
    json.put("classes", head.classes());
    json.put("dim", head.dim());
    json.put("weight", text(head.weight()));
    json.put("bias", text(head.bias()));
  }

  /**
   * @throws IllegalArgumentException if it is no head
   */
  static LinearHead read(JsonNode json) {
    return new LinearHead(
        json.required("classes").intValue(),
        json.required("dim").intValue(),
        floats(json.required("weight")),
        floats(json.required("bias")));
  }

  static String text(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  static float[] floats(JsonNode text) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(text.asText())).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
