package org.histofm.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.backbone.Tuning;
import org.histofm.provenance.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * Files of the toy network in training: kind, backbone, tuning, steps, values; then the SHA-256 of
 * all that, 64 hexadecimal digits.
 */
final class ToyFile {
  private static final int HASH = 64;

  private ToyFile() {}

  /** Big-endian. */
  static byte[] bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  static void writeParameters(Path file, String base, Tuning tuning, ToyParameters from) {
    write(file, "toy parameters", base, tuning, 0, parameters(from));
  }

  static void readParameters(Path file, String base, Tuning tuning, ToyParameters into) {
    read(file, "toy parameters", base, tuning, parameters(into));
  }

  static void writeState(Path file, String base, Tuning tuning, ToyParameters from, long steps) {
    write(file, "toy state", base, tuning, steps, state(from));
  }

  /** Returns the number of steps. */
  static long readState(Path file, String base, Tuning tuning, ToyParameters into) {
    return read(file, "toy state", base, tuning, state(into));
  }

  private static List<float[]> parameters(ToyParameters of) {
    return of.trained().stream().map(p -> p.values).toList();
  }

  private static List<float[]> state(ToyParameters of) {
    List<float[]> arrays = new ArrayList<>(parameters(of));
    of.trained().forEach(p -> arrays.addAll(List.of(p.moment1, p.moment2)));
    return arrays;
  }

  private static void write(
      Path file, String kind, String base, Tuning tuning, long steps, List<float[]> arrays) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(content)) {
      out.writeUTF(kind);
      out.writeUTF(base);
      out.writeUTF(tuning.describe());
      out.writeLong(steps);
      for (float[] values : arrays) {
        out.write(bytes(values));
      }
      out.writeBytes(new Sha256().add(content.toByteArray()).hex());
      Files.write(part, content.toByteArray());
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EnvironmentException(
          file + " could not be written: " + e + ".", "Check that its folder is writable.", e);
    }
  }

  /** Fills the arrays only after everything was found to be right. */
  private static long read(
      Path file, String kind, String base, Tuning tuning, List<float[]> arrays) {
    byte[] all;
    try {
      all = Files.readAllBytes(file);
    } catch (IOException e) {
      throw refused(file, "it cannot be read: " + e, e);
    }
    byte[] content = Arrays.copyOf(all, Math.max(0, all.length - HASH));
    byte[] hash = Arrays.copyOfRange(all, content.length, all.length);
    if (!new Sha256().add(content).hex().equals(new String(hash, StandardCharsets.US_ASCII))) {
      throw refused(file, "it is damaged", null);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
      List<String> wanted = List.of(kind, base, tuning.describe());
      List<String> found = List.of(in.readUTF(), in.readUTF(), in.readUTF());
      if (!found.equals(wanted)) {
        throw refused(file, "it is of " + found + ", not of " + wanted, null);
      }
      long steps = in.readLong();
      for (float[] values : arrays) {
        for (int i = 0; i < values.length; i++) {
          values[i] = in.readFloat();
        }
      }
      return steps;
    } catch (IOException e) {
      throw refused(file, "it is too short", e);
    }
  }

  private static InputException refused(Path file, String why, @Nullable IOException cause) {
    return new InputException(
        file + " cannot be taken over: " + why + ".",
        "Give the file that a session of this backbone and tuning wrote.",
        cause);
  }
}
