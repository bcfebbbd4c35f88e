package org.histofm.tiling.bytes;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An object that lies in memory and notes what is asked of it. */
class MemoryObject implements RemoteObject {
  final byte[] content;
  final Traffic traffic = new Traffic();
  final List<String> asked = new CopyOnWriteArrayList<>();
  volatile boolean closed;

  MemoryObject(byte[] content) {
    this.content = content;
  }

  /** Bytes that tell their place. */
  static byte[] content(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8) * 17);
    }
    return bytes;
  }

  @Override
  public byte[] begin(int length) throws IOException {
    return fetch(0, Math.min(length, content.length));
  }

  @Override
  public long size() {
    return content.length;
  }

  @Override
  public byte[] fetch(long position, int length) throws IOException {
    asked.add(position + "+" + length);
    traffic.sent();
    traffic.received(length);
    return Arrays.copyOfRange(content, (int) position, (int) position + length);
  }

  @Override
  public void close() {
    closed = true;
  }
}
